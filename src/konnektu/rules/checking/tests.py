"""Tests that can be passed. In: a test and its place. Out: faults; the type that a test reads; whether it moves."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from konnektu.core.money import is_currency
from konnektu.rules import conditions as c
from konnektu.rules.checking.faults import Fault, Faults, within
from konnektu.rules.checking.windows import check_calendar, check_span, check_window, check_zone
from konnektu.rules.reading import FIRST_YEAR, LAST_YEAR
from konnektu.rules.windows import Calendar, Rolling

TYPE_OF: Final[Mapping[type, str]] = {
    c.TextIs: "text",
    c.NumberIs: "number",
    c.MoneyIs: "money",
    c.YesNoIs: "yes_no",
    c.DateIs: "date",
    c.DateIn: "date",
    c.DaysSince: "date",
    c.YearsSince: "date",
    c.Anniversary: "date",
    c.TimeIn: "instant",
    c.TimeAhead: "instant",
    c.ListHas: "list",
    c.ItemHas: "items",
}
"""The type under which each test reads a value; `present` reads any."""
MOST_DAYS = 200_000
MOST_YEARS = 300
DIGITS = 29
"""Before the point of a number."""
PLACES = 9
_ONE_VALUE = ("below", "at_most", "above", "at_least")
_PARTS = ("contains", "begins", "ends")


def moves(test: c.Test) -> bool:
    """Whether the verdict on one value changes with the instant that is asked about."""
    if isinstance(test, c.TimeIn):
        return isinstance(test.window, Rolling | Calendar)
    return isinstance(test, c.DateIn | c.DaysSince | c.YearsSince | c.Anniversary | c.TimeAhead)


def check_test(test: c.Test, place: str) -> Faults:
    """Values that fit their operator, windows and zones that can be. Conditions within `item_has` are not looked at."""
    op = getattr(test, "op", None)
    if op is not None:
        yield from _check_values(op, test.values, within(place, "values"))  # type: ignore[union-attr]  # has an op
    if isinstance(test, c.ListHas):
        yield from _check_texts(test.values, within(place, "values"))
    if isinstance(test, c.MoneyIs):
        yield from check_currency(test.currency, within(place, "currency"))
    if isinstance(test, c.DaysSince | c.YearsSince):
        most = MOST_DAYS if isinstance(test, c.DaysSince) else MOST_YEARS
        yield from _check_bound(test.values, most, within(place, "values"))
    if isinstance(test, c.DaysSince | c.YearsSince | c.Anniversary):
        yield from check_zone(test.zone, within(place, "zone"))
    if isinstance(test, c.Anniversary) and test.least > test.most:
        yield Fault(within(place, "least"), "is more than most", "least_most")
    if isinstance(test, c.DateIn):
        yield from check_calendar(test.window, within(place, "window"))
    if isinstance(test, c.TimeIn):
        yield from check_window(test.window, within(place, "window"), of_past=False)
    if isinstance(test, c.TimeAhead):
        yield from _check_ahead(test, place)


def check_currency(currency: str, place: str) -> Faults:
    """A currency of ISO 4217."""
    if not is_currency(currency):
        yield Fault(place, f"{currency!r} is no currency of ISO 4217", "iso_currency")


def check_number(value: Decimal, place: str) -> Faults:
    """A number of decimal(38, 9)."""
    # By its exponent first: arithmetic with a huge one overflows.
    if not value.is_finite() or value.adjusted() >= DIGITS or value != round(value, PLACES):
        yield Fault(place, "a number has at most 29 digits before the point and 9 after it", "number")


def _check_values(op: str, values: tuple[Any, ...], place: str) -> Faults:
    if op in _ONE_VALUE and len(values) != 1:
        yield Fault(place, f"{op} takes one value", "one_value")
    wrong = [
        fault
        for number, value in enumerate(values)
        if isinstance(value, Decimal)
        for fault in check_number(value, f"{place}[{number}]")
    ]
    yield from wrong
    # What is no number has no order.
    if op == "between" and not wrong and (len(values) != 2 or values[0] > values[1]):
        yield Fault(place, "between takes two values, the smaller one first", "between")
    if op in _PARTS:
        yield from _check_texts(values, place)
    for number, value in enumerate(values):
        year = getattr(value, "year", FIRST_YEAR)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            yield Fault(f"{place}[{number}]", f"days are from {FIRST_YEAR} until {LAST_YEAR}", "days")


def _check_texts(values: tuple[str, ...], place: str) -> Faults:
    for number, value in enumerate(values):
        if not value:
            yield Fault(f"{place}[{number}]", "is empty: every text would fit", "empty")


def _check_bound(values: tuple[int, ...], most: int, place: str) -> Faults:
    if any(abs(value) > most for value in values):
        yield Fault(place, f"is beyond {most}")


def _check_ahead(test: c.TimeAhead, place: str) -> Faults:
    yield from check_span(test.least, within(place, "least"))
    yield from check_span(test.most, within(place, "most"))
    if test.most is not None and test.most.ms <= test.least.ms:
        yield Fault(within(place, "most"), "is not more than least: nothing lies there", "least_most")
