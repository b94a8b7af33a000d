"""Tests of a value, and conditions on the fields of one thing. In: nothing. Out: what a rule may ask of a value.

The test says the type under which a value is read; a value of another type is missing, and what is missing passes
no test, a test of difference included. Only `not_of` turns that round.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Union

from msgspec import Meta

from konnektu.rules.windows import Calendar, Node, Span, TimeWindow, Zone

MOST_VALUES = 1_000
"""Values of one test."""

TextOp = Literal["equals", "differs", "contains", "begins", "ends"]
Op = Literal["equals", "differs", "below", "at_most", "above", "at_least", "between"]
"""equals: any of the values; differs: none of them; between: from the first to the second, both included."""

Text = Annotated[str, Meta(max_length=1_000)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=MOST_VALUES)]
Number = Annotated[
    Decimal, Meta(description="A decimal of at most 29 digits before the point and 9 after it.")
]
Numbers = Annotated[tuple[Number, ...], Meta(min_length=1, max_length=MOST_VALUES)]
WholeNumber = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Wholes = Annotated[tuple[WholeNumber, ...], Meta(min_length=1, max_length=MOST_VALUES)]
Dates = Annotated[tuple[date, ...], Meta(min_length=1, max_length=MOST_VALUES)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.")]
DaysAhead = Annotated[int, Meta(ge=0, le=366)]


class TextIs(Node, frozen=True, tag="text"):
    """A text beside the given ones: any of them, or for `differs` none."""

    op: TextOp
    values: Texts
    exact: bool = False
    """By code points after NFC; else without case, ё as е."""


class NumberIs(Node, frozen=True, tag="number"):
    """A number beside the given ones, as exact decimals."""

    op: Op
    values: Numbers


class MoneyIs(Node, frozen=True, tag="money"):
    """An amount in one currency; an amount in another is missing."""

    op: Op
    values: Wholes
    """In minor units."""
    currency: Currency


class YesNoIs(Node, frozen=True, tag="yes_no"):
    """Yes, or no."""

    value: bool


class DateIs(Node, frozen=True, tag="date"):
    """A day beside given days."""

    op: Op
    values: Dates


class DateIn(Node, frozen=True, tag="date_in"):
    """A day within periods of the calendar, counted from the one that t lies in."""

    window: Calendar


class DaysSince(Node, frozen=True, tag="days_since"):
    """How many days have passed from the day until the local day of t; below zero for days to come."""

    op: Op
    values: Wholes
    zone: Zone = "workspace"


class YearsSince(Node, frozen=True, tag="years_since"):
    """How many full years have passed from the day until the local day of t: an age.

    Who was born on 29 February has the day of `leap` in other years.
    """

    op: Op
    values: Wholes
    zone: Zone = "workspace"
    leap: Literal["28 February", "1 March"] = "1 March"


class Anniversary(Node, frozen=True, tag="anniversary"):
    """The next anniversary of the day is at least `least` and at most `most` days ahead; 0 is the local day of t."""

    most: DaysAhead
    least: DaysAhead = 0
    zone: Zone = "workspace"
    leap: Literal["28 February", "1 March"] = "1 March"


class TimeIn(Node, frozen=True, tag="time_in"):
    """An instant within a window. A window of a calendar or an absolute one may hold instants to come."""

    window: TimeWindow


class TimeAhead(Node, frozen=True, tag="time_ahead"):
    """An instant to come: t + least < instant ≤ t + most; without `most`, all after t + least."""

    least: Span = Span(0, "second")
    most: Span | None = None


class Present(Node, frozen=True, tag="present"):
    """Any value at all, of whatever type; null is none."""


class ListHas(Node, frozen=True, tag="list_has"):
    """A list of texts that has any of the given ones, or all of them."""

    values: Texts
    every: bool = False
    exact: bool = False


class ItemHas(Node, frozen=True, tag="item_has"):
    """A list of objects, at least one of which meets the condition. Paths begin at the item."""

    where: "Where"


Test = Union[  # noqa: UP007  # `|` cannot join names that come later
    TextIs,
    NumberIs,
    MoneyIs,
    YesNoIs,
    DateIs,
    DateIn,
    DaysSince,
    YearsSince,
    Anniversary,
    TimeIn,
    TimeAhead,
    Present,
    ListHas,
    ItemHas,
]

Path = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...],
    Meta(min_length=1, max_length=16),
]
"""Names from the outside inward. A step leads into objects only, never into a list."""


class Field(Node, frozen=True, tag="field"):
    """One field of the thing passes the test."""

    path: Path
    test: Test


class AllOf(Node, frozen=True, tag="all_of"):
    """Every condition holds of the same thing."""

    conditions: Annotated[tuple["Where", ...], Meta(min_length=1, max_length=100)]


class AnyOf(Node, frozen=True, tag="any_of"):
    """At least one condition holds of the thing."""

    conditions: Annotated[tuple["Where", ...], Meta(min_length=1, max_length=100)]


class NotOf(Node, frozen=True, tag="not_of"):
    """The condition does not hold of the thing; true where its field is missing."""

    condition: "Where"


Where = Union[Field, AllOf, AnyOf, NotOf]  # noqa: UP007  # as `Test`
