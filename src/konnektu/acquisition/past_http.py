"""Routes under /api/{workspace}/acquisition/past: the rules of sources tried on what was before them, and applied.

In: requests. Out: views. Invariant: thin; who may change marketing sources may see and stop these jobs, and no others.
"""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import Caller, record_alone, require
from konnektu.acquisition import past_views as views
from konnektu.acquisition import store
from konnektu.core.errors import Conflict
from konnektu.core.ids import internal_id
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage

MOST_JOBS = 50
JOBS_USUAL = 10

Id = Annotated[str, PathParameter(max_length=100, description="Id of the job.")]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_JOBS, description="Jobs of each kind.")]


@post(
    "/acquisition/past/preview", status_code=202, guards=[require("acquisition.manage")], sync_to_thread=True
)
def preview_recognition(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views.PastJobView:
    """Try the rules in force on the whole past as a job, which changes nothing: how people's sources would differ."""
    job = jobs.defer(storage, caller.workspace, views.PREVIEW_JOB, "past", {}, now=now, by=caller.login)
    return views.of_job(job)


@post("/acquisition/past/apply", status_code=202, guards=[require("acquisition.manage")], sync_to_thread=True)
def apply_recognition(
    data: JSONBody[views.PastAsked],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.PastJobView:
    """Let the rules in force hold for the past, too, and tell anew as a job where people came from."""
    with storage.workspace(caller.workspace).read() as db:
        if store.version(db) != data.version:
            raise Conflict(
                "The marketing sources were changed since. Look at the preview anew, and apply that."
            )
    detail = {"version": data.version}
    record_alone(storage.control, caller, "marketing_sources.applied", "marketing sources", detail, now=now)
    key = str(data.version)
    job = jobs.defer(storage, caller.workspace, views.APPLY_JOB, key, detail, now=now, by=caller.login)
    return views.of_job(job)


@get("/acquisition/past/jobs", guards=[require("acquisition.manage")], sync_to_thread=True)
def list_recognition_jobs(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], limit: Limit = JOBS_USUAL
) -> list[views.PastJobView]:
    """The latest jobs that tried the rules on the past or applied them, with how far they are and what came of them."""
    found = jobs.latest(storage.control, caller.workspace, views.KINDS, limit)
    return [views.of_job(job) for job in found]


@post(
    "/acquisition/past/jobs/{job:str}/cancel",
    status_code=200,
    guards=[require("acquisition.manage")],
    sync_to_thread=True,
)
def cancel_recognition_job(
    job: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views.PastJobView:
    """Stop a trial or an application. Whose arrivals were told anew by then stay so; the rest may be applied later."""
    there = jobs.one_of(storage.control, caller.workspace, views.KINDS, internal_id(job))
    record_alone(storage.control, caller, "job.cancelled", there.kind, {"key": there.key}, now=now)
    return views.of_job(jobs.cancel(storage.control, caller.workspace, there.id, now=now))


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            preview_recognition,
            apply_recognition,
            list_recognition_jobs,
            cancel_recognition_job,
        ],
        tags=["acquisition"],
    )
]
