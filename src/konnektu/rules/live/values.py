"""Values as they are kept and measured. In: raw values, a measure. Out: exact numbers of whole units. Pure.

A number is kept as a whole number of billionths, money as one of minor units: sums stay exact and small.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from konnektu.rules import reading
from konnektu.rules.figures import Measure
from konnektu.rules.known import Instant
from konnektu.rules.reading import Amount, Found

Result = Fraction | Amount | str | bool | date | Instant
"""A number, an amount, a text, yes or no, a day, an instant."""
Read = Callable[[Found], Any]
"""A value as it is kept; None is missing."""

_EXACT: Final = Context(prec=100)
_BILLION: Final = 10**9
_CHOICES: Final[Mapping[str, Callable[[Sequence[Any]], Any]]] = {
    "min": min,
    "max": max,
    "first": lambda held: held[0],
    "last": lambda held: held[-1],
}


@lru_cache(maxsize=1 << 14)
def _billionths(number: Decimal) -> int:
    return int(number.scaleb(9, _EXACT))


def _number(found: Found) -> int | None:
    number = reading.decimal(found.raw)
    return None if number is None else _billionths(number)


def _instant(found: Found) -> Instant | None:
    instant = reading.instant(found.raw)
    return None if instant is None else Instant(instant)


def reader(measure: Measure) -> Read:
    """How a measure reads the value of its field."""
    if measure.type == "money":
        return lambda found: _units(found, measure.currency)
    return {
        "number": _number,
        "text": lambda found: reading.text(found.raw),
        "date": lambda found: reading.day(found.raw),
        "yes_no": lambda found: reading.yes_no(found.raw),
        "instant": _instant,
    }[measure.type]


def _units(found: Found, currency: str) -> int | None:
    amount = reading.amount(found, currency)
    return None if amount is None else int(amount.units)


def measured(measure: Measure, values: Sequence[Any]) -> Result | None:
    """What a measure makes of kept values in their order."""
    how = measure.how
    if how == "count":
        return Fraction(len(values))
    if how == "distinct":
        return Fraction(len(set(values)))
    if how == "sum":
        return told(measure, sum(values))
    if not values:
        return None
    if how == "average":
        return told(measure, Fraction(sum(values), len(values)))
    return told(measure, _CHOICES[how](values))


def told(measure: Measure, kept: Any) -> Result:
    """A kept value, or a sum or average of such, as tests see it."""
    if measure.type == "money":
        return Amount(Fraction(kept), measure.currency)
    if measure.type == "number":
        return Fraction(kept) / _BILLION
    return kept  # type: ignore[no-any-return]  # what `reader` gives
