"""Key-set paging over a store. In: a function that gives a page. Out: all rows, one page in memory at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from konnektu.exports.model import PAGE

Item = TypeVar("Item")
Key = TypeVar("Key")


def all_rows(first: Key, page: Callable[[Key], Sequence[Item]], key: Callable[[Item], Key]) -> Iterator[Item]:
    """Every item, page after page; `key` is the cursor of an item."""
    after = first
    while items := page(after):
        yield from items
        after = key(items[-1])


def in_pages(items: Iterator[Item], size: int = PAGE) -> Iterator[list[Item]]:
    """A stream cut into lists, so that what belongs to its items is fetched once a list."""
    page: list[Item] = []
    for item in items:
        page.append(item)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


__all__ = ["PAGE", "all_rows", "in_pages"]
