"""Formulas and tests of their values, drawn at random. In: a seeded generator. Out: formulas, tests."""

from decimal import Decimal
from random import Random
from typing import Any

from msgspec import structs

from konnektu.bench.drawing import conditions, figures, trees
from konnektu.rules.conditions import MoneyIs, NumberIs, Present, Test, TextIs
from konnektu.rules.figures import Events, Lines, Measure, Orders
from konnektu.rules.formulas import DaysPassed, Formula, Interest, Label, Labels, Measuring, Most, made_of
from konnektu.rules.windows import Ever, Span

SORTS = ("events", "events", "orders", "lines", "product_list", "related")


def formula(drawn: Random, base: int, kind: str) -> Formula:
    """A formula of a kind: figure, since, most, interest or labels."""
    if kind == "most":
        return _most(drawn, base)
    if kind == "interest":
        found = _most(drawn, base)
        return Interest(found.of, found.figure, drawn.choice((Span(1, "minute"), Span(1), Span(3), Span(30))))
    if kind == "labels":
        rules = [trees.rule(drawn, base, 1) for _ in range(drawn.randint(1, 4))]
        return Labels(tuple(Label(f"L{number}", rule) for number, rule in enumerate(rules)))
    if kind == "figure":
        return Measuring(figures.figure(drawn, base, drawn.choice(SORTS)))
    window = conditions.window(drawn, base)
    how: Any = drawn.choice(("min", "max", "first", "last"))
    made = drawn.choice((
        Events(figures.what(drawn, base), Measure(how, ("time",), "instant"), window),
        Events(figures.what(drawn, base), Measure(how, ("properties", "until"), "instant"), window),
        Events(figures.what(drawn, base), Measure(how, ("properties", "day"), "date"), window),
        Orders("all", None, Measure(how, ("stage_at",), "instant"), window),
        Lines("purchases", None, None, Measure("count"), window),
    ))  # fmt: skip
    return DaysPassed(made) if made.measure.how != "count" else Measuring(made)


TEXTS = {
    "events": (("properties", "colour"), ("derived", "city"), ("name",)),
    "orders": (("store",), ("other.gift",)),
    "lines": (("category",), ("product_id",)),
    "product_list": (("product",),),
}
WEIGHTS = {
    "events": Measure("sum", ("properties", "total"), "number"),
    "orders": Measure("sum", ("net",), "money", "RUB"),
    "lines": Measure("sum", ("quantity",), "number"),
    "product_list": Measure("sum", ("quantity",), "number"),
}


def _most(drawn: Random, base: int) -> Most:
    sort = drawn.choice(("events", "events", *TEXTS))
    measure = Measure() if drawn.random() < 0.5 else WEIGHTS[sort]
    window = Ever() if drawn.random() < 0.3 else figures.since_or(drawn, base)
    figure = figures.figure(drawn, base, sort, window=window)
    return Most(drawn.choice(TEXTS[sort]), structs.replace(figure, measure=measure))


def fitting(drawn: Random, base: int, made: Formula) -> Test:
    """A test that fits the values of a formula."""
    kind = made_of(made)
    if drawn.random() < 0.1:
        return Present()
    if isinstance(made, Labels):
        op: Any = drawn.choice(("equals", "differs"))
        return TextIs(op, tuple(drawn.sample([one.name for one in made.labels] + ["other"], 1)))
    if isinstance(made, DaysPassed):
        return _days(drawn)
    if kind.type == "money":
        found = conditions.money(drawn, base, kind.currency)
        assert isinstance(found, MoneyIs)
        return found
    return drawn.choice(conditions.MOVING[kind.type])(drawn, base)


def _days(drawn: Random) -> NumberIs:
    op: Any = drawn.choice(("equals", "differs", "below", "at_most", "above", "at_least", "between"))
    values = tuple(sorted(Decimal(drawn.choice(("-1", "0", "0.5", "1", "2", "3", "7"))) for _ in range(2)))
    return NumberIs(op, values if op in {"between", "equals", "differs"} else values[:1])
