"""Routes of rejected events: see them, correct and replay them, close them, one by one or all at once.

In: requests. Out: views of what `log.api` keeps. Invariant: what is done to them is audited.
"""

from typing import Annotated, Any, Literal, cast

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from konnektu.access.api import Caller, record_alone, require
from konnektu.core.ids import internal_id, public_id, uuid7
from konnektu.core.paging import LIMIT_MOST, LIMIT_USUAL, Page, page
from konnektu.dictionary import api as dictionary
from konnektu.jobs import api as jobs
from konnektu.log import api as log
from konnektu.storage.api import Db, Storage

AT_ONCE = 1_000
State = Literal["open", "replayed", "discarded"]
FARTHEST = 2**53
Id = Annotated[str, Meta(max_length=100)]
Instant = Annotated[int, Meta(ge=0, le=FARTHEST)]


class QuarantinedView(Struct, frozen=True, kw_only=True):
    """A rejected event."""

    id: str
    at: int
    """When it was rejected."""
    source: int
    reason: str
    detail: str
    event: str
    """The event as it came, in full, bytes that are no UTF-8 as U+FFFD; empty without the right to personal data."""
    state: State
    replayed_as: str | None = None
    """Id of the event that it became when it was sent again; null before, and where it repeated another."""


class Which(Struct, frozen=True):
    """Which rejected events are meant, of those that are open; what is not given does not matter."""

    reason: Annotated[str, Meta(max_length=100)] = ""
    source: Annotated[int, Meta(ge=0, le=FARTHEST)] | None = None
    since: Instant = 0
    """Rejected at or after; milliseconds since 1970 UTC."""
    until: Instant = FARTHEST
    """Rejected before."""

    def chosen(self) -> log.Chosen:
        """The same for the log."""
        return log.Chosen(reason=self.reason, source=self.source, since=self.since, until=self.until)


class Mending(Struct, frozen=True):
    """Rejected events to send again, each corrected by the same steps."""

    which: Which
    steps: dictionary.Correction = []


class Trial(Mending, frozen=True):
    """A correction to try on the first of the events."""

    samples: Annotated[int, Meta(ge=1, le=100)] = 10


class TriedView(Struct, frozen=True, kw_only=True):
    """What a correction would make of one rejected event."""

    id: str
    before: str
    """The event as it came; empty without the right to personal data."""
    after: str
    reason: str
    """Why it would be rejected again; empty where it would be accepted."""
    detail: str


class Closing(Struct, frozen=True):
    """Rejected events to close."""

    which: Which


class Begun(Struct, frozen=True):
    """The job that does it."""

    job: str
    events: int
    """How many events are open that fit."""


class Correction(Struct, frozen=True):
    """A rejected event to send again."""

    id: Id
    event: dict[str, Any] | None = None
    """What to send in its place; null sends it as it came."""


class Replay(Struct, frozen=True):
    """Rejected events to send again."""

    events: Annotated[list[Correction], Meta(min_length=1, max_length=AT_ONCE)]


