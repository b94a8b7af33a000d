"""Retention beside a running server: what a run waits for, when it comes by itself, and whether it came.

In: a workspace. Out: the place of a run, its schedule, problems where a run failed or did not come.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic

from konnektu.core.clock import HOUR
from konnektu.core.errors import KonnektuError, Retry
from konnektu.jobs import api as jobs
from konnektu.log import api as log
from konnektu.privacy import aging_store
from konnektu.privacy.aging import LATEST
from konnektu.privacy.where import Progress, Where, unseen, unstoppable
from konnektu.storage.api import Storage, WorkspaceRecord

KIND = "privacy.retention"
DAILY = "30 2 * * *"
"""Cron, in the workspace's zone: when the others sleep, before backups usually come."""
LATE = 12 * HOUR
"""So long after its time a run is missed: longer than most take."""
FAILED, MISSED = "retention.failed", "retention.late"
PATIENCE_SECONDS = 300.0
"""How long writer and event store may take for what a run appends; the run can be repeated."""
LOOK_SECONDS = 0.2


def working(
    storage: Storage,
    record: WorkspaceRecord,
    *,
    data: Path,
    notes: Path,
    now: Callable[[], int],
    check: Callable[[], None] = unstoppable,
    progress: Progress = unseen,
) -> Where:
    """Where a run works while belts and the way out do their part."""

    def apply(block: int) -> None:
        if not log.wait_applied(storage.workspace(record), block, PATIENCE_SECONDS):
            raise Retry("The writer has not come to what the run appended. The run goes on when it has.")

    def seal(position: int) -> None:
        _wait_sealed(storage, record, position, check)

    return Where(
        storage=storage,
        record=record,
        data=data,
        notes=notes,
        now=now,
        apply=apply,
        seal=seal,
        check=check,
        progress=progress,
    )


def _wait_sealed(storage: Storage, record: WorkspaceRecord, position: int, check: Callable[[], None]) -> None:
    db, pause, deadline = storage.workspace(record), Event(), monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        check()
        with db.read() as own:
            sealed, underway = log.store.sealed(own)
        if sealed >= position and underway is None:
            return
        pause.wait(LOOK_SECONDS)
    raise Retry("The event store has not followed the log. The run goes on when it has.")


def schedule_retention(storage: Storage, record: WorkspaceRecord, now: int) -> None:
    """Let runs come daily while there are rules, at the time that somebody has set, and never without rules."""
    with storage.workspace(record).read() as own:
        has_rules = bool(aging_store.rules(own))
    if not has_rules:
        jobs.delete_schedule(storage, record, KIND)
        jobs.solve_problem(storage.control, record, MISSED)
    elif all(one.kind != KIND for one in jobs.schedules(storage, record)):
        jobs.put_schedule(storage, record, KIND, cron=DAILY, now=now)


def watch_retention(storage: Storage, record: WorkspaceRecord, now: int) -> None:
    """Say whether the run that the schedule asked for last has ended."""
    for schedule in jobs.schedules(storage, record):
        if schedule.kind == KIND and schedule.is_on:
            if _due(storage, record, schedule) + LATE < now:
                _tell_missed(storage, record, schedule, now)
            else:
                jobs.solve_problem(storage.control, record, MISSED)


def _due(storage: Storage, record: WorkspaceRecord, schedule: jobs.Schedule) -> int:
    """When the run was to come that comes after the latest one that ended."""
    with storage.workspace(record).read() as own:
        ended = [one for one in aging_store.runs(own, LATEST, 2) if one.state == "done"]
    if ended:
        return jobs.next_time(schedule.cron, record.timezone, ended[0].instant)
    return schedule.last_at or schedule.next_at


def tell_failed(storage: Storage, record: WorkspaceRecord, error: KonnektuError, now: int) -> None:
    """A run could not go on."""
    jobs.raise_problem(
        storage.control, record, FAILED, "problem",
        what=jobs.Words(
            f"Retention does not go on: {error.message}",
            f"Удаление по срокам хранения не идёт: {error.message}",
        ),
        to_do=jobs.Words(
            "Mend what is said; the job tries again, and `konnektu retention --run` goes on at once.",
            "Устраните названное; задание повторит попытку, а `konnektu retention --run` продолжит сразу.",
        ),
        now=now,
    )  # fmt: skip


def tell_ended(storage: Storage, record: WorkspaceRecord) -> None:
    """A run has ended."""
    jobs.solve_problem(storage.control, record, FAILED)
    jobs.solve_problem(storage.control, record, MISSED)


def _tell_missed(storage: Storage, record: WorkspaceRecord, schedule: jobs.Schedule, now: int) -> None:
    jobs.raise_problem(
        storage.control, record, MISSED, "problem",
        what=jobs.Words(
            f"The latest retention run is older than its schedule ({schedule.cron}).",
            f"Последнее удаление по срокам хранения старше, чем требует расписание ({schedule.cron}).",
        ),
        to_do=jobs.Words(
            "See whether the role web runs and what its jobs say; `konnektu retention --run` runs it at once.",
            "Проверьте, работает ли роль web и что говорят её задания; `konnektu retention --run` запустит сразу.",
        ),
        now=now,
    )  # fmt: skip
