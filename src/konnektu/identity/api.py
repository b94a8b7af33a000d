"""The front door of identity: whose event is it, who is this person, why, and since when.

For the writer: `load`, `resolve`, `save`. For a rebuild: `load_for_replay`, `fold`, `save`. For everybody
else: look-ups. Facts of identity are appended to the inbox like any other (`konnektu.identity.facts` lists them).
"""

from collections.abc import Callable, Container, Iterable, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

import msgspec

from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.identifiers import PREVIOUS_ID, normal
from konnektu.core.records import Decision, Event, Identifier
from konnektu.identity import store
from konnektu.identity.facts import (
    FACTS,
    MOST_NAMED,
    REMAINDER,
    can_be_decision,
    named_decision,
    named_identifiers,
    named_profiles,
    rules_of,
    told_days,
)
from konnektu.identity.finding import beginning, exactly
from konnektu.identity.foresight import Doubt, Sides, doubts, keeper, sides
from konnektu.identity.kept import Kept
from konnektu.identity.known import Known
from konnektu.identity.logic import adopt, each, fold, reclaim, resolve
from konnektu.identity.model import Atom, CutRequest, Edge, Parting, Person, Rules
from konnektu.identity.moves import parted, survivors
from konnektu.identity.options import options, settled_options, with_kinds
from konnektu.identity.preview import (
    MOST_SAMPLES,
    Cluster,
    Preview,
    Sample,
    Trial,
    backwards_cuts,
    backwards_merges,
    compare,
    decide_again,
    splitting,
)
from konnektu.identity.seating import seat
from konnektu.identity.store import (
    HOLDER,
    LAST,
    decisions_about,
    decisions_between,
    effective_cuts,
    homes,
    latest_decisions,
    opened,
    recorded,
    requested_cuts,
    rules_history,
    save,
    separations,
)
from konnektu.identity.views import DecisionView, of_decision
from konnektu.storage.api import Connection

Told = TypeVar("Told")
DEFAULT_RULES = Rules()
MOST_PARTINGS = (1 << 31) - 1
PREVIEW_JOB, BACKWARDS_JOB = "identity.preview", "identity.backwards"
"""Kinds of the jobs that try rules on the whole base, and apply them backwards."""
NOBODY = Identifier("", "")
"""An identifier that nobody carries."""


class Replayed(Protocol):
    """One position of the log as a rebuild meets it."""

    @property
    def event(self) -> Event | None:
        """The fact; None where it was erased."""

    @property
    def atom(self) -> int:
        """Its stamp."""

    @property
    def decisions(self) -> Sequence[Decision]:
        """What was decided there."""


def rules(db: Connection) -> Rules:
    """The identity rules in force."""
    return store.rules(db) or DEFAULT_RULES


def stated_rules(event: Event) -> Rules | None:
    """The rules that a `rules` fact states (its version is not known here); None where it was refused as unreadable."""
    return rules_of(event, DEFAULT_RULES)


def checked_rules(stated: dict[str, Any]) -> Rules:
    """Rules as a person stated them. Raises `Unprocessable` that says what is wrong."""
    try:
        read = msgspec.convert(stated, Rules)
    except msgspec.ValidationError as error:
        message = f"The rules cannot be read: {error}."
        raise Unprocessable(message) from None
    if read.fault:
        raise Unprocessable(read.fault)
    return read


def load(
    db: Connection,
    events: Iterable[Event],
    kept: Kept | None = None,
    *,
    owners: Iterable[int] = (),
    owning: Container[int] = (),
) -> Known:
    """The working set of these events: everybody they can change, in two statements (three with cuts).

    A writer passes what it has `kept` from the batches before; who is there is not fetched. `owners` are atoms of
    people whom the events name by something of theirs; `owning` are positions of events that make something theirs.
    """
    known = Known(rules(db))
    identifiers, atoms, decisions = _asked(
        seat(known, list(events), kept, owning) if kept else events, known.rules
    )
    atoms.update(owners)
    if decisions:
        known.decided.update(store.decided(db, decisions))
        atoms.update(known.decided.values())
    store.load(db, known, identifiers, atoms, kept)
    return known


