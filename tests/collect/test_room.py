"""The budget of bytes: given in the order of asking, never lost."""

import asyncio

import pytest

from konnektu.collect.room import Room

pytestmark = pytest.mark.anyio


async def test_who_fits_enters_at_once() -> None:
    room = Room(10)
    await room.wait(6)
    await room.wait(4)
    assert (room.used, room.has(1)) == (10, False)


async def test_who_does_not_fit_waits_in_order() -> None:
    room, entered = Room(10), list[str]()

    async def enter(name: str, size: int) -> None:
        await room.wait(size)
        entered.append(name)

    room.take(8)
    tasks = [asyncio.ensure_future(enter(name, size)) for name, size in (("large", 9), ("small", 1))]
    await asyncio.sleep(0)
    assert entered == []
    room.give(8)
    await asyncio.gather(*tasks)
    assert entered == ["large", "small"]
    assert room.used == 10


async def test_who_is_larger_than_the_room_enters_when_it_is_empty() -> None:
    room = Room(10)
    await room.wait(50)
    assert not room.has(1)
    room.give(50)
    assert room.used == 0


@pytest.mark.parametrize("is_admitted", [False, True])
async def test_who_gives_up_holds_nothing(is_admitted: bool) -> None:
    room = Room(10)
    room.take(10)
    waiting = asyncio.ensure_future(room.wait(5))
    await asyncio.sleep(0)
    if is_admitted:
        room.give(10)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    if not is_admitted:
        room.give(10)
    assert room.used == 0
    assert room.has(10)
