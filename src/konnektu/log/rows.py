"""Rows of the event store straight from a block: bodies as they came, beside what the writer handed over.

In: an applied block with its body and stamps. Out: the rows of its facts. An event whose body had to change,
or of which the writer said nothing, is decoded again.
"""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
from msgspec import Struct, structs
from numpy.typing import NDArray

from konnektu.core.records import Derived, Event, Parcel
from konnektu.log.facts import FACT_SCHEMA, Fact, fact_table
from konnektu.log.model import NOBODY, UNDERIVED, Applied, Derivations, Entry, Stamps, decode_stamps

Head = tuple[str, str, str]
"""(type, name, message id)."""


class Reading(Struct, frozen=True):
    """How the events of the log are read."""

    read: Callable[[Entry], Event]
    """An entry as its event again: the one decoder, with the workspace's options."""
    head: Callable[[bytes], Head | None]
    """The head of an event accepted as it came; None where only `read` tells."""


class _Parcels(Struct, frozen=True):
    """The parcels of a block, and of each event its parcel's number."""

    parcels: Sequence[Parcel]
    numbers: NDArray[np.int64]
    bodies: list[bytes]


def block_rows(block: Applied, parcels: Sequence[Parcel], reading: Reading) -> pa.Table:
    """The rows of a block's facts, those that are decoded again last."""
    stamps = decode_stamps(block.stamps)
    counts = [len(parcel.events) for parcel in parcels]
    bodies = list(chain.from_iterable(parcel.events for parcel in parcels))
    opened = _Parcels(parcels, np.repeat(np.arange(len(counts)), counts), bodies)
    heads = _heads(stamps, bodies, reading)
    plain = np.array([head is not None for head in heads], np.bool_)
    kept = np.nonzero(plain)[0]
    odd = np.nonzero((stamps.atoms >= NOBODY) & ~plain)[0].tolist()
    parts = [fact_table([_fact(block, stamps, opened, place, reading) for place in odd])] if odd else []
    if stamps.derived is not None and kept.size:
        found = [head for head in heads if head is not None]
        parts.insert(0, _plain_rows(block, stamps, stamps.derived, opened, kept, found))
    return pa.concat_tables(parts) if parts else FACT_SCHEMA.empty_table()


def _heads(stamps: Stamps, bodies: Sequence[bytes], reading: Reading) -> list[Head | None]:
    """The head of each event that is a fact and needs no decoding; None for all others."""
    if stamps.derived is None:
        return [None] * len(bodies)
    is_plain = ((stamps.atoms >= NOBODY) & (stamps.derived.kinds != UNDERIVED)).tolist()
    return [reading.head(body) if plain else None for body, plain in zip(bodies, is_plain, strict=True)]


def _fact(block: Applied, stamps: Stamps, opened: _Parcels, place: int, reading: Reading) -> Fact:
    parcel = opened.parcels[int(opened.numbers[place])]
    one = structs.replace(parcel, events=[opened.bodies[place]])
    entry = Entry(
        block.first_position + place,
        block.instant,
        int(stamps.atoms[place]),
        int(stamps.marks[place]),
        int(stamps.visits[place]),
        one,
    )
    return Fact(reading.read(entry), one, entry.atom, entry.visit)


def _plain_rows(
    block: Applied,
    stamps: Stamps,
    derived: Derivations,
    opened: _Parcels,
    kept: NDArray[np.int64],
    heads: Sequence[Head],
) -> pa.Table:
    types, names, ids = zip(*heads, strict=True)
    bodies = opened.bodies if len(kept) == len(opened.bodies) else [opened.bodies[i] for i in kept.tolist()]
    columns = {
        "position": kept + block.first_position,
        "instant": np.full(len(kept), block.instant),
        "time": derived.times[kept],
        "raw_time": derived.raw_times[kept],
        "type": types,
        "name": names,
        "message_id": ids,
        "atom": stamps.atoms[kept],
        "marks": stamps.marks[kept],
        "visit": stamps.visits[kept],
        "body": pa.array(bodies, pa.binary()).cast(pa.string()),
        **_derived_columns(derived.table, derived.kinds[kept]),
        **_parcel_columns(opened.parcels, opened.numbers[kept]),
    }
    return pa.Table.from_arrays(
        [pa.array(columns[field.name], field.type) for field in FACT_SCHEMA], schema=FACT_SCHEMA
    )


def _derived_columns(table: Sequence[Derived], kinds: NDArray[np.int32]) -> dict[str, pa.Array]:
    return {
        name: pa.array([getattr(one, name) for one in table], pa.string()).take(pa.array(kinds))
        for name in Derived.__struct_fields__
    }


def _parcel_columns(parcels: Sequence[Parcel], numbers: NDArray[np.int64]) -> dict[str, pa.Array]:
    """What all events of a parcel share."""
    shared: dict[str, list[object]] = {
        "received_at": [parcel.received_at for parcel in parcels],
        "sent_at": [-1 if parcel.sent_at is None else parcel.sent_at for parcel in parcels],
        "source": [parcel.source for parcel in parcels],
        "origin": [parcel.origin for parcel in parcels],
        "history": [parcel.history for parcel in parcels],
        "ip": [parcel.ip for parcel in parcels],
        "user_agent": [parcel.user_agent for parcel in parcels],
        "envelope": [parcel.context.decode("utf-8", "replace") for parcel in parcels],
    }
    places = pa.array(numbers)
    return {
        name: pa.array(values, FACT_SCHEMA.field(name).type).take(places) for name, values in shared.items()
    }
