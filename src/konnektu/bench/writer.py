"""The writer: from the inbox to the commit.

Load: `traffic.parcels`. People are known before, as in an installation that has run for a while; the
measured events touch a tenth of them. The limits: decoding the same events, and a COPY of the same bytes
into a plain table of the same server.
"""

import resource
from collections.abc import Iterator, Sequence
from itertools import islice

from konnektu.belt.writer import Writer
from konnektu.bench.report import Result, result, timed
from konnektu.bench.traffic import parcels
from konnektu.bench.world import World, world
from konnektu.collect import api as collect
from konnektu.core.clock import SystemClock
from konnektu.core.memory import spare_cycle_collector
from konnektu.core.records import Parcel
from konnektu.log import api as log

PARCELS_A_BLOCK = 20
FLOOR, BUDGET = 20_000, 25_000
BUDGET_PEOPLE = 1_000_000
"""People of the load that the budget speaks of."""
BYTES_A_PROFILE = 3_000
ONE_PERSON = 0.30
MOST_FALL = 0.80


def bench_writer(people: int = 100_000, events: int = 200_000, *, seed: int = 1) -> Iterator[Result]:
    """Measure the writer over `people` known people with `events` events."""
    spare_cycle_collector()
    with world(with_sink=True) as here:
        writer = Writer(here.storage, here.workspace, _epoch(here))
        now = SystemClock().now_ms()
        _apply(here, writer, _acquaintances(people, now))
        touched = max(1, people * 75 // 1000)
        load = list(parcels(seed, events, touched, now + 1000))
        before = _resident()
        rate = _rate(here, writer, load, events)
        memory = max(0, _resident() - before) / touched
        decode = events / timed(lambda: _decode(load))[1]
        copy = events / timed(lambda: _copy(here, load))[1]
        enough = people >= BUDGET_PEOPLE
        yield result("writer.decode", decode, "events/s")
        yield result("writer.copy", copy, "events/s")
        least = 1 / (1 / decode + 1 / copy)
        yield result(
            "writer.inbox_to_commit",
            rate,
            "events/s",
            limit=least,
            budget=f"≥ {BUDGET} (floor {FLOOR}) events/s over {BUDGET_PEOPLE} people",
            met=rate >= BUDGET if enough else None,
        )
        yield result(
            "writer.memory",
            memory,
            "bytes a profile touched",
            limit=BYTES_A_PROFILE,
            budget=f"≤ {BYTES_A_PROFILE}",
            met=memory <= BYTES_A_PROFILE,
        )
        hot = list(parcels(seed + 1, events, touched, now + 2000, one_person=ONE_PERSON))
        hot_rate = _rate(here, writer, hot, events)
        yield result(
            "writer.one_profile_30_percent",
            hot_rate,
            "events/s",
            limit=rate,
            budget="≥ 80 % of the same load without it",
            met=hot_rate >= MOST_FALL * rate,
        )


def _acquaintances(people: int, now: int) -> list[Parcel]:
    """Everybody once, so that the measured events find them."""
    return list(parcels(0, people, people, now))


def _epoch(here: World) -> int:
    with here.storage.inbox.transaction() as inbox:
        return log.store.take_lease(inbox, here.workspace.id, "bench", 3600) or 0


def _apply(here: World, writer: Writer, load: Sequence[Parcel]) -> None:
    """Append as the collector would, then apply as the belt would."""
    queue = iter(load)
    while group := list(islice(queue, PARCELS_A_BLOCK * 100)):
        for start in range(0, len(group), PARCELS_A_BLOCK):
            log.append(here.storage.inbox, here.workspace.id, group[start : start + PARCELS_A_BLOCK])
        _drain(here, writer)


def _drain(here: World, writer: Writer) -> int:
    total = 0
    while True:
        with here.storage.inbox.read() as inbox:
            waiting = log.store.pending_blocks(inbox, here.workspace.id, 512)
        if not waiting:
            return total
        total += writer.apply(waiting, here.config.belt_block_events)


def _rate(here: World, writer: Writer, load: Sequence[Parcel], events: int) -> float:
    for start in range(0, len(load), PARCELS_A_BLOCK):
        log.append(here.storage.inbox, here.workspace.id, list(load[start : start + PARCELS_A_BLOCK]))
    applied, seconds = timed(lambda: _drain(here, writer))
    assert applied == events  # noqa: S101 - a figure over fewer events would be a lie
    return events / seconds


def _decode(load: Sequence[Parcel]) -> int:
    return sum(len(collect.decode(parcel, 1, parcel.received_at, collect.Options())) for parcel in load)


def _copy(here: World, load: Sequence[Parcel]) -> None:
    """The same bytes into a plain table: the least that storing them costs."""
    with here.storage.workspace(here.workspace).transaction() as db:
        db.execute("CREATE TEMPORARY TABLE copied (body bytea) ON COMMIT DROP")
        with db.cursor() as cursor, cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["bytea"])
            for parcel in load:
                for body in parcel.events:
                    copy.write_row([body])


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
