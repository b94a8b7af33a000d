"""In: a decoded JSON tree. Out: the same tree with texts, numbers and depth that every store can hold.

Texts are NFC and carry no NUL; a whole number beyond 64 bits or a fraction beyond decimal(38, 9) is
kept as its text; fractions are rounded to nine places. Applying it twice changes nothing.
"""

from typing import Any, Final

from konnektu.core.text import clean

MAX_DEPTH: Final = 64
"""Deepest nesting of objects and lists in one event."""

_LARGEST_WHOLE: Final = 2**63 - 1
_LARGEST_FRACTION: Final = 10.0**29
_PLACES: Final = 9
_PLAIN_LITERAL: Final = 10
"""A literal this short without an exponent has at most eight places and needs no look."""


def fraction(literal: str) -> float:
    """The number of a JSON literal that is no whole number, at most nine places. Raises ValueError where too large."""
    if len(literal) <= _PLAIN_LITERAL and "e" not in literal and "E" not in literal:
        return float(literal)
    number = float(literal)
    if -_LARGEST_FRACTION < number < _LARGEST_FRACTION:
        return round(number, _PLACES)
    message = f"{literal[:40]} is beyond decimal(38, 9)."
    raise ValueError(message)


def fraction_or_text(literal: str) -> float | str:
    """The same number, or the literal itself where it is too large."""
    try:
        return fraction(literal)
    except ValueError:
        return literal


def cleaned(value: Any) -> Any:
    """The value as every store can hold it, keys included; a new tree. Raises RecursionError on bottomless trees."""
    kind = type(value)
    if kind is str:
        return clean(value)
    if kind is dict:
        return {clean(key): cleaned(item) for key, item in value.items()}
    if kind is list:
        return [cleaned(item) for item in value]
    if kind is int and not -_LARGEST_WHOLE <= value <= _LARGEST_WHOLE:
        return str(value)
    return value


def depth(value: Any) -> int:
    """Nesting of objects and lists: 0 for a plain value, 1 for a flat object."""
    level, found = [value], 0
    while True:
        level = [item for parent in level for item in _items(parent)]
        if not level:
            return found
        found += 1


def _items(value: Any) -> list[Any]:
    if type(value) is dict:
        return list(value.values()) or [None]
    if type(value) is list:
        return value or [None]
    return []
