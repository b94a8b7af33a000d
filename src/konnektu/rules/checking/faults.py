"""What is wrong with a rule, and where. In: nothing. Out: faults, and the places they name."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

DEEPEST = 12
"""Groups within groups of a rule, and of a condition."""
MOST_LEAVES = 200
"""Leaves of one rule."""
MOST_CONDITIONS = 500
"""Conditions on fields within one rule."""


Code = Literal[
    "empty", "between", "far_near", "periods", "start_end", "no_bounds", "type", "currency", "absence_end",
    "absence_first", "span", "long", "numeric", "moving", "least_most", "percent", "deep", "many", "zone",
    "iso_currency", "number", "one_value", "days", "other",
]  # fmt: skip
"""What a fault is; `other` is said by its message alone."""


class Fault(Struct, frozen=True):
    """One thing that cannot be."""

    place: str
    """The way to it from the outside inward, as `entry.rules[2].test.values`."""
    message: str
    """What is wrong and what would be right, a sentence without its full stop."""
    code: Code = "other"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


Faults = Iterator[Fault]


def within(place: str, name: str) -> str:
    """The place of a field of what stands at a place."""
    return f"{place}.{name}" if place else name
