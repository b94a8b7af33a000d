"""What the API says of members. In: records. Out: views. Times are milliseconds UTC."""

from typing import Literal

from msgspec import Struct

from konnektu.segments.members.model import Figures, Worth
from konnektu.segments.views import NamedView

Cause = Literal["fact", "time", "definition", "merge", "cut"]
CAUSES: dict[Cause, tuple[str, str]] = {
    "fact": ("What they did", "Действие клиента"),
    "time": ("Time alone", "Само время"),
    "definition": ("Changed definition", "Изменено определение"),
    "merge": ("Merged profiles", "Объединение профилей"),
    "cut": ("Separated profiles", "Разделение профилей"),
}


class PersonView(Struct, frozen=True, kw_only=True):
    """A person in a list."""

    id: str
    name: str
    """What they are called, covered for who may not see personal data; empty where nobody said."""
    is_known: bool


class TurnView(Struct, frozen=True, kw_only=True):
    """Somebody came into a segment, or left it."""

    id: int
    person: PersonView | None
    """Who they are by now; null of somebody who was erased."""
    entered: bool
    """False: left."""
    at: int
    position: int
    """Of the fact that did it; 0 where time alone did."""
    cause: Cause
    version: int
    """Of the definition that decided; 0 where none is in force any more."""


class PointView(Struct, frozen=True):
    """The size of a segment at an instant."""

    at: int
    people: int
    entered: int
    """How many came since the point before."""
    gone: int
    """How many left since the point before."""


class MoneyView(Struct, frozen=True, kw_only=True):
    """What the people of a segment have ordered in one currency, beside everybody. Amounts in minor units."""

    currency: str
    buyers: int
    purchases: int
    net: int
    """Net of returns."""
    average: int | None
    """Net of a purchase; null without purchases."""
    base_net: int
    base_average: int | None
    share: float | None
    """Of everybody's net, 0 to 1; null where that is nothing."""


class FiguresView(Struct, frozen=True, kw_only=True):
    """What the people of a segment came to when they were counted."""

    at: int
    people: int
    base: int
    """People that the segment is of at all: known ones, or all."""
    share: float | None
    """Of these, 0 to 1."""
    money: list[MoneyView]
    """By currency; empty for who may not see orders."""


class SizesView(Struct, frozen=True, kw_only=True):
    """How many people are in a segment, and were."""

    now: int
    position: int
    """Place on the log for which `now` is true."""
    instant: int
    points: list[PointView]
    """The earliest first. Of the last 35 days each hour, of the time before each day, as far as five years."""
    figures: FiguresView | None
    """Null until they are counted for the first time, within an hour."""


class StayView(Struct, frozen=True, kw_only=True):
    """A segment that a person is in."""

    segment: NamedView
    since: int
    position: int
    """Of the fact with which they came; 0 where time alone brought them."""


class PersonSegmentsView(Struct, frozen=True, kw_only=True):
    """The segments that a person is in."""

    position: int
    """Place on the log for which this is true."""
    instant: int
    segments: list[StayView]
    """By name."""


def of_figures(one: Figures, *, with_money: bool) -> FiguresView:
    """Figures as the API shows them."""
    beside = {each.currency: each for each in one.base_worth}
    own = {each.currency: each for each in one.worth}
    money = [_money(own.get(name, Worth(name, 0, 0, 0)), beside[name]) for name in beside]
    return FiguresView(
        at=one.at,
        people=one.people,
        base=one.base,
        share=one.people / one.base if one.base else None,
        money=money if with_money else [],
    )


def _money(own: Worth, everybody: Worth) -> MoneyView:
    return MoneyView(
        currency=own.currency,
        buyers=own.buyers,
        purchases=own.purchases,
        net=own.net,
        average=_average(own),
        base_net=everybody.net,
        base_average=_average(everybody),
        share=own.net / everybody.net if everybody.net > 0 else None,
    )


def _average(one: Worth) -> int | None:
    return round(one.net / one.purchases) if one.purchases else None
