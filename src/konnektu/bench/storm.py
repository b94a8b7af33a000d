"""An expiry storm: people who all leave a segment in the same second, and what it does to the delay of others.

In: how many. Out: how long one transaction of the storm holds the writer, which is what an event waits at most, and how
long the whole takes. The writer lets time pass as it does in a belt.
"""

from collections.abc import Iterator
from decimal import Decimal
from time import perf_counter

import msgspec

from konnektu.belt.writer import Writer
from konnektu.bench.followed import bring_into_force
from konnektu.bench.report import Result, result
from konnektu.bench.traffic import SOURCE
from konnektu.bench.world import world
from konnektu.bench.writer import append, drain, epoch
from konnektu.core.clock import DAY, SECOND, SystemClock
from konnektu.core.records import Parcel
from konnektu.rules.conditions import NumberIs
from konnektu.rules.figures import Events, What
from konnektu.rules.model import Measured, Segment
from konnektu.rules.windows import Rolling, Span

A_PARCEL = 50
NAME = "Order Completed"


def bench_storm(people: int = 100_000) -> Iterator[Result]:
    """So many people leave «ordered in the last three days» in one second."""
    with world(with_sink=True) as here:
        writer = Writer(here.storage, here.workspace, epoch(here))
        figure = Events(What((NAME,)), window=Rolling(Span(3)))
        definition = Segment(Measured(figure, NumberIs("at_least", (Decimal(1),))), people="all")
        bring_into_force(here, writer, {"fresh": definition}, lambda: drain(here, writer, 1_000))
        now = SystemClock().now_ms()
        append(here, list(_orders(people, now)))
        drain(here, writer, here.config.belt_block_events)
        taken = list(_transactions(writer, now + 4 * DAY))
    yield result("storm.longest_transaction", max(taken) * 1e3, "ms that an event may wait")
    yield result("storm.median_transaction", sorted(taken)[len(taken) // 2] * 1e3, "ms")
    yield result("storm.people", people / sum(taken), "people/s")


def _transactions(writer: Writer, until: int) -> Iterator[float]:
    """Seconds of each transaction until nobody is due any more."""
    done = 1
    while done:
        begun = perf_counter()
        done = writer.pass_time(until)
        yield perf_counter() - begun


def _orders(people: int, now: int) -> Iterator[Parcel]:
    """An order of each, within one second."""
    for first in range(0, people, A_PARCEL):
        bodies = [
            msgspec.json.encode({
                "type": "track", "event": NAME, "userId": f"u{one}", "messageId": f"o{one}",
                "timestamp": now - SECOND + one * SECOND // people,
            })
            for one in range(first, min(first + A_PARCEL, people))
        ]  # fmt: skip
        yield Parcel(SOURCE, "wire", now, bodies)
