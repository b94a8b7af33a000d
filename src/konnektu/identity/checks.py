"""Questions a decision asks of people: who is known, who is full, may these two be one.

Pure questions; the reasons they answer with are the words of `Decision.reason`.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from konnektu.core.identifiers import Kind
from konnektu.core.records import Identifier
from konnektu.identity.known import Known
from konnektu.identity.model import Atom, Person, Rules
from konnektu.identity.step import Step
from konnektu.identity.vetoes import claims_of_person, veto

Reason = tuple[str, dict[str, Any]]
"""A word and its evidence."""

DROPPING = frozenset({"limit", "size"})
"""Reasons for which the person does not get a carrier of its own either: the value is dropped."""


def is_known(person: Person, rules: Rules) -> bool:
    """Whether the person holds an identifier of a person, and not only cookies and devices."""
    return any(
        (kind := rules.by_name.get(atom.kind)) is not None and kind.level == "person"
        for atom in person.atoms.values()
    )


def strength(person: Person, rules: Rules) -> tuple[bool, int, int]:
    """Who gives the merged profile its id, the smallest first: the known, by the strongest kind, the oldest."""
    ranks = [kind.rank for atom in person.atoms.values() if (kind := rules.by_name.get(atom.kind))]
    return not is_known(person, rules), min(ranks, default=1 << 30), person.id


def counted(atoms: Iterable[Atom], kind: Kind, day: int) -> set[str]:
    """Active values of a kind that count against its limit on a day."""
    since = day - kind.window_days if kind.window_days and not kind.unique else -(1 << 40)
    return {a.value for a in atoms if a.kind == kind.name and a.status == "active" and a.first_day > since}


def limit_of(kind: Kind) -> int:
    """Values a person may hold; 0 for any number."""
    return 1 if kind.unique else kind.limit


def full(step: Step, person: Person, kind: Kind) -> str:
    """Why the person may not gain one more value of this kind; empty where it may."""
    limit = limit_of(kind)
    if not limit or step.is_explicit or len(counted(person.atoms.values(), kind, step.day)) < limit:
        return ""
    return "unique" if kind.unique else "limit"


def against_event(step: Step, person: Person, kind: Kind, fresh: Collection[tuple[Identifier, Kind]]) -> str:
    """Why the event's own statements forbid that a value of this kind identifies the person; empty where they do not.

    `fresh` are the event's values that identify nobody yet: they would become the person's.
    """
    if (
        not kind.unique
        and step.claims
        and (vetoed := veto(step.claims, claims_of_person(person), step.rules.vetoes))
    ):
        return vetoed[0]
    gained = [
        other for identifier, other in fresh if other.level == "person" and not _holds(person, identifier)
    ]
    for other in gained:
        if other.rank < kind.rank and (reason := full(step, person, other)):
            return reason
    if kind.level == "device" and _has_rival_value(person, gained):
        return "known_other"
    return ""


def _holds(person: Person, identifier: Identifier) -> bool:
    return any(atom.identifier == identifier for atom in person.atoms.values())


def _has_rival_value(person: Person, gained: Collection[Kind]) -> bool:
    """Whether a device alone would give a person a second value of a kind of persons: two people use the device."""
    held = {atom.kind for atom in person.atoms.values() if atom.status == "active"}
    return any(kind.name in held for kind in gained)


def clash(step: Step, other: Person, kind: Kind) -> Reason | None:
    """Why a value of this kind must not join the person found with `other`; None where it may."""
    said = veto(step.claims, claims_of_person(other), step.rules.vetoes) if step.claims else None
    if not step.profile:
        return said
    own = step.person
    return (
        forbidden(own, other)
        or _two_known(own, other, kind, step.rules)
        or _over(step, own, other, unique=True)
        or said
        or veto(claims_of_person(own), claims_of_person(other), step.rules.vetoes)
        or _over(step, own, other, unique=False)
        or too_large(own, other, step.rules)
    )


def forbidden(own: Person, other: Person) -> Reason | None:
    """Why somebody decided that these two are never one person; None where nobody did."""
    pairs = [pair for pair in own.never if pair[1] in other.atoms]
    return ("never", {"pair": list(pairs[0])}) if pairs else None


def never_between(known: Known, one: int, other: int) -> bool:
    """Whether someone decided that these two profiles are not one person."""
    return forbidden(known.persons[one], known.persons[other]) is not None


def _two_known(own: Person, other: Person, kind: Kind, rules: Rules) -> Reason | None:
    if kind.level == "device" and is_known(own, rules) and is_known(other, rules):
        return "known_other", {}
    return None


def _over(step: Step, own: Person, other: Person, *, unique: bool) -> Reason | None:
    return None if step.is_explicit else over(step.rules, step.day, own, other, unique=unique)


def over(rules: Rules, day: int, own: Person, other: Person, *, unique: bool) -> Reason | None:
    """A limit that the two keep apart and would break together on a day."""
    shared_kinds = _kinds(own) & _kinds(other)
    for kind in rules.kinds:
        if kind.unique is unique and kind.name in shared_kinds and (limit := limit_of(kind)):
            ours, theirs = (
                counted(own.atoms.values(), kind, day),
                counted(other.atoms.values(), kind, day),
            )
            if len(ours | theirs) > max(limit, len(ours), len(theirs)):
                return ("unique" if unique else "limit"), _evidence(kind, ours, theirs, limit)
    return None


def _kinds(person: Person) -> set[str]:
    return {atom.kind for atom in person.atoms.values()}


def _evidence(kind: Kind, ours: set[str], theirs: set[str], limit: int) -> dict[str, Any]:
    return {"kind": kind.name, "left": sorted(ours), "right": sorted(theirs), "limit": limit}


def too_large(own: Person, other: Person, rules: Rules) -> Reason | None:
    """Why only a person may unite these two: how many atoms they would have together; None where the rules may."""
    together = len(own.atoms) + len(other.atoms)
    return (
        ("size", {"atoms": together, "limit": rules.largest_merge})
        if together > rules.largest_merge
        else None
    )


def merging(known: Known, winner: int, loser: int, ends: Mapping[int, int]) -> dict[str, Any]:
    """The fields of a merge's decision; `ends` are the two atoms it joins, by profile."""
    return {
        "profile": winner,
        "other": loser,
        "atom": ends[winner],
        "other_atom": ends[loser],
        "moved": tuple(sorted(known.persons[loser].atoms)),
    }
