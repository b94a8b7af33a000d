"""States of disjoint facts made one, and leaves built from history. In: states, events. Out: states, flips. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from konnektu.rules.known import KnownEvent
from konnektu.rules.live import picture as pictures
from konnektu.rules.live.changes import Change
from konnektu.rules.live.compiling import Compiled
from konnektu.rules.live.folding import Flip, between, redecided, told
from konnektu.rules.live.state import State


def unite(
    compiled: Compiled, left: State, right: State, at: int, changes: Iterable[Change] = ()
) -> tuple[State, list[Flip]]:
    """The state of a merged person, and what is other than on the left; both sides have been advanced to `at`.

    `changes` are those of the fact that merges, and what no side can know alone: attributes, zones, consents,
    arrivals as they stand after it.
    """
    merged = joined(compiled, left, right)
    return merged, settle_joined(compiled, merged, changes, at, left.inside)


def joined(compiled: Compiled, left: State, right: State) -> State:
    """The state of a merged person, in which nothing is decided yet."""
    merged = State()
    merged.is_born, merged.at = True, max(left.at, right.at)
    merged.parked = [*left.parked, *right.parked]
    merged.picture = pictures.united(left.picture, right.picture)
    merged.inside, merged.truth = left.inside | right.inside, left.truth
    merged.streams = _both(compiled, left, right)
    merged.knows(compiled.streams)
    return merged


def settle_joined(
    compiled: Compiled, state: State, changes: Iterable[Change], at: int, before: int
) -> list[Flip]:
    """Tells a merged person what the fact says that merged them, and decides all at once.

    `before` are the bits of the segments that the person was in whom the others joined.
    """
    state.knows(compiled.streams)
    for change in changes:
        told(compiled, state, change, at)
    redecided(compiled, state, at)
    return between(compiled, before, state.inside, at)


def _both(compiled: Compiled, left: State, right: State) -> dict[int, Any]:
    left.knows(compiled.streams)
    right.knows(compiled.streams)
    return {
        number: compiled.streams[number].keep.unite(left.held(number), right.held(number))
        for number in (left.remembered | right.remembered) & compiled.streams.keys()
    }


def relived(compiled: Compiled, state: State, events: Iterable[KnownEvent], at: int) -> None:
    """Puts what streams keep of these events, all that are known, in place of what a state remembers of any."""
    state.knows(compiled.streams)
    state.forget(frozenset())
    state.parked = []
    for event in events:
        told(compiled, state, event, at)


def switched(
    compiled: Compiled,
    state: State,
    at: int,
    stands: Iterable[Change] = (),
    begun: Mapping[str, bool] | None = None,
) -> list[Flip]:
    """Entries and exits that other definitions cause.

    Streams that no definition asks for any more are forgotten; `Numbers.retire` then keeps their numbers from coming
    back. `stands` brings what leaves did not look at before. `begun` says whom the replayed history leaves in a segment
    with an exit rule.
    """
    before = state.inside
    for change in stands:
        pictures.tell(state.picture, change, compiled.reads)
    for one in compiled.segments:
        if begun and one.name in begun:
            state.inside = state.inside | one.bit if begun[one.name] else state.inside & ~one.bit
    state.forget(compiled.streams.keys())
    redecided(compiled, state, at)
    return between(compiled, before, state.inside, at)
