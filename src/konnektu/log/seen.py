"""Deduplication in memory: sorted arrays of message digests, by bucket of raw event time.

A digest has 128 bits over (source, message id); beside it stand 32 bits over the content, so that an
id that comes again with other content is told apart from a repetition. A bucket is an hour of raw
time, because a repeated event repeats its raw time; imported rows lie in buckets of their own that do
not depend on time. In PostgreSQL a bucket is a few rows of concatenated records (`RECORD` bytes each);
here it is a few sorted levels, merged so that their number stays logarithmic.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from konnektu.core.records import Event

HOUR = 3_600_000
IMPORT_BUCKETS = 16
"""Imported rows lie in buckets -1 to -16 and are kept for ever: a file loaded again next year adds nothing."""
UNTIMED = -1000
"""Buckets of events without a time of their own count down from here, one each half day."""
RECORD = 20
"""Bytes of one record: 8 + 8 of the digest, 4 of the content check."""
LAYOUT = np.dtype([("high", "<u8"), ("low", "<u8"), ("check", "<u4")])

Digest = tuple[int, int, int]
"""(high, low, check) as unsigned integers."""
Verdict = Literal["fresh", "repeated", "other_content"]

_encode = msgspec.msgpack.Encoder().encode


def digest_of(event: Event) -> Digest:
    """The digest of an event's id, and the check of its content (what the sender meant, not when it sent)."""
    identity = blake2b(
        f"{event.source}:{event.message_id}".encode("utf-8", "surrogatepass"), digest_size=16
    ).digest()
    content = _encode((event.type, event.name, event.identifiers, event.properties, event.traits))
    check = blake2b(content, digest_size=4).digest()
    return (
        int.from_bytes(identity[:8], "little"),
        int.from_bytes(identity[8:], "little"),
        int.from_bytes(check, "little"),
    )


def buckets_of(event: Event, digest: Digest) -> tuple[int, ...]:
    """The bucket a digest lives in, then others where an earlier arrival may have left it.

    An event whose sender named no time repeats with another time of arrival: it lives in a half day of
    its own, and the half day before is looked at too, which covers the twelve hours that SDKs retry.
    """
    if event.origin == "import":
        return (-1 - digest[0] % IMPORT_BUCKETS,)
    if event.raw_time == event.received_at:
        half_day = UNTIMED - event.received_at // (12 * HOUR)
        return half_day, half_day + 1
    return (event.raw_time // HOUR,)


def pack(digests: Iterable[Digest]) -> bytes:
    """Records sorted by digest, as they lie in PostgreSQL."""
    return np.sort(np.array(list(digests), dtype=LAYOUT), order=("high", "low")).tobytes()


def merge_packed(segments: Iterable[bytes]) -> bytes:
    """Several packed segments as one."""
    return np.sort(np.frombuffer(b"".join(segments), dtype=LAYOUT), order=("high", "low")).tobytes()


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

    def checks(self, digests: list[Digest]) -> dict[tuple[int, int], int]:
        """The content checks of those digests that are known, by (high, low)."""
        found: dict[tuple[int, int], int] = {}
        highs = np.array([digest[0] for digest in digests], dtype=np.uint64)
        for level in self._levels:
            starts = np.searchsorted(level.high, highs, side="left")
            inside = np.minimum(starts, len(level.high) - 1)
            for i in np.nonzero(level.high[inside] == highs)[0]:
                check = _exact(level, int(starts[i]), digests[int(i)])
                if check is not None:
                    found[digests[int(i)][:2]] = check
        return found


def _exact(level: _Level, start: int, digest: Digest) -> int | None:
    """The check of the record equal in both halves, from `start` among records with the same high half."""
    while start < len(level.high) and int(level.high[start]) == digest[0]:
        if int(level.low[start]) == digest[1]:
            return int(level.check[start])
        start += 1
    return None


class Judged(msgspec.Struct, frozen=True):
    """What deduplication says about a batch."""

    verdicts: list[Verdict]
    """One for each event given, in its order."""
    fresh: dict[int, bytes]
    """By bucket, the packed records to store."""


def judge(events: list[Event], known: Mapping[int, Bucket], digests: list[Digest]) -> Judged:
    """Which events are fresh, which repeat an earlier one (known or of this batch), which reuse an id.

    `known` holds every bucket that the events can touch. An event without a message id is always fresh.
    """
    buckets = [buckets_of(event, digest) for event, digest in zip(events, digests, strict=True)]
    asked: dict[int, list[Digest]] = {}
    for places, digest in zip(buckets, digests, strict=True):
        for bucket in places:
            asked.setdefault(bucket, []).append(digest)
    checks = {bucket: known[bucket].checks(wanted) for bucket, wanted in asked.items()}
    fresh: dict[int, list[Digest]] = {}
    verdicts: list[Verdict] = []
    for event, places, digest in zip(events, buckets, digests, strict=True):
        found = [checks[bucket][digest[:2]] for bucket in places if digest[:2] in checks[bucket]]
        if found and event.message_id:
            verdicts.append("repeated" if found[0] == digest[2] else "other_content")
            continue
        verdicts.append("fresh")
        if event.message_id:
            checks[places[0]][digest[:2]] = digest[2]
            fresh.setdefault(places[0], []).append(digest)
    return Judged(verdicts, {bucket: pack(rows) for bucket, rows in fresh.items()})
