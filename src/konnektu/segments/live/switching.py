"""Other definitions in force, for everybody and in bounded batches. In: rows of states. Out: states, entries, exits.

A fact brings definitions into force, or another zone of the workspace, at its position and instant. Who was decided
before it is decided under them when they are met next, or in their turn between blocks; what follows from it carries
the fact's instant, whenever it is. Several such facts are taken one after another.
"""

from collections.abc import Sequence

from msgspec import Struct, field

from konnektu.rules.live import PersonStands, State, advance, fold, succeeded
from konnektu.rules.live.picture import Picture
from konnektu.segments.live import store
from konnektu.segments.live.definitions import InForce, Step
from konnektu.segments.live.noting import note, put
from konnektu.segments.live.store import Row, Turn
from konnektu.storage.api import Connection

SWITCHED_AT_ONCE = 500


class Opened(Struct):
    """States of people, decided under the definitions in force."""

    states: dict[int, State] = field(default_factory=dict)
    built: dict[int, int] = field(default_factory=dict)
    dues: dict[int, int] = field(default_factory=dict)
    """When each was due at the latest; NEVER where nobody looks."""
    switched: set[int] = field(default_factory=set)
    """Those who were decided under others before."""
    turns: list[Turn] = field(default_factory=list)
    """What the other definitions brought about."""


def opened(db: Connection, force: InForce, rows: Sequence[Row]) -> Opened:
    """Unpack states, and decide them under the definitions in force where they were not."""
    found = Opened()
    for profile, built, decided, packed in rows:
        state = State.unpack(packed)
        found.states[profile], found.built[profile], found.dues[profile] = state, built, state.due
        if decided < force.decided:
            found.switched.add(profile)
            for step in force.steps.since(db, decided, force.decided):
                _take(step, state, profile, found.turns)
            state.forget(force.ready.streams.keys())
    return found


def _take(step: Step, state: State, profile: int, turns: list[Turn]) -> None:
    was = step.before
    note(was, turns, profile, advance(was.ready, state, step.instant), 0, "time")
    if step.follows is None:
        moved = _moved(state.picture, step.home)
        note(was, turns, profile, fold(was.ready, state, [moved], step.instant), step.position, "fact")
        return
    for flip in succeeded(step.follows, state, step.instant):
        force = step.after if flip.segment in step.after.ids else was
        note(force, turns, profile, (flip,), step.position, "definition")


def _moved(picture: Picture, home: str) -> PersonStands:
    """The same person in a workspace of another zone."""
    return PersonStands(picture.is_known, picture.excluded, home, picture.zone)


def is_switching(db: Connection, force: InForce) -> bool:
    """Whether somebody is not decided under the definitions in force yet."""
    return bool(store.undecided(db, force.decided, 1))


def switch_next(db: Connection, force: InForce, limit: int = SWITCHED_AT_ONCE) -> int:
    """Decide some of those who were not decided under the definitions in force; how many.

    Where nothing is in force and nothing being built any more, nothing is remembered of them.
    """
    rows = store.undecided(db, force.decided, limit)
    if not rows:
        return 0
    found = opened(db, force, rows)
    store.put_turns(db, found.turns)
    if force.is_idle:
        store.drop_people(db, found.states)
    else:
        put(db, force, found.states, found.built)
    return len(rows)
