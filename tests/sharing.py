"""How the workers of a run share its tests: a file is one piece of work, and the longest pieces come first.

What a file's tests share is then made once, and no worker is left alone with a long file in the end. Tests
that name a group (`xdist_group`) stay one piece across their files.
"""

from collections import Counter

import pytest
from xdist.scheduler import LoadGroupScheduling


class ByFiles(LoadGroupScheduling):  # type: ignore[misc]
    """Gives a free worker the next file, or the next group of files, in the order of the collection."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        super().__init__(config, log)  # type: ignore[arg-type]
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return super()._split_scope(nodeid).partition("::")[0]


def longest_first(items: list[pytest.Item]) -> None:
    """Groups, then files with slow tests, then the others by how many tests they hold; what is equal stays in order."""
    files = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    grouped = {item.path for item in items if item.get_closest_marker("xdist_group")}

    def place(item: pytest.Item) -> tuple[bool, bool, int]:
        return item.path not in grouped, item.path not in slow, -files[item.path]

    items.sort(key=place)
