"""Routes of jobs, schedules and problems: what works, when it comes again, and what is broken.

In: requests. Out: views of what `jobs.api` keeps. Invariant: what is done to them is audited.
"""

from typing import Annotated, Any

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from konnektu.access.api import Caller, record_alone, require
from konnektu.core.errors import Forbidden
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import LIMIT_MOST, LIMIT_USUAL, Page, page
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage

Id = Annotated[str, Meta(max_length=100)]
Kind = Annotated[str, Meta(min_length=1, max_length=100)]
Key = Annotated[str, Meta(max_length=200)]


class JobView(Struct, frozen=True, kw_only=True):
    """A piece of work and what became of it."""

    id: str
    kind: str
    title: jobs.Words
    """What the kind is called."""
    key: str
    arguments: dict[str, Any]
    state: jobs.State
    attempt: int
    is_cancel_asked: bool
    done: int
    total: int | None
    note: str
    result: dict[str, Any] | None
    error: str
    created_at: int
    created_by: str
    due_at: int
    started_at: int | None
    finished_at: int | None


class ScheduleView(Struct, frozen=True, kw_only=True):
    """When a kind of job comes by itself."""

    kind: str
    title: jobs.Words
    key: str
    cron: str
    """Five fields of cron, in the zone of the workspace."""
    arguments: dict[str, Any]
    is_on: bool
    next_at: int
    last_at: int | None


class ScheduleChange(Struct, frozen=True):
    """A schedule to add or to change."""

    kind: Kind
    cron: Annotated[str, Meta(max_length=200)]
    key: Key = ""
    arguments: dict[str, Any] = {}
    is_on: bool = True


class Which(Struct, frozen=True):
    """Which schedule."""

    kind: Kind
    key: Key = ""


class ProblemView(Struct, frozen=True, kw_only=True):
    """Something that is broken and waits for a person."""

    key: str
    severity: jobs.Severity
    is_of_installation: bool
    """Whether all workspaces of the installation have it."""
    what: jobs.Words
    to_do: jobs.Words
    link: str
    since: int
    seen_at: int


@get("/jobs", guards=[require("jobs.read")], sync_to_thread=True)
def list_jobs(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    kind: Annotated[str, QueryParameter(max_length=100, description="Only of this kind.")] = "",
    wanted: Annotated[
        jobs.State | None, QueryParameter(name="state", description="Only in this state.")
    ] = None,
    after: Annotated[str, QueryParameter(max_length=100, description="`next` of the page before.")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST, description="Rows of a page.")] = LIMIT_USUAL,
) -> Page[JobView]:
    """Jobs of the last 30 days and those that wait or run, the latest first."""
    before = internal_id(after) if after else None
    rows = jobs.jobs(
        storage.control, caller.workspace, kind=kind, state=wanted, before=before, limit=limit + 1
    )
    return page(rows, limit, of_job, lambda job: public_id(job.created_at, job.id))


