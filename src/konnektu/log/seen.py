"""Deduplication in memory: sorted arrays of message digests, by bucket of raw event time.

A digest has 128 bits over (source, message id); beside it stand 32 bits over the content, so that an
id that comes again with other content is told apart from a repetition. A bucket is an hour of raw
time, because a repeated event repeats its raw time; imported rows lie in buckets of their own that do
not depend on time. In PostgreSQL a bucket is a few rows of concatenated records (`RECORD` bytes each);
here it is a few sorted levels, merged so that their number stays logarithmic.

Digests are spread evenly, so where one would stand in a sorted row is known within a few hundred records:
a large row of an old hour is not read for the sake of one late event, but a slice of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from math import sqrt
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from konnektu.core.records import UNSTATED, Event

HOUR = 3_600_000
IMPORT_BUCKETS = 16
"""Imported rows lie in buckets -1 to -16 and are kept for ever: a file loaded again next year adds nothing."""
UNTIMED = -1000
"""Buckets of events without a time of their own count down from here, one each half day."""
RECORD = 20
"""Bytes of one record: 8 + 8 of the digest, 4 of the content check."""
LAYOUT = np.dtype([("high", "<u8"), ("low", "<u8"), ("check", "<u4")])
"""A record: two halves of the digest, by which rows are sorted, and the content check."""
HALVES = 16
"""Bytes of the digest at the head of a record."""
DEVIATIONS = 4.0
"""Standard deviations to each side that a slice covers; a digest beyond them, one in 16,000, costs the whole row."""

Verdict = Literal["fresh", "repeated", "other_content"]
Checks = dict[bytes, bytes]
"""Digest → content check."""

_encode = msgspec.msgpack.Encoder().encode


def record_of(event: Event) -> bytes:
    """The digest of an event's id, and the check of its content (what the sender meant, not when it sent).

    Whose it is stays out: the official browser client reads user and cookie when it sends, so a retry after a
    sign-in names the user whom the first try did not know.
    """
    identity = f"{event.source}:{event.message_id}".encode("utf-8", "surrogatepass")
    content = _encode((event.type, event.name, event.properties, event.traits))
    return blake2b(identity, digest_size=HALVES).digest() + blake2b(content, digest_size=4).digest()


def split_records(joined: bytes) -> list[bytes]:
    """Records that stand one after another."""
    return [joined[start : start + RECORD] for start in range(0, len(joined), RECORD)]


def buckets_of(event: Event, record: bytes) -> tuple[int, ...]:
    """The bucket a digest lives in, then others where an earlier arrival may have left it.

    An event whose sender named no time repeats with another time of arrival: it lives in a half day of
    its own, and the half day before is looked at too, which covers the twelve hours that SDKs retry.
    """
    if event.origin == "import":
        return (-1 - record[0] % IMPORT_BUCKETS,)
    if event.raw_time == UNSTATED:
        half_day = UNTIMED - event.received_at // (12 * HOUR)
        return half_day, half_day + 1
    return (event.raw_time // HOUR,)


def pack(records: Iterable[bytes]) -> bytes:
    """Records sorted by digest, as they lie in PostgreSQL."""
    return merge_packed(records)


def merge_packed(segments: Iterable[bytes]) -> bytes:
    """Several packed segments as one."""
    records = np.frombuffer(b"".join(segments), dtype=LAYOUT)
    return records[np.argsort(records["high"], kind="stable")].tobytes()


def slice_of(record: bytes, records: int) -> tuple[int, int]:
    """Where a record stands among so many sorted ones, if it does: from one index to before another."""
    share = int.from_bytes(record[:8], "little") / 2**64
    middle, reach = share * records, DEVIATIONS * sqrt(records * share * (1 - share)) + DEVIATIONS
    return max(0, int(middle - reach)), min(records, int(middle + reach) + 1)


class Beyond(Exception):
    """The record may stand outside of the slice."""


def check_in_slice(record: bytes, packed: bytes, start: int, records: int) -> bytes | None:
    """The content check of a record within a slice that begins at index `start` of a row of so many records.

    None where the row does not hold it; raises `Beyond` where the slice cannot tell.
    """
    found = np.frombuffer(packed, dtype=LAYOUT)
    high, low = _halves(record)
    place = int(np.searchsorted(found["high"], high, side="left"))
    if place == 0 and start > 0:
        raise Beyond
    while place < len(found) and int(found["high"][place]) == high:
        if int(found["low"][place]) == low:
            check: bytes = found["check"][place].tobytes()
            return check
        place += 1
    if place == len(found) and start + len(found) < records:
        raise Beyond
    return None


def _halves(record: bytes) -> tuple[int, int]:
    return int.from_bytes(record[:8], "little"), int.from_bytes(record[8:HALVES], "little")


class _Level(NamedTuple):
    """Records sorted by their high half; three arrays, because a search needs the first alone and in one piece."""

    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    check: NDArray[np.uint32]


def _level(packed: bytes) -> _Level:
    records = np.frombuffer(packed, dtype=LAYOUT)
    return _Level(*(np.ascontiguousarray(records[name]) for name in ("high", "low", "check")))


def _joined(a: _Level, b: _Level) -> _Level:
    order = np.argsort(high := np.concatenate([a.high, b.high]), kind="stable")
    return _Level(
        high[order], np.concatenate([a.low, b.low])[order], np.concatenate([a.check, b.check])[order]
    )


class Bucket:
    """The records of one bucket in sorted levels, small ones last."""

    def __init__(self, packed: bytes = b"") -> None:
        self._levels: list[_Level] = []
        if packed:
            self.add(packed)

    def __len__(self) -> int:
        return sum(len(level.high) for level in self._levels)

    def add(self, packed: bytes) -> None:
        """Take in sorted records; levels of like size are merged."""
        level = _level(packed)
        while self._levels and len(self._levels[-1].high) <= 2 * len(level.high):
            level = _joined(self._levels.pop(), level)
        self._levels.append(level)

    def checks(self, records: Sequence[bytes]) -> Checks:
        """The content checks of those digests that are known."""
        found: Checks = {}
        asked = np.frombuffer(b"".join(records), dtype=LAYOUT)
        highs, lows = np.ascontiguousarray(asked["high"]), asked["low"]
        for level in self._levels:
            starts = np.searchsorted(level.high, highs, side="left")
            inside = np.minimum(starts, len(level.high) - 1)
            for i in np.nonzero(level.high[inside] == highs)[0].tolist():
                check = _exact(level, int(starts[i]), int(highs[i]), int(lows[i]))
                if check is not None:
                    found[records[i][:HALVES]] = check
        return found


def _exact(level: _Level, start: int, high: int, low: int) -> bytes | None:
    """The check of the record equal in both halves, from `start` among records with the same high half."""
    while start < len(level.high) and int(level.high[start]) == high:
        if int(level.low[start]) == low:
            check: bytes = level.check[start].tobytes()
            return check
        start += 1
    return None


class Judged(msgspec.Struct, frozen=True):
    """What deduplication says about a batch."""

    verdicts: list[Verdict]
    """One for each event given, in its order."""
    fresh: dict[int, bytes]
    """By bucket, the packed records to store."""


def asked_of(places: Iterable[tuple[int, ...]], records: Iterable[bytes]) -> dict[int, list[bytes]]:
    """The records to look for, by bucket."""
    asked: dict[int, list[bytes]] = {}
    for buckets, record in zip(places, records, strict=True):
        for bucket in buckets:
            found = asked.get(bucket)
            if found is None:
                asked[bucket] = [record]
            else:
                found.append(record)
    return asked


def judge(
    events: Sequence[Event],
    places: Sequence[tuple[int, ...]],
    records: Sequence[bytes],
    known: Mapping[int, Checks],
) -> Judged:
    """Which events are fresh, which repeat an earlier one (known or of this batch), which reuse an id.

    `known` holds, by bucket, the checks of those of the records that were met before; it gains those of the fresh
    ones. An event without a message id is always fresh.
    """
    fresh: dict[int, list[bytes]] = {}
    verdicts: list[Verdict] = []
    for event, buckets, record in zip(events, places, records, strict=True):
        digest = record[:HALVES]
        found = known[buckets[0]].get(digest)
        if found is None and len(buckets) > 1:
            found = next((known[bucket][digest] for bucket in buckets if digest in known[bucket]), None)
        if found is not None and event.message_id:
            verdicts.append("repeated" if found == record[HALVES:] else "other_content")
            continue
        verdicts.append("fresh")
        if event.message_id:
            known[buckets[0]][digest] = record[HALVES:]
            fresh.setdefault(buckets[0], []).append(record)
    return Judged(verdicts, {bucket: pack(rows) for bucket, rows in fresh.items()})
