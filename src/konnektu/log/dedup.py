"""Deduplication against what is stored: buckets held in memory by the belt, rows in PostgreSQL.

The memory is a cache of committed rows: `load` brings in the buckets a batch touches, `save` writes the
fresh digests in the writer's transaction, `keep` takes them into memory after the commit. Whoever fails
between them drops the object.
"""

from collections import OrderedDict
from collections.abc import Iterable

from konnektu.core.records import Event
from konnektu.log import store
from konnektu.log.seen import RECORD, Bucket, Judged, buckets_of, digest_of, judge, merge_packed
from konnektu.storage.api import Connection

ROWS_A_BUCKET = 24
"""Above so many rows a bucket is written anew as one."""
BYTES_IN_MEMORY = 256 * 1024 * 1024
"""Above so much, buckets unused for longest leave the memory. A record is there twice: searched, and as its row."""


class Deduplication:
    """What one workspace has seen."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[int, Bucket] = OrderedDict()
        self._rows: dict[int, list[tuple[int, int, bytes]]] = {}

    def judge(self, db: Connection, events: list[Event]) -> Judged:
        """Say of each event whether it is fresh; one query for the buckets not in memory."""
        digests = [digest_of(event) for event in events]
        self._load(
            db,
            {place for one, digest in zip(events, digests, strict=True) for place in buckets_of(one, digest)},
        )
        return judge(events, self._buckets, digests)

    def save(self, db: Connection, judged: Judged, position: int, instant: int) -> None:
        """Write the fresh digests of a batch that begins at this position; join a bucket's rows when they are many."""
        if not judged.fresh:
            return
        store.add_seen(db, position, instant, judged.fresh)
        for bucket in judged.fresh:
            rows = self._rows[bucket]
            if len(rows) >= ROWS_A_BUCKET:
                self._join(db, bucket, rows)

    def keep(self, judged: Judged, position: int, instant: int) -> None:
        """Take the batch's fresh digests into memory, after its commit."""
        for bucket, packed in judged.fresh.items():
            self._buckets[bucket].add(packed)
            self._rows[bucket].append((position, instant, packed))
        self._trim(keep=judged.fresh)

    def _load(self, db: Connection, buckets: Iterable[int]) -> None:
        wanted = set(buckets)
        for bucket in wanted & self._buckets.keys():
            self._buckets.move_to_end(bucket)
        missing = wanted - self._buckets.keys()
        if not missing:
            return
        rows: dict[int, list[tuple[int, int, bytes]]] = {bucket: [] for bucket in missing}
        for bucket, position, instant, packed in store.seen_rows(db, sorted(missing)):
            rows[bucket].append((position, instant, packed))
        for bucket, found in rows.items():
            self._rows[bucket] = found
            self._buckets[bucket] = Bucket(merge_packed(packed for _, _, packed in found))

    def _join(self, db: Connection, bucket: int, rows: list[tuple[int, int, bytes]]) -> None:
        """Write a bucket's rows as one. The row keeps the latest instant, so nothing is forgotten early."""
        store.drop_seen(db, bucket, [position for position, _, _ in rows])
        position, instant = rows[-1][0], max(instant for _, instant, _ in rows)
        joined = merge_packed(packed for _, _, packed in rows)
        store.add_seen(db, position, instant, {bucket: joined})
        rows[:] = [(position, instant, joined)]

    def _trim(self, keep: Iterable[int]) -> None:
        kept = set(keep)
        size = sum(len(bucket) for bucket in self._buckets.values()) * 2 * RECORD
        while size > BYTES_IN_MEMORY and next(iter(self._buckets)) not in kept:
            bucket, dropped = self._buckets.popitem(last=False)
            del self._rows[bucket]
            size -= len(dropped) * 2 * RECORD
