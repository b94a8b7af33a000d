"""In: a connection to the control schema. Out: jobs, schedules and problems as records, and rows written.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import aiosql
from psycopg.types.json import Jsonb

from konnektu.jobs.model import Job, Problem, Schedule, Severity, State, Words
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

TASK = "konnektu"
"""The one task that procrastinate knows: our rows say what is to be done."""


class Claimed(NamedTuple):
    """A run that begins."""

    attempt: int
    failures: int
    is_cancel_asked: bool


class Locked(NamedTuple):
    """A job that is about to be changed."""

    state: State
    kind: str
    key: str
    ticket: int | None


class Stalled(NamedTuple):
    """A ticket whose worker fell silent; the job's columns are None where there is none."""

    ticket: int
    job: int | None
    state: State | None
    lost: int | None
    is_cancel_asked: bool | None


class Due(NamedTuple):
    """A schedule to be followed."""

    workspace: int
    kind: str
    key: str
    cron: str
    zone: str
    arguments: Mapping[str, Any]
    is_time: bool
    """False where only its workspace's zone changed."""


def find_waiting(db: Connection, workspace: int, kind: str, key: str) -> int | None:
    """The id of a job of this key that waits, or None."""
    found: int | None = Q.find_waiting(db, workspace=workspace, kind=kind, key=key)
    return found


def add_job(  # noqa: PLR0913 - the columns of a row
    db: Connection, *, workspace: int, kind: str, key: str, queue: str, lock: str | None,
    arguments: Mapping[str, Any], created_at: int, created_by: str, due_at: int,
) -> int | None:  # fmt: skip
    """The id of an added job; None where one of its key was added and not begun."""
    made: int | None = Q.add_job(
        db, workspace=workspace, kind=kind, key=key, queue=queue, lock=lock, arguments=Jsonb(dict(arguments)),
        created_at=created_at, created_by=created_by, due_at=due_at,
    )  # fmt: skip
    return made


def give_ticket(db: Connection, job: int) -> None:
    """Put a job into its queue."""
    Q.give_ticket(db, id=job, task=TASK)


def find_job(db: Connection, job: int) -> Job | None:
    """One job, or None."""
    row = Q.find_job(db, id=job)
    return _job(row) if row else None


def list_jobs(db: Connection, workspace: int, *, kind: str, state: str, before: int, limit: int) -> list[Job]:
    """Jobs with ids below `before`, the latest first; empty `kind` or `state`: all."""
    rows = Q.list_jobs(db, workspace=workspace, kind=kind, state=state, before=before, limit=limit)
    return [_job(row) for row in rows]


def claim_job(db: Connection, job: int, ticket: int, now: int) -> Claimed | None:
    """Begin a run; None where the ticket is no longer the job's, or the job has ended."""
    row = Q.claim_job(db, id=job, ticket=ticket, now=now)
    return Claimed(*row) if row else None


def note_progress(
    db: Connection, job: int, attempt: int, *, done: int, total: int | None, note: str
) -> bool | None:
    """Whether somebody cancelled it; None where the run is no longer the job's."""
    asked: bool | None = Q.note_progress(db, id=job, attempt=attempt, done=done, total=total, note=note)
    return asked


def finish_job(
    db: Connection, job: int, attempt: int, state: State, *, result: Mapping[str, Any] | None = None,
    error: str = "", now: int,
) -> bool:  # fmt: skip
    """Whether the run was still the job's and is ended."""
    kept = None if result is None else Jsonb(dict(result))
    ended: int = Q.finish_job(db, id=job, attempt=attempt, state=state, result=kept, error=error, now=now)
    return bool(ended)


def put_back(db: Connection, job: int, attempt: int, *, failures: int, error: str, due_at: int) -> bool:
    """Whether the run was still the job's, which waits again."""
    changed: int = Q.put_back(db, id=job, attempt=attempt, failures=failures, error=error, due_at=due_at)
    return bool(changed)


def lock_job(db: Connection, workspace: int, job: int) -> Locked | None:
    """A job, held until the transaction ends; None where the workspace has none of this id."""
    row = Q.lock_job(db, workspace=workspace, id=job)
    return Locked(*row) if row else None


def cancel_waiting(db: Connection, job: int, now: int) -> None:
    """End a job that waits."""
    Q.cancel_waiting(db, id=job, now=now)


def ask_to_cancel(db: Connection, job: int) -> None:
    """Note that the job is to be cancelled."""
    Q.ask_to_cancel(db, id=job)


def cancel_ticket(db: Connection, ticket: int) -> None:
    """Take a ticket away, or tell the worker that holds it."""
    Q.cancel_ticket(db, ticket=ticket)


def hurry_ticket(db: Connection, ticket: int) -> None:
    """Let a ticket that waits for its time be taken at once."""
    Q.hurry_ticket(db, ticket=ticket)
    list(Q.announce_ticket(db, ticket=ticket))


def reopen(db: Connection, job: int, now: int) -> None:
    """Let an ended job wait again."""
    Q.reopen(db, id=job, now=now)


