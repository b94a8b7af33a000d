"""Membership of a segment over time. In: a definition and the history of what was known. Out: stays. Pure.

Verdicts are taken after every fact, and between facts at every instant at which time alone can change one.
"""

from collections.abc import Sequence

from msgspec import Struct

from konnektu.rules.known import Known, KnownFrom
from konnektu.rules.memory.flips import candidates
from konnektu.rules.memory.verdicts import holds, is_counted
from konnektu.rules.model import Segment


class Stay(Struct, frozen=True):
    """From when until when a person is in a segment: entered ≤ t < left."""

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


def stays(segment: Segment, history: Sequence[KnownFrom], until: int) -> list[Stay]:
    """All stays of a person up to an instant, it included.

    `history` says what was known after each fact, in the order of positions. A segment with an exit rule begins
    with nobody in at `since`; one without began before everything.
    """
    found: list[Stay] = []
    inside, entered = False, 0
    for at, known in moments(segment, history, until):
        is_in = next_inside(segment, known, at, inside=inside)
        if is_in and not inside:
            entered = at
        if inside and not is_in:
            found.append(Stay(entered, at))
        inside = is_in
    return [*found, Stay(entered, None)] if inside else found


def moments(segment: Segment, history: Sequence[KnownFrom], until: int) -> list[tuple[int, Known]]:
    """When verdicts are taken, and of what: after each fact at its instant, then whenever time alone may decide."""
    found: list[tuple[int, Known]] = []
    start = segment.since if segment.since is not None and segment.exit is not None else None
    for number, page in enumerate(history):
        end = min(history[number + 1].instant if number + 1 < len(history) else until + 1, until + 1)
        first = page.instant if start is None else max(page.instant, start)
        if first >= end and not (start is None or page.instant >= start):
            continue
        instants = candidates(segment, page.known, first, end)
        found += [(at, page.known) for at in (first, *instants) if at <= until]
    return found
