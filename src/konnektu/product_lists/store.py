"""The statements of product lists, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiosql

from konnektu.product_lists import tail as tails
from konnektu.product_lists.model import ListRow
from konnektu.product_lists.words import LISTS
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

MOST_ROWS = 1_000
"""Lists of all atoms of one person that are read at once."""
ListId = tuple[int, str]
"""(atom, list)."""


def append(db: Connection, said: Mapping[ListId, tuple[int, bytes]]) -> Iterator[tuple[ListId, bytes, bytes]]:
    """Append words to lists, given as (profile, words) by id; (id, state, tail) of those whose tail is to be folded."""
    ids = sorted(said)
    rows = Q.append_to_lists(
        db,
        atoms=Bigints([atom for atom, _ in ids]),
        lists=Texts([name for _, name in ids]),
        profiles=Bigints([said[id_][0] for id_ in ids]),
        owns=Booleans([name not in LISTS for _, name in ids]),
        tails=Byteas([said[id_][1] for id_ in ids]),
        longest=tails.LONGEST_TAIL,
    )
    return (((atom, name), state, tail) for atom, name, state, tail in rows)


def put_folded(db: Connection, rows: Sequence[tuple[ListId, bytes, bytes]]) -> None:
    """Write lists, given as (id, state, tail), whose tail was folded."""
    Q.put_folded(
        db,
        atoms=Bigints(atom for (atom, _), _, _ in rows),
        lists=Texts(name for (_, name), _, _ in rows),
        states=Byteas(state for _, state, _ in rows),
        tails=Byteas(tail for _, _, tail in rows),
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
    return rows_in(Q.lists_of(db, profiles=Bigints(profiles), limit=MOST_ROWS))


OF_PEOPLE: Final[str] = Q.lists_of.sql.replace("%(limit)s", str(MOST_ROWS))
"""The statement of `of_people`."""


def rows_in(rows: Iterable[Sequence[Any]]) -> list[ListRow]:
    """What rows of `OF_PEOPLE` say; JSON has their bytes in hexadecimal behind a backslash and an x."""
    return [
        ListRow(profile, name, tails.whole(_bytes(state), _bytes(tail)))
        for profile, name, state, tail in rows
    ]


def _bytes(value: bytes | str) -> bytes:
    return bytes.fromhex(value[2:]) if isinstance(value, str) else value


def people_after(db: Connection, after: int, limit: int) -> list[int]:
    """A page of the people who have a list, in order of id."""
    return [row[0] for row in Q.people_after(db, after=after, limit=limit)]
