"""The writer: from the inbox to the commit, with the sink beside it.

Load: `traffic.parcels`, on an installation that has run for a while (`seeding`). People are known before,
and the measured events touch three quarters of a tenth of them. The limits: decoding the same events, and a
COPY of the same bytes into a plain table of the same server.
"""

import resource
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from os import getpid
from time import monotonic, sleep

from msgspec import Struct

from konnektu.belt.ahead import Ahead, is_worth_it
from konnektu.belt.writer import Writer
from konnektu.bench.followed import follow
from konnektu.bench.report import Result, result, timed
from konnektu.bench.seeding import seed_seen
from konnektu.bench.traffic import parcels
from konnektu.bench.usage import Usage, own_cpu, used
from konnektu.bench.world import World, world
from konnektu.collect import api as collect
from konnektu.core.clock import SystemClock
from konnektu.core.memory import OBJECTS_OF_BATCHES, spare_cycle_collector
from konnektu.core.metrics import seconds_by_stage
from konnektu.core.records import Parcel
from konnektu.log import api as log

PARCELS_A_BLOCK = 20
BLOCKS_AT_ONCE = 512
FLOOR, BUDGET = 20_000, 25_000
BUDGET_PEOPLE = 1_000_000
"""People of the load that the budget speaks of."""
TOUCHED = 0.075
IDS_A_PERSON = 300
"""Message ids known to deduplication for each person known, unless another number is asked for."""
SEEDING_EVENTS = 50_000
"""Events a transaction while people are made known."""
BYTES_A_PROFILE = 3_000
ONE_PERSON = 0.30
MOST_FALL = 0.80
SINK_SECONDS = 600.0


class Run(Struct, frozen=True):
    """What one load took."""

    events: int
    usage: Usage
    """Until the last commit of the writer."""
    stages: Mapping[str, float]
    """Seconds of the writer by stage."""
    sunk: Usage
    """From the first event until the event store had the last one."""

    @property
    def rate(self) -> float:
        """Events a second from the inbox to the commit."""
        return self.events / self.usage.seconds


def bench_writer(
    people: int = 100_000,
    events: int = 200_000,
    ids: int | None = None,
    *,
    seed: int = 1,
    segments: int = 0,
) -> Iterator[Result]:
    """Measure the writer over `people` known people and `ids` known message ids with `events` events.

    With so many live `segments` in force.
    """
    spare_cycle_collector(OBJECTS_OF_BATCHES)
    ids = people * IDS_A_PERSON if ids is None else ids
    with world(with_sink=True) as here:
        ahead = Ahead() if is_worth_it() else None
        writer = Writer(here.storage, here.workspace, epoch(here), ahead)
        now = SystemClock().now_ms()
        yield from _seeded(here, writer, people, ids, now)
        _followed(here, writer, segments)
        touched = max(1, int(people * TOUCHED))
        load, generated = made(seed, events, touched, now + 1000)
        before = _resident()
        run = take(here, writer, ahead, load, events)
        memory = max(0, _resident() - before) / touched
        yield from _parts(run, generated)
        yield from _limits(here, run, load, people=people, ids=ids)
        yield result(
            "writer.memory",
            memory,
            "bytes a profile touched",
            limit=BYTES_A_PROFILE,
            budget=f"≤ {BYTES_A_PROFILE}",
            met=memory <= BYTES_A_PROFILE,
        )
        hot, _ = made(seed + 1, events, touched, now + 2000, one_person=ONE_PERSON)
        hot_run = take(here, writer, ahead, hot, events)
        yield result(
            "writer.one_profile_30_percent",
            hot_run.rate,
            "events/s",
            limit=run.rate,
            budget="≥ 80 % of the same load without it",
            met=hot_run.rate >= MOST_FALL * run.rate,
        )


def _seeded(here: World, writer: Writer, people: int, ids: int, now: int) -> Iterator[Result]:
    """Ids and people of the past, until the event store has them too."""
    with here.storage.workspace(here.workspace).transaction() as db:
        db.execute("SET LOCAL statement_timeout = 0")
        written, seconds = timed(lambda: seed_seen(db, ids, now))
    yield result("writer.seeding.ids", written / 1e6 / seconds, "MB/s")
    everybody = list(parcels(0, people, people, now))
    append(here, everybody)
    _, usage = used(lambda: drain(here, writer, SEEDING_EVENTS), here.processes)
    await_sink(here, people)
    yield result("writer.seeding.people", people / usage.seconds, "events/s")


