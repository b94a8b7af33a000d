"""What a decision of a person would come to, told before it is made.

In: people and rules. Out: sides and doubts. Pure.
"""

from collections.abc import Sequence
from itertools import combinations

from msgspec import Struct

from konnektu.identity.checks import Reason, forbidden, over, strength, too_large
from konnektu.identity.forest import cut, edge_of
from konnektu.identity.model import Person, Rules
from konnektu.identity.vetoes import claims_of_person, veto


class Sides(Struct, frozen=True):
    """What a cut would leave of one person."""

    stays: Person
    """Keeps the id."""
    leaves: Person


class Doubt(Struct, frozen=True):
    """Why the rules by themselves would keep two people apart."""

    people: tuple[int, int]
    reason: Reason


def sides(person: Person, position: int, ordinal: int) -> Sides | None:
    """The two people without this decision; None where it joins nothing of the person any more."""
    edge = edge_of(person, position, ordinal)
    return Sides(*cut(person, edge)) if edge else None


def keeper(people: Sequence[Person], rules: Rules) -> int:
    """The profile whose id the person made of all of them keeps."""
    return min(people, key=lambda person: strength(person, rules)).id


def doubts(people: Sequence[Person], rules: Rules, day: int) -> list[Doubt]:
    """What speaks against these people being one: `never` forbids it, a decision of a person outranks the rest."""
    return [
        Doubt((one.id, other.id), reason)
        for one, other in combinations(people, 2)
        for reason in _reasons(one, other, rules, day)
    ]


def _reasons(one: Person, other: Person, rules: Rules, day: int) -> list[Reason]:
    found = (
        forbidden(one, other),
        over(rules, day, one, other, unique=True),
        veto(claims_of_person(one), claims_of_person(other), rules.vetoes),
        over(rules, day, one, other, unique=False),
        too_large(one, other, rules),
    )
    return [reason for reason in found if reason]
