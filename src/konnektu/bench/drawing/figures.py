"""Figures drawn at random. In: a seeded generator, an instant. Out: figures of every sort and measure."""

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from konnektu.bench.drawing import conditions, words
from konnektu.rules.conditions import Where
from konnektu.rules.figures import (
    Events,
    Figure,
    Lines,
    Measure,
    Orders,
    ProductList,
    Related,
    Since,
    What,
    Window,
)

Paths = Mapping[tuple[str, ...], str]

EVENT: Final[Paths] = {
    ("properties", "total"): "number",
    ("properties", "colour"): "text",
    ("properties", "is_gift"): "yes_no",
    ("properties", "on"): "any",
    ("properties", "cart", "total"): "money",
    ("properties", "cart", "colour"): "text",
    ("properties", "products"): "items",
    ("derived", "city"): "text",
    ("source",): "number",
    ("time",): "instant",
}
ORDER: Final[Paths] = {
    ("net",): "money",
    ("store",): "text",
    ("stage",): "text",
    ("promo_codes",): "list",
    ("ordered_at",): "instant",
    ("other.gift",): "text",
}
LINE: Final[Paths] = {
    ("product_id",): "text",
    ("category",): "text",
    ("quantity",): "number",
    ("total",): "money",
}
ITEM: Final[Paths] = {
    ("product",): "text",
    ("quantity",): "number",
    ("price",): "money",
    ("first",): "instant",
}
RECORD: Final[Paths] = {
    ("on",): "date",
    ("ends",): "instant",
    ("sum",): "money",
    ("size",): "number",
    ("colour",): "text",
    ("is_open",): "yes_no",
    ("kinds",): "list",
}
FIELDS: Final[Mapping[str, Paths]] = {
    "events": EVENT,
    "orders": ORDER,
    "lines": LINE,
    "product_list": ITEM,
    "related": RECORD,
}
"""What conditions and measures look at, with the type that it mostly holds."""
SORTS: Final = tuple(FIELDS)
NUMERIC: Final = ("number", "money")
_MEASURED: Final[Mapping[str, tuple[str, ...]]] = {
    "sum": NUMERIC,
    "average": NUMERIC,
    "min": (*NUMERIC, "date", "instant"),
    "max": (*NUMERIC, "date", "instant"),
    "first": (*NUMERIC, "date", "instant", "text", "yes_no"),
    "last": (*NUMERIC, "date", "instant", "text", "yes_no"),
    "distinct": ("number", "text", "date", "instant"),
}


def what(drawn: Random, base: int) -> What:
    """Some events; every second time with a condition."""
    has_condition = drawn.random() < 0.3
    return What(
        names=words.some(drawn, words.EVENTS) if drawn.random() < 0.8 else (),
        types=drawn.choice((("track", "page", "screen"), ("track",), ("track", "page", "identify"))),
        sources=(drawn.choice(words.SOURCES),) if drawn.random() < 0.1 else (),
        where=conditions.where(drawn, base, EVENT, still=True) if has_condition else None,
        marked=drawn.choice(((), (), (), ("robots",), ("robots", "staff", "tests"))),
    )


def measure(drawn: Random, sort: str, *, numeric: bool = False) -> Measure:
    """A measure of a field that things of the sort have; half of them count."""
    if drawn.random() < 0.5:
        return Measure()
    hows = [how for how in _MEASURED if not (sort == "related" and how in {"first", "last"})]
    how: Any = drawn.choice(hows)
    fitting = [(path, held) for path, held in FIELDS[sort].items() if held in _MEASURED[how]]
    if numeric and how != "distinct":
        fitting = [(path, held) for path, held in fitting if held in NUMERIC]
    path, held = drawn.choice(fitting)
    kind: Any = held
    return Measure(how, path, kind, drawn.choice(words.CURRENCIES) if held == "money" else "")


def since_or(drawn: Random, base: int) -> Window:
    """A window of any kind."""
    return Since(what(drawn, base)) if drawn.random() < 0.2 else conditions.window(drawn, base)


def figure(
    drawn: Random, base: int, sort: str, *, numeric: bool = False, window: Window | None = None
) -> Figure:
    """A figure of things of a sort; within the given window where there is one."""
    made, within = measure(drawn, sort, numeric=numeric), window or since_or(drawn, base)
    has_condition = drawn.random() < 0.4
    where: Where | None = conditions.where(drawn, base, FIELDS[sort], still=False) if has_condition else None
    stand: Any = drawn.choice(("purchases", "all"))
    match sort:
        case "events":
            return Events(what(drawn, base), made, within)
        case "orders":
            at: Any = drawn.choice(("ordered_at", "ordered_at", "stage_at"))
            return Orders(stand, where, made, within, at)
        case "lines":
            order = conditions.where(drawn, base, ORDER, still=False) if drawn.random() < 0.3 else None
            return Lines(stand, order, where, made, within)
        case "product_list":
            which: Any = drawn.choice(("first", "last"))
            return ProductList(drawn.choice(words.LISTS), where, made, within, which)
        case _:
            return Related(drawn.choice(words.KINDS), where, made)
