"""Facts that meet a condition no index serves. In: it as SQL, bounds. Out: facts, and how far was looked.

Invariant: a question looks through so many positions at most, so that it ends in good time however rare the facts are;
the next one goes on where it ended.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from konnektu.log.facts import entries
from konnektu.log.history import CONDITIONS, THESE, WITHIN, Wanted, windows
from konnektu.log.model import Entry
from konnektu.storage.api import History

LOOKED_MOST: Final = 500_000
"""Positions that one question looks through; of the facts of few atoms, which lie together, it looks through all."""


class Condition(NamedTuple):
    """A condition on a row of `fact`."""

    sql: str
    """0 or 1; its values are places of parameters."""
    given: Mapping[str, Any]


class Sought(NamedTuple):
    """What was found."""

    entries: list[Entry]
    """In the order asked for."""
    bounds: tuple[int, int] | None
    """Above which position up to which one nothing was looked at yet; None where all was, or enough was found."""


def sought(
    history: History, wanted: Wanted, condition: Condition, bounds: tuple[int, int], limit: int,
    *, is_latest_first: bool,
) -> Sought:  # fmt: skip
    """Sealed facts that meet all that is wanted of them and the condition, as `history.listed` gives them."""
    places: dict[int, int] = {}
    left: tuple[int, int] | None = bounds if bounds[0] < bounds[1] else None
    looked = 0
    for low, high in windows(wanted, bounds, is_latest_first=is_latest_first):
        if looked and looked + high - low > LOOKED_MOST and "atoms" not in wanted:
            break
        asked = " AND ".join([WITHIN, *(CONDITIONS[name] for name in wanted), condition.sql])
        way = "DESC" if is_latest_first else "ASC"
        found = history.rows(
            f"SELECT position, atom FROM fact WHERE {asked} ORDER BY position {way} LIMIT {{limit:UInt32}}",  # noqa: S608  constants, and places of parameters
            {**wanted, **condition.given, "low": low, "high": high, "limit": limit - len(places)},
        )
        places |= dict(found)
        looked += high - low
        left = (bounds[0], low) if is_latest_first else (high, bounds[1])
        if len(places) >= limit or left[0] >= left[1]:
            left = None
            break
    if not places:
        return Sought([], left)
    these = {"positions": list(places), "atoms": sorted(set(places.values()))}
    rows = entries(history.table(THESE, these))
    return Sought(sorted(rows, key=lambda one: one.position, reverse=is_latest_first), left)
