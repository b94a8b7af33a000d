"""Ranks. In: the figures of people at a moment. Out: who is at the top; and when the moments are. Pure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction

from konnektu.rules import normal, walking
from konnektu.rules.calendar import day_of, hour_before, hour_start, period_after, period_of
from konnektu.rules.memory.asked import Asked
from konnektu.rules.memory.figures import Result, measured, read_values
from konnektu.rules.memory.things import things_of
from konnektu.rules.model import Every, Leaf, Rank, Rule, Segment
from konnektu.rules.reading import Amount


def ranks_of(parts: Iterable[Rule | Segment]) -> dict[str, Rank]:
    """The ranks that rules ask for, each by its key (`normal.key`)."""
    found: Iterable[Leaf] = (leaf for one in parts for leaf in walking.leaves(one))
    return {normal.key(leaf): leaf for leaf in found if isinstance(leaf, Rank)}


def place_by(rank: Rank, asked: Asked) -> Result | None:
    """What somebody is ordered by; None for who has no place."""
    measure = rank.by.measure
    things = things_of(rank.by, asked)
    has_any = bool(things) if measure.how == "count" else bool(read_values(measure, things))
    return measured(measure, things) if has_any else None


def top(rank: Rank, figures: Mapping[int, Result | None]) -> set[int]:
    """Who is at the top: of those who have a place a share rounded up, or a number; of equals the lower ids."""
    found = {person: _number(value) for person, value in figures.items() if value is not None}
    wanted = -(-len(found) * rank.top // 100) if rank.unit == "percent" else rank.top
    sign = -1 if rank.order == "highest" else 1
    return set(sorted(found, key=lambda person: (sign * found[person], person))[:wanted])


def _number(value: Result) -> Fraction:
    """The number that people are ordered by; checking lets only numbers and amounts of one currency through."""
    if isinstance(value, Amount):
        return value.units
    return value if isinstance(value, Fraction) else Fraction(0)


def last_moment(every: Every, at: int, zone: str) -> int:
    """The last of the stated moments that is not after an instant; `zone` is the IANA name of the rule's own.

    An hour that clocks jump over is when they jump.
    """
    if every.unit == "hour":
        return hour_before(at, zone)
    first = period_of(day_of(at, zone) + timedelta(days=1), every.unit)
    found = hour_start(first, every.hour, zone)
    while found > at:
        first = period_after(first, every.unit, -1)
        found = hour_start(first, every.hour, zone)
    return found
