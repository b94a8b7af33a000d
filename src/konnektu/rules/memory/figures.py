"""Figures. In: a figure, a person, an instant. Out: its value, or none; and the things that made it."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from konnektu.rules import reading
from konnektu.rules.figures import Figure, Measure
from konnektu.rules.known import Instant
from konnektu.rules.memory.asked import Asked, Thing
from konnektu.rules.memory.things import things_of
from konnektu.rules.reading import Amount, Found, find

Result = Fraction | Amount | str | bool | date | Instant
"""A number, an amount, a text, yes or no, a day, an instant."""


def figure_value(figure: Figure, asked: Asked) -> Result | None:
    """The value of a figure; None where it is missing."""
    return measured(figure.measure, things_of(figure, asked))


def measured(measure: Measure, things: Sequence[Thing]) -> Result | None:
    """What a measure makes of things in their order."""
    if measure.how == "count":
        return Fraction(len(things))
    found = read_values(measure, things)
    if measure.how == "distinct":
        return Fraction(len(set(found)))
    if measure.how == "sum":
        return _sum(found, measure)
    return _one_of(found, measure) if found else None


def read_values(measure: Measure, things: Sequence[Thing]) -> list[Any]:
    """The values of the measure's field, of the things that have one."""
    read = (_read(find(one.fields, measure.field), measure) for one in things)
    return [one for one in read if one is not None]


def _one_of(found: list[Any], measure: Measure) -> Result:
    match measure.how:
        case "min":
            return min(found)  # type: ignore[no-any-return]  # what `_read` gives
        case "max":
            return max(found)  # type: ignore[no-any-return]  # what `_read` gives
        case "first":
            return found[0]  # type: ignore[no-any-return]  # what `_read` gives
        case "last":
            return found[-1]  # type: ignore[no-any-return]  # what `_read` gives
        case _:
            total = _sum(found, measure)
            if isinstance(total, Amount):
                return Amount(total.units / len(found), total.currency)
            return total / len(found)


def _sum(found: list[Any], measure: Measure) -> Fraction | Amount:
    if measure.type == "money":
        return Amount(sum((one.units for one in found), Fraction(0)), measure.currency)
    return sum(found, Fraction(0))


def _read(found: Found, measure: Measure) -> Result | None:
    """A value as the type of the measure."""
    match measure.type:
        case "number":
            return reading.number(found.raw)
        case "money":
            return reading.amount(found, measure.currency)
        case "text":
            return reading.text(found.raw)
        case "date":
            return reading.day(found.raw)
        case "yes_no":
            return reading.yes_no(found.raw)
        case "instant":
            instant = reading.instant(found.raw)
            return None if instant is None else Instant(instant)
