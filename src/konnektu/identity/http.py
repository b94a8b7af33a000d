"""Routes of identity under /api/{workspace}: why is this one person, and what people decide about it.

In: requests. Out: views. Invariant: thin; a decision of a person is appended to the inbox as a fact and decided
by the writer in its turn, so an answer says that it is on disk, not that it holds. What people decide is
audited, with the people by their public ids.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import After, Caller, Limit, Wait, record_alone, require
from konnektu.core.clock import DAY
from konnektu.core.errors import BadRequest, NotFound, Unprocessable
from konnektu.core.ids import internal_id, public_id, uuid7
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.core.records import Decision, Origin, Parcel
from konnektu.identity import api, rules_http, views
from konnektu.jobs import api as jobs
from konnektu.log import api as log
from konnektu.storage.api import Storage

Id = Annotated[str, PathParameter(max_length=100, description="Id of the profile, present or former.")]
Position = Annotated[int, QueryParameter(ge=0, description="Position of the decision.")]
Ordinal = Annotated[int, QueryParameter(ge=0, lt=1 << 31, description="Its number there.")]
KindOfDecision = Annotated[views.DecisionKind, QueryParameter(description="Kind of the decisions wanted.")]


@get("/profiles/{profile:str}/decisions", guards=[require("identity.read")], sync_to_thread=True)
def list_decisions_of_profile(
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.DecisionView]:
    """Why this is one person: the decisions about its identifiers, the latest first."""
    with storage.workspace(caller.workspace).read() as db:
        rows = api.decisions(db, internal_id(profile), _before(after), limit + 1)
    return _page(rows, limit, caller)


@get("/identity/decisions", guards=[require("identity.read")], sync_to_thread=True)
def list_decisions(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    kind: KindOfDecision = "refuse",
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.DecisionView]:
    """Decisions of one kind in the whole workspace, the latest first: refusals, shared values, merges …."""
    with storage.workspace(caller.workspace).read() as db:
        rows = api.latest_decisions(db, [kind], _before(after), limit + 1)
    return _page(rows, limit, caller)


@get("/identity/cuts/preview", guards=[require("identity.read")], sync_to_thread=True)
def preview_cut(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], position: Position, ordinal: Ordinal
) -> views.CutForeseen:
    """The two people that undoing a decision would leave, with what is each one's own. Changes nothing."""
    workspace = caller.workspace
    with storage.workspace(workspace).read() as db:
        found = api.sides_of(db, (position, ordinal))
    atoms = [*found.stays.atoms, *found.leaves.atoms]
    counts = log.counts(storage.workspace(workspace), storage.inbox, storage.history(workspace), atoms)
    return views.of_sides(found, counts, is_open=caller.may("profiles.personal"))


