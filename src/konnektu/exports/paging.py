"""Pages. In: a stream. Out: lists, so that what belongs to their items is fetched once a list."""

from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")

PAGE = 1_000


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
