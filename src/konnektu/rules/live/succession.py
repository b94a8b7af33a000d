"""Other definitions in place of those that stood. In: two compilations, states. Out: flips. Pure.

What both ask for is decided already, so that a person costs what is new, and not everything that is defined.
"""

from collections.abc import Container

from msgspec import Struct

from konnektu.rules.live.clock import Clock
from konnektu.rules.live.compiling import COUNTED, KNOWN, Compiled, CompiledSegment
from konnektu.rules.live.folding import (
    Flip,
    asked_bits,
    between,
    decide,
    entered,
    opened,
    rearm,
    redecided,
    unpark,
)
from konnektu.rules.live.state import State


class Succession(Struct, frozen=True, eq=False):
    """How one compilation follows another."""

    compiled: Compiled
    """The later one."""
    fresh: frozenset[int]
    """Leaves that the earlier one did not decide."""
    gone: tuple[int, ...]
    """Leaves that it decided, and the later one does not."""
    stands: int
    """Bits whose verdicts stay as they are."""
    places: frozenset[int]
    """Places of the segments to be decided anew."""
    left: tuple[CompiledSegment, ...]
    """Segments of the earlier one alone: whoever is in leaves them."""
    both: int
    """Bits of the segments of both."""
    loses: bool
    """Whether the earlier one remembers what the later one does not."""


def succession(before: Compiled, after: Compiled, changed: Container[str]) -> Succession:
    """Compare two compilations; `changed` holds the segments that are new or defined otherwise."""
    same = {
        number
        for number, leaf in after.leaves.items()
        if number in before.leaves and before.leaves[number].is_inside is leaf.is_inside
    }
    staying = {one.name for one in after.segments}
    return Succession(
        after,
        frozenset(after.leaves.keys() - same),
        tuple(before.leaves.keys() - same),
        COUNTED
        | KNOWN
        | sum(after.leaves[number].bit for number in same if not after.leaves[number].is_inside),
        frozenset(place for place, one in enumerate(after.segments) if one.name in changed),
        tuple(one for one in before.segments if one.name not in staying),
        sum(one.bit for one in before.segments if one.name in staying),
        not before.streams.keys() <= after.streams.keys(),
    )


def succeeded(follows: Succession, state: State, at: int) -> list[Flip]:
    """Exits from what is no more, and entries and exits that the later definitions cause.

    `advance` has been called up to `at` with the earlier ones. Streams that no definition asks for any more are
    forgotten.
    """
    left = [Flip(one.name, at, entered=False) for one in follows.left if state.inside & one.bit]
    state.inside &= follows.both
    return left + _under(follows, state, at)


def _under(follows: Succession, state: State, at: int) -> list[Flip]:
    compiled, before = follows.compiled, state.inside
    if follows.loses:
        state.forget(compiled.streams.keys())
    if not state.is_born:
        redecided(compiled, state, at)
        return between(compiled, before, state.inside, at)
    state.knows(compiled.streams)
    for number in follows.gone:
        state.dues.pop(number, None)
    is_due = state.due <= at
    said = state.truth
    state.truth = said & follows.stands | asked_bits(compiled, state)
    asked = opened(compiled, state, at) | follows.places
    if compiled.asked:
        asked |= _turned(compiled, said ^ state.truth)
    touched = unpark(compiled, state, at) | state.ripe(at) | follows.fresh if is_due else follows.fresh
    decide(compiled, state, Clock(at, state.picture.home, state.picture.zone), touched, asked)
    state.at = max(state.at, at)
    if is_due or compiled.starts:
        rearm(compiled, state)
    entered(compiled, state, at, asked)
    return between(compiled, before, state.inside, at)


def _turned(compiled: Compiled, bits: int) -> set[int]:
    """The segments that ask for segments by leaves that stand otherwise."""
    return {place for _, leaf in compiled.asked if leaf.bit & bits for place in leaf.segments}