def _asked(events: Iterable[Event], by: Rules) -> tuple[set[Identifier], set[int], set[tuple[int, int]]]:
    identifiers: set[Identifier] = set()
    atoms: set[int] = set()
    decisions: set[tuple[int, int]] = set()
    for event in events:
        identifiers.update(event.identifiers)
        if event.type == "alias":
            values = [each.value for each in event.identifiers if each.kind == PREVIOUS_ID]
            identifiers.update(
                Identifier(kind, value) for kind in ("user_id", "anonymous_id") for value in values
            )
        if event.origin != "wire":
            atoms.update(named_profiles(event))
        if event.type in FACTS:
            identifiers.update(named_identifiers(event, by))
            atoms.update(atom for atom, _, _ in told_days(event))
            if named := named_decision(event):
                decisions.add(named)
    return identifiers, atoms, decisions


def load_for_replay(db: Connection, part: Sequence[Replayed], owners: Iterable[int] = ()) -> Known:
    """The working set for folding these positions as they were decided."""
    known = Known(rules(db))
    identifiers, atoms, _ = _asked((one.event for one in part if one.event), known.rules)
    atoms.update(owners)
    for one in part:
        atoms.add(one.atom)
        for made in one.decisions:
            atoms.update(
                (made.atom, made.other_atom, made.profile, made.other),
                made.moved,
                made.detail.get("atoms", ()),
            )
    store.load(db, known, identifiers, atoms)
    return known


def find(db: Connection, kind: str, value: Any) -> int | None:
    """The profile that a value identifies, however it is spelt; None for nobody, and for shared values."""
    found = find_many(db, [(kind, value)])
    return next(iter(found.values()), None)


def find_many(db: Connection, asked: Iterable[tuple[str, Any]]) -> dict[tuple[str, Any], int]:
    """The profile of each (kind, value as spelt) that identifies somebody."""
    kinds = rules(db).by_name
    read = {pair: Identifier(pair[0], normal(kinds[pair[0]], pair[1])) for pair in asked if pair[0] in kinds}
    found = store.find(db, read.values())
    return {pair: found[identifier] for pair, identifier in read.items() if identifier in found}


def holder(
    db: Connection, kind: str, value: Any, heard: Rules | None = None
) -> tuple[Person | None, Rules | None]:
    """The person whom a value identifies, however it is spelt, and the rules in force, None where none were stated.

    `heard` are the rules that the caller heard last: as long as they hold, there is one statement.
    """
    return by_identifier(db, kind, value, heard, partial(store.holder, db))


def by_identifier(
    db: Connection,
    kind: str,
    value: Any,
    heard: Rules | None,
    ask: Callable[[Identifier], tuple[int | None, Told]],
) -> tuple[Told, Rules | None]:
    """What `ask` tells of an identifier, and the rules in force.

    `ask` tells the version of the rules besides (`HOLDER`); where it is another than the caller heard, it is asked
    again with the identifier in the normal form of the rules in force.
    """
    version, told = ask(_read(heard or DEFAULT_RULES, kind, value))
    if version != (heard.version if heard else None):
        heard = store.rules(db)
        _, told = ask(_read(heard or DEFAULT_RULES, kind, value))
    return told, heard


def _read(rules: Rules, kind: str, value: Any) -> Identifier:
    """The identifier in normal form; one that nobody carries where the rules know no such kind."""
    known = rules.by_name.get(kind)
    return Identifier(kind, normal(known, value)) if known else NOBODY


def current(db: Connection, profile: int) -> int | None:
    """The present id of a profile, whatever merges and cuts came since; None where it never was or was erased."""
    return store.current(db, [profile]).get(profile)


def current_many(db: Connection, profiles: Iterable[int]) -> dict[int, int]:
    """The present id of each of these profiles or atoms that still exists."""
    return store.current(db, profiles)


def person(db: Connection, profile: int) -> Person:
    """The person of a profile id, present or former. Raises `NotFound`."""
    present = current(db, profile)
    found = store.persons(db, [present]) if present is not None else []
    if not found:
        message = "There is no such profile in this workspace; it may have been erased."
        raise NotFound(message)
    return found[0]


def person_of_decision(db: Connection, decision: tuple[int, int] | None) -> int | None:
    """The present profile of whoever a decision, named by (position, ordinal), joined; None where it is unknown."""
    atoms = store.decided(db, [decision]) if decision and can_be_decision(*decision) else {}
    return next((current(db, atom) for atom in atoms.values()), None)


