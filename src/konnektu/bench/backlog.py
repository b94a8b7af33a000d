"""The event store away while traffic goes on, and back again: how soon it has everything, and at what memory.

Load: `traffic.parcels`, applied by the writer while the event store is killed; an hour of 1,000 events a second is
3,600,000. Then the event store is started again. Memory is what the way out holds: its growth after the first tenth
of the backlog shows whether it depends on how much waits.
"""

import signal
from collections.abc import Iterator
from time import sleep

import psutil  # type: ignore[import-untyped]

from konnektu.belt.writer import Writer
from konnektu.bench.report import Result, result, timed
from konnektu.bench.traffic import parcels
from konnektu.bench.world import World, start_role, world
from konnektu.bench.world import run_store_role as store
from konnektu.bench.writer import append, drain, epoch
from konnektu.core.clock import SystemClock
from konnektu.core.memory import spare_cycle_collector
from konnektu.log import api as log

PART = 100_000
"""Events made, appended and applied at once, so that this process stays small too."""
PEOPLE = 75_000
BATCHES = 4
"""Batches after which the way out holds what a batch needs, whatever else waits."""
LOOK_SECONDS = 0.2
CAUGHT_UP = 1_000.0
"""Events a second that go on arriving: a backlog is caught up only by a faster way out."""
BUDGET_MB = 64
MEGABYTE = 2**20


def bench_backlog(events: int = 3_600_000) -> Iterator[Result]:
    """Measure how a backlog of so many events is caught up."""
    spare_cycle_collector()
    with world(with_sink=True) as here:
        psutil.Process(here.processes["store"]).send_signal(signal.SIGKILL)
        (here.config.data / "store" / "port").unlink(missing_ok=True)
        writer = Writer(here.storage, here.workspace, epoch(here))
        _, away = timed(lambda: _written(here, writer, events))
        yield result("backlog.written_while_away", events / away, "events/s")
        back = start_role(store, here.config)
        try:
            looks, seconds = timed(lambda: _caught_up(here, writer.place.position))
        finally:
            back.terminate()
            back.join(30)
        rate = events / seconds
        yield result(
            "backlog.caught_up", rate, "events/s", budget=f"> {CAUGHT_UP:.0f} events/s", met=rate > CAUGHT_UP
        )
        begun = max(events // 10, BATCHES * here.config.sink_batch_events)
        peak = max(held for _, held in looks)
        grown = (peak - max(held for sealed, held in looks if sealed <= begun)) / MEGABYTE
        budget = f"≤ {BUDGET_MB} MB after the first tenth"
        yield result("backlog.memory_grown", grown, "MB", budget=budget, met=grown <= BUDGET_MB)
        yield result("backlog.peak_memory", peak / MEGABYTE, "MB")


def _written(here: World, writer: Writer, events: int) -> None:
    now = SystemClock().now_ms()
    for number, first in enumerate(range(0, events, PART)):
        append(here, list(parcels(number, min(PART, events - first), PEOPLE, now + number)))
        drain(here, writer, here.config.belt_block_events)


def _caught_up(here: World, position: int) -> list[tuple[int, int]]:
    """(position sealed, bytes that the way out held), looked at until the event store has everything."""
    deliver = psutil.Process(here.processes["deliver"])
    looks = [(0, deliver.memory_info().rss)]
    while True:
        with here.storage.workspace(here.workspace).read() as db:
            sealed = log.store.sealed(db)[0]
        looks.append((sealed, deliver.memory_info().rss))
        if sealed >= position:
            return looks
        sleep(LOOK_SECONDS)
