"""Money: exact decimals read from what systems send, and whole minor units of a currency.

In: numbers and texts. Out: decimals, or None where there is no amount; integers in minor units.
Source of currencies and exponents: ISO 4217 as the Unicode CLDR has it, by way of Babel.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision, list_currencies

PLACES = 9
"""Fraction digits that are kept of an amount."""
LARGEST = Decimal(10) ** 12
"""No amount or quantity reaches it; in minor units of any currency it stays far inside 64 bits."""

_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'₽$€]")
_NUMBER = re.compile(r"[-+]?\d{1,24}(?:\.\d{1,24})?")


def decimal_of(value: Any) -> Decimal | None:
    """The exact decimal of a number or of a text such as `1 234,50`; None where it is no amount.

    More than nine places are rounded half up; a boolean, a number beyond 10^12 and NaN are no amounts.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, int):
        return None if abs(value) >= LARGEST else Decimal(value)
    text = _plain(value) if isinstance(value, str) else format(Decimal(str(value)), "f")
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return None if abs(number) >= LARGEST else _rounded(number)


def shortest(number: Decimal) -> str:
    """The one text of a decimal: no exponent, no zeros at the end of a fraction."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@cache
def is_currency(code: str) -> bool:
    """Whether this is a code of ISO 4217, in capitals."""
    return code in list_currencies()


@cache
def exponent(currency: str) -> int:
    """How many decimal digits the minor unit of a currency has: 2 for RUB, 0 for JPY."""
    return get_currency_precision(currency)


def minor(amount: Decimal, currency: str) -> int:
    """An amount in whole minor units of its currency, rounded half up."""
    scaled = amount.scaleb(exponent(currency))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_UP))


def major(units: int, currency: str) -> str:
    """Minor units as a decimal text with the currency's own number of places: 123450 RUB is 1234.50."""
    return format(Decimal(units).scaleb(-exponent(currency)), "f")


def _plain(text: str) -> str:
    """A text without blanks and signs of currencies, its decimal comma a point."""
    text = _BLANKS.sub("", text)
    if "," in text:
        is_decimal = text.count(",") == 1 and "." not in text
        text = text.replace(",", "." if is_decimal else "")
    return text


def _rounded(number: Decimal) -> Decimal:
    exponent_of = number.as_tuple().exponent
    if isinstance(exponent_of, int) and exponent_of < -PLACES:
        return number.quantize(Decimal(1).scaleb(-PLACES), rounding=ROUND_HALF_UP)
    return number
