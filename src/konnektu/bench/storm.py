"""An expiry storm: people who all leave a segment in the same second, and what it does to the delay of others.

In: how many. Out: how long one transaction of the storm holds the writer, which is what an event waits at most, and how
long the whole takes. States are written as the stage writes them; the writer lets time pass as it does in a belt.
"""

from collections.abc import Iterator
from time import perf_counter

from konnektu.belt.writer import Writer
from konnektu.bench.followed import bring_into_force
from konnektu.bench.report import Result, result
from konnektu.bench.world import World, world
from konnektu.bench.writer import drain, epoch
from konnektu.core.clock import DAY, SECOND, SystemClock
from konnektu.rules.conditions import NumberIs
from konnektu.rules.figures import Events, What
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import PersonStands, State, fold, next_due
from konnektu.rules.model import Measured, Segment
from konnektu.rules.windows import Rolling, Span
from konnektu.segments import api as segments
from konnektu.segments.live import store

AT_ONCE = 10_000
NAME = "Order Completed"


def bench_storm(people: int = 100_000) -> Iterator[Result]:
    """So many people leave «ordered in the last three days» in one second."""
    with world(with_sink=True) as here:
        writer = Writer(here.storage, here.workspace, epoch(here))
        figure = Events(What((NAME,)), window=Rolling(Span(3)))
        definition = Segment(Measured(figure, NumberIs("at_least", (1,))), people="all")  # type: ignore[arg-type]
        bring_into_force(here, writer, {"fresh": definition}, lambda: drain(here, writer, 1_000))
        now = SystemClock().now_ms() + DAY
        _people(here, people, now)
        until, taken = now + 4 * DAY, [0.0]
        begun = perf_counter()
        while _timed(writer, until, taken):
            pass
        whole = perf_counter() - begun
    yield result("storm.longest_transaction", max(taken) * 1e3, "ms that an event may wait")
    yield result("storm.median_transaction", sorted(taken)[len(taken) // 2] * 1e3, "ms")
    yield result("storm.people", people / whole, "people/s")


def _timed(writer: Writer, until: int, taken: list[float]) -> int:
    begun = perf_counter()
    done = writer.pass_time(until)
    taken.append(perf_counter() - begun)
    return done


def _people(here: World, people: int, now: int) -> None:
    """States of people who ordered within one second."""
    with here.storage.workspace(here.workspace).transaction() as db:
        force = segments.Kept().of(db)
    assert force is not None  # noqa: S101 - the segment was brought into force
    for first in range(0, people, AT_ONCE):
        rows, dues, turns = [], {}, []
        for person in range(first + 1, min(first + AT_ONCE, people) + 1):
            at = now + person * SECOND // people
            order = KnownEvent(position=person, instant=at, time=at, type="track", name=NAME)
            state = State()
            flips = fold(force.ready, state, [PersonStands(is_known=True), order], at)
            rows.append((person, force.version, state.pack()))
            dues[person] = next_due(force.ready, state)
            turns += [_turn(force, person, at) for _ in flips]
        with here.storage.workspace(here.workspace).transaction() as db:
            store.put_states(db, force.decided, rows, dues)
            store.put_turns(db, turns)


def _turn(force: segments.InForce, person: int, at: int) -> store.Turn:
    number, version = force.ids["fresh"]
    return store.Turn(
        segment=number,
        version=version,
        profile=person,
        entered=True,
        position=person,
        instant=at,
        cause="fact",
    )
