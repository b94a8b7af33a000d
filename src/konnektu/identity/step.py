"""One event being decided: what it brings, whom it has been found to be, what was decided so far.

A step is short-lived and mutable; `take` is the only way to decide, and carries each decision out at once,
so that the next question sees its effect.
"""

from typing import Any

from konnektu.core.identifiers import PREVIOUS_ID, Kind
from konnektu.core.records import Decision, Event, Identifier
from konnektu.identity.effects import apply, day_of
from konnektu.identity.known import Known
from konnektu.identity.model import ATOM_BITS, MOST_ATOMS_AN_EVENT, Atom, Claim, Person, Rules
from konnektu.identity.vetoes import claims_of


class Step:
    """An event on its way to its person."""

    __slots__ = (
        "anchor",
        "claims",
        "day",
        "decisions",
        "event",
        "is_explicit",
        "known",
        "made",
        "profile",
        "rules",
    )

    def __init__(self, known: Known, event: Event) -> None:
        """Begin with nobody found."""
        self.known = known
        self.rules: Rules = known.rules
        self.event = event
        self.day = day_of(event)
        self.claims: tuple[Claim, ...] = claims_of(event.traits, known.rules.vetoes)
        self.is_explicit = event.type == "alias"
        """The sender states that two ids are one person's: unique kinds and limits do not count."""
        self.decisions: list[Decision] = []
        self.made = 0
        self.profile = 0
        """The person found so far, 0 for nobody."""
        self.anchor = 0
        """The atom by which it was found; links hang on it."""

    @property
    def person(self) -> Person:
        """The person found."""
        return self.known.persons[self.profile]

    def take(self, kind: str, **what: Any) -> None:
        """Decide, and carry it out."""
        decision = Decision(
            position=self.event.position,
            ordinal=len(self.decisions),
            kind=kind,
            rules=self.rules.version,
            **what,
        )
        self.decisions.append(decision)
        apply(self.known, decision, self.day)

    def next_atom(self) -> int:
        """Id of the next atom this event makes; 0 where it has made all it can."""
        if self.made >= MOST_ATOMS_AN_EVENT:
            return 0
        self.made += 1
        return self.event.position << ATOM_BITS | self.made - 1


def usable(known: Known, event: Event) -> list[tuple[Identifier, Kind]]:
    """The event's identifiers that may speak of a person, strongest first: kinds in the rules, values not shared."""
    found = []
    for identifier in event.identifiers:
        meant = previous(known, identifier.value) if identifier.kind == PREVIOUS_ID else identifier
        kind = known.rules.by_name.get(meant.kind)
        if kind is not None and not is_shared(known, meant):
            found.append((meant, kind))
    if len(found) > 1:
        found.sort(key=lambda pair: (pair[1].rank, pair[0]))
        found = list(dict(found).items())
    return found


def previous(known: Known, value: str) -> Identifier:
    """What an alias event's previous id is: a user id where it is known as one, else a cookie."""
    as_user = Identifier("user_id", value)
    return as_user if known.carriers.get(as_user) else Identifier("anonymous_id", value)


def is_shared(known: Known, identifier: Identifier) -> bool:
    """Whether too many people carry the value; all its atoms have the status then."""
    atoms = known.carriers.get(identifier)
    return atoms is not None and bool(atoms) and known.atom(atoms[0]).status == "shared"


def live(known: Known, identifier: Identifier) -> dict[int, Atom]:
    """People whom the value identifies, each with the oldest atom that says so, in the order of these atoms."""
    found: dict[int, Atom] = {}
    for each in known.carriers.get(identifier, ()):
        atom = known.atom(each)
        if atom.status == "active":
            found.setdefault(known.homes[each], atom)
    return found


def carried(known: Known, identifier: Identifier, profile: int) -> Atom | None:
    """The person's own atom of this value: an active one first, then the oldest."""
    own = [known.atom(each) for each in known.carriers.get(identifier, ()) if known.homes[each] == profile]
    return min(own, key=lambda atom: (atom.status != "active", atom.id), default=None)
