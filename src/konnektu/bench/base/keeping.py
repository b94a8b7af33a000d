"""A backup of the base beside its writer. In: a base. Out: how fast it is made, and how much the writer slows down.

The backup is made as the command makes it, in a process that gives way to the others, while statements about orders
of people anywhere in the base are applied; the same load is applied before without it.
"""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter

import msgspec
from msgspec import Struct

from konnektu.belt.ahead import Ahead, is_worth_it
from konnektu.belt.writer import Writer
from konnektu.bench.base.seeding import Base
from konnektu.bench.base.story import iso, named, number_of
from konnektu.bench.report import Result, result
from konnektu.bench.world import World, open_storage, start_role
from konnektu.bench.writer import append, await_sink, drain, epoch
from konnektu.core.clock import DAY, SystemClock
from konnektu.core.config import Config
from konnektu.core.records import Parcel
from konnektu.keeping import api as keeping
from konnektu.privacy import api as privacy
from konnektu.storage.api import find

PART, PARCEL = 10_000, 100
ALONE = 4
"""Parts of the load that are applied without the backup."""
MEGABYTE = 2**20
NICENESS = 10
"""As the command gives way."""
MADE = "backup.json"
STATUSES = ("paid", "assembled", "shipped", "at_pickup", "received")


def bench_backup(here: World, base: Base, scratch: Path) -> Iterator[Result]:
    """Measure both."""
    ahead = Ahead() if is_worth_it() else None
    writer = Writer(here.storage, here.workspace, epoch(here), ahead)
    parts = count()
    _applied(here, writer, base, next(parts))
    alone = sum(_applied(here, writer, base, next(parts)) for _ in range(ALONE))
    with here.storage.workspace(here.workspace).read() as db:
        held = db.execute("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
                          " AND relnamespace = current_schema()::regnamespace").fetchall()[0][0]  # fmt: skip
    child = start_role(_Backup(here.workspace.slug, scratch), here.config)
    spent = []
    while child.is_alive():
        spent.append(_applied(here, writer, base, next(parts)))
    made = msgspec.json.decode((scratch / MADE).read_bytes(), type=keeping.Kept)
    if ahead:
        ahead.close()
    await_sink(here, writer.place.position)
    rows = sum(made.counts.values())
    yield result("base.backup", float(held) / MEGABYTE / made.seconds, "MB/s of tables")
    yield result("base.backup.rows", rows / made.seconds, "rows/s")
    yield result("base.backup.seconds", made.seconds, "s")
    yield result("base.backup.size", made.bytes / MEGABYTE, "MB")
    # The last part may have gone on after the backup's end.
    beside = spent[:-1] or spent
    rate = PART * len(beside) / sum(beside)
    yield result("base.writer_beside_backup", rate, "events/s", limit=PART * ALONE / alone)


class _Backup(Struct, frozen=True):
    """A backup of one workspace, as a role; what was made is told in a file."""

    slug: str
    scratch: Path

    def __call__(self, config: Config) -> None:
        os.nice(NICENESS)
        storage = open_storage(config)
        place = keeping.Place(config.data, privacy.notes_folder(config), self.scratch / "kept")
        record, now = find(storage, self.slug), SystemClock().now_ms()
        made = keeping.back_up(storage, record, place, now, lambda _: None)
        (self.scratch / MADE).write_bytes(msgspec.json.encode(made))
        storage.close()


def _applied(here: World, writer: Writer, base: Base, part: int) -> float:
    """Seconds in which one part of the load was applied."""
    append(here, list(_load(base, part)))
    begun = perf_counter()
    drain(here, writer, here.config.belt_block_events)
    return perf_counter() - begun


def _load(base: Base, part: int) -> Iterator[Parcel]:
    drawn = Random(part)  # noqa: S311 - a load, not a secret
    at, now = base.setting.today - DAY, SystemClock().now_ms()
    for parcel in range(PART // PARCEL):
        bodies = []
        for place in range(PARCEL):
            person, order = drawn.choice(base.numbers), drawn.randrange(base.setting.orders)
            said = {
                "number": number_of(person, order),
                "status": drawn.choice(STATUSES),
                "updated_at": iso(at),
            }
            fact = {
                "type": "order",
                "messageId": f"backup-{part}-{parcel}-{place}",
                "timestamp": iso(at),
                "userId": named(person),
                "properties": said,
            }
            bodies.append(msgspec.json.encode(fact))
        yield Parcel(base.sources[1], "import", now, bodies, history=True)