def _followed(here: World, writer: Writer, segments: int) -> None:
    """Segments in force for everybody who is known."""
    if segments:
        whole = partial(drain, here, writer, here.config.belt_block_events)
        follow(here, writer, segments, whole)
        await_sink(here, writer.place.position)


def made(
    seed: int, events: int, people: int, now: int, *, one_person: float = 0.0
) -> tuple[list[Parcel], float]:
    """A load, and the CPU seconds that making it took."""
    begun = own_cpu()
    load = list(parcels(seed, events, people, now, one_person=one_person))
    return load, own_cpu() - begun


def take(here: World, writer: Writer, ahead: Ahead | None, load: Sequence[Parcel], events: int) -> Run:
    """Let a writer take a load, and wait until the event store has it."""
    append(here, load)
    upto = writer.place.position + events
    before = seconds_by_stage()
    processes = {"writer": getpid(), **here.processes}
    if ahead and ahead.pid:
        processes["decoder"] = ahead.pid

    def whole() -> Usage:
        applied, usage = used(lambda: drain(here, writer, here.config.belt_block_events), processes)
        assert applied == events  # noqa: S101 - a figure over fewer events would be a lie
        await_sink(here, upto)
        return usage

    usage, sunk = used(whole, processes)
    stages = {name: seconds - before.get(name, 0.0) for name, seconds in seconds_by_stage().items()}
    return Run(events, usage, stages, sunk)


def append(here: World, load: Sequence[Parcel], a_block: int = PARCELS_A_BLOCK) -> None:
    """As the collector would, so many parcels a block."""
    for start in range(0, len(load), a_block):
        log.append(here.storage.inbox, here.workspace.id, list(load[start : start + a_block]))


def drain(here: World, writer: Writer, size: int) -> int:
    """As the belt would; how many events were applied."""
    total = 0
    while True:
        with here.storage.inbox.read() as inbox:
            waiting = log.store.pending_blocks(inbox, here.workspace.id, BLOCKS_AT_ONCE)
        if not waiting:
            return total
        total += writer.apply(waiting, size)


def await_sink(here: World, upto: int) -> None:
    """Return when the event store has every position up to this one."""
    until = monotonic() + SINK_SECONDS
    while monotonic() < until:
        with here.storage.workspace(here.workspace).read() as db:
            if log.store.sealed(db)[0] >= upto:
                return
        sleep(0.1)
    raise TimeoutError(f"The event store did not reach position {upto} in {SINK_SECONDS:.0f} s.")


def _parts(run: Run, generated: float) -> Iterator[Result]:
    """Where the time went: the writer's stages by the clock, every process by its CPU, an event each."""
    for name, seconds in run.stages.items():
        yield result(f"writer.stage.{name}", seconds / run.events * 1e6, "µs an event")
    for name, seconds in run.usage.cpu.items():
        yield result(f"writer.cpu.{name}", seconds / run.events * 1e6, "µs an event until the commit")
    for name, seconds in run.sunk.cpu.items():
        yield result(f"writer.cpu_sunk.{name}", seconds / run.events * 1e6, "µs an event until sunk")
    yield result("writer.cpu.load_generator", generated / run.events * 1e6, "µs an event, before the run")
    yield result("writer.inbox_to_event_store", run.events / run.sunk.seconds, "events/s")


def _limits(here: World, run: Run, load: Sequence[Parcel], *, people: int, ids: int) -> Iterator[Result]:
    decode = run.events / timed(lambda: _decode(load))[1]
    copy = run.events / timed(lambda: _copy(here, load))[1]
    is_enough = people >= BUDGET_PEOPLE and ids >= people * IDS_A_PERSON
    yield result("writer.decode", decode, "events/s")
    yield result("writer.copy", copy, "events/s")
    yield result(
        "writer.inbox_to_commit",
        run.rate,
        "events/s",
        limit=1 / (1 / decode + 1 / copy),
        budget=f"≥ {BUDGET} (floor {FLOOR}) events/s over {BUDGET_PEOPLE} people",
        met=run.rate >= BUDGET if is_enough else None,
    )


def epoch(here: World) -> int:
    """The epoch of a lease for as long as a bench lasts."""
    with here.storage.inbox.transaction() as inbox:
        return log.store.take_lease(inbox, here.workspace.id, "bench", 3600) or 0


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
