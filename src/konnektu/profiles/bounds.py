"""Bounded maps whose content depends on the set of facts alone, not on their order or on who united when.

In: a map and a limit. Out: the same map without what is over the limit.
Two orders are safe, because a key that falls out cannot come back half counted:
by last moment (moments only grow), where the map holds nothing but that moment; and by a fixed rank of
the key, where the map holds counts (the keys before it stay before it for ever).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from zlib import crc32

from konnektu.profiles.model import Moment

Key = TypeVar("Key", bound=Any)
Value = TypeVar("Value")


def put(values: dict[Key, Value], key: Key, value: Value) -> None:
    """Add a key at its place in the order of keys, so that equal maps are also written equally."""
    is_last = not values or next(reversed(values)) < key
    values[key] = value
    if not is_last:
        # No two keys are equal, so that no comparison ever reaches the values.
        ordered = sorted(values.items())
        values.clear()
        values.update(ordered)


def see(moments: dict[Key, Moment], key: Key, moment: Moment, limit: int) -> None:
    """Keep the later moment of a key, and of all keys the `limit` latest."""
    known = moments.get(key)
    if known is not None:
        if moment > known:
            moments[key] = moment
        return
    put(moments, key, moment)
    keep_latest(moments, limit)


def keep_latest(moments: dict[Key, Moment], limit: int) -> None:
    """Drop the keys seen longest ago until `limit` are left."""
    while len(moments) > limit:
        del moments[min(moments, key=lambda key: (moments[key], key))]


def keep_ranked(values: dict[Key, Value], limit: int, rank: Callable[[Key], Any]) -> None:
    """Drop the keys of the highest rank until `limit` are left."""
    while len(values) > limit:
        del values[max(values, key=rank)]


def united_moments(left: dict[Key, Moment], right: dict[Key, Moment], limit: int) -> dict[Key, Moment]:
    """The later moment of each key, the `limit` latest keys."""
    united = dict(left)
    for key, moment in right.items():
        if key not in united or moment > united[key]:
            united[key] = moment
    keep_latest(united, limit)
    return united


LONGEST_KEPT = 200
"""Characters of a name whose rank is remembered: strangers choose the names."""


def spread(name: str) -> tuple[int, str]:
    """A rank that favours no part of the alphabet and is the same on every machine: CRC-32, then the name."""
    return _spread(name) if len(name) <= LONGEST_KEPT else _spread.__wrapped__(name)


@lru_cache(maxsize=65_536)
def _spread(name: str) -> tuple[int, str]:
    return crc32(name.encode("utf-8", "surrogatepass")), name
