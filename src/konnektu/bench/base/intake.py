"""Imports of people and of orders through the product: from the file until the writer has committed the last row.

In: a base, and a workspace with nobody in it. Out: rows a second. The import runs in a process of its own, as the jobs
of an installation do, the writer here, the way out in its own: all of them share the processors. The limits: decoding
the same events alone, and the same import into the empty workspace.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import sleep

from msgspec import Struct

from konnektu.access.api import system_caller
from konnektu.belt.ahead import Ahead, is_worth_it
from konnektu.belt.writer import Writer
from konnektu.bench.base.files import ROWS_AN_ORDER, new_phone, write_orders, write_people
from konnektu.bench.base.seeding import Base
from konnektu.bench.base.story import phone
from konnektu.bench.report import Result, result, timed
from konnektu.bench.world import World, open_storage, start_role
from konnektu.bench.writer import BLOCKS_AT_ONCE, await_sink, epoch
from konnektu.collect import api as collect
from konnektu.core import logging
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.core.metrics import seconds_by_stage
from konnektu.core.records import Parcel
from konnektu.imports import api as imports
from konnektu.log import api as log
from konnektu.storage.api import find

SHARE, FEWEST = 0.1, 2_000
"""How many people are imported, as a share of those known, and at least; and of how many an order each is."""
SAMPLE = 20_000
"""Events that are decoded alone."""
LOOK_SECONDS = 0.02


class Took(Struct, frozen=True):
    """What one import took."""

    rows: int
    seconds: float
    stages: dict[str, float]
    """Seconds of the writer by stage."""
    decode: float
    """Events of it that are decoded in a second, alone."""

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def bench_imports(here: World, empty: World, base: Base, scratch: Path) -> Iterator[Result]:
    """Measure imports of people who are not known and of orders of people who are, into the empty workspace first."""
    count = max(FEWEST, int(base.people * SHARE))
    people, fresh, known = (scratch / f"{name}.csv" for name in ("people", "orders-fresh", "orders-known"))
    write_people(people, count)
    drawn = Random(11)  # noqa: S311 - the same people each time
    whose = drawn.sample(base.numbers, min(count, base.people))
    write_orders(
        fresh, [new_phone(one) for one in range(len(whose))], base.setting.today, base.setting.products
    )
    write_orders(known, [phone(one) for one in whose], base.setting.today, base.setting.products)
    rows = len(whose) * ROWS_AN_ORDER
    plan = (("import_people", people, people, count), ("import_orders", fresh, known, rows))
    for name, for_empty, for_base, expected in plan:
        alone, beside = _imported(empty, for_empty, expected), _imported(here, for_base, expected)
        yield result(f"base.{name}", beside.rate, "rows/s", limit=beside.decode)
        yield result(f"base.{name}.empty_base", alone.rate, "rows/s", limit=alone.decode)
        yield result(f"base.{name}.beside_empty", beside.rate, "rows/s", limit=alone.rate)
        for stage, seconds in beside.stages.items():
            yield result(f"base.{name}.stage.{stage}", seconds / expected * 1e6, "µs a row")


def _imported(here: World, file: Path, rows: int) -> Took:
    ahead = Ahead() if is_worth_it() else None
    writer = Writer(here.storage, here.workspace, epoch(here), ahead)
    before = seconds_by_stage()
    sample, seconds = timed(lambda: _until_applied(here, writer, file))
    stages = {name: spent - before.get(name, 0.0) for name, spent in seconds_by_stage().items()}
    if ahead:
        ahead.close()
    await_sink(here, writer.place.position)
    done = imports.imports(here.storage, here.workspace, limit=1)[0]
    assert done.counts.accepted == rows, done.counts  # noqa: S101 - a bench of other rows would measure nothing
    decoded, alone = timed(lambda: sum(map(_decoded, sample)))
    return Took(rows, seconds, stages, decoded / alone)


def _until_applied(here: World, writer: Writer, file: Path) -> list[Parcel]:
    """Import a file and apply it; some parcels of it."""
    child = start_role(_ImportOf(here.workspace.slug, file), here.config)
    sample: list[Parcel] = []
    while True:
        is_over = not child.is_alive()
        with here.storage.inbox.read() as inbox:
            waiting = log.store.pending_blocks(inbox, here.workspace.id, BLOCKS_AT_ONCE)
        if waiting:
            writer.apply(waiting, here.config.belt_block_events)
            if sum(len(parcel.events) for parcel in sample) < SAMPLE:
                sample += [parcel for block in waiting for parcel in log.decode_block(block.body)]
        elif is_over:
            return sample
        else:
            sleep(LOOK_SECONDS)


class _ImportOf(Struct, frozen=True):
    """A file imported into a workspace, as a role."""

    slug: str
    file: Path

    def __call__(self, config: Config) -> None:
        logging.configure("error", "console")  # standard output is the figures' own
        storage, clock, options = open_storage(config), SystemClock(), collect.Options()
        record = find(storage, self.slug)
        folder = imports.Folder(config.data, record)
        upload = folder.keep(imports.copy_chunks(self.file), 1 << 32)
        inspection = imports.inspect(upload.path, record.timezone)
        caller = system_caller(record)
        job = imports.add(
            storage, caller, upload, self.file.name, inspection=inspection, clock=clock, kinds=options.kinds
        )
        imports.start(storage, record, job.id, folder=folder, now=clock.now_ms())
        imports.run(imports.Work(storage, record, folder, clock, options, "bench"), job.id)
        storage.close()


def _decoded(parcel: Parcel) -> int:
    return len(collect.decode(parcel, 0, 0, collect.Options()))