@post("/identity/merges/preview", status_code=200, guards=[require("identity.read")], sync_to_thread=True)
def preview_merge(
    data: JSONBody[views.People],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.MergeForeseen:
    """What a merge by hand would come to, and what speaks against it. Changes nothing."""
    _people(data)
    meant = [(_profile_of(one.profile) or 0, one.kind, one.value) for one in data.people]
    with storage.workspace(caller.workspace).read(snapshot=True) as db:
        people, rules = api.people_meant(db, meant), api.rules(db)
    found = api.doubts(people, rules, now // DAY)
    is_open = caller.may("profiles.personal")
    return views.of_meeting(people, api.keeper(people, rules), found, is_open=is_open)


@post("/identity/merges", status_code=202, guards=[require("identity.decide")], sync_to_thread=True)
def merge_people(
    data: JSONBody[views.People],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Appended:
    """Decide that these are one person. Outranks limits and vetoes, but not a separation."""
    people = _people(data)
    _audit(storage, caller, now, "people.merged", data.people)
    return _append(storage, caller, now, wait, "merge", people)


@post("/identity/cuts", status_code=202, guards=[require("identity.decide")], sync_to_thread=True)
def cut_person(
    data: JSONBody[views.CutAsked],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Appended:
    """Undo a join. It takes effect once both people's states are rebuilt from history; until then they are one."""
    if (data.decision is None) == (data.between is None):
        raise BadRequest("Name either the `decision` to undo or the two values `between` which to cut.")
    _audit(
        storage,
        caller,
        now,
        "person.cut",
        data.between or (),
        {"decision": data.decision, "allow": data.allow},
    )
    return _append(storage, caller, now, wait, "cut", msgspec.to_builtins(data))


@post("/identity/separations", status_code=202, guards=[require("identity.decide")], sync_to_thread=True)
def separate_people(
    data: JSONBody[views.People],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Appended:
    """Decide that these are never one person, whatever evidence comes."""
    people = _people(data)
    _audit(storage, caller, now, "people.separated", data.people)
    return _append(storage, caller, now, wait, "never", people)


@post("/identity/permissions", status_code=202, guards=[require("identity.decide")], sync_to_thread=True)
def permit_people(
    data: JSONBody[views.People],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Appended:
    """Take a separation back: evidence may join these people again."""
    people = _people(data)
    _audit(storage, caller, now, "people.permitted", data.people)
    return _append(storage, caller, now, wait, "allow", people)


@get("/identity/rules", guards=[require("identity.read")], sync_to_thread=True)
def get_rules(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> views.RulesView:
    """The identity rules in force."""
    with storage.workspace(caller.workspace).read() as db:
        return views.of_rules(api.rules(db))


@get("/identity/rules/history", guards=[require("identity.read")], sync_to_thread=True)
def list_rules_versions(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> list[views.RulesVersion]:
    """All rules that were ever stated, the latest first."""
    db = storage.workspace(caller.workspace)
    with db.read() as own:
        versions, upto = api.rules_history(own), log.store.place(own).position
    facts = log.of_types(db, storage.inbox, storage.history(caller.workspace), ["rules"], upto)
    stated = {fact.position: fact for fact in facts}
    return [views.of_version(position, rules, stated.get(position)) for position, rules in reversed(versions)]


@put("/identity/rules", status_code=202, guards=[require("identity.rules")], sync_to_thread=True)
def change_rules(
    data: JSONBody[views.RulesStated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Appended:
    """State other rules. They hold for facts that come later; what was decided stays."""
    api.checked_rules(data.rules)
    record_alone(storage.control, caller, "identity_rules.changed", "identity rules", now=now)
    # A fact of the system stands alone in its batch: everything after it is read by the changed kinds.
    return _append(storage, caller, now, wait, "rules", data.rules, "system")


@post("/identity/rules/preview", status_code=202, guards=[require("identity.rules")], sync_to_thread=True)
def preview_rules(
    data: JSONBody[views.RulesStated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.RulesJob:
    """Try other rules on the whole base as a job, which changes nothing; its result says how people would differ."""
    return _defer(storage, caller, now, api.PREVIEW_JOB, data.rules)


@post("/identity/rules/backwards", status_code=202, guards=[require("identity.rules")], sync_to_thread=True)
def apply_rules_backwards(
    data: JSONBody[views.RulesStated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.RulesJob:
    """Let other rules hold and, as a job, undo the joins they would not have made and make those they would have."""
    api.checked_rules(data.rules)
    record_alone(
        storage.control, caller, "identity_rules.changed", "identity rules", {"backwards": True}, now=now
    )
    return _defer(storage, caller, now, api.BACKWARDS_JOB, data.rules)


def _defer(storage: Storage, caller: Caller, now: int, kind: str, rules: dict[str, Any]) -> views.RulesJob:
    """A job for rules that do not contradict themselves; the same ones wait once."""
    api.checked_rules(rules)
    key = blake2b(msgspec.json.encode(rules, order="deterministic"), digest_size=8).hexdigest()
    job = jobs.defer(storage, caller.workspace, kind, key, {"rules": rules}, now=now, by=caller.login)
    return views.RulesJob(public_id(job.created_at, job.id), kind, key)


def _append(
    storage: Storage,
    caller: Caller,
    now: int,
    wait: float,
    kind: str,
    properties: dict[str, Any],
    origin: Origin | None = None,
) -> views.Appended:
    by = {"by": caller.login}
    told = (
        {"properties": {**properties, **by}} if origin is None else {"properties": properties, "context": by}
    )
    fact = {"type": kind, "messageId": uuid7(now), **told}
    parcel = Parcel(0, origin or ("console" if caller.user else "api"), now, [msgspec.json.encode(fact)])
    block = log.append(storage.inbox, caller.workspace.id, [parcel])
    applied = wait > 0 and log.wait_applied(storage.workspace(caller.workspace), block, wait)
    return views.Appended(str(block), applied=applied)


def _audit(
    storage: Storage,
    caller: Caller,
    now: int,
    what: str,
    people: Sequence[views.Reference],
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note what was decided about whom, by public ids alone: a value that leads to nobody stays unsaid."""
    with storage.workspace(caller.workspace).read() as db:
        found = api.find_many(db, [(one.kind, one.value) for one in people if not one.profile])
        joined = api.person_of_decision(db, (detail or {}).get("decision"))
    profiles = [
        _profile_of(one.profile) if one.profile else found.get((one.kind, one.value)) for one in people
    ]
    named = [views.public(one) or "nobody known" for one in [*profiles, *([joined] if joined else [])]]
    record_alone(storage.control, caller, what, ", ".join(dict.fromkeys(named)), detail, now=now)


def _profile_of(public: str) -> int | None:
    try:
        return internal_id(public)
    except NotFound:
        return None


def _people(data: views.People) -> dict[str, Any]:
    if not 2 <= len(data.people) <= api.MOST_NAMED:
        raise Unprocessable(f"Name 2 to {api.MOST_NAMED} people, each by `profile` or by `kind` and `value`.")
    return dict(msgspec.to_builtins(data))


def _before(after: str) -> tuple[int, int]:
    if not after:
        return api.LAST
    position, _, ordinal = after.partition(".")
    if not (position.isdecimal() and ordinal.isdecimal() and len(after) < len(str(api.LAST[0]))):
        raise BadRequest("`after` is the `next` of an earlier page.")
    return int(position), int(ordinal)


def _page(rows: list[Decision], limit: int, caller: Caller) -> Page[views.DecisionView]:
    is_open = "profiles.personal" in caller.rights
    return page(
        rows,
        limit,
        lambda made: views.of_decision(made, is_open=is_open),
        lambda made: f"{made.position}.{made.ordinal}",
    )


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_decisions_of_profile,
            list_decisions,
            preview_merge,
            merge_people,
            preview_cut,
            cut_person,
            separate_people,
            permit_people,
            get_rules,
            change_rules,
            list_rules_versions,
            preview_rules,
            apply_rules_backwards,
        ],
        tags=["identity"],
    ),
    *rules_http.routes,
]
