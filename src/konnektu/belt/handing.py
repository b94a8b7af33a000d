"""What a batch hands over to the event store: stamps of its events, and what was derived from them.

In: a batch and its events after the last stage. Out: one hand-over a block. Pure.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from konnektu.belt.batches import Batch
from konnektu.core.records import Derived, Event
from konnektu.flow import Applied
from konnektu.log import api as log


def stamps_of(batch: Batch, atoms: Sequence[int], first: int, applied: Applied) -> log.Stamps:
    """The stamps of a whole batch; position `first` is index 0."""
    events = [one.event for one in applied.resolved]
    places = np.array([event.position for event in events], np.int64) - first

    def spread(values: Sequence[int], kind: type[np.generic], *, rest: int = 0) -> NDArray[Any]:
        column = np.full(len(atoms), rest, kind)
        column[places] = values
        return column

    stamped = np.array(atoms, np.int64)
    stamped[places] = [one.atom for one in applied.resolved]
    kinds, table = _derived(batch, events, first)
    return log.Stamps(
        stamped,
        spread([event.marks for event in events], np.uint8),
        spread(applied.visits, np.int64),
        log.Derivations(
            spread([event.time for event in events], np.int64),
            spread([event.raw_time for event in events], np.int64),
            spread(kinds, np.int32, rest=log.UNDERIVED),
            table,
        ),
    )


def _derived(batch: Batch, events: Sequence[Event], first: int) -> tuple[list[int], tuple[Derived, ...]]:
    """For each event the number of what was derived from it, UNDERIVED where its body is not as it came; and those."""
    came = [body for parcels in batch.parcels for parcel in parcels for body in parcel.events]
    table: dict[int, tuple[int, Derived]] = {}
    kinds: list[int] = []
    for event in events:
        derived = event.derived
        if event.body is not came[event.position - first]:
            kinds.append(log.UNDERIVED)
        elif found := table.get(id(derived)):
            kinds.append(found[0])
        else:
            kinds.append(len(table))
            table[id(derived)] = (len(table), derived)
    return kinds, tuple([derived for _, derived in table.values()])


def hand_overs(
    batch: Batch, first: int, instants: Sequence[int], stamps: log.Stamps
) -> Iterator[log.Applied]:
    """The hand-over of each block of a batch whose first position is `first`."""
    start = 0
    for block, instant in zip(batch.blocks, instants, strict=True):
        part = stamps.part(start, start + block.events)
        yield log.Applied(
            first + start, block.id, block.day, block.events, part.accepted, instant, part.encode()
        )
        start += block.events
