"""Schedules: kinds of jobs that come again. In: cron expressions. Out: jobs, each at its time, once.

A time that passed while nothing ran is made up for once. Where the last one still waits, none is added;
where it still runs, the next waits for it.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from konnektu.core.errors import KonnektuError
from konnektu.core.logging import Action, get
from konnektu.jobs import store
from konnektu.jobs.desk import ANYWHERE, added, defer
from konnektu.jobs.kinds import Kind, find_kind
from konnektu.jobs.logic import check_arguments, next_time
from konnektu.jobs.model import Job, NoSchedule, Schedule, WrongArguments, WrongCron
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

SCHEDULE = "schedule"
"""Who adds such jobs."""

log = get("jobs")


def put_schedule(
    storage: Storage, workspace: WorkspaceRecord, kind: str, key: str = "", *, cron: str,
    arguments: Mapping[str, Any] | None = None, is_on: bool = True, now: int,
) -> Schedule:  # fmt: skip
    """Add a schedule or change it. `cron` is read in the workspace's zone.

    Raises `UnknownKind`, `SecretArgument`, `WrongArguments`, and `WrongCron`, also for kinds bound to a machine.
    """
    found = find_kind(kind)
    if found.place == "machine":
        raise WrongCron(f"{kind} reads files of one machine and cannot come by itself.")
    _check(found, key, arguments or {})
    schedule = Schedule(
        workspace=workspace.id, kind=kind, key=key, cron=cron, arguments=arguments or {}, is_on=is_on,
        next_at=next_time(cron, workspace.timezone, now), last_at=None, last_job=None,
    )  # fmt: skip
    with storage.control.transaction() as db:
        store.put_schedule(db, schedule, workspace.timezone, now)
    return find_schedule(storage, workspace, kind, key)


def _check(kind: Kind, key: str, arguments: Mapping[str, Any]) -> None:
    check_arguments(arguments)
    try:
        wanted = msgspec.convert(dict(arguments), kind.arguments).key()
    except msgspec.ValidationError as error:
        raise WrongArguments(f"{kind.name}: {error}. {WrongArguments.__doc__}") from error
    if wanted is not None and wanted != key:
        raise WrongArguments(f"{kind.name}: with these arguments its key is {wanted!r}.")


def delete_schedule(storage: Storage, workspace: WorkspaceRecord, kind: str, key: str = "") -> None:
    """Take a schedule away, if it is there; jobs that it added stay."""
    with storage.control.transaction() as db:
        store.delete_schedule(db, workspace.id, kind, key)


def schedules(storage: Storage, workspace: WorkspaceRecord) -> list[Schedule]:
    """The schedules of a workspace by kind and key."""
    with storage.control.read() as db:
        return store.schedules(db, workspace.id)


def find_schedule(storage: Storage, workspace: WorkspaceRecord, kind: str, key: str = "") -> Schedule:
    """One schedule; raises `NoSchedule`."""
    with storage.control.read() as db:
        found = store.find_schedule(db, workspace.id, kind, key)
    if found is None:
        raise NoSchedule
    return found


def run_now(
    storage: Storage, workspace: WorkspaceRecord, kind: str, key: str = "", *, now: int, by: str
) -> Job:
    """Add the job of a schedule at once, also of one that is off; its times stay. Raises `NoSchedule`."""
    found = find_schedule(storage, workspace, kind, key)
    return defer(storage, workspace, kind, key, found.arguments, now=now, by=by)


def follow_schedules(storage: Storage, now: int) -> int:
    """Add the jobs whose time has come; how many. Any number of processes may do this at once."""
    with storage.control.transaction() as db:
        return sum(_follow(db, due, now) for due in store.due_schedules(db, now))


def _follow(db: Connection, due: store.Due, now: int) -> bool:
    try:
        next_at = next_time(due.cron, due.zone, now)
        kind = find_kind(due.kind)
    except KonnektuError as error:  # a kind that is gone must not stop the schedules of everybody else
        log.warning(Action.JOB_ENDED, kind=due.kind, key=due.key, reason=error.message)
        store.stop_schedule(db, due)
        return False
    job = None
    if due.is_time:
        job = added(db, due.workspace, kind, due.key, due.arguments, now=now, by=SCHEDULE, queue=ANYWHERE)
    store.move_schedule(db, due, next_at=next_at, last_at=now if job else None, last_job=job)
    return job is not None
