"""Entries and exits in the event store: carried there after they were committed, and asked who was in when.

In: the place up to which they are there. Out: the place that stands. Invariant: carrying a row twice changes nothing;
while the event store is away nothing is lost, the next call carries all. What is not there yet is read from where
it waits, so that answers are exact at once.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from konnektu.segments.live.store import Q
from konnektu.storage.api import Connection, History, Storage, WorkspaceRecord

PAGE = 50_000
"""Rows of one insert."""
_SCHEMA = pa.schema([
    ("id", pa.int64()), ("segment", pa.int64()), ("version", pa.int32()), ("profile", pa.int64()),
    ("entered", pa.bool_()), ("fact", pa.int64()), ("instant", pa.timestamp("ms", tz="UTC")),
    ("cause", pa.string()),
])  # fmt: skip
_LAST = """
SELECT profile, argMax(entered, (instant, id)) AS is_in FROM membership FINAL
WHERE segment = {segment:Int64} AND instant <= fromUnixTimestamp64Milli({at:Int64}, 'UTC') AND id <= {carried:Int64}
GROUP BY profile HAVING is_in ORDER BY profile
"""


def carry(storage: Storage, record: WorkspaceRecord) -> int:
    """Carry the entries and exits that the event store does not know; how many. Raises `Retry` while it is away."""
    db, total = storage.workspace(record), 0
    while True:
        with db.read() as own:
            rows = list(Q.uncarried(own, limit=PAGE))
        if not rows:
            return total
        storage.history(record).insert("membership", _table(rows), token=None)
        with db.transaction() as own:
            Q.set_carried(own, id=rows[-1][0])
        total += len(rows)


def carry_anew(db: Connection) -> None:
    """Let the next call carry everything, to an event store that knows nothing of it."""
    Q.carry_anew(db)


def erase_from_history(history: History, profiles: Sequence[int]) -> int:
    """Forget what the event store knows of erased people; how many rows."""
    bounds = {"profiles": sorted(profiles)}
    where = "FROM membership WHERE profile IN {profiles:Array(Int64)}"
    found = int(history.scalar(f"SELECT count() {where}", bounds))
    if found:
        history.command(f"DELETE {where}", bounds)
    return found


def was_in(storage: Storage, record: WorkspaceRecord, segment: int, at: int) -> list[int]:
    """Who was in a segment at an instant, in order of id. Raises `Retry` while the event store is away."""
    with storage.workspace(record).read() as own:
        carried = int(Q.carried(own))
        later = list(Q.turned_since(own, segment=segment, at=at, after=carried))
    asked = {"segment": segment, "at": at, "carried": carried}
    inside = {row[0] for row in storage.history(record).rows(_LAST, asked)}
    return sorted(_after(inside, later))


def _after(inside: set[int], later: Iterable[tuple[int, bool]]) -> set[int]:
    """Who is in after more entries and exits, in their order."""
    for profile, entered in later:
        (inside.add if entered else inside.discard)(profile)
    return inside


def _table(rows: Sequence[Sequence[Any]]) -> pa.Table:
    columns = zip(*rows, strict=True)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)], _SCHEMA
    )
