"""Facts that speak of identity itself: merge, cut, cut_ready, never, allow, erase, rules, remainder.

In: such an event and the working set. Out: decisions, taken and carried out. A fact that names nobody, or
something that is not so, is refused with its reason and changes nothing.

Properties by type; a *reference* is `{"profile": UUID}` or `{"kind": KIND, "value": VALUE}`:
    merge, never, allow    people: two references or more
    cut                    decision: [position, ordinal], or between: two references; allow: true lets them meet again
    merge, cut             rules: the version of the rules that it carries backwards, where it does
    cut_ready              position, ordinal: the decision, as the detail of `cut_requested` has it
    erase                  profile: UUID
    rules                  the fields of `Rules` but for its version
    remainder              atoms, firsts, lasts: atoms of people some of whose events are gone for their age, each with
                           the first and last day that any of its events ever told
"""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any, Final

import msgspec
from msgspec import structs

from konnektu.core.errors import NotFound
from konnektu.core.identifiers import normal
from konnektu.core.ids import internal_id
from konnektu.core.records import Event, Identifier
from konnektu.identity.checks import merging, never_between, strength
from konnektu.identity.forest import cut, edge_of, latest_between
from konnektu.identity.known import Known
from konnektu.identity.model import Edge, Rules
from konnektu.identity.step import Step, live

REMAINDER: Final = "remainder"
MOST_NAMED: Final = 100
"""People that one fact may name."""
BY_RULES: Final = "rules"
"""Property of a merge or a cut that carries rules backwards: their version. Other rules may decide otherwise."""
MOST_DECISIONS: Final = 1 << 31
"""Above the ordinal of any decision."""


def named_profiles(event: Event) -> list[int]:
    """Inside ids of the profiles that a fact names."""
    found = [profile_named(reference) for reference in _references(event)]
    found.append(profile_named(event.properties))
    return [each for each in found if each]


def named_identifiers(event: Event, rules: Rules) -> list[Identifier]:
    """Identifiers that a fact names, in normal form."""
    found = (_identifier(reference, rules) for reference in _references(event))
    return [each for each in found if each is not None]


def named_decision(event: Event) -> tuple[int, int] | None:
    """The decision that a fact names, as (position, ordinal)."""
    properties = event.properties
    named = properties.get("decision") or [properties.get("position"), properties.get("ordinal")]
    if isinstance(named, list | tuple) and len(named) == 2 and all(type(number) is int for number in named):
        position, ordinal = named
        return (position, ordinal) if can_be_decision(position, ordinal) else None
    return None


def told_days(event: Event) -> list[tuple[int, int, int]]:
    """(atom, first day, last day) that a `remainder` fact tells; nothing of one that is no such fact."""
    if event.type != REMAINDER:
        return []
    columns = [event.properties.get(name) for name in ("atoms", "firsts", "lasts")]
    if not all(isinstance(column, list) and all(type(one) is int for one in column) for column in columns):
        return []
    return list(zip(*columns, strict=False))


def widen_days(known: Known, event: Event) -> None:
    """Let atoms be as old and as lately seen as a `remainder` fact tells, where the events that said so are gone."""
    for id_, first, last in told_days(event):
        if id_ not in known.homes:
            continue
        atom = known.atom(id_)
        if first < atom.first_day or last > atom.last_day:
            wider = structs.replace(
                atom, first_day=min(atom.first_day, first), last_day=max(atom.last_day, last)
            )
            known.replace_atom(wider)


def can_be_decision(position: int, ordinal: int) -> bool:
    """Whether a decision can have this name; another must not reach the database, whose columns are narrower."""
    return position >= 0 and 0 <= ordinal < MOST_DECISIONS


def state(step: Step) -> None:
    """Carry out a fact of identity."""
    FACTS[step.event.type](step)


def rules_of(event: Event, before: Rules) -> Rules | None:
    """The rules that a `rules` fact states; None where they cannot be read or contradict themselves."""
    try:
        stated = msgspec.convert({**event.properties, "version": before.version + 1}, Rules)
    except msgspec.ValidationError:
        return None
    return None if stated.fault else stated


def _references(event: Event) -> list[Any]:
    for name in ("people", "between"):
        named = event.properties.get(name)
        if isinstance(named, list):
            return named[:MOST_NAMED]
    return []


def profile_named(reference: Any) -> int:
    """Inside id of the profile that a reference names; 0 where it names none."""
    try:
        return (
            internal_id(reference["profile"]) if isinstance(reference, dict) and "profile" in reference else 0
        )
    except NotFound:
        return 0


def _identifier(reference: Any, rules: Rules) -> Identifier | None:
    if not isinstance(reference, dict) or (kind := rules.by_name.get(str(reference.get("kind")))) is None:
        return None
    value = normal(kind, reference.get("value"))
    return Identifier(kind.name, value) if value else None


def _atom(known: Known, reference: Any, rules: Rules) -> int:
    """The atom that a reference leads to; 0 for nobody."""
    if (profile := profile_named(reference)) in known.homes:
        return profile
    identifier = _identifier(reference, rules)
    found = live(known, identifier) if identifier else {}
    return next((atom.id for atom in found.values()), 0)


