"""What live segments cost. In: numbers of segments and people. Out: processor time of an event, bytes of a person.

People live side by side in memory, as a batch of the writer has them; each event is one fact of one person, drawn by
Zipf's law. Segments are of every kind of leaf that events touch, each asking for one of 40 events by name.
"""

import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from time import process_time
from typing import Final

from msgspec import structs

from konnektu.bench.report import Result, result
from konnektu.core.clock import DAY, HOUR, MINUTE
from konnektu.rules.conditions import Field, NumberIs, TextIs
from konnektu.rules.figures import Events, Measure, What, Window
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import Compiled, PersonStands, State, advance, compiled, fold
from konnektu.rules.model import (
    Absence,
    All,
    Compare,
    LastEvents,
    Measured,
    Member,
    Not,
    Rule,
    Segment,
    Sequence,
    Step,
)
from konnektu.rules.windows import Calendar, Rolling, Span

NAMES: Final = 40
SIZES: Final = (1, 50, 1_000)
APART: Final = "apart "
EVENTS_EACH: Final = 20
"""Events for each person, on average."""
BEGIN: Final = 1_750_000_000_000
TOTAL: Final = ("properties", "total")


def bench_segments(people: int = 10_000, sizes: tuple[int, ...] = SIZES) -> Iterator[Result]:
    """Figures for each number of segments that the same events touch, and of which they touch few."""
    events = list(_traffic(people, people * EVENTS_EACH))
    for size in sizes:
        yield from _of(size, people, events)
    apart = [(person, structs.replace(event, name=f"{APART}{event.name}")) for person, event in events]
    for size in sizes:
        yield from _apart(size, people, [*events, *apart])


def _of(size: int, people: int, events: list[tuple[int, KnownEvent]]) -> Iterator[Result]:
    ready = compiled({f"s{number}": drawn_segment(number) for number in range(size)})
    states = [_born(ready) for _ in range(people)]
    begun = process_time()
    flips = sum(_fact(ready, states[person], event) for person, event in events)
    spent = process_time() - begun
    asked = sum(len(leaves) for _, event in events for _, leaves in ready.route(event.type, event.name))
    packed = [one.pack() for one in states]
    begun = process_time()
    for one in packed[:1_000]:
        State.unpack(one)
    loaded = process_time() - begun
    mark = f"{size} segments"
    yield result(f"event, {mark}", spent / len(events) * 1e6, "µs")
    yield result(f"leaves that could be touched, {mark}", asked / len(events), "an event")
    yield result(f"entries and exits, {mark}", flips / len(events), "an event")
    yield result(f"state, {mark}", sum(map(len, packed)) / people, "bytes a person")
    yield result(f"largest state, {mark}", max(map(len, packed)), "bytes")
    yield result(f"unpacking, {mark}", loaded / 1_000 * 1e6, "µs a person")
    yield result(f"state in hand, {mark}", _in_memory(packed[:1_000]), "bytes a person in a batch's memory")


def _in_memory(packed: list[bytes]) -> float:
    """Bytes of a state unpacked, its streams not opened yet."""
    tracemalloc.start()
    states = [State.unpack(one) for one in packed]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(states)


def _apart(size: int, people: int, events: list[tuple[int, KnownEvent]]) -> Iterator[Result]:
    """Of so many segments ten ask for half of the events, the others for events that never come."""
    asked = {f"s{number}": drawn_segment(number) for number in range(min(size, 10))}
    silent = {
        f"t{number}": Segment(
            Measured(Events(What((f"never{number}",)), window=_days(number)), _is("at_least", 1))
        )
        for number in range(size - len(asked))
    }
    ready = compiled(asked | silent)
    states = [_born(ready) for _ in range(people)]
    begun = process_time()
    for person, event in events:
        _fact(ready, states[person], event)
    yield result(
        f"event, {size} segments of which few are touched", (process_time() - begun) / len(events) * 1e6, "µs"
    )


