"""Weights that halve with time, exactly. In: instants, half-lives. Out: whole numbers, the same on every machine. Pure.

A thing of weight w at time s weighs w · 2^((s − t)/h) at t. The powers are taken as 2^(whole half-lives since 1970) ×
a mantissa of the rest, rounded down to 2^-40: sums of such numbers are exact in any order, so that states of disjoint
things unite, and the order between sums does not move with t.
"""

from collections.abc import Iterable
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

REACH: Final = 40
"""Half-lives. What lies as many whole ones of 1970's count back weighs less than a billionth, and counts no more."""
_FINE: Final = 1 << 40
_DIGITS: Final = Context(prec=40)
"""The decimal library rounds exponentials correctly, unlike floating point, which differs between machines."""
_LN_2: Final = _DIGITS.ln(Decimal(2))


class Power(NamedTuple):
    """2 to the number of half-lives since 1970."""

    whole: int
    """Half-lives that have passed whole."""
    mantissa: int
    """Of the rest, from 2⁴⁰ until before 2⁴¹."""


@lru_cache(maxsize=1 << 16)
def power(time: int, half_life: int) -> Power:
    """The power of an instant; both in milliseconds, the half-life above zero."""
    whole, rest = divmod(time, half_life)
    grown = _DIGITS.exp(_DIGITS.multiply(_LN_2, _DIGITS.divide(Decimal(rest), Decimal(half_life))))
    return Power(whole, int(_DIGITS.multiply(grown, Decimal(_FINE))))


def counts(one: Power, at: Power) -> bool:
    """Whether a thing of one instant still weighs something at another."""
    return at.whole - one.whole < REACH


def grown(sums: Iterable[tuple[int, int]], at: Power) -> int:
    """Sums of weight × mantissa, each with its whole half-lives, on one scale of an instant: ordered as they weigh."""
    return sum(total << (REACH - at.whole + whole) for whole, total in sums if at.whole - whole < REACH)


def left(total: int, at: Power) -> Fraction:
    """What weighs so much on the scale of an instant."""
    return Fraction(total) / (at.mantissa << REACH)
