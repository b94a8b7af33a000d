"""An installation that has run for a while: people it knows, message ids it has seen.

People come through the real writer, in large batches. Message ids are written straight into `seen`, as the
writer leaves them: each hour of the last thirty days holds its even share of random digests in a few sorted
rows of falling size, the largest made by joining. The ids of those rows were never sent; deduplication
cannot tell, because a digest is as good as random.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from konnektu.log import api as log
from konnektu.storage.api import Connection

DAYS = 30
HOURS = DAYS * 24
ROWS = (0.9, 0.08, 0.015, 0.005)
"""Shares of a bucket's records in its rows."""
COPY_SEEN = "COPY seen (bucket, position, instant, records) FROM STDIN (FORMAT BINARY)"


def seed_seen(db: Connection, ids: int, now: int, seed: int = 1) -> int:
    """Make deduplication know so many message ids of the last thirty days; how many bytes they are."""
    dice = np.random.default_rng(seed)
    written = 0
    with db.cursor() as cursor, cursor.copy(COPY_SEEN) as copy:
        copy.set_types(["int4", "int8", "int8", "bytea"])
        for hours in range(HOURS):
            bucket = now // log.HOUR - hours
            for number, packed in enumerate(_rows(dice, ids // HOURS)):
                # No position below 1 is ever given to a fact, so these meet no row of the writer.
                copy.write_row([bucket, -number, min(now, (bucket + 1) * log.HOUR), packed])
                written += len(packed)
    return written


def _rows(dice: np.random.Generator, records: int) -> Iterator[bytes]:
    for share in ROWS:
        if count := int(records * share):
            yield _random_records(dice, count).tobytes()


def _random_records(dice: np.random.Generator, count: int) -> "NDArray[np.void]":
    """Records sorted by digest."""
    made = np.empty(count, log.SEEN_LAYOUT)
    made["high"] = np.sort(dice.integers(0, 2**64, count, np.uint64))
    made["low"] = dice.integers(0, 2**64, count, np.uint64)
    made["check"] = dice.integers(0, 2**32, count, np.uint32)
    return made
