"""Values of people as the writer left them. In: people. Out: values, each with the instant it is true for.

They are read from what the writer remembers for rules, in a number of statements that does not grow with the people.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct

from konnektu.log import api as log
from konnektu.rules.checking import referred
from konnektu.rules.formulas import Formula, Labels
from konnektu.rules.live import State
from konnektu.rules.live.clock import Clock
from konnektu.rules.live.values import Result
from konnektu.segments.formulas.model import Followed
from konnektu.segments.knowing import true_at
from konnektu.segments.live import store as live
from konnektu.segments.live.definitions import InForce, followed
from konnektu.segments.store import version
from konnektu.storage.api import Connection

Weights = tuple[tuple[str, Result], ...]
MOST_WEIGHTS: Final = 5
"""Texts of an interest that are shown."""
KEPT: Final = 64
"""Workspaces whose definitions are kept ready."""


class Value(Struct, frozen=True):
    """A value of somebody."""

    value: Result | None
    """None where it is missing."""
    is_ready: bool = True
    """Whether everything that the formula asks for is known of this person."""
    weights: Weights = ()
    """Of an interest: the first texts with what they weigh at the instant."""


NOT_READY: Final = Value(None, is_ready=False)


class PersonValues(Struct, frozen=True):
    """The values of one person, by name, and the instant at which they are so."""

    at: int
    values: Mapping[str, Value]


class Values(Struct, frozen=True):
    """The values of some people."""

    position: int
    """The last fact that they rest on."""
    people: Mapping[int, PersonValues]


class Ready:
    """Definitions of workspaces, made ready and kept from question to question."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[str, InForce] = {}

    def of(self, db: Connection, workspace: str) -> InForce:
        """What the writer follows now; one statement where nothing has changed since the last question."""
        known = self._known.get(workspace)
        if known is not None and known.version == version(db):
            return known
        found = followed(db)
        if len(self._known) >= KEPT:
            self._known.pop(next(iter(self._known)), None)
        self._known[workspace] = found
        return found


ready = Ready()


def values_of(
    db: Connection, workspace: str, people: Sequence[int], now: int, names: Collection[str] | None = None
) -> Values:
    """The values of these people, of some names alone where they are given.

    `db` is one snapshot, `workspace` what tells workspaces apart.
    """
    place, force = log.store.place(db), ready.of(db, workspace)
    wanted = {name: one for name, one in force.values.items() if names is None or name in names}
    if not wanted:
        return Values(place.position, {one: PersonValues(place.instant, {}) for one in people})
    dues = live.dues(db, people)
    found: dict[int, PersonValues] = {}
    for profile, built, decided, packed in live.states(db, people):
        state = State.unpack(packed)
        at = true_at(place, state, dues.get(profile), now)
        found[profile] = PersonValues(at, _values(force, wanted, state, at, (built, decided)))
    nobody = PersonValues(place.instant, dict.fromkeys(wanted, NOT_READY))
    return Values(place.position, {one: found.get(one, nobody) for one in people})


def _values(
    force: InForce, wanted: Mapping[str, Followed], state: State, at: int, since: tuple[int, int]
) -> dict[str, Value]:
    """`since`: the positions at which the state was built, and its segments were decided."""
    built, decided = since
    state.knows(force.ready.streams)
    clock = Clock(at, state.picture.home, state.picture.zone)
    return {
        name: _value(force, state, clock, name)
        if _is_ready(one, built, is_decided=decided >= force.decided)
        else NOT_READY
        for name, one in wanted.items()
    }


def _value(force: InForce, state: State, clock: Clock, name: str) -> Value:
    if state.picture.overflows:
        return Value(None)
    if name in force.ready.weights:
        first = tuple(force.ready.weights[name](state, clock)[:MOST_WEIGHTS])
        return Value(first[0][0] if first else None, weights=first)
    return Value(force.ready.values[name](state, clock))


def _is_ready(one: Followed, built: int, *, is_decided: bool) -> bool:
    return built >= one.position and (is_decided or not _asks_for_segments(one.formula))


def _asks_for_segments(formula: Formula) -> bool:
    return isinstance(formula, Labels) and any(referred(one.rule) for one in formula.labels)
