"""Facts and time, person by person. In: compiled definitions, a state, changes, instants. Out: entries and exits. Pure.

States are changed in place. Before a fact at A is told, `advance` has been called up to A.
"""

from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from heapq import heapify, heappop, heappush
from typing import Final

from msgspec import Struct

from konnektu.core.errors import Fatal
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import picture as pictures
from konnektu.rules.live.changes import Change
from konnektu.rules.live.clock import NEVER, Clock
from konnektu.rules.live.compiling import COUNTED, KNOWN, Compiled, CompiledSegment
from konnektu.rules.live.state import State

MOST_ENTRIES: Final = 100_000
"""Of one stream of one person; who has more is no person that segments count, with the reason `too_many_events`."""


class TimeStands(Fatal):
    """A leaf is due again at the instant at which it was decided. This is a fault of the program: tell its makers."""


class Flip(Struct, frozen=True):
    """Somebody entered a segment or left it."""

    segment: str
    at: int
    entered: bool


def fold(compiled: Compiled, state: State, changes: Iterable[Change], at: int) -> list[Flip]:
    """What one fact at an instant brings about."""
    state.knows(compiled.streams)
    touched = unpark(compiled, state, at)
    for change in changes:
        touched |= told(compiled, state, change, at)
    return settled(compiled, state, at, touched)


def is_idle(compiled: Compiled, state: State, changes: Iterable[Change], at: int) -> bool:
    """Whether a fact at an instant, and time before it, leave a state as it is: nobody asks for what it tells."""
    return (
        state.is_born
        and state.due > at
        and all(type(one) is KnownEvent and not compiled.route(one.type, one.name) for one in changes)
    )


def advance(compiled: Compiled, state: State, until: int) -> list[Flip]:
    """What time alone brings about before an instant, in its order."""
    flips: list[Flip] = []
    while (at := next_due(compiled, state)) < until:
        if at <= state.at:
            raise TimeStands(f"A person is due at {at}, which is not after {state.at}.")
        state.knows(compiled.streams)
        flips += settled(compiled, state, at, unpark(compiled, state, at))
    return flips


def next_due(compiled: Compiled, state: State) -> int:
    """When time alone may next change a verdict; NEVER where it cannot."""
    if not state.is_born:
        return NEVER
    if state.due <= state.at:
        rearm(compiled, state)
    return state.due


def inside(compiled: Compiled, state: State) -> frozenset[str]:
    """The segments that the person is in."""
    return frozenset(one.name for one in compiled.segments if state.inside & one.bit)


def rearm(compiled: Compiled, state: State) -> None:
    """The due instant anew."""
    parked = min((one.time for one in state.parked), default=NEVER)
    place = bisect_right(compiled.starts, state.at)
    start = compiled.starts[place] if place < len(compiled.starts) else NEVER
    state.due = min(parked, start, state.first_due())


def told(compiled: Compiled, state: State, change: Change, at: int) -> set[int]:
    """The leaves that a change touches."""
    if type(change) is KnownEvent:
        if change.time <= at:
            return _took(compiled, state, change, at)
        if compiled.route(change.type, change.name):
            state.parked.append(change)
            state.due = min(state.due, change.time)
        return set()
    touched: set[int] = set()
    for kind in pictures.tell(state.picture, change, compiled.reads):
        touched.update(compiled.touched.get(kind, ()))
    return touched


def _took(compiled: Compiled, state: State, event: KnownEvent, at: int) -> set[int]:
    """Remembers an event; the leaves that look at the streams that took it."""
    touched: set[int] = set()
    for stream, leaves in compiled.route(event.type, event.name):
        if not stream.takes(event):
            continue
        value = None if stream.value is None else stream.value(event)
        if value is None and stream.value is not None:
            continue
        held = state.held(stream.number)
        if stream.keep.add(held, (event.time, event.position, value), at):
            touched.update(leaves)
            if len(held) > MOST_ENTRIES:
                state.picture.overflows = True
    return touched


def unpark(compiled: Compiled, state: State, at: int) -> set[int]:
    """The leaves touched by events whose time has come."""
    touched: set[int] = set()
    if not state.parked:
        return touched
    for event in [one for one in state.parked if one.time <= at]:
        state.parked.remove(event)
        touched |= _took(compiled, state, event, at)
    return touched


