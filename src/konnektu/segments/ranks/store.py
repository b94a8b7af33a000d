"""Who is at the top of ranks, by atoms. In: a connection, atoms, people. Out: rows, words for leaves.

People are named by an atom of theirs (a profile's id is one), so that rows need not follow merges and cuts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import aiosql

from konnektu.identity import api as identity
from konnektu.rules.known import Ranked
from konnektu.segments.ranks.model import Computed
from konnektu.storage.api import Bigints, Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")


def add(db: Connection, key: str, atoms: Iterable[int], at: int, position: int) -> None:
    """Put people at the top of a rank; who is there already stays as they are."""
    Q.add(db, key=key, atoms=Bigints(atoms), at=at, position=position)


def remove(db: Connection, key: str, atoms: Iterable[int]) -> None:
    """Take people from the top of a rank."""
    Q.remove(db, key=key, atoms=Bigints(atoms))


def put_computed(db: Connection, one: Computed) -> None:
    """Note that a computation is whole."""
    Q.put_computed(db, key=one.key, at=one.at, position=one.position, placed=one.placed, inside=one.inside)


def drop(db: Connection, key: str) -> None:
    """Forget a rank that nothing asks for."""
    Q.drop(db, key=key)


def computed(db: Connection) -> dict[str, Computed]:
    """The last computation of every rank, by its key."""
    return {row[0]: Computed(*row) for row in Q.computed(db)}


def at_the_top(db: Connection, key: str) -> list[int]:
    """The atoms at the top of a rank, in order."""
    return [row[0] for row in Q.at_the_top(db, key=key)]


def erase(db: Connection, atoms: Iterable[int]) -> None:
    """Take erased people from every top."""
    Q.erase(db, atoms=Bigints(atoms))


def of_people(db: Connection, people: Sequence[int]) -> dict[int, tuple[Ranked, ...]]:
    """The ranks at whose top these people are, each since the first computation that says so of one of their atoms."""
    homes = {atom: one.id for one in identity.persons(db, people) for atom in one.atoms}
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for atom, key, at in Q.of_atoms(db, atoms=Bigints(homes)):
        stands = found[homes[atom]]
        stands[key] = min(at, stands.get(key, at))
    return {
        person: tuple(Ranked(key, at, inside=True) for key, at in sorted(found[person].items()))
        for person in people
    }
