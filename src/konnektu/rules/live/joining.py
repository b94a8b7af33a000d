"""States of disjoint facts made one, and leaves built from history. In: states, events. Out: states, flips. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from konnektu.rules.known import KnownEvent
from konnektu.rules.live import picture as pictures
from konnektu.rules.live.changes import Change
from konnektu.rules.live.compiling import Compiled
from konnektu.rules.live.folding import Flip, between, redecided, told, unpark
from konnektu.rules.live.state import State
from konnektu.rules.live.streams import Stream


class Patch(Struct, frozen=True):
    """What streams keep of some events."""

    held: dict[int, Any]
    """By number of stream."""
    later: tuple[KnownEvent, ...] = ()
    """Events whose time had not come."""


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
    """The state of a merged person, in which nothing is decided yet. What either side has building, it has."""
    merged = State()
    merged.is_born, merged.at = True, max(left.at, right.at)
    merged.parked = [*left.parked, *right.parked]
    merged.building = left.building | right.building
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


def remembered(streams: Iterable[Stream], events: Sequence[KnownEvent], at: int) -> Patch:
    """What streams keep of events, as of an instant."""
    chosen = tuple(streams)
    held: dict[int, Any] = {one.number: one.keep.empty() for one in chosen}
    for event in events:
        for stream in chosen if event.time <= at else ():
            _keep(stream, held[stream.number], event, at)
    return Patch(held, tuple(one for one in events if one.time > at))


def _keep(stream: Stream, held: Any, event: KnownEvent, at: int) -> None:
    what = stream.what
    if event.type not in what.types or (what.names and event.name not in what.names):
        return
    value = None if stream.value is None else stream.value(event)
    if stream.takes(event) and (stream.value is None or value is not None):
        stream.keep.add(held, (event.time, event.position, value), at)


def relived(compiled: Compiled, state: State, events: Iterable[KnownEvent], at: int) -> None:
    """Puts what streams keep of these events, all that are known, in place of what a state remembers of any."""
    state.knows(compiled.streams)
    state.forget(frozenset())
    state.parked, state.building = [], 0
    for event in events:
        told(compiled, state, event, at)


def fresh(compiled: Compiled, before: Compiled) -> tuple[Stream, ...]:
    """The streams that states of an earlier compilation know nothing of."""
    return tuple(one for number, one in compiled.streams.items() if number not in before.streams)


def patched(compiled: Compiled, before: Compiled, state: State, patch: Patch) -> None:
    """Takes in what new streams keep of events that came before they were compiled.

    Where the earlier compilation had parked an event of the future, the state tells it to the new streams itself.
    """
    state.knows(compiled.streams)
    for number, held in patch.held.items():
        state.streams[number] = compiled.streams[number].keep.unite(state.held(number), held)
    for event in patch.later:
        if before.route(event.type, event.name):
            continue
        if event.time > state.at:
            state.parked.append(event)
            state.due = min(state.due, event.time)
        else:
            for number in patch.held:
                _keep(compiled.streams[number], state.held(number), event, state.at)


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


def retracted(compiled: Compiled, state: State, events: Sequence[KnownEvent]) -> frozenset[int]:
    """Marks what rests on events that are no more as building; the streams to be built anew.

    With a stream go the others of its leaves: what those keep may rest on its entries, as "since" does on the latest.
    """
    gone = {one.position for one in events}
    state.parked = [one for one in state.parked if one.position not in gone]
    touched = {
        leaf
        for event in events
        for stream, leaves in compiled.route(event.type, event.name)
        if stream.takes(event)
        for leaf in leaves
    }
    streams = frozenset(number for number, leaves in compiled.users.items() if not touched.isdisjoint(leaves))
    for number in streams:
        for leaf in compiled.users[number]:
            state.building |= compiled.leaves[leaf].bit
    return streams


def rebuilt(
    compiled: Compiled, state: State, streams: Iterable[int], events: Sequence[KnownEvent], at: int
) -> list[Flip]:
    """Builds streams from all the events that are known, and decides what was building."""
    state.knows(compiled.streams)
    unpark(compiled, state, at)
    patch = remembered([compiled.streams[number] for number in streams], events, at)
    for number, held in patch.held.items():
        state.held(number)
        state.streams[number] = held
    state.building = 0
    return redecided(compiled, state, at)
