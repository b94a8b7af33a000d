"""Tests of a value as closures. In: a test. Out: what says whether a value passes, and until when. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any as AnyValue
from typing import Final

from konnektu.core.text import fold
from konnektu.rules import reading
from konnektu.rules.calendar import anniversary, day_start, full_years, period_after, period_of
from konnektu.rules.conditions import (
    Anniversary,
    DateIn,
    DateIs,
    DaysSince,
    ListHas,
    MoneyIs,
    NumberIs,
    Present,
    Test,
    TextIs,
    TimeAhead,
    TimeIn,
    YearsSince,
    YesNoIs,
)
from konnektu.rules.live.clock import NEVER, Clock, Verdict, during
from konnektu.rules.live.spans import spans
from konnektu.rules.reading import Found
from konnektu.rules.windows import Absolute, Ever

Still = Callable[[Found], bool]
"""A test that does not look at the clock."""
Moving = Callable[[Found, Clock], Verdict]

ONE_DAY: Final = timedelta(days=1)
folded: Final = lru_cache(maxsize=1 << 14)(fold)
"""The copy of a text without case; the same texts come again and again."""


def is_still(test: Test) -> bool:
    """Whether a test gives the same answer at every instant; of items of a list `conditions` says it."""
    if isinstance(test, TimeIn):
        return isinstance(test.window, Absolute | Ever)
    return type(test) in _STILL


def still(test: Test) -> Still:
    """A test that does not look at the clock."""
    if isinstance(test, TimeIn):
        return _still_time(test)
    return _STILL[type(test)](test)


def moving(test: Test) -> Moving:
    """Any test."""
    if is_still(test):
        passes = still(test)
        return lambda found, _clock: (passes(found), NEVER)
    return _MOVING[type(test)](test)


def comparison(op: str, values: Iterable[AnyValue]) -> Callable[[AnyValue], bool]:
    """What an operator says of a value that is not missing."""
    given = tuple(values)
    first, last = given[0], given[-1]
    if op in {"equals", "differs"}:
        held = frozenset(given)
        return (lambda value: value in held) if op == "equals" else (lambda value: value not in held)
    return {
        "below": lambda value: value < first,
        "at_most": lambda value: value <= first,
        "above": lambda value: value > first,
        "at_least": lambda value: value >= first,
        "between": lambda value: first <= value <= last,
        "contains": lambda value: any(one in value for one in given),
        "begins": lambda value: value.startswith(given),
        "ends": lambda value: value.endswith(given),
    }[op]


def _text(test: TextIs) -> Still:
    values = test.values if test.exact else tuple(folded(one) for one in test.values)
    stands = comparison(test.op, values)
    if test.exact:
        return lambda found: isinstance(found.raw, str) and stands(found.raw)
    return lambda found: isinstance(found.raw, str) and stands(folded(found.raw))


def _number(test: NumberIs) -> Still:
    stands = comparison(test.op, test.values)
    exactly = comparison(test.op, [Fraction(one) for one in test.values])

    def passes(found: Found) -> bool:
        if isinstance(found.raw, Fraction):
            return exactly(found.raw)
        value: Decimal | None = reading.decimal(found.raw)
        return value is not None and stands(value)

    return passes


def _money(test: MoneyIs) -> Still:
    stands, currency = comparison(test.op, test.values), test.currency

    def passes(found: Found) -> bool:
        value = reading.amount(found, currency)
        return value is not None and stands(value.units)

    return passes


def _date(test: DateIs) -> Still:
    stands = comparison(test.op, test.values)

    def passes(found: Found) -> bool:
        value = reading.day(found.raw)
        return value is not None and stands(value)

    return passes


def _list(test: ListHas) -> Still:
    spelt: Callable[[str], str] = str if test.exact else folded
    given = frozenset(spelt(one) for one in test.values)

    def passes(found: Found) -> bool:
        held = {spelt(one) for one in reading.texts(found.raw)}
        return given <= held if test.every else not given.isdisjoint(held)

    return passes


def _still_time(test: TimeIn) -> Still:
    held, nowhere = spans(test.window), Clock(0)

    def passes(found: Found) -> bool:
        value = reading.instant(found.raw)
        return value is not None and held(value, nowhere)[0] < 0

    return passes


def _time(test: TimeIn) -> Moving:
    held = spans(test.window)

    def passes(found: Found, clock: Clock) -> Verdict:
        value = reading.instant(found.raw)
        return (False, NEVER) if value is None else during(*held(value, clock), clock.at)

    return passes


def _ahead(test: TimeAhead) -> Moving:
    least, most = test.least.ms, NEVER if test.most is None else test.most.ms

    def passes(found: Found, clock: Clock) -> Verdict:
        value = reading.instant(found.raw)
        return (False, NEVER) if value is None else during(value - most, value - least, clock.at)

    return passes


def _date_in(test: DateIn) -> Moving:
    """A day, unlike a time, lies in its period even where clocks leap over the whole of it."""
    unit, first, last = test.window.unit, test.window.first, test.window.last

    def passes(found: Found, clock: Clock) -> Verdict:
        value = reading.day(found.raw)
        if value is None:
            return False, NEVER
        zone, own = clock.zone(test.window.zone), period_of(value, unit)
        start, end = period_after(own, unit, -last), period_after(own, unit, 1 - first)
        return during(day_start(start, zone), day_start(end, zone), clock.at)

    return passes


def _days_since(test: DaysSince) -> Moving:
    stands = comparison(test.op, test.values)
    steps = sorted({step for value in test.values for step in (value, value + 1)})

    def passes(found: Found, clock: Clock) -> Verdict:
        value = reading.day(found.raw)
        if value is None:
            return False, NEVER
        zone = clock.zone(test.zone)
        passed = (clock.today(zone) - value).days
        coming = next((step for step in steps if step > passed), None)
        until = NEVER if coming is None else _starts(lambda: value + timedelta(days=coming), zone)
        return stands(passed), until

    return passes


def _years_since(test: YearsSince) -> Moving:
    stands = comparison(test.op, test.values)
    steps = sorted({step for value in test.values for step in (value, value + 1)})

    def passes(found: Found, clock: Clock) -> Verdict:
        value = reading.day(found.raw)
        if value is None:
            return False, NEVER
        zone = clock.zone(test.zone)
        passed = full_years(value, clock.today(zone), test.leap)
        coming = next((step for step in steps if step > passed), None)
        if coming is None:
            return stands(passed), NEVER
        return stands(passed), _starts(lambda: anniversary(value, value.year + coming, test.leap), zone)

    return passes


def _starts(day: Callable[[], date], zone: str) -> int:
    """When a day to come begins; never, where no calendar holds it."""
    try:
        return day_start(day(), zone)
    except (OverflowError, ValueError):
        return NEVER


def _anniversary(test: Anniversary) -> Moving:
    least, most, leap = timedelta(days=test.least), timedelta(days=test.most), test.leap

    def passes(found: Found, clock: Clock) -> Verdict:
        value = reading.day(found.raw)
        if value is None:
            return False, NEVER
        zone = clock.zone(test.zone)
        today = clock.today(zone)
        coming = anniversary(value, today.year, leap)
        if coming < today:
            coming = anniversary(value, today.year + 1, leap)
        left = coming - today
        if left > most:
            return False, day_start(coming - most, zone)
        if left < least:
            return False, day_start(coming + ONE_DAY, zone)
        return True, day_start(coming - least + ONE_DAY, zone)

    return passes


_STILL: Final[Mapping[type, Callable[[AnyValue], Still]]] = {
    TextIs: _text,
    NumberIs: _number,
    MoneyIs: _money,
    YesNoIs: lambda test: lambda found: found.raw is test.value,
    DateIs: _date,
    Present: lambda _test: lambda found: found.raw is not None,
    ListHas: _list,
}
_MOVING: Final[Mapping[type, Callable[[AnyValue], Moving]]] = {
    DateIn: _date_in,
    DaysSince: _days_since,
    YearsSince: _years_since,
    Anniversary: _anniversary,
    TimeIn: _time,
    TimeAhead: _ahead,
}
