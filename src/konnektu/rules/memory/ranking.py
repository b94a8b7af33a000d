"""Ranks. In: the figures of people at a moment. Out: who is at the top; and when the moments are. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar

from konnektu.rules.calendar import day_of, hour_start, period_after, period_of
from konnektu.rules.memory.figures import Result
from konnektu.rules.model import Every, Rank
from konnektu.rules.reading import Amount

Person = TypeVar("Person")


def top(rank: Rank, figures: Mapping[Person, Result | None]) -> set[Person]:
    """Who is at the top: of those who have a figure, a share rounded up, or a number; equals at the border too."""
    found = {person: _number(value) for person, value in figures.items() if value is not None}
    wanted = -(-len(found) * rank.top // 100) if rank.unit == "percent" else rank.top
    ordered = sorted(found.values(), reverse=rank.order == "highest")[:wanted]
    if not ordered:
        return set()
    border = ordered[-1]
    is_high = rank.order == "highest"
    return {person for person, value in found.items() if (value >= border if is_high else value <= border)}


def _number(value: Result) -> Fraction:
    """The number that people are ordered by; checking lets only numbers and amounts of one currency through."""
    if isinstance(value, Amount):
        return value.units
    return value if isinstance(value, Fraction) else Fraction(0)


def last_moment(every: Every, at: int, zone: str) -> int:
    """The last of the stated moments that is not after an instant; `zone` is the IANA name of the rule's own.

    An hour that clocks jump over is when they jump.
    """
    first = period_of(day_of(at, zone) + timedelta(days=1), every.unit)
    found = hour_start(first, every.hour, zone)
    while found > at:
        first = period_after(first, every.unit, -1)
        found = hour_start(first, every.hour, zone)
    return found
