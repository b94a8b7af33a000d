"""Whose event is it? In: an event and the working set. Out: decisions, taken and carried out.

First the person is found: the strongest value that leads to exactly one person whom the event's own
statements do not contradict. Then, strongest first, every value is attached to that person: already its own,
carried by nobody (link), carried by someone else (merge, or why not). Nobody found: the first value makes
a person. The rules of each outcome are written out in docs/identity.md.
"""

from collections.abc import Sequence

from konnektu.core.identifiers import Kind
from konnektu.core.records import Identifier
from konnektu.identity.checks import DROPPING, Reason, against_event, clash, full, merging, strength
from konnektu.identity.model import Atom
from konnektu.identity.step import Step, carried, is_shared, live

Values = Sequence[tuple[Identifier, Kind]]


def decide(step: Step, values: Values) -> None:
    """Find the event's person, unless it was named, and attach its values (usable ones, strongest first)."""
    fresh = [value for value in values if not live(step.known, value[0])]
    if not step.profile and (found := _find(step, values, fresh)):
        step.profile, step.anchor = found
    for identifier, kind in values:
        _attach(step, identifier, kind)


def _find(step: Step, values: Values, fresh: Values) -> tuple[int, int] | None:
    """The (profile, atom) that the values lead to."""
    ambiguous = None
    for identifier, kind in values:
        fitting = [
            (profile, atom.id)
            for profile, atom in live(step.known, identifier).items()
            if not against_event(step, step.known.persons[profile], kind, fresh)
        ]
        if len(fitting) == 1:
            return fitting[0]
        ambiguous = ambiguous or (fitting[0] if fitting else None)
    # A value of several people tells who it is only where the event brings nothing that tells better.
    return None if any(kind.level == "person" for _, kind in fresh) else ambiguous


def _attach(step: Step, identifier: Identifier, kind: Kind) -> None:
    people = live(step.known, identifier)
    own = carried(step.known, identifier, step.profile) if step.profile else None
    if own is not None:
        _take_back(step, identifier, kind, own, people)
        return
    if not people:
        _carry(step, identifier, kind)
        return
    reasons = {profile: clash(step, step.known.persons[profile], kind) for profile in people}
    fitting = [profile for profile, reason in reasons.items() if reason is None]
    if step.profile and len(fitting) == 1:
        _merge(step, identifier, people[fitting[0]])
    else:
        _stay_apart(step, identifier, kind, people, reasons)


def _take_back(step: Step, identifier: Identifier, kind: Kind, own: Atom, people: dict[int, Atom]) -> None:
    """A device that was in another's hands is again in this person's."""
    if kind.level == "device" and own.status == "switched":
        for profile, atom in people.items():
            _switch(step, identifier, own.id, profile, atom.id, ("known_other", {}))


def _carry(step: Step, identifier: Identifier, kind: Kind) -> bool:
    """Give the person found (or made) an atom of its own for the value; False where that is not allowed."""
    if step.profile and (reason := _no_room(step, kind)):
        _refuse_once(step, identifier, 0, 0, reason)
        return False
    if _is_crowded(step, identifier, kind):
        atoms = step.known.carriers[identifier]
        detail = {"limit": kind.max_people, "atoms": list(atoms)}
        step.take(
            "share", atom=atoms[0], profile=step.known.homes[atoms[0]], identifier=identifier, detail=detail
        )
        return False
    atom = step.next_atom()
    if not atom:
        return False
    if step.profile:
        what = {"atom": atom, "profile": step.profile, "other_atom": step.anchor, "moved": (atom,)}
        step.take("link", identifier=identifier, **what)
    else:
        step.take("made", atom=atom, profile=atom, identifier=identifier)
        step.profile = step.anchor = atom
    return True


def _no_room(step: Step, kind: Kind) -> Reason | None:
    if len(step.person.atoms) >= step.rules.most_atoms:
        return "size", {"atoms": len(step.person.atoms), "limit": step.rules.most_atoms}
    reason = full(step, step.person, kind)
    return (reason, {"kind": kind.name, "limit": kind.limit}) if reason else None


def _is_crowded(step: Step, identifier: Identifier, kind: Kind) -> bool:
    atoms = step.known.carriers.get(identifier, ())
    if not kind.max_people or len(atoms) < kind.max_people:
        return False
    people = {step.known.homes[each] for each in atoms if step.known.atom(each).status != "stale"}
    return len(people) >= kind.max_people


def _merge(step: Step, identifier: Identifier, evidence: Atom) -> None:
    known = step.known
    other = known.homes[evidence.id]
    ends = {step.profile: step.anchor, other: evidence.id}
    winner, loser = sorted(ends, key=lambda profile: strength(known.persons[profile], step.rules))
    step.take("merge", identifier=identifier, **merging(known, winner, loser, ends))
    step.profile = winner


def _stay_apart(
    step: Step, identifier: Identifier, kind: Kind, people: dict[int, Atom], reasons: dict[int, Reason | None]
) -> None:
    """The value is someone else's too: drop it, or carry it beside them, each with the reason."""
    dropped = next((p for p, reason in reasons.items() if reason and reason[0] in DROPPING), None)
    if dropped is not None and None not in reasons.values():
        _refuse_once(step, identifier, dropped, people[dropped].id, reasons[dropped] or ("", {}))
        return
    if not _carry(step, identifier, kind):
        return
    own = carried(step.known, identifier, step.profile)
    for profile, atom in people.items():
        reason = reasons[profile] or ("shared", {})
        if own is None or is_shared(step.known, identifier):
            return
        if kind.level == "device":
            _switch(step, identifier, own.id, profile, atom.id, reason)
        elif reasons[profile] and reason[0] != "never" and _is_stale(atom, kind, step.day):
            _switch(
                step, identifier, own.id, profile, atom.id, ("stale", {"because": reason[0], **reason[1]})
            )
        else:
            _refuse(step, identifier, profile, atom.id, reason)


def _is_stale(atom: Atom, kind: Kind, day: int) -> bool:
    return bool(kind.life_days) and day - atom.last_day > kind.life_days


def _switch(step: Step, identifier: Identifier, own: int, profile: int, atom: int, reason: Reason) -> None:
    step.take(
        "switch",
        profile=step.profile,
        atom=own,
        other=profile,
        other_atom=atom,
        identifier=identifier,
        reason=reason[0],
        detail=reason[1],
    )


def _refuse(step: Step, identifier: Identifier, profile: int, atom: int, reason: Reason) -> None:
    step.take(
        "refuse",
        profile=step.profile,
        atom=step.anchor,
        other=profile,
        other_atom=atom,
        identifier=identifier,
        reason=reason[0],
        detail=reason[1],
    )


def _refuse_once(step: Step, identifier: Identifier, profile: int, atom: int, reason: Reason) -> None:
    """Refuse, unless this person remembers the same refusal: repeated events would flood the list."""
    remembered = step.person.refusals
    if not any((r.other_atom, r.kind, r.reason) == (atom, identifier.kind, reason[0]) for r in remembered):
        _refuse(step, identifier, profile, atom, reason)
