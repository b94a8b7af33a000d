"""Membership of a segment over time. In: a definition and the history of what was known. Out: stays. Pure.

Verdicts are taken after every fact, and between facts at every instant at which time alone can change one.
"""

from collections.abc import Sequence
from itertools import zip_longest

from msgspec import Struct

from konnektu.rules.known import Known, KnownFrom
from konnektu.rules.memory.flips import HORIZON, candidates
from konnektu.rules.memory.verdicts import holds, is_counted
from konnektu.rules.model import Segment


class Transition(Struct, frozen=True):
    """That a person enters a segment, or leaves it."""

    at: int
    position: int
    """Of the last fact known then: the one that caused it, or the last before time did."""
    is_entry: bool


class Stay(Struct, frozen=True):
    """When a person is in a segment: entered ≤ t < left; empty where two facts of one instant did it."""

    entered: int
    left: int | None
    """None where they are still in at the last instant that was asked about."""


def next_inside(segment: Segment, known: Known, at: int, *, inside: bool) -> bool:
    """Whether a person is in at an instant, given whether they were just before it."""
    if not is_counted(segment, known):
        return False
    if segment.exit is None:
        return holds(segment.entry, known, at)
    return (inside or holds(segment.entry, known, at)) and not holds(segment.exit, known, at)


def next_change(segment: Segment, known: Known, at: int, *, inside: bool) -> int | None:
    """The next instant at which a person enters or leaves without a new fact; None where none does in twelve years."""
    tried = candidates(segment, known, at, at + HORIZON)
    return next((one for one in tried if next_inside(segment, known, one, inside=inside) != inside), None)


def transitions(segment: Segment, history: Sequence[KnownFrom], until: int) -> list[Transition]:
    """All entries and exits of a person up to an instant, it included, in their order.

    `history` says what was known after each fact, in the order of positions. A segment with an exit rule begins
    with nobody in at `since`; one without began before everything.
    """
    found: list[Transition] = []
    inside = False
    for at, page in moments(segment, history, until):
        was, inside = inside, next_inside(segment, page.known, at, inside=inside)
        if was != inside:
            found.append(Transition(at, page.position, inside))
    return found


def stays(segment: Segment, history: Sequence[KnownFrom], until: int) -> list[Stay]:
    """The same as stays."""
    found = transitions(segment, history, until)
    entered = [one.at for one in found if one.is_entry]
    left = [one.at for one in found if not one.is_entry]
    return [Stay(*pair) for pair in zip_longest(entered, left)]


def moments(segment: Segment, history: Sequence[KnownFrom], until: int) -> list[tuple[int, KnownFrom]]:
    """When verdicts are taken, and of what: after each fact at its instant, then whenever time alone may decide."""
    found: list[tuple[int, KnownFrom]] = []
    begins = segment.since if segment.exit is not None and segment.since is not None else None
    for page, coming in zip_longest(history, history[1:]):
        end = until + 1 if coming is None else min(coming.instant, until + 1)
        first = page.instant if begins is None else max(page.instant, begins)
        if first > page.instant and first >= end:
            continue
        instants = candidates(segment, page.known, first, end)
        found += [(at, page) for at in (first, *instants) if at <= until]
    return found
