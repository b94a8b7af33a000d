"""A person as a tree of atoms. In: a person and one of its edges. Out: the two people that remain without it.

Invariant: each atom, edge, never-pair, refusal and request stays on the side of its own atom, so a cut loses nothing.
"""

from collections.abc import Collection

from msgspec import structs

from konnektu.identity.model import CutRequest, Edge, Person


def cut(person: Person, edge: Edge) -> tuple[Person, Person]:
    """The side that stays, with the profile's id, and the side that leaves.

    The side with the atom the profile is named after stays. The other takes the former id of the loser of
    this merge if the atom of that id is there, else its oldest atom's.
    """
    rest = tuple(other for other in person.edges if other != edge)
    side = reachable(rest, edge.atom)
    leaving = side if person.id not in side else person.atoms.keys() - side
    staying = person.atoms.keys() - leaving
    id_of_leaving = edge.loser if edge.loser in leaving else min(leaving)
    return (
        _part(person, person.id, staying, rest),
        _part(person, id_of_leaving, leaving, rest),
    )


def reachable(edges: Collection[Edge], start: int) -> set[int]:
    """Atoms connected with `start`."""
    neighbours: dict[int, list[int]] = {}
    for edge in edges:
        neighbours.setdefault(edge.atom, []).append(edge.other_atom)
        neighbours.setdefault(edge.other_atom, []).append(edge.atom)
    found, ahead = {start}, [start]
    while ahead:
        fresh = [atom for atom in neighbours.get(ahead.pop(), ()) if atom not in found]
        found.update(fresh)
        ahead += fresh
    return found


def latest_between(person: Person, one: int, other: int) -> Edge | None:
    """The latest decision on the way between two atoms: without it they are apart. None for one and the same atom."""
    by_age = sorted(person.edges, key=lambda edge: (edge.position, edge.ordinal), reverse=True)
    for edge in by_age:
        if other not in reachable([kept for kept in person.edges if kept != edge], one):
            return edge
    return None


def edge_of(person: Person, position: int, ordinal: int) -> Edge | None:
    """The person's edge that this decision made, or None."""
    return next((edge for edge in person.edges if (edge.position, edge.ordinal) == (position, ordinal)), None)


def _part(person: Person, profile: int, side: Collection[int], edges: Collection[Edge]) -> Person:
    kept = tuple(edge for edge in edges if edge.atom in side)
    return structs.replace(
        person,
        id=profile,
        atoms={atom: value for atom, value in person.atoms.items() if atom in side},
        edges=kept,
        never=tuple(pair for pair in person.never if pair[0] in side),
        refusals=tuple(refusal for refusal in person.refusals if refusal.atom in side),
        cutting=_still_asked(person.cutting, kept),
    )


def _still_asked(cutting: Collection[CutRequest], kept: Collection[Edge]) -> tuple[CutRequest, ...]:
    ours = {(edge.position, edge.ordinal) for edge in kept}
    return tuple(request for request in cutting if (request.position, request.ordinal) in ours)
