"""Decoding a batch, here or in another process.

In: the parcels of a batch, its first position, the instant of each of its blocks. Out: for each position an
event or a rejection, with its parcel. `pack` and `unpack` carry the outcome between processes: whatever the
parcels hold is not sent again. Invariant: unpacked is equal to decoded.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, msgpack

from konnektu.collect import api as collect
from konnektu.core.records import Derived, Event, Identifier, Parcel, Rejected
from konnektu.log import api as log

NONE_STATED: Final[dict[str, Any]] = {}
"""The attributes of all events that state none; nobody changes those of an event."""

Read = tuple[Event | Rejected, Parcel]


class Task(Struct, frozen=True, array_like=True):
    """A batch to decode, as blocks lie in the inbox."""

    number: int
    position: int
    """Of the first event."""
    instants: list[int]
    """Of each block."""
    options: collect.Options
    blocks: list[bytes]


class Shipped(Struct, frozen=True, array_like=True, gc=False):
    """What decoding adds to an event that the parcel does not say."""

    named: int
    """Index into the shipment's types and names."""
    message_id: str
    time: int
    raw_time: int
    identifiers: tuple[Identifier, ...]
    traits: dict[str, Any] | None
    """None where it states none."""
    refused: tuple[tuple[str, str], ...]
    properties: dict[str, Any]
    context: int
    """Index into the shipment's contexts."""
    marks: int
    derived: int
    """Index into the shipment's table."""


class Shipment(Struct, frozen=True, array_like=True):
    """A decoded batch on its way between processes."""

    number: int
    """Of the task."""
    events: list[Shipped]
    rejected: dict[int, tuple[str, str]]
    """(reason, detail) by position."""
    bodies: dict[int, bytes]
    """By position, bodies that were accepted otherwise than they came."""
    named: list[tuple[str, str]]
    """(type, name) of events. What many events have is one object on the other side: reading it again costs little."""
    contexts: list[dict[str, Any]]
    derived: list[Derived]
    records: bytes
    """The record of each event, for deduplication."""


def decoded(
    batch: Sequence[Sequence[Parcel]], position: int, instants: Sequence[int], options: collect.Options
) -> Iterator[Read]:
    """What every parcel of the batch holds, from `position` on."""
    for parcels, instant in zip(batch, instants, strict=True):
        for parcel in parcels:
            for one in collect.decode(parcel, position, instant, options):
                yield one, parcel
            position += len(parcel.events)


def pack(read: Sequence[Read], number: int) -> bytes:
    """A decoded batch as bytes, under the number of its task."""
    events: list[Shipped] = []
    rejected: dict[int, tuple[str, str]] = {}
    bodies: dict[int, bytes] = {}
    records: list[bytes] = []
    table: dict[int, tuple[int, Derived]] = {}
    contexts: dict[int, tuple[int, dict[str, Any]]] = {}
    names: dict[tuple[str, str], int] = {}
    came, parcel_before, place = b"", None, 0
    for one, parcel in read:
        place = place + 1 if parcel is parcel_before else 0
        parcel_before, came = parcel, parcel.events[place]
        if isinstance(one, Rejected):
            rejected[one.position] = (one.reason, one.detail)
            continue
        if one.body is not came:
            bodies[one.position] = one.body
        derived = table.setdefault(id(one.derived), (len(table), one.derived))[0]
        context = contexts.setdefault(id(one.context), (len(contexts), one.context))[0]
        named = names.setdefault((one.type, one.name), len(names))
        records.append(log.record_of(one))
        events.append(_shipped(one, named, context, derived))
    said = [context for _, context in contexts.values()]
    derivations = [derived for _, derived in table.values()]
    return _encode(Shipment(number, events, rejected, bodies, [*names], said, derivations, b"".join(records)))


def unpack(
    shipment: Shipment, batch: Sequence[Sequence[Parcel]], position: int, instants: Sequence[int]
) -> Iterator[Read]:
    """The inverse of `pack`, given the batch again."""
    rejected, bodies = shipment.rejected, shipment.bodies
    names, contexts, table = shipment.named, shipment.contexts, shipment.derived
    shipped = iter(shipment.events)
    for parcels, instant in zip(batch, instants, strict=True):
        for parcel in parcels:
            for came in parcel.events:
                if position in rejected:
                    yield _rejected(parcel, came, position, instant, *rejected[position]), parcel
                else:
                    one = next(shipped)
                    body = bodies.get(position, came) if bodies else came
                    shared = (*names[one.named], contexts[one.context], table[one.derived])
                    yield _event(one, parcel, position, instant, shared, body), parcel
                position += 1


_encode = msgpack.Encoder().encode


def _shipped(one: Event, named: int, context: int, derived: int) -> Shipped:
    return Shipped(
        named,
        one.message_id,
        one.time,
        one.raw_time,
        one.identifiers,
        one.traits or None,
        one.refused,
        one.properties,
        context,
        one.marks,
        derived,
    )


def _event(
    one: Shipped,
    parcel: Parcel,
    position: int,
    instant: int,
    shared: tuple[str, str, dict[str, Any], Derived],
    body: bytes,
) -> Event:
    kind, name, context, derived = shared
    return Event(
        position=position,
        instant=instant,
        source=parcel.source,
        origin=parcel.origin,
        type=kind,
        name=name,
        message_id=one.message_id,
        time=one.time,
        raw_time=one.raw_time,
        received_at=parcel.received_at,
        identifiers=one.identifiers,
        traits=one.traits or NONE_STATED,
        refused=one.refused,
        properties=one.properties,
        context=context,
        marks=one.marks,
        history=parcel.history,
        derived=derived,
        body=body,
    )


def _rejected(parcel: Parcel, body: bytes, position: int, instant: int, reason: str, detail: str) -> Rejected:
    return Rejected(
        position=position,
        instant=instant,
        source=parcel.source,
        reason=reason,
        detail=detail,
        body=body,
        received_at=parcel.received_at,
        context=parcel.context,
    )