class Discard(Struct, frozen=True):
    """Rejected events to close."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=AT_ONCE)]


class Replayed(Struct, frozen=True):
    """Where the events went."""

    block: int
    """Block of the inbox; the writer applies it next."""


@get("/quarantine", guards=[require("quarantine.manage")], sync_to_thread=True)
def list_quarantine(  # noqa: PLR0913, PLR0917 - each is one filter
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    kept: Annotated[State, QueryParameter(name="state")] = "open",
    reason: Annotated[str, QueryParameter(max_length=100, description="Only those of this reason.")] = "",
    source: Annotated[int | None, QueryParameter(ge=0, le=FARTHEST, description="Only those of it.")] = None,
    since: Annotated[int, QueryParameter(ge=0, le=FARTHEST, description="Rejected at or after.")] = 0,
    until: Annotated[int, QueryParameter(ge=0, le=FARTHEST, description="Rejected before.")] = FARTHEST,
    after: Annotated[str, QueryParameter(max_length=100)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST)] = LIMIT_USUAL,
) -> Page[QuarantinedView]:
    """Rejected events of a state, the latest first; what they say only for who may see personal data."""
    is_open = caller.may("profiles.personal")
    chosen = log.Chosen(reason=reason, source=source, since=since, until=until)
    rows = log.quarantine(db, internal_id(after) if after else None, limit + 1, kept, chosen)
    return page(
        rows, limit, lambda row: _view(row, is_open=is_open), lambda row: public_id(row.instant, row.position)
    )


@post("/quarantine/try", status_code=200, guards=[require("quarantine.manage")], sync_to_thread=True)
def try_correction(
    data: JSONBody[Trial], caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> list[TriedView]:
    """See what a correction would make of the first of the chosen events. Nothing is sent."""
    is_open = caller.may("profiles.personal")
    found = dictionary.try_on(storage, caller.workspace, data.which.chosen(), tuple(data.steps), data.samples)
    return [_tried(one, is_open=is_open) for one in found]


@post("/quarantine/replay_all", status_code=202, guards=[require("quarantine.manage")], sync_to_thread=True)
def replay_all_quarantine(
    data: JSONBody[Mending],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> Begun:
    """Send all of the chosen events again, corrected; those that would be rejected again stay where they are."""
    arguments = {"steps": msgspec.to_builtins(data.steps)}
    return _begin(Door(storage, caller, db, now), dictionary.REPLAY, data.which, arguments)


@post("/quarantine/discard_all", status_code=202, guards=[require("quarantine.manage")], sync_to_thread=True)
def discard_all_quarantine(
    data: JSONBody[Closing],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> Begun:
    """Close all of the chosen events without sending them again."""
    return _begin(Door(storage, caller, db, now), dictionary.DISCARD, data.which, {})


class Door(Struct, frozen=True):
    """Who begins a job, and where."""

    storage: Storage
    caller: Caller
    db: Db
    now: int


def _begin(door: Door, kind: str, which: Which, more: dict[str, Any]) -> Begun:
    chosen = which.chosen()
    events, upto = log.count_waiting(door.db, chosen), log.place(door.db).position
    arguments = {"chosen": msgspec.to_builtins(chosen), "upto": upto, **more}
    detail = {"events": events, "which": msgspec.to_builtins(which), "steps": len(more.get("steps", ()))}
    record_alone(door.storage.control, door.caller, f"{kind}_all", "quarantine", detail, now=door.now)
    workspace, by = door.caller.workspace, door.caller.login
    job = jobs.defer(door.storage, workspace, kind, uuid7(door.now), arguments, now=door.now, by=by)
    return Begun(public_id(job.created_at, job.id), events)


@post("/quarantine/replay", status_code=200, guards=[require("quarantine.manage")], sync_to_thread=True)
def replay_quarantine(
    data: JSONBody[Replay],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> Replayed:
    """Send open rejected events again, corrected or as they came."""
    positions = [internal_id(one.id) for one in data.events]
    corrected = {
        position: _bytes(one.event)
        for position, one in zip(positions, data.events, strict=True)
        if one.event is not None
    }
    detail = {"events": len(positions), "corrected": len(corrected)}
    record_alone(storage.control, caller, "quarantine.replayed", "quarantine", detail, now=now)
    return Replayed(log.replay(db, storage.inbox, caller.workspace.id, positions, corrected))


@post("/quarantine/discard", status_code=204, guards=[require("quarantine.manage")], sync_to_thread=True)
def discard_quarantine(
    data: JSONBody[Discard],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> None:
    """Close rejected events without sending them again."""
    positions = [internal_id(one) for one in data.ids]
    detail = {"events": len(positions)}
    record_alone(storage.control, caller, "quarantine.discarded", "quarantine", detail, now=now)
    log.discard(db, positions)


def _view(row: log.Quarantined, *, is_open: bool) -> QuarantinedView:
    return QuarantinedView(
        id=public_id(row.instant, row.position),
        at=row.instant,
        source=row.source,
        reason=row.reason,
        detail=row.detail if is_open else "",
        event=bytes(row.body).decode("utf-8", "replace") if is_open else "",
        state=cast(State, row.state),
        replayed_as=public_id(row.became_at, row.became) if row.became and row.became_at else None,
    )


def _tried(one: dictionary.Tried, *, is_open: bool) -> TriedView:
    return TriedView(
        id=public_id(one.instant, one.position),
        before=one.before.decode("utf-8", "replace") if is_open else "",
        after=one.after.decode("utf-8", "replace") if is_open else "",
        reason=one.reason,
        detail=one.detail if is_open else "",
    )


def _bytes(event: dict[str, Any]) -> bytes:
    return msgspec.json.encode(event)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_quarantine,
            try_correction,
            replay_all_quarantine,
            discard_all_quarantine,
            replay_quarantine,
            discard_quarantine,
        ],
        tags=["quarantine"],
    )
]
