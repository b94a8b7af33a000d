"""Taking one person's facts out of the inbox and the event store.

In: the person's atoms. Out: blocks in which the facts' bytes are gone and their places kept, and an event
store without their rows. Both may be repeated at any time: what is gone stays gone.
"""

from collections.abc import Callable, Collection, Sequence

import msgspec
import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from konnektu.core.records import Decision, Parcel
from konnektu.log import store
from konnektu.log.blocks import decode_block, encode_block
from konnektu.log.facts import decision_table
from konnektu.log.model import ERASED, REJECTED, REPEATED, Applied, Stamps, decode_stamps
from konnektu.storage.api import Db, History

BLOCKS_AT_ONCE = 200
WITHOUT_ATOM = frozenset((REPEATED, REJECTED))


Names = Callable[[Parcel], bool]
"""Whether a parcel's one event names the person; asked of events that have no atom."""


def erase_from_inbox(db: Db, inbox: Db, atoms: Collection[int], names: Names, upto: int) -> int:
    """Blank the facts of these atoms in every block that is kept, and repeated and rejected events that name the
    person; how many were blanked.

    A block's stamps say ERASED first, then its body loses the bytes; a crash between is mended by the next call.
    """
    erased, after = 0, 0
    while after < upto:
        with db.read() as own:
            blocks = store.applied_range(own, after, upto, BLOCKS_AT_ONCE)
        if not blocks:
            break
        with inbox.read() as read:
            bodies = store.bodies(read, blocks)
        for block in blocks:
            parcels = decode_block(bodies[block.block]) if block.block in bodies else []
            erased += _erase_from_block(db, inbox, block, parcels, atoms, names)
        after = blocks[-1].last_position
    return erased


def _erase_from_block(
    db: Db, inbox: Db, block: Applied, parcels: Sequence[Parcel], atoms: Collection[int], names: Names
) -> int:
    stamps = decode_stamps(block.stamps)
    hit = np.isin(stamps.atoms, np.array(sorted(atoms), np.int64)) | _naming(parcels, stamps, names)
    if hit.any():
        stamps = structs.replace(stamps, atoms=np.where(hit, ERASED, stamps.atoms))
        with db.transaction() as own:
            store.replace_stamps(own, block.first_position, stamps.encode(), stamps.accepted)
    if (stamps.atoms == ERASED).any():
        _blank(inbox, block, stamps)
    return int(hit.sum())


def _naming(parcels: Sequence[Parcel], stamps: Stamps, names: Names) -> NDArray[np.bool_]:
    """Which events without an atom, repeated or rejected, name the person."""
    hit = np.zeros(len(stamps.atoms), np.bool_)
    index = 0
    for parcel in parcels:
        for event in parcel.events:
            if event and stamps.atoms[index] in WITHOUT_ATOM:
                hit[index] = names(structs.replace(parcel, events=[event]))
            index += 1
    return hit


def _blank(inbox: Db, block: Applied, stamps: Stamps) -> None:
    """Take the bytes of erased facts out of a block's body, if it is kept and still has them."""
    with inbox.transaction() as write:
        body = store.bodies(write, [block]).get(block.block)
        if body is None:
            return
        parcels = decode_block(body)
        blanked = list(_blanked(parcels, stamps))
        if blanked != parcels:
            store.replace_body(write, block, encode_block(blanked))


def _blanked(parcels: Sequence[Parcel], stamps: Stamps) -> list[Parcel]:
    """The parcels without erased events; the sender's address goes with the last event of its parcel."""
    index = 0
    kept: list[Parcel] = []
    for parcel in parcels:
        gone = stamps.atoms[index : index + len(parcel.events)] == ERASED
        index += len(parcel.events)
        events = [b"" if is_gone else event for event, is_gone in zip(parcel.events, gone, strict=True)]
        if any(events):
            kept.append(structs.replace(parcel, events=events))
        else:
            kept.append(structs.replace(parcel, events=events, ip="", user_agent="", context=b""))
    return kept


def erase_from_history(history: History, atoms: Collection[int], masked: Sequence[Decision]) -> int:
    """Delete the facts of these atoms from the event store, and put decisions without their identifiers in place
    of those that named them; how many facts there were.
    """
    of_atoms = {"atoms": sorted(atoms)}
    found = int(history.scalar("SELECT count() FROM fact WHERE atom IN {atoms:Array(Int64)}", of_atoms))
    history.command(
        "ALTER TABLE fact DELETE WHERE atom IN {atoms:Array(Int64)} SETTINGS mutations_sync = 2", of_atoms
    )
    if masked:
        _replace_decisions(history, masked)
    return found


def _replace_decisions(history: History, masked: Sequence[Decision]) -> None:
    places = {
        "positions": [one.position for one in masked],
        "ordinals": [one.ordinal for one in masked],
    }
    history.command(
        "ALTER TABLE decision DELETE WHERE (position, ordinal) IN"
        " (SELECT arrayJoin(arrayZip({positions:Array(Int64)}, {ordinals:Array(Int32)}))) SETTINGS mutations_sync = 2",
        places,
    )
    history.insert(
        "decision", decision_table(masked, [msgspec.json.encode(one) for one in masked]), token=None
    )
