"""In: a parcel and its place on the log. Out: one `Event` or `Rejected` for each of its entries, in order.

The one decoder for everything on the log: the tracking API, imports, the console, the platform's own
facts. A pure, total function: the same parcel at the same place always gives the same records, and no
bytes make it raise. Each entry takes one position, whatever becomes of it.
"""

from datetime import date
from hashlib import blake2b
from typing import Any, Final

from msgspec import Struct

from konnektu.collect.derive import derive
from konnektu.collect.model import ALLOWED_FACTS, FACT_TYPES, Fault, Options
from konnektu.collect.payload import NAMED_BY_EVENT, Content, Payload, content, name_of, read
from konnektu.collect.sender import is_inside
from konnektu.collect.times import corrected, day_of, is_believable, milliseconds
from konnektu.core.attributes import read_traits
from konnektu.core.identifiers import extract
from konnektu.core.records import (
    STAFF,
    TEST,
    UNSTATED,
    Derived,
    Event,
    Identifier,
    Parcel,
    Rejected,
    type_names,
)

WIRE_TYPES: Final = frozenset(type_names)


class _Door(Struct):
    """What all entries of a parcel share."""

    parcel: Parcel
    instant: int
    options: Options
    context: dict[str, Any]
    marks: int
    today: date
    """Day of receipt: what a date of birth is judged by."""
    derived: tuple[dict[str, Any], tuple[Derived, int]] | None = None
    """What was derived last, and from which context: those that follow each other are often one."""


def decode(parcel: Parcel, position: int, instant: int, options: Options) -> list[Event | Rejected]:
    """The records of a parcel whose first entry takes `position`, applied at `instant` (ms UTC).

    Bad data is a value: an entry that cannot be accepted is a `Rejected` with a reason of `model.Reason`.
    """
    marks = (TEST if parcel.source in options.test_sources else 0) | _staff_mark(parcel.ip, options)
    door = _Door(parcel, instant, options, _shared_context(parcel.context), marks, day_of(parcel.received_at))
    return [_record(raw, place, position + place, door) for place, raw in enumerate(parcel.events)]


def told_properties(body: bytes) -> dict[str, Any] | Fault:
    """The properties of an event that was accepted with this body, as `decode` gives them."""
    found = content(body)
    return found if isinstance(found, Fault) else _properties(found)


