"""Instants at which time alone may change a verdict. In: a rule, what is known. Out: candidates. Pure.

Far more than there are: every time that is known, moved by every span that the rule names, and every local midnight
at which a day or a window of the calendar may begin to count differently. Who asks tries them.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from konnektu.core.clock import DAY
from konnektu.rules import reading
from konnektu.rules.calendar import anniversary, day_of, day_start, period_after, period_of
from konnektu.rules.conditions import (
    AllOf,
    Anniversary,
    AnyOf,
    DateIn,
    DaysSince,
    ItemHas,
    NotOf,
    Test,
    TimeAhead,
    TimeIn,
    Where,
    YearsSince,
)
from konnektu.rules.figures import Events, Figure, Lines, Related
from konnektu.rules.known import Known
from konnektu.rules.memory.asked import Asked
from konnektu.rules.memory.figures import read_values
from konnektu.rules.memory.things import ORDER_OF_LINE
from konnektu.rules.memory.things import candidates as things
from konnektu.rules.memory.verdicts import figures_of
from konnektu.rules.model import (
    Absence,
    Attribute,
    Leaf,
    Measured,
    Rule,
    Segment,
    Sequence,
    Source,
)
from konnektu.rules.reading import Found, find
from konnektu.rules.walking import leaves
from konnektu.rules.windows import Calendar, Rolling

HORIZON = 12 * 366 * DAY
"""How far ahead a change by time alone is looked for: eight years may lie between two days of 29 February."""
ONE_DAY = timedelta(days=1)


class _Within(NamedTuple):
    """Of whom, and between which instants."""

    known: Known
    start: int
    end: int


def candidates(rule: Rule | Segment, known: Known, start: int, end: int) -> list[int]:
    """Instants after `start` and before `end`, in their order, among which are all at which time changes a verdict."""
    found: set[int] = set()
    for leaf in leaves(rule):
        found |= set(_of_leaf(leaf, _Within(known, start, end)))
    return sorted(one for one in found if start < one < end)


def _of_leaf(leaf: Leaf, within: _Within) -> Iterator[int]:
    yield from _times(within.known)
    if isinstance(leaf, Attribute):
        yield from _of_test(leaf.test, find(within.known.attributes, (leaf.name,)), within)
    if isinstance(leaf, Sequence):
        yield from _of_sequence(leaf, within)
    if isinstance(leaf, Source):
        seen = [moment.time for one in within.known.arrivals for moment in (one.first, one.last)]
        yield from _of_window(leaf.window, seen, within)
    for figure in figures_of(leaf):
        yield from _of_figure(figure, within)
        if isinstance(leaf, Measured):
            for value in _values(figure, within):
                yield from _of_test(leaf.test, Found(value), within)


def _times(known: Known) -> Iterator[int]:
    """Every time at which something happens or ends."""
    for event in known.events:
        yield event.time
    for order in known.orders:
        yield from (order.ordered_at, order.stage_at)
    for item in known.items:
        yield from (item.first, item.last)
    for said in known.statements:
        yield said.time
        if said.valid_until is not None:
            yield said.valid_until
    for one in known.arrivals:
        yield from (one.first.time, one.last.time)
    for stay in known.memberships:
        yield stay.entered
        if stay.left is not None:
            yield stay.left
    for ranked in known.ranks:
        yield ranked.at


def _of_figure(figure: Figure, within: _Within) -> Iterator[int]:
    found = things(figure, within.known)
    if not isinstance(figure, Related):
        yield from _of_window(figure.window, [one.time for one in found], within)
    if isinstance(figure, Events):
        return
    for one in found:
        yield from _of_where(figure.where, Found(one.fields), within)
        if isinstance(figure, Lines):
            yield from _of_where(figure.order, Found(one.fields[ORDER_OF_LINE]), within)


def _values(figure: Figure, within: _Within) -> list[object]:
    """Every value that first, last, min or max may give."""
    return (
        []
        if figure.measure.how == "count"
        else list(read_values(figure.measure, things(figure, within.known)))
    )


def _of_sequence(leaf: Sequence, within: _Within) -> Iterator[int]:
    times = [one.time for one in within.known.events]
    yield from _of_window(leaf.window, times, within)
    for one in leaf.steps:
        if isinstance(one, Absence) and one.span is not None:
            yield from (time + one.span.ms for time in times)


def _of_where(where: Where | None, around: Found, within: _Within) -> Iterator[int]:
    if isinstance(where, AllOf | AnyOf):
        for one in where.conditions:
            yield from _of_where(one, around, within)
    elif isinstance(where, NotOf):
        yield from _of_where(where.condition, around, within)
    elif where is not None:
        yield from _of_test(where.test, find(around.raw, where.path, around.currency), within)


def _of_test(test: Test, found: Found, within: _Within) -> Iterator[int]:
    instant, day = reading.instant(found.raw), reading.day(found.raw)
    if isinstance(test, ItemHas):
        for item in reading.objects(found.raw):
            yield from _of_where(test.where, Found(item, found.currency), within)
    if isinstance(test, TimeIn) and instant is not None:
        yield from _of_window(test.window, [instant], within)
    if isinstance(test, TimeAhead) and instant is not None:
        yield from (instant - test.least.ms, instant - (test.most.ms if test.most else 0))
    if day is not None:
        yield from _of_day(test, day, within)


def _of_day(test: Test, day: date, within: _Within) -> Iterator[int]:
    """Local midnights around which a test of a day may change."""
    found: list[date] = []
    if isinstance(test, DateIn):
        found = _period_edges(test.window, day)
        yield from (day_start(one, _zone(test.window.zone, within)) for one in found)
    if isinstance(test, DaysSince):
        found = [day + timedelta(days=value) for value in test.values]
    if isinstance(test, YearsSince):
        found = [
            anniversary(day, day.year + value + more, test.leap) for value in test.values for more in (0, 1)
        ]
    if isinstance(test, Anniversary):
        found = list(_around_anniversaries(test, day, within))
    if isinstance(test, DaysSince | YearsSince | Anniversary):
        zone = _zone(test.zone, within)
        yield from (day_start(one + ONE_DAY * more, zone) for one in found for more in (0, 1))


def _around_anniversaries(test: Anniversary, day: date, within: _Within) -> Iterator[date]:
    """Days at which anniversaries come within reach or pass."""
    zone = _zone(test.zone, within)
    first, last = day_of(within.start, zone).year, day_of(within.end, zone).year
    for year in range(first - 1, last + 2):
        coming = anniversary(day, year, test.leap)
        yield from (coming, coming - timedelta(days=test.most), coming - timedelta(days=test.least))


def _of_window(window: object, times: Iterable[int], within: _Within) -> Iterator[int]:
    if isinstance(window, Rolling):
        spans = [window.near.ms] + ([window.far.ms] if window.far else [])
        yield from (time + span for time in times for span in spans)
    if isinstance(window, Calendar):
        zone = _zone(window.zone, within)
        for time in times:
            edges = _period_edges(window, day_of(time, zone))
            yield from (day_start(one, zone) for one in edges)


def _period_edges(window: Calendar, day: date) -> list[date]:
    """First days of the periods from which, and until which, a day lies in the window."""
    own = period_of(day, window.unit)
    return [
        period_after(own, window.unit, -window.last),
        period_after(own, window.unit, 1 - window.first),
    ]


def _zone(named: str, within: _Within) -> str:
    return Asked(within.known, within.start).zone(named)
