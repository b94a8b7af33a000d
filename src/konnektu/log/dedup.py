"""Deduplication against what is stored: buckets held in memory by the belt, rows in PostgreSQL.

The memory is a cache of committed rows: `judge` brings in what a batch touches, `save` writes the fresh
records in the writer's transaction, `keep` takes them into memory after the commit. Whoever fails between
them drops the object.

A bucket that a batch asks much of is held whole; of one that it asks little of, as late events do of an old
hour, only small rows are held, and slices of the large ones are read each time.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from konnektu.core.records import Event
from konnektu.log import store
from konnektu.log.seen import (
    HALVES,
    RECORD,
    Beyond,
    Bucket,
    Checks,
    Judged,
    asked_of,
    buckets_of,
    check_in_slice,
    judge,
    merge_packed,
    record_of,
    slice_of,
)
from konnektu.storage.api import Connection

ROWS_A_BUCKET = 24
"""Above so many rows the smaller ones of a bucket are joined."""
LARGEST_ROW = 64 * 1024 * 1024
"""Bytes that joined rows do not exceed: PostgreSQL takes a gigabyte, and joining costs memory."""
SMALL = 64 * 1024
"""Bytes of a row that is held at once; also what looking up one record in a larger one is reckoned to cost."""
BYTES_IN_MEMORY = 256 * 1024 * 1024
"""Above so much, buckets unused for longest leave the memory."""


class Row(NamedTuple):
    """A row of a bucket, without its records."""

    position: int
    instant: int
    size: int
    """Bytes of its records."""


class Shelf:
    """A bucket as the belt knows it."""

    __slots__ = ("far", "held", "rows")

    def __init__(self) -> None:
        self.held = Bucket()
        self.rows: list[Row] = []
        """All of its rows."""
        self.far: list[Row] = []
        """Those whose records are not held."""


class Deduplication:
    """What one workspace has seen."""

    def __init__(self) -> None:
        self._shelves: OrderedDict[int, Shelf] = OrderedDict()

    def judge(self, db: Connection, events: Sequence[Event], records: Sequence[bytes] = ()) -> Judged:
        """Say of each event whether it is fresh; three queries at most, none for buckets that are held.

        `records` are those of the events, where somebody has made them already.
        """
        records = records or [record_of(event) for event in events]
        places = [buckets_of(event, record) for event, record in zip(events, records, strict=True)]
        asked = asked_of(places, records)
        self._meet(db, asked)
        self._hold(db, {bucket: self._worth_holding(bucket, len(asked[bucket])) for bucket in asked})
        known = {bucket: self._shelves[bucket].held.checks(wanted) for bucket, wanted in asked.items()}
        self._look_up(db, asked, known)
        return judge(events, places, records, known)

    def save(self, db: Connection, judged: Judged, position: int, instant: int) -> None:
        """Write the fresh records of a batch that begins at this position; join small rows where they are many."""
        if not judged.fresh:
            return
        store.add_seen(db, [(bucket, position, instant, packed) for bucket, packed in judged.fresh.items()])
        joining = {bucket: joinable(self._shelves[bucket].rows) for bucket in judged.fresh}
        self._join(db, {bucket: rows for bucket, rows in joining.items() if rows})

    def keep(self, judged: Judged, position: int, instant: int) -> None:
        """Take the batch's fresh records into memory, after its commit."""
        for bucket, packed in judged.fresh.items():
            shelf = self._shelves[bucket]
            shelf.held.add(packed)
            shelf.rows.append(Row(position, instant, len(packed)))
        self._trim(keep=judged.fresh)

    def _meet(self, db: Connection, buckets: Iterable[int]) -> None:
        """Learn which rows the buckets have."""
        wanted = set(buckets)
        for bucket in wanted & self._shelves.keys():
            self._shelves.move_to_end(bucket)
        missing = sorted(wanted - self._shelves.keys())
        if not missing:
            return
        self._shelves.update((bucket, Shelf()) for bucket in missing)
        for bucket, position, instant, size in store.seen_sizes(db, missing):
            shelf = self._shelves[bucket]
            shelf.rows.append(Row(position, instant, size))
            shelf.far.append(shelf.rows[-1])

    def _worth_holding(self, bucket: int, asked: int) -> list[Row]:
        """Rows to read whole: small ones, and all where looking up so many records would read as much."""
        far = self._shelves[bucket].far
        if asked * SMALL >= sum(row.size for row in far):
            return list(far)
        return [row for row in far if row.size <= SMALL]

    def _hold(self, db: Connection, wanted: Mapping[int, Sequence[Row]]) -> None:
        """Take the records of these rows into memory."""
        for bucket, packed in _records(db, wanted).items():
            self._shelves[bucket].held.add(merge_packed(packed))
        for bucket, rows in wanted.items():
            if rows:
                shelf = self._shelves[bucket]
                shelf.far = [row for row in shelf.far if row not in rows]

    def _look_up(
        self, db: Connection, asked: Mapping[int, Sequence[bytes]], known: Mapping[int, Checks]
    ) -> None:
        """Add to `known` what the rows that are not held say of the records, from slices of them."""
        looks = [
            (bucket, row, record, slice_of(record, row.size // RECORD))
            for bucket, wanted in asked.items()
            for row in self._shelves[bucket].far
            for record in wanted
        ]
        if not looks:
            return
        slices = [
            (bucket, row.position, start * RECORD, (stop - start) * RECORD)
            for bucket, row, _, (start, stop) in looks
        ]
        beyond: dict[int, list[Row]] = {}
        for number, bucket, _, packed in store.seen_slices(db, slices):
            _, row, record, (start, _) = looks[number]
            try:
                check = check_in_slice(record, packed, start, row.size // RECORD)
            except Beyond:
                beyond.setdefault(bucket, []).append(row)
                continue
            if check is not None:
                known[bucket][record[:HALVES]] = check
        self._hold(db, {bucket: list(dict.fromkeys(rows)) for bucket, rows in beyond.items()})
        for bucket in beyond:
            known[bucket].update(self._shelves[bucket].held.checks(asked[bucket]))

    def _join(self, db: Connection, joining: Mapping[int, Sequence[Row]]) -> None:
        """Write rows of these buckets as one each, which keeps the latest instant, so nothing is forgotten early."""
        found = _records(db, joining)
        if not found:
            return
        store.drop_seen(db, [(bucket, row.position) for bucket, rows in joining.items() for row in rows])
        joined = []
        for bucket, packed in found.items():
            shelf, gone = self._shelves[bucket], set(joining[bucket])
            records = merge_packed(packed)
            row = Row(max(one.position for one in gone), max(one.instant for one in gone), len(records))
            shelf.rows = [*(one for one in shelf.rows if one not in gone), row]
            if not gone.isdisjoint(shelf.far):
                shelf.far = [*(one for one in shelf.far if one not in gone), row]
            joined.append((bucket, row.position, row.instant, records))
        store.add_seen(db, joined)

    def _trim(self, keep: Iterable[int]) -> None:
        kept = set(keep)
        size = sum(len(shelf.held) for shelf in self._shelves.values()) * RECORD
        while size > BYTES_IN_MEMORY and next(iter(self._shelves)) not in kept:
            _, dropped = self._shelves.popitem(last=False)
            size -= len(dropped.held) * RECORD


def joinable(rows: Sequence[Row]) -> list[Row]:
    """The rows to write as one, smallest first; none while there are few.

    One that is more than twice as large as all before it together stays as it is, so that each record is written
    again only when what it lies in grows by half.
    """
    growing = sorted((row for row in rows if row.size < LARGEST_ROW), key=lambda row: row.size)
    if len(growing) < ROWS_A_BUCKET:
        return []
    most, total = 0, 0
    for number, row in enumerate(growing, 1):
        if total + row.size > LARGEST_ROW:
            break
        if row.size <= 2 * total:
            most = number
        total += row.size
    return growing[:most]


def _records(db: Connection, wanted: Mapping[int, Sequence[Row]]) -> dict[int, list[bytes]]:
    """The records of rows, by bucket; a row that was forgotten meanwhile is left out."""
    whole = [(bucket, row.position, 0, row.size) for bucket, rows in wanted.items() for row in rows]
    found: dict[int, list[bytes]] = {}
    for _, bucket, _, packed in store.seen_slices(db, whole) if whole else ():
        found.setdefault(bucket, []).append(packed)
    return found
