"""The statements of kept trees and sets of people, one short function each. In: a connection. Out: records."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import aiosql
from msgspec import Struct

from konnektu.core.clock import DAY, MINUTE
from konnektu.core.section import Tree
from konnektu.rules.sql import Everybody
from konnektu.storage.api import Bigints, Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")
KEPT: Final = 90 * DAY
"""How long a tree is kept that nobody asks by."""
READ: Final = 15 * MINUTE
"""How long a set is kept that nobody reads."""


class Chosen(Struct, frozen=True):
    """The people for whom a tree held."""

    id: int
    at: int
    """When, milliseconds UTC."""
    people: int
    used_at: int


def keep(db: Connection, tree: Tree, now: int) -> None:
    """Keep a tree under its key, and forget those that nobody needs."""
    Q.drop_unused(db, before=now - KEPT)
    Q.keep(db, key=tree.key, rule=tree.text, is_personal=tree.is_personal, now=now)


def kept(db: Connection, key: str) -> tuple[str, int] | None:
    """(JSON, when it was used last) of a kept tree, or None."""
    row: tuple[str, int] | None = Q.kept(db, key=key)
    return row


def use_kept(db: Connection, key: str, now: int) -> None:
    """Keep a tree longer: somebody asks by it."""
    Q.use_kept(db, key=key, now=now)


def add(db: Connection, tree: str, everybody: Everybody, people: Sequence[int], now: int) -> Chosen:
    """Keep the people of everybody for whom a tree held, and forget the sets that nobody reads."""
    Q.drop_sets(db, before=now - READ)
    number: int = Q.add_set(
        db, tree=tree, at=everybody.at, position=everybody.position, people=Bigints(people), size=len(people),
        now=now,
    )  # fmt: skip
    return Chosen(number, everybody.at, len(people), now)


def latest(db: Connection, tree: str, since: int) -> Chosen | None:
    """The latest set of a tree that is true for an instant not before another."""
    row = Q.latest_set(db, tree=tree, since=since)
    return Chosen(*row) if row else None


def numbered(db: Connection, number: int, tree: str) -> Chosen | None:
    """A set of a tree by its number, while it is kept."""
    row = Q.set_of(db, id=number, tree=tree)
    return Chosen(*row) if row else None


def use(db: Connection, number: int, now: int) -> None:
    """Keep a set longer: it is being read."""
    Q.use_set(db, id=number, now=now)


def erase(db: Connection) -> None:
    """Forget whatever may hold or name erased people; the next question finds the others anew."""
    Q.erase_sets(db)
    Q.erase_personal(db)
