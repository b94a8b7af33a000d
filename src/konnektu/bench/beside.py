"""What live segments cost the writer, beside a workspace without any. In: sizes. Out: processor time and storage.

Both workspaces of one installation know the same people and take the same load by turns, so that what else the machine
does meets both alike.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from os import getpid
from typing import Final

from msgspec import Struct, structs

from konnektu.access import api as access
from konnektu.belt.writer import Writer
from konnektu.bench.followed import follow
from konnektu.bench.report import Result, result
from konnektu.bench.traffic import parcels
from konnektu.bench.usage import used
from konnektu.bench.world import World, world
from konnektu.bench.writer import SEEDING_EVENTS, TOUCHED, append, await_sink, drain, epoch, made, take
from konnektu.core.clock import SystemClock
from konnektu.core.memory import OBJECTS_OF_BATCHES, spare_cycle_collector
from konnektu.storage.api import WorkspaceRecord, create_workspace

TURNS: Final = 3
BUDGET: Final = 15
"""Microseconds an event, all processes together."""
TABLES: Final = ("segment_state", "segment_due", "member", "membership")
_SIZE: Final = "SELECT pg_total_relation_size('{}')"
EVENTS_EACH: Final = 20
"""Of each person, before segments are built."""


class _Side(Struct, frozen=True):
    """A workspace and its writer."""

    here: World
    writer: Writer


def bench_beside(people: int, events: int, segments: int, *, seed: int = 1) -> Iterator[Result]:
    """The same load with so many segments in force and with none."""
    spare_cycle_collector(OBJECTS_OF_BATCHES)
    with world(with_sink=True) as here:
        plain, followed = _side(structs.replace(here, workspace=_another(here))), _side(here)
        now = SystemClock().now_ms()
        for side in (plain, followed):
            _know(side, people, now)
        yield from _built(followed, segments)
        yield from _cost((plain, followed), people, events, (seed, now))
        yield from _stored(here, segments)


def _side(here: World) -> _Side:
    return _Side(here, Writer(here.storage, here.workspace, epoch(here)))


def _another(here: World) -> WorkspaceRecord:
    record = create_workspace(here.storage, "plain", "Plain", created_at=SystemClock().now_ms())
    by = access.system_caller(record)
    access.create_source(here.storage.control, by, kind="web", name="Traffic", now=record.created_at)
    return record


def _know(side: _Side, people: int, now: int) -> None:
    """Let a workspace know so many people, by some events of each."""
    append(side.here, list(parcels(0, people * EVENTS_EACH, people, now)))
    drain(side.here, side.writer, SEEDING_EVENTS)
    await_sink(side.here, people * EVENTS_EACH)


def _built(side: _Side, segments: int) -> Iterator[Result]:
    """How fast segments that are defined at once come into force for everybody."""
    here, known = side.here, _count(side.here, "profile")
    whole = partial(drain, here, side.writer, here.config.belt_block_events)
    processes = {"writer": getpid(), **here.processes}
    _, usage = used(lambda: follow(here, side.writer, segments, whole), processes)
    told = f"people/s, {EVENTS_EACH} events each, {segments} segments in force one after another"
    yield result("beside.built", known / usage.seconds, told)
    for name, seconds in usage.cpu.items():
        yield result(f"beside.built.cpu.{name}", seconds / known * 1e6, "µs a person")
    await_sink(here, side.writer.place.position)


def _cost(sides: tuple[_Side, _Side], people: int, events: int, seeds: tuple[int, int]) -> Iterator[Result]:
    """Processor time of an event more than without segments, of each process; wall clocks are the neighbours'."""
    (seed, now), touched = seeds, max(1, int(people * TOUCHED))
    spent: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    rates = [0.0, 0.0]
    for turn in range(TURNS):
        load, _ = made(seed + turn, events, touched, now + 1000 * (turn + 1))
        for place, side in enumerate(sides):
            found = take(side.here, side.writer, None, load, events)
            spent[place].update(found.usage.cpu)
            rates[place] += found.rate / TURNS
    number = events * TURNS
    for name in spent[0]:
        without, beside = (one[name] / number * 1e6 for one in spent)
        yield result(f"beside.cpu.{name}", beside - without, "µs an event more", limit=without)
    more = sum((spent[1] - spent[0]).values()) / number * 1e6
    yield result("beside.cpu", more, "µs an event more", budget=f"≤ {BUDGET}", met=more <= BUDGET)
    yield result("beside.rate", rates[1], "events/s", limit=rates[0])


def _stored(here: World, segments: int) -> Iterator[Result]:
    """Storage of a person, by table, indexes included."""
    known = _count(here, "profile")
    with here.storage.workspace(here.workspace).read() as db:
        for table in TABLES:
            row = db.execute(_SIZE.format(table)).fetchone()
            size = row[0] if row else 0
            yield result(f"beside.stored.{table}", size / known, f"bytes a person, {segments} segments")


def _count(here: World, table: str) -> int:
    with here.storage.workspace(here.workspace).read() as db:
        row = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a table of ours
    return int(row[0]) if row else 0