def sides_of(db: Connection, decision: tuple[int, int]) -> Sides:
    """What undoing a decision would leave of its person. Raises `NotFound` where it joins nothing any more."""
    profile = person_of_decision(db, decision)
    found = sides(person(db, profile), *decision) if profile else None
    if found is None:
        message = "This decision joins nothing any more: it was undone, or its people are gone."
        raise NotFound(message)
    return found


def people_meant(db: Connection, meant: Iterable[tuple[int, str, str]]) -> list[Person]:
    """The people of these (profile or 0, kind, value), each once. Raises `NotFound` where one is nobody."""
    asked = list(meant)
    by_value = find_many(db, [(kind, value) for profile, kind, value in asked if not profile])
    ids = [profile or by_value.get((kind, value), 0) for profile, kind, value in asked]
    present = current_many(db, [each for each in ids if each])
    if len(present) < len(set(ids)):
        message = "One of these people is nobody in this workspace; they may have been erased."
        raise NotFound(message)
    return persons(db, sorted(set(present.values())))


def partings(db: Connection) -> list[tuple[int, int]]:
    """The two atoms on the ends of each join that a cut undid: what one side's events say of may be the other's."""
    return [(one.atom, one.other_atom) for one in store.latest_decisions(db, ["cut"], limit=MOST_PARTINGS)]


def persons(db: Connection, profiles: Iterable[int]) -> list[Person]:
    """The people with these present profile ids, in the order of the ids."""
    return store.persons(db, profiles)


def decisions(
    db: Connection, profile: int, before: tuple[int, int] = LAST, limit: int = 100
) -> list[Decision]:
    """Decisions about a profile's atoms before (position, ordinal), latest first. Raises `NotFound`."""
    return store.decisions_about(db, person(db, profile).atoms, before, limit)


def cover_evidence(db: Connection, gone: Person, cover: Callable[[str], str]) -> int:
    """Put `cover(value)` in place of an erased person's values wherever decisions show them; how many decisions.

    `cover` must be a keyed hash: the same value gives the same text, so that a rebuild repeats the decisions.
    """
    values = {atom.value for atom in gone.atoms.values()}
    said = {text for atom in gone.atoms.values() for _, text in atom.claims}
    shown = store.values_of(db, gone.atoms)
    covered = [
        (
            position,
            ordinal,
            cover(value) if value in values else value,
            _covered(detail, values | said, cover),
        )
        for position, ordinal, value, detail in shown
    ]
    changed = [new for new, old in zip(covered, shown, strict=True) if new != old]
    if changed:
        store.cover_values(db, changed)
    return len(changed)


def _covered(detail: Any, values: set[str], cover: Callable[[str], str]) -> Any:
    if isinstance(detail, dict):
        return {name: _covered(each, values, cover) for name, each in detail.items()}
    if isinstance(detail, list):
        return [_covered(each, values, cover) for each in detail]
    return cover(detail) if isinstance(detail, str) and detail in values else detail


__all__ = [
    "BACKWARDS_JOB",
    "DEFAULT_RULES",
    "HOLDER",
    "LAST",
    "MOST_NAMED",
    "MOST_SAMPLES",
    "PREVIEW_JOB",
    "REMAINDER",
    "Atom",
    "Cluster",
    "CutRequest",
    "DecisionView",
    "Doubt",
    "Edge",
    "Kept",
    "Known",
    "Parting",
    "Person",
    "Preview",
    "Replayed",
    "Rules",
    "Sample",
    "Sides",
    "Trial",
    "adopt",
    "backwards_cuts",
    "backwards_merges",
    "beginning",
    "by_identifier",
    "checked_rules",
    "compare",
    "cover_evidence",
    "current",
    "current_many",
    "decide_again",
    "decisions",
    "decisions_about",
    "decisions_between",
    "doubts",
    "each",
    "effective_cuts",
    "exactly",
    "find",
    "find_many",
    "fold",
    "holder",
    "homes",
    "keeper",
    "latest_decisions",
    "load",
    "load_for_replay",
    "of_decision",
    "opened",
    "options",
    "parted",
    "partings",
    "people_meant",
    "person",
    "person_of_decision",
    "persons",
    "reclaim",
    "recorded",
    "requested_cuts",
    "resolve",
    "rules",
    "rules_history",
    "save",
    "separations",
    "settled_options",
    "sides",
    "sides_of",
    "splitting",
    "stated_rules",
    "survivors",
    "told_days",
    "with_kinds",
]