def _shared_context(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    found = read(b'{"context":' + raw + b"}", len(raw) + 16)
    return {} if isinstance(found, Fault) else found[0].context or {}


def _merged(shared: dict[str, Any], own: dict[str, Any] | None) -> dict[str, Any]:
    """A batch's context under an event's own; objects inside are merged one level deep."""
    if not own:
        return shared
    if not shared:
        return own
    both = {**shared, **own}
    for name, value in shared.items():
        mine = own.get(name)
        if isinstance(value, dict) and isinstance(mine, dict):
            both[name] = {**value, **mine}
    return both


def _record(raw: bytes, place: int, position: int, door: _Door) -> Event | Rejected:
    found = read(raw, door.options.event_bytes)
    record = found if isinstance(found, Fault) else _event(found[0], found[1], place, position, door)
    if not isinstance(record, Fault):
        return record
    return Rejected(
        position=position,
        instant=door.instant,
        source=door.parcel.source,
        reason=record.reason,
        detail=record.detail,
        body=raw,
        received_at=door.parcel.received_at,
        context=door.parcel.context,
    )


def _event(payload: Payload, body: bytes, place: int, position: int, door: _Door) -> Event | Fault:
    parcel = door.parcel
    kind = payload.type
    wrong = _wrong_type(payload, parcel)
    if wrong:
        return wrong
    times = _times(payload, parcel)
    if isinstance(times, Fault):
        return times
    context = _merged(door.context, payload.context)
    stated = _stated(payload, context)
    traits, wrong_values = read_traits(stated, door.today) if stated else ({}, None)
    identifiers = extract(
        door.options.kinds,
        user_id=_id_text(payload.user_id),
        anonymous_id=_id_text(payload.anonymous_id),
        traits=traits,
        context=context,
        previous_id=_id_text(payload.previous_id),
    )
    if not identifiers and kind in WIRE_TYPES and not _names_anybody(payload):
        return Fault("no_identifier", "Neither userId nor anonymousId, nor another identifier, is given.")
    derived, marks = _derived(door, context)
    return Event(
        position=position,
        instant=door.instant,
        source=parcel.source,
        origin=parcel.origin,
        type=kind or "",
        name=name_of(kind or "", payload.event, payload.name),
        message_id=payload.message_id or _made_id(body, place),
        time=times[0],
        raw_time=times[1],
        received_at=parcel.received_at,
        identifiers=identifiers,
        traits=traits,
        refused=tuple((name, why.reason) for name, why in wrong_values.items()) if wrong_values else (),
        properties=_properties(payload),
        context=context,
        marks=marks | door.marks | _marks_of(context, identifiers, door.options),
        history=parcel.history,
        derived=derived,
        body=body,
    )


def _derived(door: _Door, context: dict[str, Any]) -> tuple[Derived, int]:
    """Device, place and arrival, with the marks they earn."""
    last = door.derived
    if last is None or last[0] is not context:
        last = door.derived = context, derive(context, door.parcel.ip, door.parcel.user_agent)
    return last[1]


def _wrong_type(payload: Payload, parcel: Parcel) -> Fault | None:
    kind = payload.type
    if kind in WIRE_TYPES:
        if kind == NAMED_BY_EVENT and not (payload.event and payload.event.strip()):
            return Fault("no_name", "A track event must name what happened in its field event.")
        return None
    if kind not in FACT_TYPES:
        return Fault("unknown_type", f"type is {kind!r}; known are {', '.join(type_names)}.")
    if kind not in ALLOWED_FACTS[parcel.origin]:
        return Fault("not_allowed", f"Facts of type {kind} do not come through this door ({parcel.origin}).")
    return None


def _times(payload: Payload, parcel: Parcel) -> tuple[int, int] | Fault:
    """(time, raw time) of the event."""
    stated = payload.timestamp if payload.timestamp not in (None, "") else payload.original_timestamp
    if stated is None or stated == "":
        return parcel.received_at, UNSTATED
    raw = milliseconds(stated)
    if raw is None:
        return Fault("wrong_time", f"timestamp {str(stated)[:64]!r} is no ISO 8601 time.")
    time = corrected(raw, _sent_at(payload, parcel), parcel.received_at)
    if not is_believable(time, parcel.received_at):
        return Fault("wrong_time", f"timestamp {str(stated)[:64]!r} is before 1970 or more than a day ahead.")
    return time, raw


def _sent_at(payload: Payload, parcel: Parcel) -> int | None:
    """The sender's clock when it sent; None for history, whose times are another system's and right already."""
    if parcel.history:
        return None
    if parcel.sent_at is not None or not payload.sent_at:
        return parcel.sent_at
    return milliseconds(payload.sent_at)


def _stated(payload: Payload, context: dict[str, Any]) -> dict[str, Any]:
    """Attributes of the person: the event's own over those in its context. A group's traits are the group's."""
    carried = context.get("traits")
    own = payload.traits if payload.type != "group" else None
    if not isinstance(carried, dict) or not carried:
        return own or {}
    return {**carried, **own} if own else carried


def _properties(payload: Payload | Content) -> dict[str, Any]:
    """Properties by type: a group's id and traits, a page's category beside its own properties."""
    properties = payload.properties or {}
    if payload.type == "group":
        return {**properties, **(payload.traits or {}), "groupId": _id_text(payload.group_id)}
    if payload.category and "category" not in properties:
        return {**properties, "category": payload.category}
    return properties


def _id_text(value: str | float | None) -> str | None:
    """An id as text; SDKs of typed languages send numbers, and a whole float is that whole number."""
    if value is None or type(value) is str:
        return value
    return str(int(value)) if type(value) is float and value.is_integer() else str(value)


def _names_anybody(payload: Payload) -> bool:
    """Whether the sender named a person at all, even by a value that identifies nobody."""
    return any(value not in (None, "") for value in (payload.user_id, payload.anonymous_id))


def _made_id(body: bytes, place: int) -> str:
    """A message id for an event without one: the same for the same content at the same place of a request."""
    return f"made-{blake2b(body, digest_size=16).hexdigest()}-{place}"


def _marks_of(context: dict[str, Any], identifiers: tuple[Identifier, ...], options: Options) -> int:
    marks = TEST if context.get("test") is True else 0
    if options.staff and not options.staff.isdisjoint(identifiers):
        marks |= STAFF
    ip = context.get("ip")
    return marks | _staff_mark(ip, options) if isinstance(ip, str) else marks


def _staff_mark(ip: str, options: Options) -> int:
    return STAFF if ip and options.staff_networks and is_inside(ip, options.staff_networks) else 0
