"""Tests and conditions drawn at random. In: a seeded generator, an instant. Out: tests, by the type that they read."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any, Final

from konnektu.bench.drawing import words
from konnektu.rules import conditions as c
from konnektu.rules.windows import NO_TIME, Absolute, Calendar, Ever, Period, Rolling, TimeWindow

OPS: Final[tuple[c.Op, ...]] = ("equals", "differs", "below", "at_most", "above", "at_least", "between")


def window(drawn: Random, base: int, *, of_past: bool = True) -> TimeWindow:
    """A window whose edges lie where people's times do."""
    match drawn.randrange(10):
        case 0:
            return Ever()
        case 1 | 2 | 3 | 8 | 9:
            far, near = drawn.choice(words.SPANS), drawn.choice((NO_TIME, NO_TIME, *words.SPANS[:4]))
            return Rolling(far, near if near.ms < far.ms else NO_TIME)
        case 4 if not of_past:
            return Rolling(None, drawn.choice(words.SPANS))
        case 5:
            start = drawn.choice((None, words.past(drawn, base)))
            end = words.past(drawn, base)
            return Absolute(start, max(end, start + 1) if start is not None else end)
        case _:
            return calendar(drawn, of_past=of_past)


def calendar(drawn: Random, *, of_past: bool) -> Calendar:
    """Periods up to the present one, or beyond it."""
    last = drawn.choice((0, 0, -1) if of_past else (0, 0, -1, 1))
    unit: Period = drawn.choice(("day", "day", "week", "month", "quarter", "year"))
    return Calendar(unit, last - drawn.choice((0, 0, 1, 2)), last, drawn.choice(words.ZONES))


def values(drawn: Random, op: str, draw: Callable[[], Any]) -> tuple[Any, ...]:
    """As many values as an operator takes."""
    if op == "between":
        return tuple(sorted((draw(), draw())))
    return tuple(draw() for _ in range(drawn.choice((1, 1, 2)) if op in {"equals", "differs"} else 1))


def number(drawn: Random, _base: int) -> c.Test:
    """A number at one of people's, or the ninth place beside it."""
    op = drawn.choice(OPS)
    beside = drawn.choice(("0", "0", "0.000000001", "-0.000000001"))
    return c.NumberIs(
        op, values(drawn, op, lambda: Decimal(str(drawn.choice(words.NUMBERS))) + Decimal(beside))
    )


def money(drawn: Random, _base: int, currency: str = "") -> c.Test:
    """An amount at one of people's, or one unit beside it."""
    op = drawn.choice(OPS)
    units = (0, 100, 200, 500, 1000, 1050, 10)
    taken = values(drawn, op, lambda: drawn.choice(units) + drawn.choice(words.JITTER))
    return c.MoneyIs(op, taken, currency or drawn.choice(words.CURRENCIES))


def text(drawn: Random, _base: int) -> c.Test:
    """A text, or a part of one."""
    op: c.TextOp = drawn.choice(("equals", "equals", "differs", "contains", "begins", "ends"))
    taken = tuple(one for one in words.some(drawn, words.TEXTS) if one) or ("red",)
    whole = op in {"equals", "differs"}
    return c.TextIs(op, taken if whole else tuple(one[:3] for one in taken), drawn.random() < 0.4)


def yes_no(drawn: Random, _base: int) -> c.Test:
    """Yes or no."""
    return c.YesNoIs(drawn.random() < 0.5)


def fixed_date(drawn: Random, base: int) -> c.Test:
    """Days beside given days."""
    op = drawn.choice(OPS)
    return c.DateIs(op, values(drawn, op, lambda: words.day(drawn, base)))


def date(drawn: Random, base: int) -> c.Test:
    """Any test of a day."""
    op, zone = drawn.choice(OPS), drawn.choice(words.ZONES)
    leap: Any = drawn.choice(("28 February", "1 March"))
    match drawn.randrange(5):
        case 0:
            return fixed_date(drawn, base)
        case 1:
            return c.DateIn(calendar(drawn, of_past=False))
        case 2:
            return c.DaysSince(op, values(drawn, op, lambda: drawn.choice((-7, -1, 0, 1, 3, 7, 30))), zone)
        case 3:
            return c.YearsSince(op, values(drawn, op, lambda: drawn.choice((0, 1, 3, 4, 5, 34))), zone, leap)
        case _:
            least = drawn.choice((0, 0, 1))
            return c.Anniversary(least + drawn.choice((0, 1, 7, 30)), least, zone, leap)


def fixed_time(drawn: Random, base: int) -> c.Test:
    """An instant between two given ones."""
    start = words.past(drawn, base)
    return c.TimeIn(Absolute(start, start + drawn.choice(words.SPANS).ms))


def time(drawn: Random, base: int) -> c.Test:
    """Any test of an instant."""
    if drawn.random() < 0.3:
        return c.TimeAhead(NO_TIME, drawn.choice((None, *words.SPANS)))
    return c.TimeIn(window(drawn, base, of_past=False))


def texts(drawn: Random, _base: int) -> c.Test:
    """A list that has texts."""
    taken = tuple(one for one in words.some(drawn, words.TEXTS) if one) or ("red",)
    return c.ListHas(taken, drawn.random() < 0.3, drawn.random() < 0.5)


def items(drawn: Random, base: int) -> c.Test:
    """A list that has an item with both a colour and a price."""
    return c.ItemHas(
        c.AllOf(
            (
                c.Field(("colour",), text(drawn, base)),
                c.Field(("price",), drawn.choice((number, money))(drawn, base)),
            )
        )
    )


def present(_drawn: Random, _base: int) -> c.Test:
    """Any value."""
    return c.Present()


Draw = Callable[[Random, int], c.Test]
STILL: Final[Mapping[str, tuple[Draw, ...]]] = {
    "number": (number,),
    "money": (money,),
    "text": (text,),
    "yes_no": (yes_no,),
    "date": (fixed_date,),
    "instant": (fixed_time,),
    "list": (texts,),
    "items": (items,),
    "any": (number, money, text, yes_no, fixed_date, fixed_time, texts, present),
}
"""Tests that do not move with the instant asked about, by the type they read."""
MOVING: Final[Mapping[str, tuple[Draw, ...]]] = {**STILL, "date": (date,), "instant": (time,)}
"""The same with those that do."""


def where(
    drawn: Random, base: int, fields: Mapping[tuple[str, ...], str], *, still: bool, depth: int = 0
) -> c.Where:
    """A condition on fields, each given with the type of its values."""
    kind = drawn.randrange(6) if depth < 2 else 0
    if kind < 3:
        path = drawn.choice(tuple(fields))
        draws = (STILL if still else MOVING)[fields[path]]
        return c.Field(path, drawn.choice((*draws, *draws, present))(drawn, base))
    inner = tuple(
        where(drawn, base, fields, still=still, depth=depth + 1) for _ in range(drawn.choice((1, 2)))
    )
    if kind == 3:
        return c.NotOf(inner[0])
    return c.AllOf(inner) if kind == 4 else c.AnyOf(inner)
