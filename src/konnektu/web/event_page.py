"""One event in full: as it came, as it was understood, what was derived from it, whose it is, what it decided.

In: its id. Out: `EventView`. Invariant: contents are covered for who may not see personal data, and what came as it
came is for the others alone.
"""

from typing import Annotated, Any

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import PathParameter
from msgspec import Struct

from konnektu.access.api import Caller, require, sources
from konnektu.collect.api import Options
from konnektu.core.errors import NotFound
from konnektu.core.ids import internal_id, public_id
from konnektu.core.records import ROBOT, STAFF, TEST, Derived, Event
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

Id = Annotated[str, PathParameter(max_length=100, description="Id of the event, as its list shows it.")]


class EventSource(Struct, frozen=True):
    """The source of data that an event came from."""

    id: str
    name: str


class EventIdentifier(Struct, frozen=True):
    """An identifier that was found in an event."""

    kind: str
    value: str
    """Covered for callers without the right to personal data, unless it is a browser's or a device's."""


class EventRefusal(Struct, frozen=True):
    """An attribute that was stated with a value that it cannot take."""

    attribute: str
    reason: str


class EventView(Struct, frozen=True, kw_only=True):
    """One accepted event."""

    id: str
    position: int
    """Its place on the log."""
    type: str
    name: str
    message_id: str
    time: int
    """When it happened, by the sender's clock corrected."""
    received_at: int
    applied_at: int
    """When the platform knew it: never before an event with a lower position."""
    origin: str
    source: EventSource | None
    """Null for facts of the platform, and for a source that is gone."""
    profile: str | None
    """Whose it is at this moment; null for nobody's."""
    visit_at: int | None
    """When the visit began that it belongs to."""
    is_history: bool
    """It was imported as what happened long ago."""
    marks: list[str]
    """Of robot, staff and test."""
    identifiers: list[EventIdentifier]
    attributes: dict[str, Any]
    refused: list[EventRefusal]
    properties: dict[str, Any]
    context: dict[str, Any]
    derived: dict[str, str]
    """What was read from its context: device, place, campaign; only what is known."""
    raw: str
    """As it was accepted; empty without the right to personal data."""
    decisions: list[identity.DecisionView]
    """What it decided about who is one person."""


@get("/events/{event:str}", guards=[require("events.read")], sync_to_thread=True)
def get_event(
    event: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    options: NamedDependency[Options],
    now: NamedDependency[int],
) -> EventView:
    """One accepted event, the latest ones too: those that the event store does not have yet are read from the inbox."""
    record, position = caller.workspace, internal_id(event)
    entry = _entry(storage, record, position)
    told = profiles.told_of(entry, options).event
    with storage.workspace(record).read(snapshot=True) as db:
        whose = identity.current(db, entry.atom) if entry.atom > 0 else None
        made = identity.decisions_between(db, position - 1, position)
    known = {one.id: one for one in sources(storage.control, record.id, now=now)}
    source = known.get(told.source)
    is_open = caller.may("profiles.personal")
    return _view(
        told,
        entry,
        source=EventSource(public_id(source.created_at, source.id), source.name) if source else None,
        profile=public_id(0, whose) if whose else None,
        decisions=[identity.of_decision(one, is_open=is_open) for one in made]
        if caller.may("identity.read")
        else [],
        is_open=is_open,
    )


def _entry(storage: Storage, record: WorkspaceRecord, position: int) -> log.Entry:
    """The fact at a position. Raises `NotFound` where there is none, and `Retry` while the event store is away."""
    db = storage.workspace(record)
    with db.read() as own:
        sealed, upto = _ends(own)
    found: list[log.Entry] = []
    if position <= sealed:
        bounds = (position - 1, position)
        found = log.listed(storage.history(record), {}, bounds, 1, is_latest_first=False)
    elif position <= upto:
        found = list(log.tail(db, storage.inbox, position - 1, position))
    if not found:
        raise NotFound(
            "There is no such event: it was erased with its person, rejected, or repeated another."
        )
    return found[0]


def _ends(own: Connection) -> tuple[int, int]:
    return log.store.sealed(own)[0], log.store.place(own).position


def _view(
    event: Event,
    entry: log.Entry,
    *,
    source: EventSource | None,
    profile: str | None,
    decisions: list[identity.DecisionView],
    is_open: bool,
) -> EventView:
    return EventView(
        id=public_id(event.instant, event.position),
        position=event.position,
        type=event.type,
        name=event.name,
        message_id=event.message_id,
        time=event.time,
        received_at=event.received_at,
        applied_at=event.instant,
        origin=event.origin,
        source=source,
        profile=profile,
        visit_at=entry.visit or None,
        is_history=event.history,
        marks=[name for bit, name in _MARKS.items() if entry.marks & bit],
        identifiers=[_identifier(kind, value, is_open=is_open) for kind, value in event.identifiers],
        attributes=_shown(event.traits, is_open=is_open),
        refused=[EventRefusal(*one) for one in event.refused],
        properties=_shown(event.properties, is_open=is_open),
        context=_shown(event.context, is_open=is_open),
        derived=_derived(event.derived),
        raw=event.body.decode(errors="replace") if is_open else "",
        decisions=decisions,
    )


_MARKS = {ROBOT: "robot", STAFF: "staff", TEST: "test"}


def _identifier(kind: str, value: str, *, is_open: bool) -> EventIdentifier:
    return EventIdentifier(kind, value if is_open else profiles.covered_identifier(kind, value))


def _shown(values: dict[str, Any], *, is_open: bool) -> dict[str, Any]:
    return values if is_open else dict(profiles.covered("", values))


def _derived(derived: Derived) -> dict[str, str]:
    return {name: value for name, value in msgspec.structs.asdict(derived).items() if value}


routes = [Router("/api/{workspace:str}", route_handlers=[get_event], tags=["events"])]
