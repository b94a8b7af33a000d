"""Tests and conditions. In: a test and a raw value, a condition and the fields of a thing. Out: whether it passes."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any as AnyValue
from typing import Final

from konnektu.core.text import fold
from konnektu.rules import reading
from konnektu.rules.calendar import days_until_anniversary, full_years
from konnektu.rules.conditions import (
    AllOf,
    Anniversary,
    AnyOf,
    DateIn,
    DateIs,
    DaysSince,
    ItemHas,
    ListHas,
    MoneyIs,
    NotOf,
    NumberIs,
    Present,
    Test,
    TextIs,
    TimeAhead,
    TimeIn,
    Where,
    YearsSince,
    YesNoIs,
)
from konnektu.rules.memory.asked import FOREVER, Asked, days, lies_in
from konnektu.rules.reading import Found, find


def meets(where: Where | None, fields: Mapping[str, AnyValue], asked: Asked, currency: str = "") -> bool:
    """Whether a thing meets a condition; every thing meets none."""
    if where is None:
        return True
    if isinstance(where, AllOf):
        return all(meets(one, fields, asked, currency) for one in where.conditions)
    if isinstance(where, AnyOf):
        return any(meets(one, fields, asked, currency) for one in where.conditions)
    if isinstance(where, NotOf):
        return not meets(where.condition, fields, asked, currency)
    return passes(where.test, find(fields, where.path, currency), asked)


def passes(test: Test, found: Found, asked: Asked) -> bool:
    """Whether a value passes a test; what is missing, or of another type, passes none."""
    return _TESTS[type(test)](test, found, asked)


def _is_present(_test: Present, found: Found, _asked: Asked) -> bool:
    return found.raw is not None


def _number_passes(test: NumberIs, found: Found, _asked: Asked) -> bool:
    value = reading.number(found.raw)
    return value is not None and stands(test.op, value, [Fraction(one) for one in test.values])


def _money_passes(test: MoneyIs, found: Found, _asked: Asked) -> bool:
    amount = reading.amount(found, test.currency)
    return amount is not None and stands(test.op, amount.units, test.values)


def _yes_no_passes(test: YesNoIs, found: Found, _asked: Asked) -> bool:
    return reading.yes_no(found.raw) is test.value


def _has_item(test: ItemHas, found: Found, asked: Asked) -> bool:
    return any(meets(test.where, item, asked, found.currency) for item in reading.objects(found.raw))


def stands(op: str, value: AnyValue, given: Sequence[AnyValue]) -> bool:
    """Whether a value stands to the given ones as the word says."""
    return _OPS[op](value, given)


_OPS: Final[Mapping[str, Callable[[AnyValue, Sequence[AnyValue]], bool]]] = {
    "equals": lambda value, given: any(value == one for one in given),
    "differs": lambda value, given: all(value != one for one in given),
    "below": lambda value, given: value < given[0],
    "at_most": lambda value, given: value <= given[0],
    "above": lambda value, given: value > given[0],
    "at_least": lambda value, given: value >= given[0],
    "between": lambda value, given: given[0] <= value <= given[1],
    "contains": lambda value, given: any(one in value for one in given),
    "begins": lambda value, given: any(value.startswith(one) for one in given),
    "ends": lambda value, given: any(value.endswith(one) for one in given),
}


def _text_passes(test: TextIs, found: Found, _asked: Asked) -> bool:
    value = reading.text(found.raw)
    return value is not None and stands(
        test.op, _spelt(value, test), [_spelt(one, test) for one in test.values]
    )


def _spelt(text: str, test: TextIs | ListHas) -> str:
    """A text as the test compares it."""
    return text if test.exact else fold(text)


def _list_has(test: ListHas, found: Found, _asked: Asked) -> bool:
    held = [_spelt(one, test) for one in reading.texts(found.raw)]
    given = [_spelt(one, test) for one in test.values]
    return all(one in held for one in given) if test.every else any(one in held for one in given)


def _lies_within(test: TimeIn, found: Found, asked: Asked) -> bool:
    instant = reading.instant(found.raw)
    return instant is not None and lies_in(instant, test.window, asked)


def _lies_ahead(test: TimeAhead, found: Found, asked: Asked) -> bool:
    instant = reading.instant(found.raw)
    most = FOREVER if test.most is None else test.most.ms
    return instant is not None and test.least.ms < instant - asked.at <= most


def _date_passes(test: DateIs, found: Found, _asked: Asked) -> bool:
    day = reading.day(found.raw)
    return day is not None and stands(test.op, day, test.values)


def _date_lies_in(test: DateIn, found: Found, asked: Asked) -> bool:
    day = reading.day(found.raw)
    first, after = days(test.window, asked.today(test.window.zone))
    return day is not None and first <= day < after


def _days_pass(test: DaysSince, found: Found, asked: Asked) -> bool:
    day = reading.day(found.raw)
    return day is not None and stands(test.op, (asked.today(test.zone) - day).days, test.values)


def _years_pass(test: YearsSince, found: Found, asked: Asked) -> bool:
    day = reading.day(found.raw)
    return day is not None and stands(
        test.op, full_years(day, asked.today(test.zone), test.leap), test.values
    )


def _is_near(test: Anniversary, found: Found, asked: Asked) -> bool:
    day = reading.day(found.raw)
    if day is None:
        return False
    left = days_until_anniversary(day, asked.today(test.zone), test.leap)
    return test.least <= left <= test.most


_TESTS: Final[Mapping[type, Callable[[AnyValue, Found, Asked], bool]]] = {
    TextIs: _text_passes,
    NumberIs: _number_passes,
    MoneyIs: _money_passes,
    YesNoIs: _yes_no_passes,
    DateIs: _date_passes,
    DateIn: _date_lies_in,
    DaysSince: _days_pass,
    YearsSince: _years_pass,
    Anniversary: _is_near,
    TimeIn: _lies_within,
    TimeAhead: _lies_ahead,
    Present: _is_present,
    ListHas: _list_has,
    ItemHas: _has_item,
}
