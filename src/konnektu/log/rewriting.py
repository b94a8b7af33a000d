"""Events that grew old, in kept blocks of the inbox: taken out, or given another body in their place.

In: who judges. Out: blocks in which places and stamps are as they were, but that what was taken out is stamped ERASED.
Stamps are written first, then the body; a crash between is mended by the next call, which may come at any time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from konnektu.core.records import Parcel
from konnektu.log import store
from konnektu.log.blocks import decode_block, encode_block, without_sender
from konnektu.log.locks import rewriting
from konnektu.log.model import ERASED, NOBODY, Applied, Entry, Stamps, decode_stamps
from konnektu.storage.api import Db

BLOCKS_AT_ONCE = 200

Judge = Callable[[Sequence[Entry]], Mapping[int, Parcel | None]]
"""What becomes of entries, by position: each with one event, None where it is taken out; the others stay."""


def rewrite_inbox(db: Db, inbox: Db, judge: Judge, upto: int, before: int) -> int:
    """Let `judge` look at every kept event up to a position that may have happened before an instant; how many changed.

    It is shown repeated and rejected events too, with REPEATED and REJECTED in place of their atoms.
    """
    with rewriting(db):
        changed, after = 0, 0
        while after < upto:
            with db.read() as own:
                blocks = store.applied_range(own, after, upto, BLOCKS_AT_ONCE)
            if not blocks:
                break
            old = [
                (block, stamps, hit)
                for block in blocks
                if (hit := _may_be_old(stamps := _stamps(block), before)).any()
            ]
            with inbox.read() as read:
                bodies = store.bodies(read, [block for block, _, _ in old])
            for block, stamps, hit in old:
                if block.block in bodies:
                    changed += _rewrite(
                        db, inbox, block, stamps, hit, decode_block(bodies[block.block]), judge
                    )
            after = blocks[-1].last_position
    return changed


def _stamps(block: Applied) -> Stamps:
    return decode_stamps(block.stamps)


def _may_be_old(stamps: Stamps, before: int) -> NDArray[np.bool_]:
    """Which events are to be looked at. Of those that are no facts the stamps do not say when they happened."""
    hit: NDArray[np.bool_] = stamps.atoms != ERASED
    if stamps.derived is not None:
        hit &= (stamps.atoms < NOBODY) | (stamps.derived.times < before)
    return hit


def _rewrite(
    db: Db,
    inbox: Db,
    block: Applied,
    stamps: Stamps,
    hit: NDArray[np.bool_],
    parcels: Sequence[Parcel],
    judge: Judge,
) -> int:
    verdicts = judge(list(_entries(block, stamps, hit, parcels)))
    if not verdicts:
        return 0
    gone = [position - block.first_position for position, one in verdicts.items() if one is None]
    if gone:
        atoms = stamps.atoms.copy()
        atoms[gone] = ERASED
        kept = structs.replace(stamps, atoms=atoms)
        with db.transaction() as own:
            store.replace_stamps(own, block.first_position, kept.encode(), kept.accepted)
    with inbox.transaction() as write:
        store.replace_body(
            write, block, encode_block(list(_changed(parcels, verdicts, block.first_position)))
        )
    return len(verdicts)


def _entries(
    block: Applied, stamps: Stamps, hit: NDArray[np.bool_], parcels: Sequence[Parcel]
) -> Iterator[Entry]:
    place = 0
    for parcel in parcels:
        for event in parcel.events:
            if hit[place] and event:
                yield Entry(
                    block.first_position + place,
                    block.instant,
                    int(stamps.atoms[place]),
                    int(stamps.marks[place]),
                    int(stamps.visits[place]),
                    structs.replace(parcel, events=[event]),
                )
            place += 1


def _changed(
    parcels: Sequence[Parcel], verdicts: Mapping[int, Parcel | None], position: int
) -> Iterator[Parcel]:
    """The parcels with what became of their events. One whose events share no context any more is cut into several."""
    for parcel in parcels:
        parts: list[Parcel] = []
        for event in parcel.events:
            one = verdicts.get(position, parcel)
            position += 1
            context = one.context if one else parcel.context
            left = event if one is parcel else one.events[0] if one else b""
            if parts and parts[-1].context == context:
                parts[-1].events.append(left)
            else:
                parts.append(structs.replace(parcel, context=context, events=[left]))
        yield from map(without_sender, parts or [parcel])
