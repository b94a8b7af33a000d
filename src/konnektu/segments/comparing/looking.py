"""One look at some people. In: their ids. Out: where evaluators differ, and how much was compared.

Everything is of one snapshot: the position, what the writer keeps, and what is known of people up to there. A person
of whom something is being built is left out: the writer itself says that it does not know yet.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from konnektu.rules.live import State, inside
from konnektu.rules.memory import next_inside
from konnektu.rules.model import Segment as Definition
from konnektu.segments.comparing import stored
from konnektu.segments.comparing.model import Evaluator, Found
from konnektu.segments.knowing import Knowledge, Person, knowledge
from konnektu.segments.live import definitions
from konnektu.segments.live import store as live
from konnektu.segments.live.building import made
from konnektu.segments.live.definitions import InForce
from konnektu.segments.model import Standing
from konnektu.storage.api import Storage, WorkspaceRecord

Answers = dict[Evaluator, bool]


class Looked(Struct):
    """What a look showed."""

    found: list[Found]
    people: int = 0
    verdicts: int = 0
    packed: Mapping[int, bytes] = {}
    """What the writer remembered of each person."""


def look(storage: Storage, record: WorkspaceRecord, people: Sequence[int], now: int) -> Looked:
    """Compare everything that says whether these people are in segments. Raises `Retry` as the event store does."""
    with storage.workspace(record).read() as own:
        force = definitions.read(own)
        is_switching = force is not None and bool(live.undecided(own, force.decided, 1))
    if force is None:
        return Looked([])
    told = knowledge(storage, record, people, _live, now)
    if set(told.in_force) != set(force.ids):
        return Looked([])
    asked = _live(told.segments, told.in_force)
    seen = [one for one in told.people.values() if _is_whole(one, force, is_switching=is_switching)]
    if not seen or not asked:
        return Looked([])
    beside = stored.verdicts(storage, record, seen, asked, (told.position, told.home))
    looked = Looked([], len(seen), packed={one.id: one.packed for one in seen})
    for person in seen:
        for key, answers in _answers(force, told, person, asked, beside).items():
            looked.verdicts += len(answers)
            if len(set(answers.values())) > 1:
                looked.found.append(_found(told, person, key, asked[key], answers))
    return looked


def confirmed(storage: Storage, record: WorkspaceRecord, people: Sequence[int], now: int) -> Looked:
    """The same, looked at twice where something differs.

    Facts that are erased between two statements make a difference that is none: the writer has then written the
    person anew, and the second look says nothing. What stands unchanged and differs once is told.
    """
    first = look(storage, record, people, now)
    if not first.found:
        return first
    again = look(storage, record, sorted({one.profile for one in first.found}), now)
    still = {(one.profile, one.segment) for one in again.found}
    first.found = [
        one
        for one in first.found
        if (one.profile, one.segment) in still
        or again.packed.get(one.profile) == first.packed.get(one.profile)
    ]
    return first


def _live(stand: Mapping[str, Standing], in_force: Mapping[str, Definition]) -> dict[str, Definition]:
    """The definitions that follow facts; who is on a list was named."""
    return {key: one for key, one in in_force.items() if stand[key].stated.kind == "live"}


def _is_whole(person: Person, force: InForce, *, is_switching: bool) -> bool:
    """Whether the writer lacks nothing of a person, and has decided them under the definitions in force."""
    if person.packed:
        return person.is_built
    return not is_switching and not force.building


def _answers(
    force: InForce,
    told: Knowledge,
    person: Person,
    asked: Mapping[str, Definition],
    beside: stored.Verdicts,
) -> dict[str, Answers]:
    """What each evaluator says of each segment."""
    kept = inside(force.ready, State.unpack(person.packed)) if person.packed else frozenset[str]()
    anew = _anew(told, person)
    found: dict[str, Answers] = {}
    for key, definition in asked.items():
        was_in = key in person.inside
        found[key] = {
            "members": was_in,
            "live": key in kept,
            "fresh": key in anew,
            "reference": next_inside(definition, person.known, person.at, inside=was_in),
        }
        if (person.id, key) in beside:
            found[key]["clickhouse"] = beside[person.id, key]
    return found


def _anew(told: Knowledge, person: Person) -> frozenset[str]:
    """The segments that a live state made of the same facts has the person in."""
    ready, state = told.force.ready, State()
    state.inside = sum(one.bit for one in ready.segments if one.name in person.inside)
    made(told.force, state, person.known.events, person.told, person.at)
    return inside(ready, state)


def _found(
    told: Knowledge, person: Person, key: str, definition: Definition, answers: Mapping[Evaluator, bool]
) -> Found:
    facts = {"definition": definition, "known": person.known, "state": b64encode(person.packed).decode()}
    return Found(
        profile=person.id,
        segment=key,
        instant=person.at,
        position=told.position,
        answers=answers,
        facts=msgspec.json.encode(facts, order="deterministic").decode(),
    )
