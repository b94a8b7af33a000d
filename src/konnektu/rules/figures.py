"""Figures: what is made of the things a person did or has. In: nothing. Out: frozen records of the language.

A figure finds things (events, orders, lines, products on a list, related records), of those the ones in its window,
and makes one value of them: a number, an amount, a text, a day, an instant, or none where there is nothing to make
it of.
"""

from typing import Annotated, Literal, Union

from msgspec import Meta

from konnektu.rules.conditions import Where
from konnektu.rules.windows import Ever, Node, Part, TimeWindow

EventType = Literal["track", "page", "screen", "identify", "group", "alias"]
Mark = Literal["robots", "staff", "tests"]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=1_000)]


class What(Part, frozen=True):
    """Which events: every one of these types, names and sources for which the condition holds.

    Paths of conditions begin with `properties`, `derived` (core.records.Derived), or are one of `name`, `type`,
    `source` (a number), `origin` and `time` (an instant).
    """

    names: Annotated[tuple[Name, ...], Meta(max_length=1_000)] = ()
    """Exact; empty for any."""
    types: Annotated[tuple[EventType, ...], Meta(min_length=1, max_length=6)] = ("track", "page", "screen")
    sources: Annotated[tuple[int, ...], Meta(max_length=1_000)] = ()
    """Ids of sources of data; empty for any."""
    where: Where | None = None
    marked: Annotated[tuple[Mark, ...], Meta(max_length=3)] = ()
    """Events with these marks are taken too; those with any other mark are not."""


class Since(Node, frozen=True, tag="since"):
    """After the latest such event known at t, by (time, position). Without one the window holds nothing."""

    what: What


Window = Union[TimeWindow, Since]  # noqa: UP007  # as the unions below

How = Literal["count", "sum", "min", "max", "average", "first", "last", "distinct"]
ValueType = Literal["number", "money", "text", "date", "instant", "yes_no"]


class Measure(Part, frozen=True):
    """What is made of the things found.

    `count` counts things. The others look at the values of one field, read as `type`; things whose field is missing
    add nothing. `sum` and `distinct` of nothing are 0; `min`, `max`, `average`, `first` and `last` of nothing are
    missing. First and last go by (time, position).
    """

    how: How = "count"
    field: Annotated[tuple[Name, ...], Meta(max_length=16)] = ()
    """Empty for `count`."""
    type: ValueType = "number"
    currency: Annotated[str, Meta(pattern="^([A-Z]{3})?$")] = ""
    """Of money: amounts in others are missing."""


COUNT = Measure()
EVER = Ever()
Stand = Literal["purchases", "all"]
"""purchases: orders neither cancelled nor wholly returned."""


class Events(Node, frozen=True, tag="events"):
    """A figure of events."""

    what: What = What()
    measure: Measure = COUNT
    window: Window = EVER


class Orders(Node, frozen=True, tag="orders"):
    """A figure of orders as they stand at t. Fields: `subjects.ORDER`."""

    stand: Stand = "purchases"
    where: Where | None = None
    measure: Measure = COUNT
    window: Window = EVER
    at: Literal["ordered_at", "stage_at"] = "ordered_at"
    """Which time of an order the window and the order of first and last look at."""


class Lines(Node, frozen=True, tag="lines"):
    """A figure of the lines of orders: those for which `where` holds, of orders for which `order` holds.

    Fields: `subjects.LINE`. The window looks at the time the order was made.
    """

    stand: Stand = "purchases"
    order: Where | None = None
    where: Where | None = None
    measure: Measure = COUNT
    window: Window = EVER


class ProductList(Node, frozen=True, tag="product_list"):
    """A figure of the products that stand on a list at t. Fields: `subjects.ITEM`."""

    list: Name
    where: Where | None = None
    measure: Measure = COUNT
    window: Window = EVER
    at: Literal["first", "last"] = "last"
    """first: since when a product is on the list; last: the last word about it."""


class Related(Node, frozen=True, tag="related"):
    """A figure of the related records of one kind for which all conditions hold. Fields are the kind's own."""

    kind: Name
    where: Where | None = None
    measure: Measure = COUNT


Figure = Union[Events, Orders, Lines, ProductList, Related]  # noqa: UP007  # as the unions below
