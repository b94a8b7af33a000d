"""Records of ranks. In: nothing. Out: what one computation says, and the last one of each rank.

Invariant: who is at the top is a function of the facts alone; people are named by an atom of theirs.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

FACT: Final = "rank"
"""Type of the system's fact that says who is at the top."""


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of one computation; the last piece says that it is whole."""

    key: Annotated[str, Meta(min_length=1, max_length=64)]
    """`normal.key` of the rank."""
    at: int = 0
    """The instant that the order is of."""
    add: tuple[int, ...] = ()
    """Atoms of people who are at the top from here on."""
    remove: tuple[int, ...] = ()
    """Atoms of people who are there no more."""
    is_last: bool = False
    placed: int = 0
    """Of the last: how many people have a place in the order."""
    inside: int = 0
    """Of the last: how many are at the top."""
    is_dropped: bool = False
    """Nothing asks for the rank any more: it is forgotten."""


class Computed(Struct, frozen=True):
    """The last computation of a rank."""

    key: str
    at: int
    """The instant that the order is of, milliseconds UTC."""
    position: int
    """Of the fact that says that it is whole."""
    placed: int
    inside: int