def stalled(db: Connection, seconds: float) -> list[Stalled]:
    """Tickets whose worker is silent for so long, held until the transaction ends."""
    return [Stalled(*row) for row in Q.stalled(db, seconds=seconds)]


def drop_ticket(db: Connection, ticket: int) -> None:
    """Take away a ticket that a worker held."""
    Q.drop_ticket(db, ticket=ticket)


def release_lost(db: Connection, job: int) -> None:
    """Let the job of a dead worker wait again."""
    Q.release_lost(db, id=job)


def end_lost(db: Connection, job: int, state: State, error: str, now: int) -> None:
    """End the job of a dead worker."""
    Q.end_lost(db, id=job, state=state, error=error, now=now)


def without_ticket(db: Connection) -> list[int]:
    """Ids of open jobs that no worker will take up, held until the transaction ends."""
    return [row[0] for row in Q.without_ticket(db)]


def wait_again(db: Connection, job: int) -> None:
    """Let a job without a ticket wait."""
    Q.wait_again(db, id=job)


def workers(db: Connection, seconds: float) -> int:
    """Workers that were heard of within so many seconds."""
    return int(Q.workers(db, seconds=seconds))


def forget_workers(db: Connection, seconds: float) -> None:
    """Remove workers silent for so long."""
    list(Q.forget_workers(db, seconds=seconds))


def forget_jobs(db: Connection, before: int) -> None:
    """Remove jobs that ended before, and tickets that lead nowhere."""
    Q.forget_jobs(db, before=before)
    Q.forget_tickets(db)


def put_schedule(db: Connection, schedule: Schedule, zone: str, now: int) -> None:
    """Write a schedule."""
    Q.put_schedule(
        db, workspace=schedule.workspace, kind=schedule.kind, key=schedule.key, cron=schedule.cron, zone=zone,
        arguments=Jsonb(dict(schedule.arguments)), is_on=schedule.is_on, next_at=schedule.next_at, created_at=now,
    )  # fmt: skip


def delete_schedule(db: Connection, workspace: int, kind: str, key: str) -> bool:
    """Whether there was one, which is gone."""
    gone: int = Q.delete_schedule(db, workspace=workspace, kind=kind, key=key)
    return bool(gone)


def schedules(db: Connection, workspace: int) -> list[Schedule]:
    """The schedules of a workspace by kind and key."""
    return [_schedule(row) for row in Q.schedules(db, workspace=workspace)]


def find_schedule(db: Connection, workspace: int, kind: str, key: str) -> Schedule | None:
    """One schedule, or None."""
    row = Q.find_schedule(db, workspace=workspace, kind=kind, key=key)
    return _schedule(row) if row else None


def due_schedules(db: Connection, now: int) -> list[Due]:
    """Schedules to be followed, held until the transaction ends."""
    return [Due(*row) for row in Q.due_schedules(db, now=now)]


def move_schedule(
    db: Connection, due: Due, *, next_at: int, last_at: int | None, last_job: int | None
) -> None:
    """Write the next time of a schedule, and the last one where it ran."""
    Q.move_schedule(
        db, workspace=due.workspace, kind=due.kind, key=due.key, zone=due.zone, next_at=next_at,
        last_at=last_at, last_job=last_job,
    )  # fmt: skip


def stop_schedule(db: Connection, due: Due) -> None:
    """Switch a schedule off."""
    Q.stop_schedule(db, workspace=due.workspace, kind=due.kind, key=due.key)


def raise_problem(
    db: Connection, workspace: int | None, key: str, severity: Severity, *, what: Words, to_do: Words, link: str,
    now: int,
) -> None:  # fmt: skip
    """Write a problem, or that it still is one."""
    Q.raise_problem(
        db, workspace=workspace, key=key, severity=severity, what_en=what.en, what_ru=what.ru,
        to_do_en=to_do.en, to_do_ru=to_do.ru, link=link, now=now,
    )  # fmt: skip


def solve_problem(db: Connection, workspace: int | None, key: str) -> bool:
    """Whether there was one, which is gone."""
    gone: int = Q.solve_problem(db, workspace=workspace, key=key)
    return bool(gone)


def problems(db: Connection, workspace: int | None) -> list[Problem]:
    """What is broken in a workspace and in the installation; None: anywhere."""
    rows: Sequence[Any] = (
        list(Q.all_problems(db)) if workspace is None else list(Q.problems(db, workspace=workspace))
    )
    return [_problem(row) for row in rows]


def _job(row: Sequence[Any]) -> Job:
    return Job(**dict(zip(Job.__struct_fields__, row, strict=True)))


def _schedule(row: Sequence[Any]) -> Schedule:
    return Schedule(**dict(zip(Schedule.__struct_fields__, row, strict=True)))


def _problem(row: Sequence[Any]) -> Problem:
    workspace, key, severity, what_en, what_ru, to_do_en, to_do_ru, link, since, seen_at = row
    return Problem(
        workspace=workspace, key=key, severity=severity, what=Words(what_en, what_ru),
        to_do=Words(to_do_en, to_do_ru), link=link, since=since, seen_at=seen_at,
    )  # fmt: skip
