"""The working set: all that a batch of events can touch, and what has changed in it.

In: people and carriers of identifiers, fetched once. Out: what must be written once. It is the one mutable
thing of identity; every change goes through a method here, so that nothing changes unrecorded.
Invariant: `homes[atom]` is the profile whose person holds the atom. A person is here with all its atoms, or not at
all; who is not here is changed by nothing in the batch.
"""

from collections.abc import Iterable

from msgspec import structs

from konnektu.core.records import Decision, Identifier
from konnektu.identity.model import Atom, Person, Rules, Status


class Known:
    """People and identifiers as of one position."""

    __slots__ = (
        "asked",
        "born",
        "carriers",
        "cuts",
        "decided",
        "decisions",
        "erased",
        "fetched",
        "homes",
        "met",
        "moved",
        "packed",
        "persons",
        "removed",
        "rules",
        "rules_made",
        "seats",
        "touched",
    )

    def __init__(self, rules: Rules) -> None:
        """Begin empty under these rules: whoever is not loaded is unknown."""
        self.rules = rules
        self.persons: dict[int, Person] = {}
        self.homes: dict[int, int] = {}
        self.met: set[int] = set()
        """Profiles whose people were loaded, whatever became of them since."""
        self.carriers: dict[tuple[str, str], tuple[int, ...]] = {}
        """Atoms made for an identifier, oldest first, whatever their status; complete for the asked ones alone."""
        self.asked: set[tuple[str, str]] = set()
        """Identifiers whose carriers are all here."""
        self.fetched: set[Identifier] = set()
        """Those of them that were not kept from a batch before."""
        self.seats: dict[int, tuple[int, ...]] = {}
        """By position, (profile, atom) and more of events that change nothing; their people need not be here."""
        self.packed: dict[int, bytes] = {}
        """People as they were fetched and as they are written."""
        self.decided: dict[tuple[int, int], int] = {}
        """(position, ordinal) of joins that a cut may name, to an atom of theirs."""
        self.touched: set[int] = set()
        """Profiles to write."""
        self.removed: set[int] = set()
        """Profiles that are no more."""
        self.born: set[int] = set()
        """Atoms to add to the index."""
        self.moved: set[int] = set()
        """Atoms whose profile or status in the index has changed."""
        self.cuts: dict[tuple[int, int], bool] = {}
        """Cuts that were asked for (True) or are no longer awaited (False), by the decision they undo."""
        self.erased: dict[int, Person] = {}
        """People that an erasure has removed, as they were, by profile."""
        self.decisions: list[Decision] = []
        self.rules_made: list[tuple[Rules, int]] = []
        """Rules stated by facts, with the position from which they hold."""

    def add_loaded(self, persons: Iterable[Person]) -> None:
        """Take people as they are stored."""
        people, homes, carriers = self.persons, self.homes, self.carriers
        for person in persons:
            profile = person.id
            people[profile] = person
            self.met.add(profile)
            for id_, atom in person.atoms.items():
                homes[id_] = profile
                # Equal to the identifier, and made ten times as fast; most values have one carrier.
                if carriers.setdefault((atom.kind, atom.value), (id_,)) != (id_,):
                    self._add_carrier(atom)

    def atom(self, atom: int) -> Atom:
        """The atom of this id; it must be loaded."""
        return self.persons[self.homes[atom]].atoms[atom]

    def put(self, person: Person) -> None:
        """Write a person in place of the one with its id."""
        self.persons[person.id] = person
        self.touched.add(person.id)
        self.removed.discard(person.id)

    def add_atom(self, person: Person, atom: Atom) -> None:
        """Put a person that has gained this atom."""
        self.put(structs.replace(person, atoms={**person.atoms, atom.id: atom}))
        self.homes[atom.id] = person.id
        self.born.add(atom.id)
        self._add_carrier(atom)

    def replace_atom(self, atom: Atom) -> None:
        """Put another version of an atom in its person."""
        person = self.persons[self.homes[atom.id]]
        self.put(structs.replace(person, atoms={**person.atoms, atom.id: atom}))

    def mark(self, atom: int, status: Status) -> None:
        """Give an atom a status."""
        self.replace_atom(structs.replace(self.atom(atom), status=status))
        self.moved.add(atom)

    def rehouse(self, gone: Iterable[int], people: Iterable[Person]) -> None:
        """Put these people, made of the atoms of the `gone` ones, in their place."""
        for profile in gone:
            del self.persons[profile]
            self.touched.discard(profile)
            self.removed.add(profile)
        for person in people:
            self.put(person)
            for atom in person.atoms:
                if self.homes[atom] != person.id:
                    self.homes[atom] = person.id
                    self.moved.add(atom)

    def forget(self, person: Person) -> None:
        """Remove a person with its atoms."""
        self.rehouse([person.id], [])
        self.erased[person.id] = person
        for atom in person.atoms.values():
            del self.homes[atom.id]
            self.carriers[atom.identifier] = tuple(a for a in self.carriers[atom.identifier] if a != atom.id)
            self.born.discard(atom.id)
            self.moved.discard(atom.id)

    def change_rules(self, rules: Rules, position: int) -> None:
        """Decide by other rules from here on."""
        self.rules = rules
        self.rules_made.append((rules, position))

    def _add_carrier(self, atom: Atom) -> None:
        # Equal to the identifier, and made ten times as fast.
        identifier = (atom.kind, atom.value)
        others = self.carriers.get(identifier)
        if others is None:
            self.carriers[identifier] = (atom.id,)
        elif atom.id not in others:
            self.carriers[identifier] = tuple(sorted((*others, atom.id)))
