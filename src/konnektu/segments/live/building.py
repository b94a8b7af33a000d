"""States made from history, and what time does to them. In: people, what history says of them. Out: rows.

Who is built knows all that any leaf asks for; a definition comes into force when everybody is. Reading history is
bounded by the number of people asked for at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import Change, Compiled, Flip, State, advance, fold, relived, switched
from konnektu.rules.live.picture import Picture
from konnektu.segments.live import store
from konnektu.segments.live.definitions import InForce, Kept
from konnektu.segments.live.noting import note, put
from konnektu.segments.live.standing import Asked, standing
from konnektu.segments.live.switching import opened
from konnektu.storage.api import Connection

ADVANCED_AT_ONCE = 500
"""People for whom time passes in one transaction, which is what an event waits in a storm."""
RETOLD_AT_ONCE = 500

History = Callable[[Sequence[int], log.Meant], Iterable[tuple[KnownEvent, int]]]
"""(event, atom) of what is meant of these atoms up to where the writer stands; of what is not sealed yet, of all.

Events that nobody looks into come without their properties.
"""


class At(Struct, frozen=True):
    """Where the writer stands."""

    position: int
    instant: int
    home: str
    """Zone of the workspace."""


def build(
    db: Connection, force: InForce, people: Sequence[int], history: History, at: At, cause: str = "definition"
) -> None:
    """Make the states of these people from all that is known of them."""
    atoms = {atom: one.id for one in identity.persons(db, people) for atom in one.atoms}
    events: dict[int, list[KnownEvent]] = defaultdict(list)
    for event, atom in history(sorted(atoms), meant(force.ready)) if force.ready.streams else ():
        events[atoms[atom]].append(event)
    told = standing(db, people, Asked(force.ready.reads.kinds, at.home))
    found = opened(db, force, store.states(db, people))
    states, turns = found.states, found.turns
    for person in people:
        state = states.setdefault(person, State())
        note(force, turns, person, advance(force.ready, state, at.instant), 0, "time")
        flips = made(force, state, events[person], told[person], at.instant)
        note(force, turns, person, flips, at.position, cause)
    store.put_turns(db, turns)
    put(db, force, states, dict.fromkeys(states, force.version))


def meant(ready: Compiled) -> log.Meant:
    """The events that some leaf may ask for."""
    streams = ready.streams.values()
    types = {kind for one in streams if not one.what.names for kind in one.what.types}
    return log.Meant(
        tuple(sorted(types)),
        tuple(sorted(ready.named.keys() - {""})),
        any(one.looks_inside for one in streams),
    )


def made(
    force: InForce, state: State, events: Sequence[KnownEvent], told: Iterable[Change], at: int
) -> list[Flip]:
    """Put what history says in place of what a state remembers."""
    ready = force.ready
    state.picture = Picture()
    relived(ready, state, events, at)
    return switched(ready, state, at, told)


def build_next(db: Connection, kept: Kept, history: History, at: At, limit: int) -> int:
    """Build some of those who lack something; how many, 0 when nobody does."""
    force = kept.of(db)
    people = kept.unbuilt(db, force, limit) if force is not None else []
    if people and force is not None:
        build(db, force, people, history, at)
    return len(people)


def retell(db: Connection, force: InForce, people: Iterable[int], at: At) -> None:
    """Decide people anew of whom something stands otherwise because of a fact that is not theirs."""
    for some in _parts(sorted(people), RETOLD_AT_ONCE):
        tell_stands(db, force, standing(db, some, Asked(force.ready.reads.kinds, at.home)), at)


def tell_stands(db: Connection, force: InForce, told: Mapping[int, Iterable[Change]], at: At) -> None:
    """Tell the states of people how something stands by a fact; who is not built yet is told it when built."""
    found = opened(db, force, store.states(db, told))
    for person, state in found.states.items():
        note(force, found.turns, person, advance(force.ready, state, at.instant), 0, "time")
        flips = fold(force.ready, state, told[person], at.instant)
        note(force, found.turns, person, flips, at.position, "fact")
    store.put_turns(db, found.turns)
    put(db, force, found.states, found.built)


def _parts(people: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (people[start : start + size] for start in range(0, len(people), size))


def advance_due(db: Connection, force: InForce, until: int, limit: int = ADVANCED_AT_ONCE) -> int:
    """Let time pass until an instant for the first people who are due before it; how many."""
    people = store.due(db, until, limit)
    found = opened(db, force, store.states(db, people))
    turns = found.turns
    for profile, state in found.states.items():
        note(force, turns, profile, advance(force.ready, state, until), 0, "time")
    turns.sort(key=lambda one: (one.instant, one.profile))
    store.put_turns(db, turns)
    put(db, force, found.states, found.built)
    return len(people)
