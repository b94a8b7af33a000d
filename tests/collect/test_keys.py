"""Keys in memory: fresh, cheap against guessing, and never refused for a database that is away."""

import asyncio

import pytest

from konnektu.access.api import WriteKey
from konnektu.collect.keys import UNKNOWN_MS, Keys
from konnektu.core.clock import MovableClock
from konnektu.core.errors import Retry

pytestmark = pytest.mark.anyio
NOW = 1_770_000_000_000


def write_key(key: str, state: str = "active", expires_at: int | None = None) -> WriteKey:
    return WriteKey(key, workspace=1, source=2, kind="web", state=state, marks=0, expires_at=expires_at)  # type: ignore[arg-type]


class Table:
    """The table of keys with its version."""

    def __init__(self, *keys: WriteKey) -> None:
        self.keys, self.changes, self.is_away, self.loads, self.looks = list(keys), 1, False, 0, 0

    def load(self) -> list[WriteKey]:
        self.loads += 1
        return self.keys

    def version(self) -> int:
        self.looks += 1
        if self.is_away:
            raise Retry
        return self.changes

    def add(self, key: WriteKey) -> None:
        self.keys.append(key)
        self.changes += 1


def keys_of(table: Table, clock: MovableClock | None = None) -> Keys:
    return Keys(table.load, table.version, clock or MovableClock(NOW))


async def test_known_keys_are_found_without_the_database() -> None:
    table = Table(write_key("a"))
    keys = keys_of(table)
    assert await keys.find("a") == table.keys[0]
    table.is_away = True
    assert await keys.find("a") == keys.known("a") == table.keys[0]


async def test_a_new_key_is_found_at_its_first_use() -> None:
    table = Table()
    keys = keys_of(table)
    assert await keys.find("b") is None
    table.add(write_key("c"))
    assert await keys.find("c") is not None


async def test_an_unknown_key_is_looked_for_once_a_second() -> None:
    table, clock = Table(), MovableClock(NOW)
    keys = keys_of(table, clock)
    for _ in range(50):
        assert await keys.find("guess") is None
    assert table.looks == 1
    clock.advance(UNKNOWN_MS)
    assert await keys.find("guess") is None
    assert table.looks == 2
    assert table.loads == 1


@pytest.mark.parametrize("key", [write_key("a", "disabled"), write_key("a", expires_at=NOW)])
async def test_disabled_and_ended_keys_open_nothing(key: WriteKey) -> None:
    assert await keys_of(Table(key)).find("a") is None


async def test_a_key_ends_at_its_time() -> None:
    clock = MovableClock(NOW)
    keys = keys_of(Table(write_key("a", expires_at=NOW + 10)), clock)
    assert await keys.find("a") is not None
    clock.advance(10)
    assert await keys.find("a") is None


async def test_an_unknown_key_is_not_refused_while_the_database_is_away() -> None:
    table = Table()
    table.is_away = True
    with pytest.raises(Retry):
        await keys_of(table).find("a")


async def test_simultaneous_strangers_share_a_look() -> None:
    table = Table()
    keys = keys_of(table)
    found = await asyncio.gather(*(keys.find(f"k{n}") for n in range(50)))
    assert found == [None] * 50
    assert table.looks <= 3


async def test_keys_stay_fresh_by_themselves() -> None:
    table = Table(write_key("a"))
    keys = keys_of(table)
    keys.open()
    for _ in range(500):
        if keys.known("a") is None:
            await asyncio.sleep(0.01)
    await keys.close()
    assert keys.known("a") is not None


def test_a_key_longer_than_any_is_neither_looked_for_nor_remembered() -> None:
    looked: list[int] = []

    def look() -> list[WriteKey]:
        looked.append(1)
        return []

    keys = Keys(look, lambda: 1, MovableClock(0))
    assert asyncio.run(keys.find("k" * 300_000)) is None
    assert looked == []
