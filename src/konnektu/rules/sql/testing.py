"""Tests and conditions as SQL. In: a test and a value, a condition and how its paths are read. Out: expressions.

Every expression is 0 or 1, never NULL: what is missing passes no test, and negation stands outside.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any as AnyValue
from typing import Final

from konnektu.core.text import fold
from konnektu.rules import conditions as c
from konnektu.rules.sql.binding import Binding, Edge
from konnektu.rules.sql.folding import folded, normal
from konnektu.rules.sql.values import BILLION, Value, json_value
from konnektu.rules.sql.windows import lies_in
from konnektu.rules.windows import Calendar

Reader = Callable[[tuple[str, ...]], Value]
"""How the value at a path is read."""
_SIGNS: Final[Mapping[str, str]] = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}
EPOCH: Final = 719_163
"""Ordinal of 1970-01-01."""


def meets(where: c.Where | None, read: Reader, binding: Binding) -> str:
    """That a thing meets a condition."""
    if where is None:
        return "true"
    if isinstance(where, c.AllOf | c.AnyOf):
        joined = " AND " if isinstance(where, c.AllOf) else " OR "
        return f"({joined.join(meets(one, read, binding) for one in where.conditions)})"
    if isinstance(where, c.NotOf):
        return f"(NOT {meets(where.condition, read, binding)})"
    return passes(where.test, read(where.path), binding)


def passes(test: c.Test, value: Value, binding: Binding) -> str:
    """That a value passes a test."""
    return f"ifNull({_TESTS[type(test)](test, value, binding)}, 0)"


def billions(number: Decimal) -> int:
    """A number of a rule in whole billionths."""
    return int(number.scaleb(9))


def stands(op: str, value: str, given: list[str], many: str = "") -> str:
    """How a value stands to given ones; `many` is their array."""
    if op in {"equals", "differs"}:
        return (
            f"{'NOT ' if op == 'differs' else ''}has({many}, assumeNotNull({value})) AND {value} IS NOT NULL"
        )
    if op == "between":
        return f"({value} >= {given[0]} AND {value} <= {given[1]})"
    return f"{value} {_SIGNS[op]} {given[0]}"


def stands_whole(op: str, value: str, given: list[int], binding: Binding) -> str:
    """How a whole number stands to given ones."""
    return stands(
        op,
        f"toInt256({value})",
        [binding.value(one, "Int256") for one in given],
        binding.value(given, "Array(Int256)"),
    )


def _number(test: c.NumberIs, value: Value, binding: Binding) -> str:
    given = [billions(one) for one in test.values]
    if value.whole and all(one % BILLION == 0 and abs(one) < BILLION**2 for one in given):
        whole = [one // BILLION for one in given]
        places = [binding.whole(one) for one in whole]
        return stands(test.op, f"toInt64({value.whole})", places, binding.value(whole, "Array(Int64)"))
    return stands_whole(test.op, value.number, given, binding)


def _text(test: c.TextIs, value: Value, binding: Binding) -> str:
    given = list(test.values if test.exact else map(fold, test.values))
    held = normal(value.text) if test.exact else folded(value.text, binding)
    if test.op in {"equals", "differs"}:
        return stands(test.op, held, [], binding.texts(given))
    if test.op == "contains":
        return " OR ".join(f"position({held}, {binding.text(one)}) > 0" for one in given)
    function = "startsWith" if test.op == "begins" else "endsWith"
    return " OR ".join(f"{function}({held}, {binding.text(one)})" for one in given)


def _list(test: c.ListHas, value: Value, binding: Binding) -> str:
    given = binding.texts(list(test.values if test.exact else map(fold, test.values)))
    spelt = normal("one") if test.exact else folded("one", binding)
    return f"{'hasAll' if test.every else 'hasAny'}(arrayMap(one -> {spelt}, {value.texts}), {given})"


def _item(test: c.ItemHas, value: Value, binding: Binding) -> str:
    def read(path: tuple[str, ...]) -> Value:
        return json_value("item", path, binding, currency=value.currency)

    return f"arrayExists(item -> {meets(test.where, read, binding)}, {value.objects})"


def _date_in(test: c.DateIn, value: Value, binding: Binding) -> str:
    window: Calendar = test.window
    first = binding.edge(Edge("first_day", window.zone, window))
    after = binding.edge(Edge("day_after", window.zone, window))
    return f"({value.day} >= {first} AND {value.day} < {after})"


def _days(test: c.DaysSince, value: Value, binding: Binding) -> str:
    today = binding.edge(Edge("today", test.zone))
    return stands_whole(test.op, f"({today} - {value.day})", list(test.values), binding)


def _date(day: str) -> str:
    return f"addDays(toDate32('1970-01-01'), assumeNotNull({day}))"


def _month_day(day: str, leap: str, is_leap: str) -> str:
    """Month · 100 + day of the anniversary in a year."""
    own = f"(toMonth({_date(day)}) * 100 + toDayOfMonth({_date(day)}))"
    return f"if({own} = 229 AND NOT {is_leap}, {228 if leap == '28 February' else 301}, {own})"


def _years(test: c.YearsSince, value: Value, binding: Binding) -> str:
    year, today, is_leap = (binding.edge(Edge(kind, test.zone)) for kind in ("year", "month_day", "leap"))
    passed = (
        f"({year} - toYear({_date(value.day)}) - ({_month_day(value.day, test.leap, is_leap)} > {today}))"
    )
    return f"{value.day} IS NOT NULL AND {stands_whole(test.op, passed, list(test.values), binding)}"


def _anniversary(test: c.Anniversary, value: Value, binding: Binding) -> str:
    today, year = (binding.edge(Edge(kind, test.zone)) for kind in ("today", "year"))

    def coming(add: int, kind: AnyValue) -> str:
        own = _month_day(value.day, test.leap, binding.edge(Edge(kind, test.zone)))
        return f"toInt32(makeDate32({year} + {add}, intDiv({own}, 100), {own} % 100))"

    this, following = coming(0, "leap"), coming(1, "leap_after")
    left = f"(if({this} >= {today}, {this}, {following}) - {today})"
    least, most = binding.whole(test.least), binding.whole(test.most)
    return f"{value.day} IS NOT NULL AND {left} >= {least} AND {left} <= {most}"


def _ahead(test: c.TimeAhead, value: Value, binding: Binding) -> str:
    ahead = f"({value.instant} - at)"
    most = "" if test.most is None else f" AND {ahead} <= {binding.whole(test.most.ms)}"
    return f"({ahead} > {binding.whole(test.least.ms)}{most})"


_TESTS: Final[Mapping[type, Callable[[AnyValue, Value, Binding], str]]] = {
    c.TextIs: _text,
    c.NumberIs: _number,
    c.MoneyIs: lambda test, value, binding: stands_whole(
        test.op, value.money(test.currency, binding), list(test.values), binding
    ),
    c.YesNoIs: lambda test, value, _: f"{value.yes_no} = {int(test.value)}",
    c.DateIs: lambda test, value, binding: stands_whole(
        test.op, value.day, [one.toordinal() - EPOCH for one in test.values], binding
    ),
    c.DateIn: _date_in,
    c.DaysSince: _days,
    c.YearsSince: _years,
    c.Anniversary: _anniversary,
    c.TimeIn: lambda test, value, binding: lies_in(value.instant, test.window, binding),
    c.TimeAhead: _ahead,
    c.Present: lambda _, value, __: value.present,
    c.ListHas: _list,
    c.ItemHas: _item,
}

__all__ = ["BILLION", "Reader", "billions", "meets", "passes", "stands", "stands_whole"]
