"""Taking one person's facts out of the inbox and the event store.

In: the person's atoms. Out: blocks in which the facts' bytes are gone and their places kept, and an event
store without their rows. Both may be repeated at any time: what is gone stays gone.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec
import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from konnektu.core.records import Decision, Parcel
from konnektu.log import store
from konnektu.log.blocks import decode_block, encode_block, without_sender
from konnektu.log.facts import decision_table
from konnektu.log.locks import rewriting
from konnektu.log.model import ERASED, NOBODY, REJECTED, REPEATED, Applied, Stamps, decode_stamps
from konnektu.storage.api import Db, History

BLOCKS_AT_ONCE = 200
WITHOUT_ATOM = frozenset((REPEATED, REJECTED))


Names = Callable[[Parcel], bool]
"""Whether a parcel's one event names the person; asked of events that have no atom."""


def erase_from_inbox(
    db: Db, inbox: Db, atoms: Collection[int], names: Names, upto: int, of_theirs: Names | None = None
) -> int:
    """Blank the facts of these atoms in every block that is kept, and repeated and rejected events that name the
    person; how many were blanked.

    `of_theirs` says of a fact that is nobody's whether it names something of the person's.

    A block's stamps say ERASED first, then its body loses the bytes; a crash between is mended by the next call.
    """
    with rewriting(db):
        return _erase_from_inbox(db, inbox, atoms, _asked(names, of_theirs), upto)


def _erase_from_inbox(
    db: Db, inbox: Db, atoms: Collection[int], asked: Mapping[int, Names], upto: int
) -> int:
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
            erased += _erase_from_block(db, inbox, block, parcels, atoms, asked)
        after = blocks[-1].last_position
    return erased


def _asked(names: Names, of_theirs: Names | None) -> dict[int, Names]:
    """What is asked of events without an atom, by what stands in its place."""
    asked = dict.fromkeys(WITHOUT_ATOM, names)
    return {**asked, NOBODY: of_theirs} if of_theirs else asked


def _erase_from_block(
    db: Db,
    inbox: Db,
    block: Applied,
    parcels: Sequence[Parcel],
    atoms: Collection[int],
    names: Mapping[int, Names],
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


def _naming(parcels: Sequence[Parcel], stamps: Stamps, names: Mapping[int, Names]) -> NDArray[np.bool_]:
    """Which events without an atom name the person, or something of the person's."""
    hit = np.zeros(len(stamps.atoms), np.bool_)
    index = 0
    for parcel in parcels:
        for event in parcel.events:
            asked = names.get(int(stamps.atoms[index])) if event else None
            if asked:
                hit[index] = asked(structs.replace(parcel, events=[event]))
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
        kept.append(without_sender(structs.replace(parcel, events=events)))
    return kept


def erase_from_history(
    history: History, atoms: Collection[int], masked: Sequence[Decision], positions: Collection[int] = ()
) -> int:
    """Delete the facts of these atoms and at these positions from the event store, and put decisions without their
    identifiers in place of those that named them; how many facts there were.
    """
    asked = {"atoms": sorted(atoms), "positions": sorted(positions)}
    where = "atom IN {atoms:Array(Int64)}" + (" OR position IN {positions:Array(Int64)}" if positions else "")
    asked = asked if positions else {"atoms": asked["atoms"]}
    found = int(history.scalar(f"SELECT count() FROM fact WHERE {where}", asked))  # noqa: S608  constants
    history.command(f"ALTER TABLE fact DELETE WHERE {where} SETTINGS mutations_sync = 2", asked)
    if masked:
        _replace_decisions(history, masked)
    _drop_copies(history)
    return found


def _drop_copies(history: History) -> None:
    """Remove all copies of what stands, because they may hold the person; the next count makes a new one.

    The mark comes first and stays: a copy that began without it is thrown away by who makes it.
    """
    mark = {"mark": secrets.token_hex(16)}
    history.command(
        "INSERT INTO mirror (copy, kind, id) SELECT toInt64(0), 'erased', {mark:String} FROM numbers(1)", mark
    )
    history.command("ALTER TABLE mirror DELETE WHERE NOT (kind = 'erased' AND id = {mark:String})", mark)


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
