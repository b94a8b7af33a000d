"""Records of members. In: nothing. Out: entries and exits, sizes over time, what people come to."""

from msgspec import Struct


class Turned(Struct, frozen=True, kw_only=True):
    """Somebody came into a segment, or left it."""

    id: int
    """Grows in the order in which it was decided."""
    segment: int
    version: int
    """Of the definition that decided; 0 where none is in force any more."""
    profile: int
    """The id that the person had then."""
    entered: bool
    position: int
    """Of the fact that did it; 0 where time alone did."""
    instant: int
    cause: str
    """fact, time, definition, merge, cut."""


class Point(Struct, frozen=True):
    """The size of a segment at an instant."""

    at: int
    people: int
    entered: int
    """How many came since the point before."""
    gone: int
    """How many left since the point before."""


class Worth(Struct, frozen=True):
    """What people have ordered in one currency."""

    currency: str
    buyers: int
    """People with a purchase."""
    purchases: int
    net: int
    """Net of returns, in minor units."""


class Figures(Struct, frozen=True, kw_only=True):
    """What the people of a segment came to when they were counted."""

    at: int
    people: int
    base: int
    """People that the segment is of at all: known ones, or all."""
    worth: tuple[Worth, ...] = ()
    base_worth: tuple[Worth, ...] = ()
    """The same of everybody."""
