"""Key-set paging. In: one row more than a page holds. Out: a page with the cursor of the next.

Invariant: a page follows the key of the last row seen, so that rows added or removed meanwhile neither
repeat nor hide others. A cursor is opaque text to whoever receives it.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

LIMIT_MOST = 1_000
"""Rows of the largest page."""
LIMIT_USUAL = 100

Item = TypeVar("Item")
Row = TypeVar("Row")


class Page(Struct, Generic[Item], frozen=True):
    """Some rows of a list."""

    items: list[Item]
    next: str | None
    """Give it as `after` to get the rows that follow; null at the end of the list."""


def page(
    rows: Sequence[Row], limit: int, shown: Callable[[Row], Item], cursor: Callable[[Row], str]
) -> Page[Item]:
    """Return the page of up to `limit` rows out of `limit + 1` fetched ones."""
    kept = rows[:limit]
    return Page([shown(row) for row in kept], cursor(kept[-1]) if len(rows) > limit else None)
