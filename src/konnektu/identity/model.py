"""Records of identity: atoms, the people they make up, and the rules that decide.

Invariant: the edges of a person form a tree over its atoms (n atoms, n - 1 edges), so that undoing one
decision leaves exactly two sides. A profile's id is the id of one of its atoms.
"""

from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

from konnektu.core.identifiers import DEFAULT_KINDS, Kind
from konnektu.core.patterns import fault_of
from konnektu.core.records import Identifier

Status = Literal["active", "shared", "stale", "switched"]
"""active: identifies its person; shared: too many people carry the value; stale: a newcomer took it over;
switched: the device is in another's hands. Facts stamped with the atom stay with it in any status."""

Veto = Literal["first_name", "patronymic", "birth_date", "sex"]

Claim = tuple[str, str]
"""(veto, value): what an event said of its person, kept because vetoes read it."""

ATOM_BITS: Final = 5
"""An atom's id is its event's position shifted by so many bits, plus its number within the event."""
MOST_ATOMS_AN_EVENT: Final = 1 << ATOM_BITS
MOST_CLAIMS: Final = 4
"""Different values of one veto kept with one atom: a person has few names, a test account has thousands."""
MOST_REFUSALS: Final = 32
"""Refusals a person remembers, so that a repeated event does not record its refusal again."""


class Atom(Struct, frozen=True, array_like=True):
    """The smallest unit that no undo can split: one identifier as first seen with one person."""

    id: int
    kind: str
    value: str
    status: Status
    first_day: int
    """Days since 1970 of the earliest event that carried it."""
    last_day: int
    claims: tuple[Claim, ...] = ()
    """What events stamped with this atom said of their person."""

    @property
    def identifier(self) -> Identifier:
        """The identifier it was made for."""
        return Identifier(self.kind, self.value)


class Edge(Struct, frozen=True, array_like=True):
    """An accepted decision that joined two parts of a person."""

    position: int
    ordinal: int
    atom: int
    other_atom: int
    loser: int = 0
    """Profile that lost its id in this merge; 0 where the decision linked one fresh atom."""


class Refusal(Struct, frozen=True, array_like=True):
    """A recorded refusal, remembered so that it is recorded once."""

    atom: int
    """The atom of this person whose event was refused."""
    other_atom: int
    """The atom it was not joined with; 0 where the value belonged to nobody."""
    kind: str
    reason: str


class CutRequest(Struct, frozen=True, array_like=True):
    """A cut that was asked for and is not yet effective."""

    position: int
    ordinal: int
    allow: bool = False
    """The two sides may meet again by themselves."""


class Person(Struct, frozen=True, array_like=True):
    """One profile as identity sees it."""

    id: int
    atoms: dict[int, Atom]
    edges: tuple[Edge, ...] = ()
    never: tuple[tuple[int, int], ...] = ()
    """(own atom, atom of another person) pairs that must not become one person."""
    refusals: tuple[Refusal, ...] = ()
    cutting: tuple[CutRequest, ...] = ()
    """Cuts on their way: until they are effective the merged identity holds and nothing is sent."""


class Parting(Struct, frozen=True):
    """What a cut asked for by a person has put apart."""

    one: Identifier
    other: Identifier
    allow: bool = False
    """The two may meet again by themselves."""


class Rules(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """How identity decides, from the position of its `rules` fact on."""

    version: int = 1
    kinds: tuple[Kind, ...] = DEFAULT_KINDS
    vetoes: tuple[Veto, ...] = ("first_name", "patronymic", "birth_date")
    """Which incompatible statements forbid a join. Sex is off: it is often guessed from a form's default."""
    largest_merge: int = 100
    """Atoms of the largest person that a merge makes without someone's decision."""
    most_atoms: int = 1000
    """Atoms of the largest person at all: further values are dropped."""

    @cached_property
    def by_name(self) -> dict[str, Kind]:
        """Kinds that may speak of a person, by name."""
        return {kind.name: kind for kind in self.kinds if kind.level != "household"}

    @property
    def fault(self) -> str:
        """What contradicts itself in these rules, for a person; empty where nothing does."""
        people = [kind.rank for kind in self.kinds if kind.level == "person"]
        devices = [kind.rank for kind in self.kinds if kind.level == "device"]
        if len({kind.name for kind in self.kinds}) < len(self.kinds):
            return "Two kinds have one name."
        if max(people, default=0) >= min(devices, default=1 << 30):
            return "Every kind of a person must be stronger (of a lower rank) than every kind of a device."
        faults = [fault for kind in self.kinds for pattern in kind.blocked if (fault := fault_of(pattern))]
        return f"These patterns cannot be used: {'; '.join(faults)}." if faults else ""
