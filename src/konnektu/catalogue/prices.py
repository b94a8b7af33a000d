"""Prices as price lists write them. In: text and a currency's code. Out: minor units, never rounded."""

from functools import lru_cache

from konnektu.core.invalid import Invalid
from konnektu.core.money import decimal_of, exponent, is_currency

OLD_CODES = {"RUR": "RUB", "BYR": "BYN"}
"""Codes that price lists still say."""


@lru_cache(maxsize=1024)
def currency_of(text: str) -> str | Invalid:
    """The code of a currency, however it is spelt; reason `wrong_currency`."""
    code = text.strip().upper()
    code = OLD_CODES.get(code, code)
    return code if is_currency(code) else Invalid("wrong_currency")


@lru_cache(maxsize=65_536)
def price_of(text: str, currency: str) -> int | Invalid:
    """A price in minor units; reason `wrong_price` where it is none, or has more digits than its currency."""
    number = decimal_of(text)
    if number is None or number < 0:
        return Invalid("wrong_price")
    scaled = number.scaleb(exponent(currency))
    return int(scaled) if scaled == scaled.to_integral_value() else Invalid("wrong_price")
