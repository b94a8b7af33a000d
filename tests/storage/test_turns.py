"""Places in the event store: the most urgent first, the last one for the sink, and moments alone."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from prometheus_client import REGISTRY

from konnektu.core.errors import Forbidden
from konnektu.storage.eventstore.server import counted
from konnektu.storage.eventstore.turns import ANTI_ENTROPY, BACKFILL, INTERACTIVE, SINK, UNDO, Turns


def in_loop(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(_awaited(work), 10))


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_most_urgent_goes_first_and_the_first_to_come_within_a_priority() -> None:
    async def work() -> None:
        turns, done, free = Turns(1), [], asyncio.Event()

        async def one(name: str, priority: int) -> None:
            async with turns.turn(priority):
                done.append(name)
                await free.wait()

        tasks = [asyncio.create_task(one("first", ANTI_ENTROPY))]
        await settled()
        order = [
            ("b", BACKFILL),
            ("i1", INTERACTIVE),
            ("s", SINK),
            ("i2", 0),
            ("u", UNDO),
            ("a", ANTI_ENTROPY),
        ]
        tasks += [asyncio.create_task(one(name, priority)) for name, priority in order]
        await settled()
        free.set()
        await asyncio.gather(*tasks)
        assert done == ["first", "s", "u", "i1", "i2", "b", "a"]

    in_loop(work)


def test_the_last_place_is_kept_for_the_sink() -> None:
    async def work() -> None:
        turns, running, free = Turns(2), [], asyncio.Event()

        async def one(name: str, priority: int) -> None:
            async with turns.turn(priority):
                running.append(name)
                await free.wait()

        tasks = [asyncio.create_task(one(f"report {n}", INTERACTIVE)) for n in range(3)]
        await settled()
        tasks.append(asyncio.create_task(one("sink", SINK)))
        await settled()
        assert running == ["report 0", "sink"]
        free.set()
        await asyncio.gather(*tasks)
        assert turns.running == 0

    in_loop(work)


def test_alone_waits_for_all_and_holds_up_all() -> None:
    async def work() -> None:
        turns, seen, free = Turns(4), [], asyncio.Event()

        async def one(name: str) -> None:
            async with turns.turn(SINK):
                seen.append(name)
                await free.wait()

        async def alone() -> None:
            async with turns.alone():
                seen.append(f"alone with {turns.running}")
                await settled()
                seen.append("alone ends")

        before = asyncio.create_task(one("before"))
        await settled()
        both = [asyncio.create_task(alone()), asyncio.create_task(alone())]
        await settled()
        after = asyncio.create_task(one("after"))
        await settled()
        assert seen == ["before"]
        free.set()
        await asyncio.gather(before, *both, after)
        assert seen[:3] == ["before", "alone with 0", "alone ends"]
        assert seen.count("alone with 0") == 2
        assert "after" in seen

    in_loop(work)


def test_one_that_gives_up_waiting_leaves_its_place_to_others() -> None:
    async def work() -> None:
        turns, free = Turns(1), asyncio.Event()

        async def one() -> None:
            async with turns.turn(SINK):
                await free.wait()

        first = asyncio.create_task(one())
        await settled()
        quitter, patient = asyncio.create_task(one()), asyncio.create_task(one())
        await settled()
        quitter.cancel()
        free.set()
        await asyncio.gather(first, patient)
        assert turns.running == 0

    in_loop(work)


@pytest.mark.parametrize(
    ("error", "outcome"), [(None, "done"), (Forbidden(), "refused"), (ValueError(), "failed")]
)
def test_a_statement_is_counted_under_its_priority_and_outcome(error: Exception | None, outcome: str) -> None:
    def figure() -> float:
        labels = {"priority": "backfill", "outcome": outcome}
        return REGISTRY.get_sample_value("konnektu_store_queries_total", labels) or 0.0

    before = figure()
    with suppress(Forbidden, ValueError), counted(BACKFILL):
        if error is not None:
            raise error
    assert figure() - before == 1