def _people(step: Step) -> list[int]:
    """Atoms of the people named, or none (and a refusal) where one is unknown or fewer than two are named."""
    atoms = [_atom(step.known, reference, step.rules) for reference in _references(step.event)]
    if len(atoms) < 2 or not all(atoms):
        _refuse(step, "not_found")
        return []
    return atoms


def _refuse(step: Step, reason: str, **what: Any) -> None:
    step.take("refuse", reason=reason, **what)


def _merge(step: Step) -> None:
    """Unite all the people named; outranks limits and vetoes, but not `never`."""
    atoms = _people(step)
    for atom in atoms[1:]:
        _merge_two(step, atoms[0], atom)


def _merge_two(step: Step, one: int, other: int) -> None:
    known = step.known
    ends = {known.homes[one]: one, known.homes[other]: other}
    if len(ends) == 1:
        return
    winner, loser = sorted(ends, key=lambda profile: strength(known.persons[profile], step.rules))
    if never_between(known, winner, loser):
        _refuse(step, "never", profile=winner, other=loser, atom=ends[winner], other_atom=ends[loser])
    else:
        reason = "rules" if BY_RULES in step.event.properties else "asked"
        step.take("merge", reason=reason, **merging(known, winner, loser, ends))


def _never(step: Step) -> None:
    for one, other in combinations(_people(step), 2):
        what = _pair(step, one, other)
        if what["profile"] == what["other"]:
            _refuse(step, "one_person", **what)
        else:
            step.take("never", **what)


def _allow(step: Step) -> None:
    for one, other in combinations(_people(step), 2):
        what = _pair(step, one, other)
        if never_between(step.known, what["profile"], what["other"]):
            step.take("allow", **what)


def _pair(step: Step, one: int, other: int) -> dict[str, int]:
    homes = step.known.homes
    return {"profile": homes[one], "other": homes[other], "atom": one, "other_atom": other}


def _request_cut(step: Step) -> None:
    edge = _edge(step)
    if edge is None:
        _refuse(step, "not_found")
        return
    person = step.known.persons[step.known.homes[edge.atom]]
    if any((asked.position, asked.ordinal) == (edge.position, edge.ordinal) for asked in person.cutting):
        return
    asked = step.event.properties
    detail = {"decision": [edge.position, edge.ordinal], "allow": asked.get("allow") is True}
    if BY_RULES in asked:
        detail[BY_RULES] = asked[BY_RULES]
    step.take("cut_requested", profile=person.id, atom=edge.atom, other_atom=edge.other_atom, detail=detail)


def _edge(step: Step) -> Edge | None:
    """The join that the fact names by its decision, or as the way between two people's values."""
    known = step.known
    if (named := named_decision(step.event)) and (profile := known.homes.get(known.decided.get(named, 0))):
        return edge_of(known.persons[profile], *named)
    atoms = [_atom(known, reference, step.rules) for reference in _references(step.event)]
    if len(atoms) == 2 and all(atoms) and known.homes[atoms[0]] == known.homes[atoms[1]]:
        return latest_between(known.persons[known.homes[atoms[0]]], atoms[0], atoms[1])
    return None


def _cut(step: Step) -> None:
    """Make a requested cut effective."""
    edge = _edge(step)
    person = step.known.persons[step.known.homes[edge.atom]] if edge else None
    asked = (
        [c for c in person.cutting if (c.position, c.ordinal) == named_decision(step.event)] if person else []
    )
    if edge is None or person is None or not asked:
        _refuse(step, "not_found")
        if named := named_decision(step.event):
            step.known.cuts[named] = False
        return
    staying, leaving = cut(person, edge)
    ends = (edge.atom, edge.other_atom) if edge.atom in leaving.atoms else (edge.other_atom, edge.atom)
    step.take(
        "cut",
        profile=leaving.id,
        other=staying.id,
        atom=ends[0],
        other_atom=ends[1],
        moved=tuple(sorted(leaving.atoms)),
        detail={"decision": [edge.position, edge.ordinal]},
    )
    if not asked[0].allow:
        step.take("never", **_pair(step, *ends))


def _erase(step: Step) -> None:
    known = step.known
    profile = known.homes.get(profile_named(step.event.properties), 0)
    if profile:
        step.take("erase", profile=profile, detail={"atoms": sorted(known.persons[profile].atoms)})
    else:
        _refuse(step, "not_found")


def _remainder(step: Step) -> None:
    widen_days(step.known, step.event)


def _rules(step: Step) -> None:
    rules = rules_of(step.event, step.rules)
    if rules is None:
        _refuse(step, "unreadable")
    else:
        step.known.change_rules(rules, step.event.position)


FACTS: Final[Mapping[str, Callable[[Step], None]]] = {
    "merge": _merge,
    "never": _never,
    "allow": _allow,
    "cut": _request_cut,
    "cut_ready": _cut,
    "erase": _erase,
    "rules": _rules,
    REMAINDER: _remainder,
}
"""Types of the facts that speak of identity."""
