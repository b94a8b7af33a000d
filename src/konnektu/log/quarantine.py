"""Rejected events: kept whole, shown, corrected, replayed.

A replay appends the (corrected) event to the inbox as its first parcel came, so that it meets the same
door again; the parcel says whose replay it is, and the writer notes what became of it. An event that was sent
several times is kept once, by the fingerprint of its bytes: a source that sends it again changes nothing, a
replay that is rejected again leaves it open again.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import msgspec
from msgspec import structs

from konnektu.core.errors import NotFound
from konnektu.core.records import Parcel, Rejected
from konnektu.log import store
from konnektu.log.inbox import append_blocks, new_block
from konnektu.log.model import REJECTED, Chosen, Entry, Open, Quarantined
from konnektu.log.rewriting import Judge
from konnektu.storage.api import Connection, Db

ANY = Chosen()
"""Every rejected event."""
ROWS_AT_ONCE = 1_000
_REPLAY = "quarantine:"
"""Begins the key of a parcel that is a replay, before the position of the rejected event."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Parcel).decode


def keep(db: Connection, rejected: Sequence[tuple[Rejected, Parcel]]) -> None:
    """Write rejected events with the parcel each came in; one already kept is not kept twice."""
    if rejected:
        store.add_quarantine(db, [_row(one, parcel) for one, parcel in rejected])
    if again := [_row(one, parcel) for one, parcel in rejected if replay_of(parcel) is not None]:
        store.reopen_quarantine(db, again)


def replay_of(parcel: Parcel) -> int | None:
    """Position of the rejected event that a parcel sends again; None for every other parcel."""
    number = parcel.key.removeprefix(_REPLAY)
    return int(number) if number != parcel.key and number.isdecimal() else None


def link_replayed(db: Connection, became: Mapping[int, int], instant: int) -> None:
    """Note which events, by position, rejected ones became when they were sent again."""
    if became:
        store.link_quarantine(db, list(became), list(became.values()), instant)


def _row(rejected: Rejected, parcel: Parcel) -> tuple[int, int, int, str, str, bytes, bytes, bytes]:
    envelope = structs.replace(parcel, events=[])
    fingerprint = blake2b(
        rejected.body, digest_size=16, key=f"{rejected.source}:{rejected.reason}".encode()[:64]
    )
    return (
        rejected.position,
        rejected.instant,
        rejected.source,
        rejected.reason,
        rejected.detail,
        rejected.body,
        _encode(envelope),
        fingerprint.digest(),
    )


def quarantine(
    db: Db, after: int | None = None, limit: int = 100, state: str = "open", chosen: Chosen = ANY
) -> list[Quarantined]:
    """Rejected events of a state, latest first; `after` is the position of the last one of the page before."""
    with db.read() as read:
        return store.quarantined(read, state, after if after is not None else 2**62, chosen, limit)


def waiting_quarantine(db: Db, chosen: Chosen, after: int, limit: int) -> list[Open]:
    """Rejected events that wait, whole, in their order; `after` is the position of the last one seen."""
    with db.read() as read:
        return store.open_quarantine(read, after, chosen, limit)


def count_waiting(db: Db, chosen: Chosen) -> int:
    """How many rejected events wait."""
    with db.read() as read:
        return store.count_quarantine(read, chosen)


def quarantine_counts(db: Db) -> dict[str, int]:
    """How many rejected events are open, by reason."""
    with db.read() as read:
        return store.quarantine_counts(read)


def rejected_at(db: Db, earlier: int) -> int | None:
    """When the event was rejected after which `earlier` more were; None where there are not so many."""
    with db.read() as read:
        return store.rejected_at(read, earlier)


def replay(
    db: Db, inbox: Db, workspace: int, positions: Sequence[int], corrected: Mapping[int, bytes]
) -> int:
    """Send open rejected events again, with other bytes where `corrected` has them; the block they went in.

    Raises `NotFound` when one of them is not there or not open any more. After a crash between the two
    databases the events stay open and their block is applied; replaying once more repeats message ids,
    which deduplication drops.
    """
    with db.transaction() as write:
        rows = store.quarantined_among(write, positions)
        if len(rows) != len(set(positions)):
            raise NotFound("Some of these events are not in quarantine any more. Load the list again.")
        return _send(write, inbox, workspace, rows, corrected)


def replay_open(db: Db, inbox: Db, workspace: int, corrected: Mapping[int, bytes]) -> int:
    """The same for those of them that are open still, all with other bytes; how many they are."""
    with db.transaction() as write:
        rows = store.quarantined_among(write, list(corrected))
        if rows:
            _send(write, inbox, workspace, rows, corrected)
    return len(rows)


def _send(
    db: Connection,
    inbox: Db,
    workspace: int,
    rows: Sequence[tuple[int, bytes, bytes]],
    corrected: Mapping[int, bytes],
) -> int:
    parcels = [
        _again(position, _decode(parcel), corrected.get(position, body)) for position, body, parcel in rows
    ]
    block = append_blocks(inbox, [new_block(workspace, parcels)])[0]
    store.settle_quarantine(db, [position for position, _, _ in rows], "replayed", block)
    return block


def replayed_parcel(one: Open, body: bytes) -> Parcel:
    """The parcel in which a rejected event would be sent again."""
    return _again(one.position, one.parcel, body)


def _again(position: int, parcel: Parcel, body: bytes) -> Parcel:
    return structs.replace(parcel, events=[body], key=f"{_REPLAY}{position}")


def discard(db: Db, positions: Sequence[int]) -> None:
    """Close rejected events without sending them again."""
    with db.transaction() as write:
        store.settle_quarantine(write, positions, "discarded", None)


def age_quarantine(db: Db, judge: Judge, upto: int) -> int:
    """Let `judge` look at every rejected event up to a position, of any state; how many were changed or removed."""
    changed, after = 0, 0
    while True:
        with db.transaction() as own:
            rows = store.quarantine_after(own, after, upto, ROWS_AT_ONCE)
            verdicts = judge([_entry(*row) for row in rows]) if rows else {}
            if gone := [position for position, one in verdicts.items() if one is None]:
                store.drop_quarantine(own, gone)
            if kept := [(position, one) for position, one in verdicts.items() if one is not None]:
                store.change_quarantine(own, [_changed(position, one) for position, one in kept])
        changed += len(verdicts)
        if len(rows) < ROWS_AT_ONCE:
            return changed
        after = rows[-1][0]


def _entry(position: int, instant: int, body: bytes, parcel: Parcel) -> Entry:
    return Entry(position, instant, REJECTED, 0, 0, structs.replace(parcel, events=[body]))


def _changed(position: int, parcel: Parcel) -> tuple[int, bytes, bytes]:
    return position, parcel.events[0], _encode(structs.replace(parcel, events=[]))
