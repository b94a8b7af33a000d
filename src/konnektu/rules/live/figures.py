"""Figures of events as closures over what streams keep. In: a figure. Out: its value at t, and until when. Pure."""

from bisect import bisect_left
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

from konnektu.rules.figures import COUNT, Events, Measure, Since, What
from konnektu.rules.live import spans
from konnektu.rules.live.clock import NEVER, Clock, Verdict
from konnektu.rules.live.keeping import (
    Entry,
    Keep,
    KeepBest,
    KeepLatest,
    KeepStairs,
    KeepTotal,
    KeepValues,
)
from konnektu.rules.live.streams import ValueOf, keep_of, taker, value_of, within
from konnektu.rules.live.values import Result, measured, told
from konnektu.rules.windows import TimeWindow


class Holder(Protocol):
    """Who remembers streams: the state of a person."""

    def held(self, stream: int) -> Any:
        """What is kept of a stream."""


class Streams(Protocol):
    """Who gives out streams while leaves are compiled."""

    def stream(self, part: tuple[Any, ...], what: What, value: ValueOf | None, keep: Keep, takes: Any) -> int:
        """The number of the stream for this part of the language; the same for the same."""


Valued = tuple[Result | None, int]
"""A value, None for a missing one, and an instant before which it cannot change without new facts."""
Value = Callable[[Any, Clock], Valued]
"""Of a state."""
Held = Callable[[Any, Clock], Verdict]
"""A leaf, or a part of one, of a state."""


def latest_of(what: What, plan: Streams) -> int:
    """The stream of the latest such event."""
    return plan.stream(("latest", what), what, None, KeepLatest(1, None), taker(what))


def stream_of(figure: Events, plan: Streams, most: int = 0) -> tuple[int, Keep]:
    """The stream that a figure needs; `most` as in `keep_of`."""
    keep = keep_of(figure.measure, figure.window, most)
    most = most if isinstance(keep, KeepLatest) else 0
    takes = within(taker(figure.what), figure.window)
    return plan.stream(("figure", figure, most), figure.what, value_of(figure.measure), keep, takes), keep


def events(figure: Events, plan: Streams) -> Value:
    """A figure of events."""
    stream, keep = stream_of(figure, plan)
    measure, window = figure.measure, figure.window
    if isinstance(window, Since):
        return _since(stream, latest_of(window.what, plan), measure)
    if isinstance(keep, KeepTotal):
        return lambda state, _clock: (_total(measure, state.held(stream)), NEVER)
    if isinstance(keep, KeepBest):
        return lambda state, _clock: (_best(measure, state.held(stream)), NEVER)
    if isinstance(keep, KeepValues):
        return _values(stream, window)
    if isinstance(keep, KeepStairs):
        return _stairs(stream, measure, window)
    return _entries(stream, measure, window)


def _total(measure: Measure, held: list[int]) -> Result | None:
    number, total = held
    if measure.how == "count":
        return measured(measure, range(number))
    if measure.how == "average":
        return measured(measure, ()) if not number else _average(measure, number, total)
    return told(measure, total)


def _average(measure: Measure, number: int, total: int) -> Result:
    return told(measure, Fraction(total, number))


def _best(measure: Measure, held: list[Any]) -> Result | None:
    return told(measure, held[0]) if held else None


def reach(held: list[Entry], bounds: spans.Interval) -> tuple[int, int]:
    """Which entries lie within bounds: from the first place until before the second."""
    return bisect_left(held, (bounds[0],)), bisect_left(held, (bounds[1],))


def _entries(stream: int, measure: Measure, window: TimeWindow) -> Value:
    bounds, held_at = spans.bounds(window), spans.spans(window)

    def value(state: Holder, clock: Clock) -> Valued:
        held = state.held(stream)
        first, after = reach(held, bounds(clock))
        until = held_at(held[first][0], clock)[1] if first < after else NEVER
        if after < len(held):
            until = min(until, held_at(held[after][0], clock)[0])
        return measured(measure, [one[2] for one in held[first:after]]), until

    return value


def _stairs(stream: int, measure: Measure, window: TimeWindow) -> Value:
    bounds, held_at = spans.bounds(window), spans.spans(window)

    def value(state: Holder, clock: Clock) -> Valued:
        held = state.held(stream)
        first, _ = reach(held, bounds(clock))
        if first == len(held):
            return None, NEVER
        return told(measure, held[first][2]), held_at(held[first][0], clock)[1]

    return value


def _values(stream: int, window: TimeWindow) -> Value:
    bounds, held_at = spans.bounds(window), spans.spans(window)

    def value(state: Holder, clock: Clock) -> Valued:
        start = bounds(clock)[0]
        inside = [time for time in state.held(stream).values() if time >= start]
        until = held_at(min(inside), clock)[1] if inside else NEVER
        return measured(COUNT, inside), until

    return value


def begun(held: list[Entry], latest: list[Entry]) -> int:
    """The place of the first entry after the latest beginning; past the end where there was none."""
    return bisect_left(held, (latest[0][0], latest[0][1] + 1)) if latest else len(held)


def _since(stream: int, latest: int, measure: Measure) -> Value:
    def value(state: Holder, _clock: Clock) -> Valued:
        held = state.held(stream)
        beginning = state.held(latest)
        first = begun(held, beginning)
        if beginning:
            del held[:first]
            first = 0
        return measured(measure, [one[2] for one in held[first:]]), NEVER

    return value


def counted(figure: Events, most: int, stands: Callable[[int], bool], plan: Streams) -> Held:
    """Whether the number of events passes a test that tells no numbers above `most` apart."""
    stream, keep = stream_of(figure, plan, most)
    table = [stands(number) for number in range(most + 1)]
    if isinstance(keep, KeepTotal):
        return lambda state, _clock: (table[min(state.held(stream)[0], most)], NEVER)
    if isinstance(figure.window, Since):
        return _counted_since(stream, latest_of(figure.window.what, plan), table)
    if isinstance(keep, KeepLatest):
        return _counted_recent(stream, figure.window, table)
    return _counted_between(stream, figure.window, table)


def _counted_since(stream: int, latest: int, table: list[bool]) -> Held:
    def holds(state: Holder, _clock: Clock) -> Verdict:
        held = state.held(stream)
        return table[min(len(held) - begun(held, state.held(latest)), len(table) - 1)], NEVER

    return holds


def _counted_recent(stream: int, window: TimeWindow, table: list[bool]) -> Held:
    """Entries leave from the oldest on; `drops` says with how many the verdict turns."""
    bounds, held_at = spans.bounds(window), spans.spans(window)
    drops = [
        next((gone for gone in range(1, number + 1) if table[number - gone] is not table[number]), 0)
        for number in range(len(table))
    ]

    def holds(state: Holder, clock: Clock) -> Verdict:
        held = state.held(stream)
        first = bisect_left(held, (bounds(clock)[0],))
        number = len(held) - first
        gone = drops[number]
        until = held_at(held[first + gone - 1][0], clock)[1] if gone else NEVER
        return table[number], until

    return holds


def _counted_between(stream: int, window: TimeWindow, table: list[bool]) -> Held:
    count = _entries(stream, COUNT, window)

    def holds(state: Holder, clock: Clock) -> Verdict:
        number, until = count(state, clock)
        return table[min(int(number), len(table) - 1)], until  # type: ignore[arg-type]  # a count is never missing

    return holds