def _born(ready: Compiled) -> State:
    state = State()
    fold(ready, state, [PersonStands(is_known=True, workspace_zone="Europe/Moscow")], BEGIN)
    return state


def _fact(ready: Compiled, state: State, event: KnownEvent) -> int:
    flips = advance(ready, state, event.instant)
    return len(flips) + len(fold(ready, state, (event,), event.instant))


def _traffic(people: int, number: int) -> Iterator[tuple[int, KnownEvent]]:
    """Events over ninety days; who acts, and what they do, is skewed."""
    drawn = Random(7)  # noqa: S311  # the same traffic every time
    step = 90 * DAY // number
    for position in range(number):
        person = min(int(drawn.paretovariate(0.6)) * 7 % people, people - 1)
        name = f"event{min(int(drawn.paretovariate(0.9)) - 1, NAMES - 1)}"
        instant = BEGIN + position * step
        time = instant - drawn.choice((0, 0, 0, MINUTE, HOUR))
        properties = {"total": drawn.randrange(10_000), "colour": drawn.choice(("red", "blue", "green"))}
        yield (
            person,
            KnownEvent(
                position=position, instant=instant, time=time, type="track", name=name, properties=properties
            ),
        )


def drawn_segment(number: int) -> Segment:
    """The segment of a number: kinds take turns."""
    kinds = tuple(_KINDS)
    return Segment(_KINDS[number % len(kinds)](number), people="all")


def _what(number: int, more: int = 0) -> What:
    return What((f"event{(number * 7 + more) % NAMES}",))


def _days(number: int) -> Rolling:
    return Rolling(Span(1 + number % 29))


def _is(op: str, value: int) -> NumberIs:
    return NumberIs(op, (Decimal(value),))  # type: ignore[arg-type]  # one of its words


def _counted(number: int, window: Window, least: int = 1) -> Measured:
    return Measured(Events(_what(number), window=window), _is("at_least", least))


def _sum(number: int) -> Rule:
    figure = Events(_what(number), Measure("sum", TOTAL), _days(number))
    return Measured(figure, _is("above", 1_000 * (1 + number % 30)))


def _greatest(number: int) -> Rule:
    return Measured(Events(_what(number), Measure("max", TOTAL), _days(number)), _is("above", 9_000))


def _property(number: int) -> Rule:
    red = Field(("properties", "colour"), TextIs("equals", ("red",)))
    what = What(_what(number).names, where=red)
    return Measured(Events(what, window=_days(number)), _is("at_least", 2))


def _abandoned(number: int) -> Rule:
    steps = Step(_what(number)), Absence(_what(number, 1), Span(3, "hour"))
    return Sequence(steps, _days(number))


def _sleeping(number: int) -> Rule:
    return All((_counted(number, Rolling(Span(60))), Not(_counted(number, Rolling(Span(1 + number % 14))))))


def _less(number: int) -> Rule:
    late, early = Rolling(Span(15)), Rolling(Span(30), Span(15))
    return Compare(
        Events(_what(number), window=late), "below", Events(_what(number), window=early), Decimal("0.5")
    )


def _last(number: int) -> Rule:
    red = Field(("properties", "colour"), TextIs("equals", ("red",)))
    return LastEvents(_what(number), 1 + number % 5, "none", red)


_KINDS: Final[tuple[Callable[[int], Rule], ...]] = (
    lambda number: _counted(number, _days(number), 1 + number % 5),
    _sleeping,
    _sum,
    _abandoned,
    _property,
    lambda number: _counted(number, Calendar("day", zone="person"), 1 + number % 3),
    _greatest,
    lambda number: Measured(Events(_what(number), window=Rolling(Span(7), Span(3))), _is("equals", 0)),
    _less,
    _last,
    lambda number: All((Member(f"s{number - 10}"), Not(_counted(number, Rolling(Span(1, "hour")))))),
)
