"""Reading a raw value as a type. In: JSON values, and the typed ones of `known`. Out: exact values; None is missing.

Types never mix: the text "5" is no number, 1 is not yes. Days and instants are read from 1900 until 2299, so that
every store can hold them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from konnektu.core.money import LARGEST, minor
from konnektu.rules.known import Instant, Money

FIRST_YEAR, LAST_YEAR = 1900, 2299
NUMBER_BOUND = Decimal(10) ** 29

_EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)
_NINTH = Decimal("1e-9")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.([0-9]{1,9}))?"
    r"(?:Z|([+-])(0[0-9]|1[0-4]):([0-5][0-9]))"
)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # beside wall clocks of a stated offset
_MILLISECOND = timedelta(milliseconds=1)
_FIRST_MS = (datetime(FIRST_YEAR, 1, 1) - _EPOCH) // _MILLISECOND  # noqa: DTZ001  # UTC, as the epoch
_END_MS = (datetime(LAST_YEAR + 1, 1, 1) - _EPOCH) // _MILLISECOND  # noqa: DTZ001  # UTC, as the epoch
_CURRENCY_LETTERS = 3


class Amount(NamedTuple):
    """An exact amount: an average of whole minor units need not be whole."""

    units: Fraction
    currency: str


class Found(NamedTuple):
    """A raw value and the currency beside it: of the nearest object around it that names one, or empty."""

    raw: Any
    currency: str = ""


NOTHING = Found(None)


def find(fields: Mapping[str, Any], path: Sequence[str], currency: str = "") -> Found:
    """The value at the end of a path through objects; nothing where a step leads nowhere or into a list."""
    here: Any = fields
    for name in path:
        if not isinstance(here, Mapping) or name not in here:
            return NOTHING
        currency = currency_of(here) or currency
        here = here[name]
    return Found(here, currency)


def currency_of(fields: Mapping[str, Any]) -> str:
    """The currency that an object names: three Latin letters, in capitals; empty for none."""
    stated = fields.get("currency")
    if not isinstance(stated, str) or len(stated) != _CURRENCY_LETTERS:
        return ""
    return stated.upper() if stated.isascii() and stated.isalpha() else ""


def text(raw: Any) -> str | None:
    """A text, the empty one too."""
    return raw if isinstance(raw, str) else None


def number(raw: Any) -> Fraction | None:
    """A number of decimal(38, 9), rounded half even to nine places; none beyond it."""
    if isinstance(raw, Fraction):
        return raw
    found = decimal(raw)
    return None if found is None else Fraction(found)


def decimal(raw: Any) -> Decimal | None:
    """The same as a decimal."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    return _decimal(repr(raw) if isinstance(raw, float) else str(raw))


@lru_cache(maxsize=1 << 14)
def _decimal(digits: str) -> Decimal | None:
    found = Decimal(digits)
    if not found.is_finite() or abs(found) >= NUMBER_BOUND:
        return None
    return found.quantize(_NINTH, context=_EXACT)


def amount(found: Found, currency: str) -> Amount | None:
    """An amount in this currency, rounded half up to its minor unit.

    Of typed money, of an object with `amount` and `currency`, or of a number with the currency beside it; below 10^12
    in either direction.
    """
    raw = found.raw
    if isinstance(raw, Amount):
        return raw if raw.currency == currency else None
    if isinstance(raw, Money):
        return Amount(Fraction(raw.units), currency) if raw.currency == currency else None
    if isinstance(raw, Mapping):
        found = Found(raw.get("amount"), currency_of(raw))
    value = decimal(found.raw)
    if value is None or found.currency != currency or abs(value) >= LARGEST:
        return None
    return Amount(Fraction(minor(value, currency)), currency)


def yes_no(raw: Any) -> bool | None:
    """Yes or no of a boolean."""
    return raw if isinstance(raw, bool) else None


def day(raw: Any) -> date | None:
    """A day of a date, or of a text such as 2025-12-31 and nothing more."""
    if isinstance(raw, str):
        return _day(raw)
    return raw if isinstance(raw, date) and FIRST_YEAR <= raw.year <= LAST_YEAR else None


@lru_cache(maxsize=1 << 14)
def _day(written: str) -> date | None:
    if not _DAY.fullmatch(written) or not FIRST_YEAR <= int(written[:4]) <= LAST_YEAR:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def instant(raw: Any) -> int | None:
    """An instant in milliseconds UTC: of an `Instant`, a whole number of milliseconds, or ISO 8601 with its offset.

    2025-12-31T23:59:59.999Z or +03:00; digits beyond the millisecond are cut off.
    """
    if isinstance(raw, Instant):
        raw = raw.ms
    found = _instant(raw) if isinstance(raw, str) else raw
    if isinstance(found, bool) or not isinstance(found, int):
        return None
    return found if _FIRST_MS <= found < _END_MS else None


@lru_cache(maxsize=1 << 14)
def _instant(written: str) -> int | None:
    parts = _INSTANT.fullmatch(written)
    if parts is None:
        return None
    try:
        wall = datetime.fromisoformat(parts[1])
    except ValueError:
        return None
    offset = timedelta(hours=int(parts[4] or 0), minutes=int(parts[5] or 0))
    utc = wall - _EPOCH + (offset if parts[3] == "-" else -offset)
    return utc // _MILLISECOND + int((parts[2] or "0").ljust(3, "0")[:3])


def texts(raw: Any) -> tuple[str, ...]:
    """The texts of a list; what else stands in it is passed over."""
    return tuple(one for one in raw if isinstance(one, str)) if _is_list(raw) else ()


def objects(raw: Any) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list; what else stands in it is passed over."""
    return tuple(one for one in raw if isinstance(one, Mapping)) if _is_list(raw) else ()


def _is_list(raw: Any) -> bool:
    return isinstance(raw, list | tuple) and not isinstance(raw, Amount)
