"""Money: whole minor units of an ISO 4217 currency. In: text and a currency's code. Out: an exact integer.

How many digits a currency's minor unit has is Unicode CLDR's to say, through Babel.
"""

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

from konnektu.core.invalid import Invalid

MOST_MINOR = 2**63 - 1
"""Largest amount that a store keeps."""
OLD_CODES = {"RUR": "RUB", "BYR": "BYN"}
"""Codes that price lists still say."""
_AMOUNT = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_BLANKS = re.compile(r"[\s\u00a0\u202f']")


@lru_cache(maxsize=1024)
def currency_of(text: str) -> str | Invalid:
    """The code of a currency, however it is spelt; reason `wrong_currency`."""
    code = text.strip().upper()
    code = OLD_CODES.get(code, code)
    return code if code in list_currencies() else Invalid("wrong_currency")


@lru_cache(maxsize=1024)
def exponent(currency: str) -> int:
    """Digits of the minor unit: 2 for RUB, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def minor_units(text: str, currency: str) -> int | Invalid:
    """An amount written in the currency, as minor units, never rounded; reason `wrong_amount`.

    Takes a point or a comma before the fraction and blanks between thousands.
    """
    bare = _BLANKS.sub("", text)
    if not _AMOUNT.fullmatch(bare) or len(bare) > 40:
        return Invalid("wrong_amount")
    scaled = Decimal(bare.replace(",", ".")).scaleb(exponent(currency))
    whole = int(scaled)
    return whole if whole == scaled and abs(whole) <= MOST_MINOR else Invalid("wrong_amount")


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as an amount of the currency: 149050 RUB is 1490.50."""
    return Decimal(minor).scaleb(-exponent(currency))
