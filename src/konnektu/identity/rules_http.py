"""Routes under /api/{workspace}/identity/rules: check a draft, follow the jobs that try or apply rules.

In: requests. Out: views. Invariant: thin; who may change the rules may see and stop these jobs, and no others.
"""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import Caller, record_alone, require
from konnektu.core.errors import Unprocessable
from konnektu.core.ids import internal_id
from konnektu.identity import api, rules_views
from konnektu.identity.views import RulesStated
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage

MOST_JOBS = 50
JOBS_USUAL = 10

Id = Annotated[str, PathParameter(max_length=100, description="Id of the job.")]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_JOBS, description="Jobs of each kind.")]


@post("/identity/rules/check", status_code=200, guards=[require("identity.rules")], sync_to_thread=True)
def check_rules(data: JSONBody[RulesStated]) -> rules_views.RulesChecked:
    """Whether rules could hold, and otherwise what contradicts itself in them. Changes nothing."""
    try:
        api.checked_rules(data.rules)
    except Unprocessable as error:
        return rules_views.RulesChecked(error.message)
    return rules_views.RulesChecked("")


@get("/identity/rules/jobs", guards=[require("identity.rules")], sync_to_thread=True)
def list_rules_jobs(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], limit: Limit = JOBS_USUAL
) -> list[rules_views.RulesJobView]:
    """The latest jobs that tried or applied rules, with how far they are and what came of them."""
    found = jobs.latest(storage.control, caller.workspace, rules_views.KINDS, limit)
    return [rules_views.of_job(job) for job in found]


@post(
    "/identity/rules/jobs/{job:str}/cancel",
    status_code=200,
    guards=[require("identity.rules")],
    sync_to_thread=True,
)
def cancel_rules_job(
    job: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> rules_views.RulesJobView:
    """Stop a trial or an application of rules. What was undone or joined by then stays."""
    there = jobs.one_of(storage.control, caller.workspace, rules_views.KINDS, internal_id(job))
    record_alone(storage.control, caller, "job.cancelled", there.kind, {"key": there.key}, now=now)
    return rules_views.of_job(jobs.cancel(storage.control, caller.workspace, there.id, now=now))


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[check_rules, list_rules_jobs, cancel_rules_job],
        tags=["identity"],
    )
]
