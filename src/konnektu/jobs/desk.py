"""Adding jobs, looking at them, cancelling and repeating them. In: a workspace and a kind. Out: jobs.

Invariant: a job and its ticket in the queue are written in one transaction.
"""

from collections.abc import Mapping
from typing import Any

from konnektu.jobs import store
from konnektu.jobs.kinds import Kind, find_kind
from konnektu.jobs.logic import SILENT_SECONDS, check_arguments, lock_name
from konnektu.jobs.machine import queue_of
from konnektu.jobs.model import Job, JobEnded, JobOpen, NoJob, State
from konnektu.storage.api import Connection, Db, Storage, WorkspaceRecord

ANYWHERE = "anywhere"
NOBODY = "konnektu"


def defer(  # noqa: PLR0913 - each says one thing of the job
    storage: Storage, workspace: WorkspaceRecord, kind: str, key: str = "",
    arguments: Mapping[str, Any] | None = None, *, now: int, by: str = NOBODY, at: int | None = None,
    machine: str = "",
) -> Job:  # fmt: skip
    """Add a job and return it; the one that waits under the same key, where there is one.

    `at`: not before this instant (milliseconds). `machine`: where the files of a kind bound to a machine lie
    (`machine_name`). Raises `UnknownKind`, `SecretArgument`.
    """
    found = find_kind(kind)
    with storage.control.transaction() as db:
        number = added(
            db, workspace.id, found, key, arguments or {}, now=now, by=by, at=at, queue=_queue(found, machine)
        )
    return one(storage.control, workspace, number)


def added(  # noqa: PLR0913 - each says one thing of the job
    db: Connection, workspace: int, kind: Kind, key: str, arguments: Mapping[str, Any], *, now: int, by: str,
    at: int | None = None, queue: str = ANYWHERE,
) -> int:  # fmt: skip
    """The same inside a transaction of the control schema; its id."""
    check_arguments(arguments)
    if waiting := store.find_waiting(db, workspace, kind.name, key):
        return waiting
    lock = lock_name(kind.lock, workspace, kind.name, key)
    made = store.add_job(
        db, workspace=workspace, kind=kind.name, key=key, queue=queue, lock=lock, arguments=arguments,
        created_at=now, created_by=by, due_at=at if at is not None else now,
    )  # fmt: skip
    if made is None:  # another process added it at this moment
        return store.find_waiting(db, workspace, kind.name, key) or added(
            db, workspace, kind, key, arguments, now=now, by=by, at=at, queue=queue
        )
    store.give_ticket(db, made)
    return made


def one(control: Db, workspace: WorkspaceRecord, job: int) -> Job:
    """One job; raises `NoJob`."""
    with control.read() as db:
        found = store.find_job(db, job)
    if found is None or found.workspace != workspace.id:
        raise NoJob
    return found


def jobs(
    control: Db, workspace: WorkspaceRecord, *, kind: str = "", state: State | None = None,
    before: int | None = None, limit: int = 100,
) -> list[Job]:  # fmt: skip
    """Jobs of a workspace, the latest first; `before` is the id of the last one of the page before."""
    before = before if before is not None else 2**62
    with control.read() as db:
        return store.list_jobs(db, workspace.id, kind=kind, state=state or "", before=before, limit=limit)


def workers(control: Db) -> int:
    """How many processes of the installation take jobs at this moment."""
    with control.read() as db:
        return store.workers(db, SILENT_SECONDS)


def cancel(control: Db, workspace: WorkspaceRecord, job: int, *, now: int) -> Job:
    """Cancel a job: one that waits never begins, one that runs stops at its next step. Raises `JobEnded`, `NoJob`."""
    with control.transaction() as db:
        held = store.lock_job(db, workspace.id, job)
        if held is None:
            raise NoJob
        if held.state not in {"waiting", "running"}:
            raise JobEnded(f"The job is {held.state} already.")
        _cancel(db, job, held, now)
    return one(control, workspace, job)


def _cancel(db: Connection, job: int, held: store.Locked, now: int) -> None:
    store.ask_to_cancel(db, job)
    if held.ticket is None:
        return
    if held.state == "running":
        store.cancel_ticket(db, held.ticket)
    elif find_kind(held.kind).on_cancel is not None:
        store.hurry_ticket(db, held.ticket)  # a worker lets the slice know, and ends the job
    else:
        store.cancel_ticket(db, held.ticket)
        store.cancel_waiting(db, job, now)


def withdraw(control: Db, workspace: WorkspaceRecord, kind: str, key: str, *, now: int) -> None:
    """End a job of this key that waits, if there is one: its slice has no more use for it."""
    with control.transaction() as db:
        number = store.find_waiting(db, workspace.id, kind, key)
        held = store.lock_job(db, workspace.id, number) if number is not None else None
        if number is not None and held is not None and held.state == "waiting":
            store.cancel_waiting(db, number, now)
            if held.ticket is not None:
                store.cancel_ticket(db, held.ticket)


def retry(control: Db, workspace: WorkspaceRecord, job: int, *, now: int) -> Job:
    """Begin an ended job again, under its own arguments. Raises `JobOpen`, `NoJob`.

    Where one of its key waits already, that one is returned.
    """
    with control.transaction() as db:
        held = store.lock_job(db, workspace.id, job)
        if held is None:
            raise NoJob
        if held.state in {"waiting", "running"}:
            raise JobOpen
        if waiting := store.find_waiting(db, workspace.id, held.kind, held.key):
            job = waiting
        else:
            store.reopen(db, job, now)
            store.give_ticket(db, job)
    return one(control, workspace, job)


def _queue(kind: Kind, machine: str) -> str:
    if kind.place == "anywhere":
        return ANYWHERE
    assert machine, f"{kind.name} runs on one machine: say which"  # noqa: S101 - a mistake of the caller's code
    return queue_of(machine)
