"""Who stands on lists and snapshots, by atoms. In: a connection, atoms, people. Out: rows, stays.

People are named by an atom of theirs (a profile's id is one), so that rows need not follow merges and cuts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import aiosql

from konnektu.identity import api as identity
from konnektu.rules.known import Membership
from konnektu.segments.model import LISTED
from konnektu.storage.api import Bigints, Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("listed.sql"), "psycopg")


def add(db: Connection, segment: int, atoms: Iterable[int], position: int, instant: int) -> None:
    """Put people on a list; who stands on it already stays as they are."""
    Q.add(db, segment=segment, atoms=Bigints(atoms), position=position, instant=instant)


def remove(db: Connection, segment: int, atoms: Iterable[int]) -> None:
    """Take people off a list."""
    Q.remove(db, segment=segment, atoms=Bigints(atoms))


def on_list(db: Connection, segment: int) -> list[int]:
    """The atoms that stand on a list, in order."""
    return [row[0] for row in Q.on_list(db, segment=segment)]


def erase(db: Connection, atoms: Iterable[int]) -> None:
    """Take erased people off every list."""
    Q.erase(db, atoms=Bigints(atoms))


def of_people(db: Connection, people: Sequence[int]) -> dict[int, tuple[Membership, ...]]:
    """The stays of these people on lists, each as leaves ask for it; empty for who is on none."""
    homes = {atom: one.id for one in identity.persons(db, people) for atom in one.atoms}
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for atom, key, instant in Q.of_atoms(db, atoms=Bigints(homes)):
        stays = found[homes[atom]]
        stays[key] = min(instant, stays.get(key, instant))
    return {
        person: tuple(Membership(LISTED + key, since) for key, since in sorted(found[person].items()))
        for person in people
    }
