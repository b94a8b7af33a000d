"""Basics per event name: how many, first, last, exact sums of money-like properties.

In: an event, or two maps. Out: the map with the event counted, or both united.
Invariant: sums are exact decimals, so no order of addition changes them.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Any

from konnektu.core.records import Event
from konnektu.profiles.bounds import keep_ranked, put, spread
from konnektu.profiles.model import EventBasics, Moment, Total

SUMMED = ("revenue", "total", "value", "price")
"""Numeric properties of the Segment e-commerce specification that are summed."""
_SUMMED = frozenset(SUMMED)
EVENT_NAMES = 256
"""Event names counted per profile; beyond it those of the lowest `spread` stay."""
LONGEST_NAME = 200
"""Characters of an event's name that are counted under."""
TOTALS = 64
"""(property, currency) pairs summed per event name."""

_EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)
"""Wide enough for 10^60 values of 38 digits: an addition never rounds, and its exponent is the smaller of the two."""
_add_exactly = _EXACT.add
_NUMBERS = frozenset((int, float, Decimal))
_LIMIT = Decimal(10) ** 29
_NINTH = Decimal("1e-9")


def count_key(event: Event) -> str:
    """Under which name the event is counted: a track by its name, other types by `$` and the type."""
    return event.name[:LONGEST_NAME] if event.type == "track" else "$" + event.type


def count(by_name: dict[str, EventBasics], event: Event, moment: Moment) -> None:
    """Count one event, which happened at this moment, in place."""
    name = event.name[:LONGEST_NAME] if event.type == "track" else "$" + event.type
    basics = by_name.get(name)
    if basics is None:
        basics = EventBasics(1, moment, moment)
        put(by_name, name, basics)
        if len(by_name) > EVENT_NAMES:
            keep_ranked(by_name, EVENT_NAMES, spread)
    else:
        basics.count += 1
        if moment > basics.last:
            basics.last = moment
        elif moment < basics.first:
            basics.first = moment
    if not _SUMMED.isdisjoint(event.properties):
        _sum(basics.totals, event.properties)


def amount(value: Any) -> Decimal | None:
    """A JSON number as an exact decimal (38, 9), or None: text is no number, and neither is a boolean."""
    return _amount(value) if type(value) in _NUMBERS else None


@lru_cache(maxsize=65_536)
def _amount(value: float | Decimal) -> Decimal | None:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number) >= _LIMIT:
        return None
    return number.quantize(_NINTH, context=_EXACT).normalize(_EXACT)


def currency_of(properties: dict[str, Any]) -> str:
    """The currency of an event's money: three Latin letters, or empty."""
    stated = properties.get("currency")
    if isinstance(stated, str) and len(stated) == 3 and stated.isascii() and stated.isalpha():
        return stated.upper()
    return ""


def united_counts(left: dict[str, EventBasics], right: dict[str, EventBasics]) -> dict[str, EventBasics]:
    """The basics of two disjoint sets of events."""
    united = {name: _copy(basics) for name, basics in left.items()}
    for name, basics in right.items():
        united[name] = _united(united[name], basics) if name in united else _copy(basics)
    keep_ranked(united, EVENT_NAMES, spread)
    return united


def _sum(totals: dict[tuple[str, str], Total], properties: dict[str, Any]) -> None:
    for name in SUMMED:
        if name in properties and (number := amount(properties[name])) is not None:
            _add(totals, (name, currency_of(properties)), 1, number)


def _add(totals: dict[tuple[str, str], Total], key: tuple[str, str], count: int, number: Decimal) -> None:
    total = totals.get(key)
    if total is None:
        put(totals, key, Total(count, number))
        keep_ranked(totals, TOTALS, lambda pair: spread("/".join(pair)))
        return
    total.count += count
    total.sum = _add_exactly(total.sum, number)


def _united(left: EventBasics, right: EventBasics) -> EventBasics:
    totals = {key: Total(total.count, total.sum) for key, total in left.totals.items()}
    for key, total in right.totals.items():
        _add(totals, key, total.count, total.sum)
    return EventBasics(
        left.count + right.count, min(left.first, right.first), max(left.last, right.last), totals
    )


def _copy(basics: EventBasics) -> EventBasics:
    totals = {key: Total(total.count, total.sum) for key, total in basics.totals.items()}
    return EventBasics(basics.count, basics.first, basics.last, totals)


def earlier(left: Moment | None, right: Moment | None) -> Moment | None:
    """The earlier of two moments, of which either may be missing."""
    return min(left, right) if left and right else left or right


def later(left: Moment | None, right: Moment | None) -> Moment | None:
    """The later of two moments, of which either may be missing."""
    return max(left, right) if left and right else left or right
