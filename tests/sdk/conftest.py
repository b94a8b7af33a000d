"""The fixtures of the collector's tests, for official clients, with a collector of one's own to kill."""

from collections.abc import Iterator

import pytest

from tests.collect.conftest import arrived, door, new_key, records, server_key, web_key
from tests.collect.door import Door

__all__ = ["arrived", "door", "new_key", "own_door", "records", "server_key", "web_key"]


@pytest.fixture
def own_door(postgres_url: str, storage: object) -> Iterator[Door]:
    """A collector of this test alone."""
    with Door(postgres_url) as own:
        yield own
