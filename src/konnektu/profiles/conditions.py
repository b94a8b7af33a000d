"""Conditions by which lists of people can be asked for and which other slices answer: segments, trees.

In: `CONDITIONS` of every `<slice>/narrowing.py`, found by themselves. Out: filters, and the people inside each.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, LiteralString

from msgspec import Struct

from konnektu.core import section
from konnektu.core.section import Filter, Value
from konnektu.storage.api import Asker


class Asking(Struct, frozen=True):
    """Somebody asks a list of people by a condition."""

    asker: Asker
    value: Value
    is_known: bool
    """The list has people alone who are known by name."""
    token: str
    """What the answer gave to the page before; empty for the first page and for a count."""


class Inside(Struct, frozen=True):
    """The people that a condition leaves."""

    select: LiteralString
    """SELECT … profile FROM … WHERE …, each of them once, with parameters that no other condition has."""
    given: Mapping[str, Any]
    at: int | None = None
    """When they are inside, where that is not the instant of reading; milliseconds UTC."""
    token: str = ""
    """By which the next page is asked of the very same people; letters and digits."""
    people: int | None = None
    """How many of the list they are, where that is known."""


class Condition(Struct, frozen=True):
    """One condition."""

    filter: Filter
    inside: Callable[[Asking], Inside]
    """Called before anything is read, so that it may take its time and other connections."""


@cache
def conditions() -> tuple[Condition, ...]:
    """Every condition that a slice declares; what few people meet mostly comes first."""
    return tuple(section.declared("narrowing", "CONDITIONS"))
