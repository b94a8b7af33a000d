"""Decoding a batch, here or in another process.

In: the parcels of a batch, its first position, the instant of each of its blocks. Out: for each position an
event or a rejection, with its parcel. `pack` and `unpack` carry the outcome between processes: whatever the
parcels hold is not sent again. Invariant: unpacked is equal to decoded.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, msgpack

from konnektu.collect import api as collect
from konnektu.core.records import Derived, Event, Identifier, Parcel, Rejected
from konnektu.log import api as log

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


class Shipped(Struct, frozen=True, array_like=True):
    """What decoding adds to an event that the parcel does not say."""

    type: str
    name: str
    message_id: str
    time: int
    raw_time: int
    identifiers: tuple[Identifier, ...]
    traits: dict[str, Any]
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
        records.append(log.record_of(one))
        events.append(_shipped(one, context, derived))
    said = [context for _, context in contexts.values()]
    derivations = [derived for _, derived in table.values()]
    return _encode(Shipment(number, events, rejected, bodies, said, derivations, b"".join(records)))


def unpack(
    shipment: Shipment, batch: Sequence[Sequence[Parcel]], position: int, instants: Sequence[int]
) -> Iterator[Read]:
    """The inverse of `pack`, given the batch again."""
    rejected, bodies, contexts, table = (
        shipment.rejected, shipment.bodies, shipment.contexts, shipment.derived
    )  # fmt: skip
    shipped = iter(shipment.events)
    for parcels, instant in zip(batch, instants, strict=True):
        for parcel in parcels:
            for came in parcel.events:
                if position in rejected:
                    yield _rejected(parcel, came, position, instant, *rejected[position]), parcel
                else:
                    one = next(shipped)
                    body = bodies.get(position, came) if bodies else came
                    context, derived = contexts[one.context], table[one.derived]
                    yield _event(one, parcel, position, instant, context, derived, body), parcel
                position += 1


_encode = msgpack.Encoder().encode


def _shipped(one: Event, context: int, derived: int) -> Shipped:
    return Shipped(
        one.type,
        one.name,
        one.message_id,
        one.time,
        one.raw_time,
        one.identifiers,
        one.traits,
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
    context: dict[str, Any],
    derived: Derived,
    body: bytes,
) -> Event:
    return Event(
        position=position,
        instant=instant,
        source=parcel.source,
        origin=parcel.origin,
        type=one.type,
        name=one.name,
        message_id=one.message_id,
        time=one.time,
        raw_time=one.raw_time,
        received_at=parcel.received_at,
        identifiers=one.identifiers,
        traits=one.traits,
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
