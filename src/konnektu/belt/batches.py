"""Batches: blocks of the inbox that are applied in one transaction, and what decoding one depends on.

In: blocks that wait. Out: batches of about one size, in order.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from konnektu.belt.ahead import Circumstances
from konnektu.collect import api as collect
from konnektu.core.records import Parcel
from konnektu.log import api as log


class Batch(Struct, frozen=True):
    """Blocks applied in one transaction."""

    blocks: list[log.Waiting]
    parcels: list[list[Parcel]]
    """The parcels of each block."""
    alone: bool
    """Holds one fact of the system that is decided on state complete up to it (see `batches`)."""

    @property
    def events(self) -> int:
        """Positions the batch takes."""
        return sum(block.events for block in self.blocks)


def batches(waiting: Sequence[log.Waiting], size: int) -> Iterator[Batch]:
    """Cut blocks into batches of about `size` events, in order. A block of the system stands alone.

    Facts of the system (a rule change, an effective cut, an erasure) change how later events are read, or
    need the history up to them; so everything before is committed first.
    """
    blocks: list[log.Waiting] = []
    parcels: list[list[Parcel]] = []
    events = 0
    for block in waiting:
        opened = log.decode_block(block.body)
        alone = any(parcel.origin == "system" for parcel in opened)
        if blocks and (alone or events + block.events > size):
            yield Batch(blocks, parcels, alone=False)
            blocks, parcels, events = [], [], 0
        if alone:
            yield Batch([block], [opened], alone=True)
            continue
        blocks.append(block)
        parcels.append(opened)
        events += block.events
    if blocks:
        yield Batch(blocks, parcels, alone=False)


def with_following(batches: Iterable[Batch]) -> Iterator[tuple[Batch, Batch | None]]:
    """Each batch with the one after it."""
    before: Batch | None = None
    for batch in batches:
        if before is not None:
            yield before, batch
        before = batch
    if before is not None:
        yield before, None


def circumstances(batch: Batch, place: log.Place, chosen: collect.Options) -> Circumstances:
    """What decoding a batch depends on, where the writer stands at `place` before it."""
    instants = list(instants_of(place.instant, batch.blocks))
    return Circumstances(tuple(block.id for block in batch.blocks), place.position + 1, instants, chosen)


def instants_of(last: int, blocks: Sequence[log.Waiting]) -> Iterator[int]:
    """The instant of each block: when it was received, never before the one in front of it."""
    for block in blocks:
        last = max(last, block.received_at)
        yield last
