"""People that a writer keeps from batch to batch, so that the busy ones are not fetched each time.

In: the working set of a batch that was committed. Out: packed people, and who carries which identifier.
Most events change nobody. Of an identifier that one active atom carries there is enough here to see this (`Seat`).
Invariant: what is kept is what this writer's last commit left. Nobody else changes people while it holds the
place; nothing enters before its commit; and what enters is bytes, which no later batch can change. An identifier
is kept with all its carriers or not at all.
"""

from collections.abc import Container, Iterable
from typing import Final, NamedTuple

from konnektu.core.recent import Recent
from konnektu.core.records import Event, Identifier
from konnektu.identity.effects import MS_A_DAY
from konnektu.identity.known import Known

MOST_KEPT: Final = 100_000
"""People kept, and identifiers; some 500 bytes for one of each."""


class Seat(NamedTuple):
    """The one atom that carries an identifier, which identifies its person."""

    profile: int
    atom: int
    first_day: int
    last_day: int


class Kept:
    """Packed people by profile, and the profiles that carry an identifier."""

    __slots__ = ("_carriers", "_people")

    def __init__(self, most: int = MOST_KEPT) -> None:
        """Begin with nobody."""
        self._people: Recent[int, bytes] = Recent(most)
        self._carriers: Recent[tuple[str, str], tuple[int, ...] | Seat] = Recent(most)
        """Seats, and profiles where there is none."""

    def seat(self, identifier: tuple[str, str]) -> Seat | None:
        """The one atom that carries an identifier; None where there are several, or where it is not known."""
        found = self._carriers.get(identifier)
        return found if type(found) is Seat else None

    def seat_of(self, event: Event, kinds: Container[str]) -> Seat | None:
        """The seat of the event's first value, where all its values have one with the same person, seen on that day."""
        get, day, first = self._carriers.get, event.time // MS_A_DAY, None
        for identifier in event.identifiers:
            found = get(identifier)
            if type(found) is not Seat or not found[2] <= day <= found[3] or identifier[0] not in kinds:
                return None
            if first is None:
                first = found
            elif first[0] != found[0]:
                return None
        return first

    def find(self, identifiers: Iterable[Identifier]) -> tuple[dict[int, bytes], list[Identifier]]:
        """Whoever carries one of these identifiers, and those of the identifiers of which that is not known."""
        found: dict[int, bytes] = {}
        unknown = []
        for identifier in identifiers:
            carriers = self._carriers.get(identifier) or (0,)
            for profile in carriers[:1] if type(carriers) is Seat else carriers:
                person = self._people.get(profile)
                if person is None:
                    unknown.append(identifier)
                    break
                found[profile] = person
        return found, unknown

    def keep(self, known: Known) -> None:
        """Take what a batch has loaded and written. Call it after the commit, and never without one."""
        for profile in known.removed:
            self._people.drop(profile)
        for person in known.erased.values():
            for atom in person.atoms.values():
                self._carriers.drop((atom.kind, atom.value))
        for profile, body in known.packed.items():
            if profile in known.persons:
                self._people.put(profile, body)
        for identifier in known.fetched:
            self._keep_carriers(known, identifier)
        for profile in known.touched:
            for atom in known.persons[profile].atoms.values():
                self._keep_carriers(known, (atom.kind, atom.value))

    def _keep_carriers(self, known: Known, identifier: tuple[str, str]) -> None:
        """Of an identifier that nobody asked for, the batch may know some carriers only."""
        # Nobody else can have come to carry what one atom carried: events that say so ask for its carriers.
        is_whole = identifier in known.asked or self.seat(identifier) is not None
        atoms = known.carriers.get(identifier) if is_whole else None
        if not atoms:
            self._carriers.drop(identifier)
        elif len(atoms) == 1 and (atom := known.atom(atoms[0])).status == "active":
            self._carriers.put(identifier, Seat(known.homes[atom.id], atom.id, atom.first_day, atom.last_day))
        else:
            self._carriers.put(identifier, tuple({known.homes[atom]: None for atom in atoms}))
