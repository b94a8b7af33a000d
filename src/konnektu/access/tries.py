"""Tries that may fail only so often, whatever they are. In: keys and their limits. Out: a count, or `TooMany`.

Invariant: a try is counted as failed before it is heard, so that parallel tries cannot slip through together; the
counts stand in the database, so that every web process knows of them.
"""

from collections.abc import Collection, Mapping

from konnektu.access import logic, sign_in_store, store
from konnektu.access.logic import Limit
from konnektu.access.model import Throttle
from konnektu.core.errors import TooMany
from konnektu.storage.api import Db


def key_of(what: str, *parts: str) -> bytes:
    """The key under which tries of one kind are counted, by whom and at what."""
    return logic.hashed(" ".join((what, *parts)))


def count_try(control: Db, limits: Mapping[bytes, Limit], words: str, *, now: int) -> None:
    """Count a try as failed under every key. Raises `TooMany` with these words, and counts nothing, while one waits."""
    with control.transaction() as conn:
        wait, _ = counted(conn, limits, now)
    if wait:
        raise TooMany(words, retry_after=wait)


def counted(
    conn: store.type_of_conn, limits: Mapping[bytes, Limit], now: int
) -> tuple[int, dict[bytes, Throttle]]:
    """(seconds to wait, counts of the keys): with one more failure each where none of them waits."""
    counts = sign_in_store.lock_throttles(conn, limits, at=now)
    wait = max(logic.seconds_to_wait(count, now) for count in counts.values())
    if wait:
        return wait, counts
    more = {key: logic.counted(count, limits[key], now) for key, count in counts.items()}
    sign_in_store.save_throttles(conn, more)
    return 0, more


def take_back(conn: store.type_of_conn, keys: Collection[bytes], now: int) -> None:
    """Take back the one failure that a right try was counted as; earlier ones stay."""
    counts = sign_in_store.lock_throttles(conn, keys, at=now)
    sign_in_store.save_throttles(conn, {key: logic.forgiven(count) for key, count in counts.items()})
