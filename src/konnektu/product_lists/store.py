"""The statements of product lists, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import aiosql

from konnektu.product_lists import tail as tails
from konnektu.product_lists.model import Heard, ListRow
from konnektu.product_lists.words import LISTS
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

MOST_ROWS = 1_000
"""Lists of all atoms of one person that are read at once."""
ListId = tuple[int, str]
"""(atom, list)."""
PersonList = tuple[int, str]
"""(profile, list)."""


class Appended(NamedTuple):
    """What is to be done to lists after words were appended to them."""

    long: list[tuple[ListId, bytes, bytes]]
    """(id, state, tail) of those whose tail is to be folded."""
    open: list[ListId]
    """Those of which it is to be settled whether they hold anything."""


def append(db: Connection, said: Mapping[ListId, tuple[int, Heard]]) -> Appended:
    """Append words to lists, given as (profile, what was heard) by id."""
    ids = sorted(said)
    rows = Q.append_to_lists(
        db,
        atoms=Bigints([atom for atom, _ in ids]),
        lists=Texts([name for _, name in ids]),
        profiles=Bigints([said[id_][0] for id_ in ids]),
        owns=Booleans([name not in LISTS for _, name in ids]),
        tails=Byteas([b"".join(said[id_][1].words) for id_ in ids]),
        put=Bigints([said[id_][1].put_at for id_ in ids]),
        taken=Bigints([said[id_][1].taken_at for id_ in ids]),
        longest=tails.LONGEST_TAIL,
    )
    done = Appended([], [])
    for atom, name, state, tail, is_long, is_open in rows:
        if is_long:
            done.long.append(((atom, name), state, tail))
        if is_open:
            done.open.append((atom, name))
    return done


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


def unsettled(db: Connection, lists: Sequence[PersonList]) -> list[tuple[PersonList, bool]]:
    """Of these lists, every one of a person where the name is empty, those of which it is not known whether they hold
    anything or not all rows say so; with whether they do for sure.
    """
    rows = Q.unsettled(db, profiles=Bigints(one for one, _ in lists), lists=Texts(name for _, name in lists))
    return sorted(((profile, name), is_sure) for profile, name, is_sure in rows)


def rows_of(db: Connection, lists: Sequence[PersonList]) -> list[ListRow]:
    """The rows of these lists."""
    return rows_in(
        Q.rows_of(db, profiles=Bigints(one for one, _ in lists), lists=Texts(name for _, name in lists))
    )


def settle(db: Connection, held: Mapping[PersonList, bool]) -> None:
    """Keep of lists whether they hold anything."""
    Q.settle(
        db,
        profiles=Bigints(profile for profile, _ in held),
        lists=Texts(name for _, name in held),
        held=Booleans(held.values()),
    )


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
    """A page of the people with a list that holds something, in order of id."""
    return [row[0] for row in Q.people_after(db, after=after, limit=limit)]
