"""States made from history, and states under other definitions. In: people, what history says of them. Out: rows.

Who is built knows all that any leaf asks for; a definition comes into force when everybody is. Reading history is
bounded by the number of people asked for at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from konnektu.core.records import Event
from konnektu.identity import api as identity
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import Change, Flip, State, advance, remembered, switched
from konnektu.rules.live.picture import Picture
from konnektu.segments.live import known, store
from konnektu.segments.live.definitions import InForce
from konnektu.segments.live.standing import Asked, standing
from konnektu.segments.live.store import Turn
from konnektu.segments.live.working import note, put
from konnektu.storage.api import Connection

SWITCHED_AT_ONCE = 1_000
ADVANCED_AT_ONCE = 2_000

History = Callable[[Sequence[int]], Iterable[tuple[Event, int]]]
"""(event, atom) of every fact of these atoms up to where the writer stands, in order."""


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
    for event, atom in history(sorted(atoms)):
        if (wire := known.event(event)) is not None:
            events[atoms[atom]].append(wire)
    told = standing(db, people, Asked(force.ready.reads.kinds, at.home))
    states = {profile: State.unpack(packed) for profile, _, packed in store.states(db, people)}
    turns: list[Turn] = []
    for person in people:
        state = states.setdefault(person, State())
        note(force, turns, person, advance(force.ready, state, at.instant), 0, "time")
        flips = made(force, state, events[person], told[person], at.instant)
        note(force, turns, person, flips, at.position, cause)
    store.put_turns(db, turns)
    put(db, force, states, dict.fromkeys(states, force.version))


def made(
    force: InForce, state: State, events: Sequence[KnownEvent], told: Iterable[Change], at: int
) -> list[Flip]:
    """Put what history says in place of what a state remembers."""
    ready = force.ready
    patch = remembered(ready.streams.values(), events, at)
    state.knows(ready.streams)
    state.forget(())
    state.streams = dict(patch.held)
    state.parked = [one for one in patch.later if ready.route(one.type, one.name)]
    state.building = 0
    state.picture = Picture()
    return switched(ready, state, at, told)


def build_next(db: Connection, force: InForce, history: History, at: At, limit: int) -> int:
    """Build some of those who lack something; how many, 0 when nobody does."""
    people = store.unbuilt(db, force.generation, 0, limit) if force.building else []
    if people:
        build(db, force, people, history, at)
    return len(people)


def switch(db: Connection, was: InForce | None, force: InForce, at: At) -> None:
    """Let other definitions be in force for everybody, at the fact that says so."""
    before = was.ids if was is not None else {}
    if before == force.ids:
        return
    gone = [segment for key, (segment, _) in before.items() if key not in force.ids]
    if gone:
        store.drop_segments(db, gone, at.position, at.instant)
    stay = sum(one.bit for one in force.ready.segments if one.name in before)
    after = -1
    while rows := store.states_after(db, after, SWITCHED_AT_ONCE):
        _switch(db, was, force, rows, (at, stay))
        after = rows[-1][0]


def _switch(
    db: Connection,
    was: InForce | None,
    force: InForce,
    rows: Sequence[tuple[int, int, bytes]],
    how: tuple[At, int],
) -> None:
    at, stay = how
    turns: list[Turn] = []
    states: dict[int, State] = {}
    for profile, _, packed in rows:
        state = states[profile] = State.unpack(packed)
        if was is not None:
            flips = advance(was.ready, state, at.instant)
            note(was, turns, profile, (one for one in flips if one.segment in force.ids), 0, "time")
        state.inside &= stay
        note(force, turns, profile, switched(force.ready, state, at.instant), at.position, "definition")
    store.put_turns(db, turns)
    put(db, force, states, {profile: built for profile, built, _ in rows})


def advance_due(db: Connection, force: InForce, until: int, limit: int = ADVANCED_AT_ONCE) -> int:
    """Let time pass until an instant for the first people who are due before it; how many."""
    people = store.due(db, until, limit)
    turns: list[Turn] = []
    states: dict[int, State] = {}
    built: dict[int, int] = {}
    for profile, generation, packed in store.states(db, people):
        state = states[profile] = State.unpack(packed)
        built[profile] = generation
        note(force, turns, profile, advance(force.ready, state, until), 0, "time")
    turns.sort(key=lambda one: (one.instant, one.profile))
    store.put_turns(db, turns)
    put(db, force, states, built)
    return len(people)