@get("/jobs/{job:str}", guards=[require("jobs.read")], sync_to_thread=True)
def get_job(job: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> JobView:
    """One job."""
    return of_job(jobs.one(storage.control, caller.workspace, internal_id(job)))


@post("/jobs/{job:str}/cancel", status_code=200, guards=[require("jobs.manage")], sync_to_thread=True)
def cancel_job(
    job: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> JobView:
    """Cancel a job: one that waits does not begin, one that runs stops at its next step."""
    there = jobs.one(storage.control, caller.workspace, internal_id(job))
    record_alone(storage.control, caller, "job.cancelled", there.kind, {"key": there.key}, now=now)
    return of_job(jobs.cancel(storage.control, caller.workspace, there.id, now=now))


@post("/jobs/{job:str}/retry", status_code=202, guards=[require("jobs.manage")], sync_to_thread=True)
def retry_job(
    job: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> JobView:
    """Begin a job again that has ended."""
    there = jobs.one(storage.control, caller.workspace, internal_id(job))
    record_alone(storage.control, caller, "job.retried", there.kind, {"key": there.key}, now=now)
    return of_job(jobs.retry(storage.control, caller.workspace, there.id, now=now))


@get("/schedules", guards=[require("jobs.read")], sync_to_thread=True)
def list_schedules(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> list[ScheduleView]:
    """Schedules by kind and key."""
    return [_schedule(one) for one in jobs.schedules(storage, caller.workspace)]


@put("/schedules", guards=[require("jobs.manage")], sync_to_thread=True)
def put_schedule(
    data: JSONBody[ScheduleChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> ScheduleView:
    """Add a schedule, or change the one of the same kind and key. Needs the right of the kind, too."""
    _check_right(caller, data.kind)
    made = jobs.put_schedule(
        storage, caller.workspace, data.kind, data.key, cron=data.cron, arguments=data.arguments,
        is_on=data.is_on, now=now,
    )  # fmt: skip
    detail = {"key": data.key, "cron": data.cron, "is_on": data.is_on}
    record_alone(storage.control, caller, "schedule.changed", data.kind, detail, now=now)
    return _schedule(made)


@delete("/schedules", status_code=204, guards=[require("jobs.manage")], sync_to_thread=True)
def delete_schedule(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    kind: Annotated[str, QueryParameter(min_length=1, max_length=100)],
    key: Annotated[str, QueryParameter(max_length=200)] = "",
) -> None:
    """Take a schedule away; jobs that it added stay. Needs the right of the kind, too."""
    _check_right(caller, kind)
    record_alone(storage.control, caller, "schedule.deleted", kind, {"key": key}, now=now)
    jobs.delete_schedule(storage, caller.workspace, kind, key)


@post("/schedules/run", status_code=202, guards=[require("jobs.manage")], sync_to_thread=True)
def run_schedule(
    data: JSONBody[Which],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> JobView:
    """Add the job of a schedule at once; its times stay as they are. Needs the right of the kind, too."""
    _check_right(caller, data.kind)
    job = jobs.run_now(storage, caller.workspace, data.kind, data.key, now=now, by=caller.login)
    record_alone(storage.control, caller, "schedule.run", data.kind, {"key": data.key}, now=now)
    return of_job(job)


@get("/problems", guards=[require("jobs.read")], sync_to_thread=True)
def list_problems(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> list[ProblemView]:
    """What is broken in the workspace and in the installation, the worst first."""
    return problems_of(storage, caller)


def problems_of(storage: Storage, caller: Caller) -> list[ProblemView]:
    """The problems that the caller's workspace has."""
    return [
        ProblemView(
            key=one.key, severity=one.severity, is_of_installation=one.workspace is None, what=one.what,
            to_do=one.to_do, link=one.link, since=one.since, seen_at=one.seen_at,
        )
        for one in jobs.problems(storage.control, caller.workspace)
    ]  # fmt: skip


def _check_right(caller: Caller, kind: str) -> None:
    """Raise `Forbidden` where somebody may not let jobs of this kind come; a kind that is gone may be taken away."""
    known = jobs.kinds().get(kind)
    if known and known.right not in caller.rights:
        raise Forbidden(
            f"Jobs of this kind need the right {known.right}. Ask an administrator of your workspace for it."
        )


def _title(kind: str) -> jobs.Words:
    known = jobs.kinds().get(kind)
    return known.title if known else jobs.Words(kind, kind)


def of_job(job: jobs.Job) -> JobView:
    """The view of a job."""
    return JobView(
        id=public_id(job.created_at, job.id), kind=job.kind, title=_title(job.kind), key=job.key,
        arguments=dict(job.arguments), state=job.state, attempt=job.attempt, is_cancel_asked=job.is_cancel_asked,
        done=job.done, total=job.total, note=job.note, result=None if job.result is None else dict(job.result),
        error=job.error, created_at=job.created_at, created_by=job.created_by, due_at=job.due_at,
        started_at=job.started_at, finished_at=job.finished_at,
    )  # fmt: skip


def _schedule(one: jobs.Schedule) -> ScheduleView:
    return ScheduleView(
        kind=one.kind, title=_title(one.kind), key=one.key, cron=one.cron, arguments=dict(one.arguments),
        is_on=one.is_on, next_at=one.next_at, last_at=one.last_at,
    )  # fmt: skip


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_jobs, get_job, cancel_job, retry_job, list_schedules, put_schedule, delete_schedule, run_schedule,
            list_problems,
        ],
        tags=["jobs"],
    )
]  # fmt: skip
