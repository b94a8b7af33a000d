"""In: the inbox and a workspace's log. Out: how far behind the writer and the event store are.

Invariant: reading it costs the same whatever the history holds.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import aiosql
from msgspec import Struct

from konnektu.storage.api import Db, History

Q: Any = aiosql.from_path(Path(__file__).with_name("lag.sql"), "psycopg")

_LAST = (
    "SELECT source, max(received_at) FROM fact"
    " WHERE time >= fromUnixTimestamp64Milli({since:Int64}) GROUP BY source"
)


_HOURLY = (
    "SELECT toUnixTimestamp(toStartOfHour(time)) * 1000 AS hour, count() FROM fact"
    " WHERE time >= fromUnixTimestamp64Milli({since:Int64}) AND time < fromUnixTimestamp64Milli({until:Int64})"
    " AND origin != 'system' AND NOT history GROUP BY hour ORDER BY hour"
)


class Lag(Struct, frozen=True):
    """How far behind a workspace is."""

    waiting_blocks: int
    waiting_events: int
    waiting_since: int | None
    """When the oldest waiting block was received; None where none waits."""
    position: int
    """Facts on the log, rejected and repeated ones included."""
    sealed: int
    """Of them, those that the event store has."""


def lag(db: Db, inbox: Db, workspace: int) -> Lag:
    """Return how far behind the writer and the event store of a workspace are."""
    with inbox.read() as read:
        blocks, events, since = Q.waiting(read, workspace=workspace)
    with db.read() as own:
        position, sealed = Q.handed_over(own)
    return Lag(blocks, events, since, position, sealed)


def is_led(inbox: Db, workspace: int) -> bool:
    """Whether some belt is the writer of a workspace at this moment."""
    with inbox.read() as read:
        return bool(Q.is_led(read, workspace=workspace))


def oldest_waiting(inbox: Db, workspaces: Iterable[int]) -> int | None:
    """Return when the oldest block was received that waits for the writer of one of these workspaces, or None."""
    with inbox.read() as read:
        since: int | None = Q.oldest_waiting(read, workspaces=list(workspaces))
    return since


def waiting_since(inbox: Db) -> dict[int, int]:
    """Return when the oldest block was received that waits, by workspace, of those where one waits."""
    with inbox.read() as read:
        return dict(Q.waiting_since(read))


def last_by_source(history: History, since: int) -> dict[int, int]:
    """Return when the last event of each source was received, of those that happened since an instant.

    Only what the event store has; raises `Retry` while it is away.
    """
    return dict(history.rows(_LAST, {"since": since}))


def hourly(history: History, since: int, until: int) -> dict[int, int]:
    """Return how many events happened in each hour (UTC, its beginning) between two instants, imported history apart.

    Only what the event store has; raises `Retry` while it is away.
    """
    return {
        int(hour): int(events) for hour, events in history.rows(_HOURLY, {"since": since, "until": until})
    }
