"""Routes of privacy under /api/{workspace}: a person is erased on request; what is too old is removed by rules.

In: requests. Out: views. Invariant: thin; an erasure is audited with its reason before it is appended as a fact, and
the writer and the event store carry it out in their turn.
"""

from typing import Annotated

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import MOST_WAIT, After, Caller, Limit, record_alone, require
from konnektu.core.config import Config
from konnektu.core.errors import BadRequest, NotFound
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.identity import api as identity
from konnektu.jobs import api as jobs
from konnektu.log import api as log
from konnektu.privacy import api, views
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Storage

Id = Annotated[str, PathParameter(max_length=100, description="Id of the profile, present or former.")]
Wait = Annotated[
    float,
    QueryParameter(ge=0, le=MOST_WAIT, description="Seconds to wait until the person is out of the state."),
]


@post(
    "/profiles/{profile:str}/erase", status_code=202, guards=[require("privacy.erase")], sync_to_thread=True
)
def erase_profile(
    data: JSONBody[views.EraseAsked],
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Erasing:
    """Remove a person everywhere, for good. It cannot be undone; GET /erasures says when nothing is left."""
    db = storage.workspace(caller.workspace)
    with db.read() as own:
        public = _present(own, profile)
    record_alone(storage.control, caller, "person.erased", public, {"reason": data.reason}, now=now)
    block = api.request(storage, caller.workspace, public, now, caller.login)
    return views.Erasing(str(block), public, applied=wait > 0 and log.wait_applied(db, block, wait))


@get("/erasures", guards=[require("privacy.erase")], sync_to_thread=True)
def list_erasures(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.ErasureView]:
    """Erasures, the latest first, with what was removed so far."""
    if after and not after.isdecimal():
        raise BadRequest("`after` is the `next` of an earlier page.")
    with storage.workspace(caller.workspace).read() as db:
        rows = api.erasures(db, min(int(after or api.LATEST), api.LATEST), limit + 1)
    return page(rows, limit, views.of_erasure, lambda row: str(row.position))


def _present(db: Connection, profile: str) -> str:
    """The public id that a profile has at present. Raises `NotFound`."""
    row = profiles.profile(db, identity.person(db, internal_id(profile)).id)
    if row is None:
        raise NotFound
    return public_id(row.born, row.id)


@get("/retention", guards=[require("privacy.retention")], sync_to_thread=True)
def get_retention(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> views.RetentionView:
    """How long what is kept, when that is carried out, and how it went last."""
    return _retention(storage, caller)


@put("/retention", guards=[require("privacy.retention")], sync_to_thread=True)
def put_retention(
    data: JSONBody[views.RulesStated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.RetentionView:
    """State how long what is kept, in place of all that was stated; carried out daily from here on.

    Rules about events that carry orders, related records or product lists, about identifiers and about what identity
    compares are refused with their reasons.
    """
    db = storage.workspace(caller.workspace)
    with db.read() as own:
        stated = api.checked_rules(data.rules, identity.rules(own))
    told = {"rules": [api.said_rule(one) for one in stated]}
    record_alone(storage.control, caller, "retention.changed", "", told, now=now)
    with db.transaction() as own:
        api.put_rules(own, stated)
    api.schedule_retention(storage, caller.workspace, now)
    return _retention(storage, caller)


@get("/retention/due", guards=[require("privacy.retention")], sync_to_thread=True)
def preview_retention(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> list[views.DueView]:
    """What a run would remove at this moment, by rule. Changes nothing; looks at all that is old enough."""
    where = api.working(
        storage, caller.workspace, data=config.data, notes=api.notes_folder(config), now=lambda: now
    )
    cuts = api.due(where)
    counts = api.tried(where, cuts, now)
    return [
        views.DueView(
            subject=one.subject,
            name=one.name,
            before=one.before,
            purposes=one.purposes,
            facts=counts[one.key],
        )
        for one in cuts
    ]


@post("/retention/runs", status_code=202, guards=[require("privacy.retention")], sync_to_thread=True)
def run_retention(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views.RunAsked:
    """Remove at once what is too old, as a job; one that waits already is the one."""
    record_alone(storage.control, caller, "retention.run", "", now=now)
    job = jobs.defer(storage, caller.workspace, api.KIND, now=now, by=caller.login)
    return views.RunAsked(public_id(job.created_at, job.id))


@get("/retention/runs", guards=[require("privacy.retention")], sync_to_thread=True)
def list_retention_runs(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.RunView]:
    """Runs, the latest first, with what each removed."""
    if after and not after.isdecimal():
        raise BadRequest("`after` is the `next` of an earlier page.")
    with storage.workspace(caller.workspace).read() as db:
        rows = api.runs(db, min(int(after or api.LATEST), api.LATEST), limit + 1)
    return page(rows, limit, views.of_run, lambda row: str(row.position))


def _retention(storage: Storage, caller: Caller) -> views.RetentionView:
    with storage.workspace(caller.workspace).read() as db:
        by, last = identity.rules(db), api.runs(db, api.LATEST, 1)
        rules = [
            views.RuleView(
                one.subject,
                one.name,
                one.days,
                api.rule_fault(one, by),
                one.attributes,
                one.events,
                one.data_days,
            )
            for one in api.rules(db)
        ]
    schedules = [one for one in jobs.schedules(storage, caller.workspace) if one.kind == api.KIND]
    return views.of_retention(rules, schedules[0] if schedules else None, last[0] if last else None)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            erase_profile,
            list_erasures,
            get_retention,
            put_retention,
            preview_retention,
            run_retention,
            list_retention_runs,
        ],
        tags=["privacy"],
    )
]