def settled(compiled: Compiled, state: State, at: int, touched: set[int]) -> list[Flip]:
    """Decides the leaves that were touched or are due, then the segments that use those that turned."""
    if state.due <= at:
        touched |= state.ripe(at)
    asked = opened(compiled, state, at)
    decide(compiled, state, Clock(at, state.picture.home, state.picture.zone), touched, asked)
    state.at = at
    if state.due <= at:
        rearm(compiled, state)
    return entered(compiled, state, at, asked)


def opened(compiled: Compiled, state: State, at: int) -> set[int]:
    """Segments to be asked for the person's own sake: somebody new, known or excluded since, or a beginning."""
    asked: set[int] = set()
    if not state.is_born:
        state.is_born, state.truth = True, compiled.blank
        state.due = min(state.due, next((one for one in compiled.starts if one > at), NEVER))
        asked.update(compiled.born)
    picture = state.picture
    is_counted = not picture.excluded and not picture.overflows
    here = (COUNTED if is_counted else 0) | (KNOWN if picture.is_known else 0)
    if state.truth & (COUNTED | KNOWN) != here:
        state.truth = state.truth & ~(COUNTED | KNOWN) | here
        asked.update(range(len(compiled.segments)))
    if compiled.starts and any(state.at < start <= at for start in compiled.starts):
        asked.update(place for place, one in enumerate(compiled.segments) if one.since is not None)
    return asked


def decide(
    compiled: Compiled, state: State, clock: Clock, touched: AbstractSet[int], asked: set[int]
) -> None:
    """Takes the verdicts of leaves, and names the segments of those that turned."""
    truth = state.truth
    for number in touched:
        leaf = compiled.leaves.get(number)
        if leaf is None or leaf.is_inside:
            state.awaits(number, NEVER)
            continue
        verdict, until = leaf.held(state, clock)
        if until <= clock.at:
            raise TimeStands(f"Leaf {number} is due at {until}, which is not after {clock.at}.")
        state.awaits(number, until)
        if bool(truth & leaf.bit) is not verdict:
            truth ^= leaf.bit
            asked.update(leaf.segments)
    state.truth = truth


def entered(compiled: Compiled, state: State, at: int, asked: set[int]) -> list[Flip]:
    """Decides segments, each after those that it asks for."""
    flips: list[Flip] = []
    waiting = list(asked)
    heapify(waiting)
    while waiting:
        place = heappop(waiting)
        if waiting and waiting[0] == place:
            continue
        segment = compiled.segments[place]
        if is_in(segment, state, at) is bool(state.inside & segment.bit):
            continue
        state.inside ^= segment.bit
        flips.append(Flip(segment.name, at, bool(state.inside & segment.bit)))
        if segment.asked_by is not None:
            state.truth ^= segment.asked_by.bit
            for user in segment.asked_by.segments:
                heappush(waiting, user)
    return flips


def is_in(segment: CompiledSegment, state: State, at: int) -> bool:
    """Whether a person is in a segment, given the verdicts of leaves and whether they were in just before."""
    truth = state.truth
    if truth & segment.gate != segment.gate:
        return False
    if segment.exit is None:
        return segment.entry(truth)
    if segment.since is not None and at < segment.since:
        return False
    return (bool(state.inside & segment.bit) or segment.entry(truth)) and not segment.exit(truth)


def redecided(compiled: Compiled, state: State, at: int) -> list[Flip]:
    """Decides every leaf and every segment anew."""
    state.knows(compiled.streams)
    unpark(compiled, state, at)
    state.dues.clear()
    state.truth &= COUNTED | KNOWN
    asked = opened(compiled, state, at) | set(range(len(compiled.segments)))
    state.truth |= asked_bits(compiled, state)
    state.due = NEVER
    decide(compiled, state, Clock(at, state.picture.home, state.picture.zone), set(compiled.leaves), asked)
    state.at = max(state.at, at)
    rearm(compiled, state)
    return entered(compiled, state, at, asked)


def between(compiled: Compiled, before: int, after: int, at: int) -> list[Flip]:
    """What is other than before, as entries and exits of one instant."""
    changed = before ^ after
    if not changed:
        return []
    return [Flip(one.name, at, bool(after & one.bit)) for one in compiled.segments if changed & one.bit]


def asked_bits(compiled: Compiled, state: State) -> int:
    """Leaves that ask for segments, as those stand."""
    return sum(leaf.bit for bit, leaf in compiled.asked if state.inside & bit)
