"""What proves who calls. In: values that are known of a person. Out: their last digits by kind.

Invariant: the value by which somebody was found proves nothing, nor does another one that ends like it.
"""

import re
from collections.abc import Iterable
from typing import Final

from konnektu.desk.model import ORDER

TAIL: Final = 4
"""Digits that are asked for."""
LEAST_DIGITS: Final = 6
"""A shorter number would be given away by its end."""
_NUMBER: Final = re.compile(r"[+\d][\d\s()+-]*")
_DIGITS: Final = re.compile(r"\d")

Proofs = dict[str, frozenset[str]]
"""Last digits by the kind of value they are of."""


def digits(text: str) -> str:
    """The digits of a text, in order."""
    return "".join(_DIGITS.findall(text))


def tail(text: str) -> str:
    """The last digits of a text; fewer where it has no more."""
    return digits(text)[-TAIL:]


def proofs(identifiers: Iterable[tuple[str, str]], orders: Iterable[str], asked: str) -> Proofs:
    """What verifies a person: their numbers of (kind, value), and the numbers of orders under `order`.

    `asked` are the last digits of what they were found by.
    """
    numbers = [
        (kind, tail(value))
        for kind, value in identifiers
        if _NUMBER.fullmatch(value) and len(digits(value)) >= LEAST_DIGITS
    ]
    numbers += [(ORDER, tail(number)) for number in orders if len(digits(number)) >= TAIL]
    found: dict[str, set[str]] = {}
    for kind, end in numbers:
        if end != asked:
            found.setdefault(kind, set()).add(end)
    return {kind: frozenset(ends) for kind, ends in found.items()}
