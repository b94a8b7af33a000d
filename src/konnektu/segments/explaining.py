"""Why a person is in a segment, or why not. In: a definition, what is known of the person. Out: verdicts part by part.

Verdicts, values and evidence come from the reference (`rules.memory`); the instants at which time alone changes one,
from a live state that is made of the same facts and left to itself. What the writer keeps of the person is compared
with both, and a difference is told.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from konnektu.core.clock import DAY
from konnektu.rules.live import NEVER, State, advance, inside, next_due
from konnektu.rules.memory import Asked, Evidence, is_counted, next_inside, reasoned
from konnektu.rules.memory import Reason as Reasoned
from konnektu.rules.model import All, Any, Not, Rule
from konnektu.rules.model import Segment as Definition
from konnektu.segments.knowing import Knowledge, Person
from konnektu.segments.live.building import made
from konnektu.segments.telling import placed

SELF: Final = "\0explained"
"""Under which the definition that is explained stands among those that it asks for; no segment has such a key."""
LEAF: Final = "\0leaf "
LOOKED_AHEAD: Final = 12 * 366 * DAY
"""How far ahead a change by time alone is looked for."""
MOST_STEPS: Final = 5_000
"""Instants looked at on the way."""


class Part(Struct, frozen=True, kw_only=True):
    """The verdict on one part of a definition, and why."""

    place: str
    """As faults name it: `entry.rules[2]`."""
    depth: int
    """How many groups stand around it."""
    rule: Rule
    holds: bool
    values: tuple[object, ...]
    """What a leaf compares; None for a missing value."""
    evidence: tuple[Evidence, ...]
    changes_at: int | None
    """Of a leaf: the next instant at which time alone changes its verdict; None where none does."""


class Explanation(Struct, frozen=True, kw_only=True):
    """Why a person is in at an instant, or why not."""

    position: int
    at: int
    is_in: bool
    is_counted: bool
    """Whether the segment is of such people at all."""
    excluded: str
    """Why this is no person that segments count; empty for people."""
    parts: tuple[Part, ...]
    """From top to bottom, groups before what is in them."""
    changes_at: int | None
    """The next instant at which time alone brings them in or out; None where none does."""
    looked_until: int
    """How far ahead that was looked for."""
    is_kept: bool | None
    """Whether the writer has them in; None where it decides by another definition, or has not built them yet."""
    since: int | None
    """When they came in, where the writer has them in."""
    entered_by: int
    """Position of the fact with which they came in; 0 where time alone brought them or they are not in."""
    difference: str
    """live: the writer has it otherwise; evaluators: the two evaluators here differ; empty where all agree."""


class _Ahead(Struct, frozen=True):
    """What time alone brings."""

    is_in: bool
    first: Mapping[str, int]
    """The first instant at which each verdict changes."""
    until: int


def explained_as(definition: Definition) -> dict[str, Definition]:
    """The definition and each of its leaves, as `knowledge` is to make them ready."""
    leaves = {LEAF + one.place: Definition(one.leaf, people="all") for one in placed(definition)}
    return {SELF: definition, **leaves}


def explain(knowledge: Knowledge, person: Person, definition: Definition, key: str) -> Explanation:
    """Why a person is in, or why not. `key` names the segment whose definition in force it is; empty for a draft."""
    kept = key in person.inside if key and person.is_built else None
    ahead = _ahead(knowledge, person, was_in=bool(kept))
    known, at = person.known, person.at
    is_in = next_inside(definition, known, at, inside=bool(kept))
    since = person.inside.get(key) if kept else None
    return Explanation(
        position=knowledge.position,
        at=at,
        is_in=is_in,
        is_counted=is_counted(definition, known),
        excluded=known.excluded,
        parts=tuple(_parts(definition, Asked(known, at), ahead.first)),
        changes_at=ahead.first.get(SELF),
        looked_until=ahead.until,
        is_kept=kept,
        since=since[1] if since else None,
        entered_by=since[0] if since else 0,
        difference=_difference(is_in, kept, ahead),
    )


def _difference(is_in: bool, kept: bool | None, ahead: _Ahead) -> str:  # noqa: FBT001  a verdict
    if kept is not None and kept is not is_in:
        return "live"
    return "" if ahead.is_in is is_in else "evaluators"


def _ahead(knowledge: Knowledge, person: Person, *, was_in: bool) -> _Ahead:
    """A live state of the person, from the same facts, left to itself."""
    ready, state, heard = knowledge.force.ready, State(), person.known
    names = {SELF} if was_in else set()
    state.inside = sum(one.bit for one in ready.segments if one.name in names or one.name in person.inside)
    made(knowledge.force, state, heard.events, person.told, person.at)
    begun = SELF in inside(ready, state)
    first: dict[str, int] = {}
    until = person.at + LOOKED_AHEAD
    for _ in range(MOST_STEPS):
        at = next_due(ready, state)
        if at >= NEVER or at > until or len(first) == len(ready.segments):
            break
        for flip in advance(ready, state, at + 1):
            first.setdefault(flip.segment, flip.at)
    else:
        until = state.at
    return _Ahead(begun, first, until)


def _parts(definition: Definition, asked: Asked, first: Mapping[str, int]) -> Iterator[Part]:
    yield from _of_rule(reasoned(definition.entry, asked), "entry", 0, first)
    if definition.exit is not None:
        yield from _of_rule(reasoned(definition.exit, asked), "exit", 0, first)


def _of_rule(reason: Reasoned, place: str, depth: int, first: Mapping[str, int]) -> Iterator[Part]:
    yield Part(
        place=place,
        depth=depth,
        rule=reason.rule,
        holds=reason.holds,
        values=reason.values,
        evidence=reason.evidence,
        changes_at=first.get(LEAF + place),
    )
    for number, one in enumerate(reason.parts):
        below = f"{place}.rule" if isinstance(reason.rule, Not) else f"{place}.rules[{number}]"
        yield from _of_rule(one, below, depth + 1, first)


def is_leaf(rule: Rule) -> bool:
    """Whether a part is no group."""
    return not isinstance(rule, All | Any | Not)


__all__ = ["Explanation", "Part", "explain", "explained_as", "is_leaf"]
