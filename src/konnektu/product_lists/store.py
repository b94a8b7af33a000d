"""The statements of product lists, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec

from konnektu.product_lists.model import ListRow, ListState
from konnektu.product_lists.words import LISTS
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

MOST_ROWS = 1_000
"""Lists of all atoms of one person that are read at once."""
ListId = tuple[int, str]
"""(atom, list)."""

_state = msgspec.msgpack.Decoder(ListState)


def load(db: Connection, ids: Collection[ListId]) -> dict[ListId, bytes]:
    """The packed lists of these ids; those that are not known are missing."""
    wanted = sorted(ids)
    rows = Q.load_lists(
        db, atoms=Bigints(atom for atom, _ in wanted), lists=Texts(name for _, name in wanted)
    )
    return {(atom, name): state for atom, name, state in rows}


def put(db: Connection, rows: Sequence[tuple[ListId, int, bytes]]) -> None:
    """Write lists, given as (id, profile, packed state), as a batch leaves them."""
    Q.put_lists(
        db,
        atoms=Bigints(atom for (atom, _), _, _ in rows),
        lists=Texts(name for (_, name), _, _ in rows),
        profiles=Bigints(profile for _, profile, _ in rows),
        owns=Booleans(name not in LISTS for (_, name), _, _ in rows),
        states=Byteas(state for _, _, state in rows),
    )


def merge(db: Connection, merged: Mapping[int, int]) -> None:
    """Give the lists of losers to their winners."""
    Q.merge_lists(db, losers=Bigints(merged), winners=Bigints(merged.values()))


def part(db: Connection, leaving: int, staying: int, moved: Iterable[int]) -> None:
    """Give the lists of these atoms to who leaves, the others of both to who stays."""
    Q.part_lists(db, leaving=leaving, staying=staying, moved=Bigints(moved))


def erase(db: Connection, profiles: Sequence[int]) -> int:
    """Remove the lists of erased people; how many there were."""
    removed: int = Q.erase_lists(db, profiles=Bigints(profiles))
    return removed


def of_people(db: Connection, profiles: Sequence[int]) -> list[ListRow]:
    """The lists of these people, by person, then by list."""
    rows = Q.lists_of(db, profiles=Bigints(profiles), limit=MOST_ROWS)
    return [ListRow(profile, name, _state.decode(state)) for profile, name, state in rows]


def people_after(db: Connection, after: int, limit: int) -> list[int]:
    """A page of the people who have a list, in order of id."""
    return [row[0] for row in Q.people_after(db, after=after, limit=limit)]
