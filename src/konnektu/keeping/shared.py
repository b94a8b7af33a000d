"""Rows of a workspace in tables that belong to all: control and inbox. In: a workspace's number. Out: rows, and back.

Numbers that the server gave are the installation's: rows get others where they are taken, and whoever refers to
them is told. Invariant: what another workspace here has already (a write key, a token) stays its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from psycopg.sql import SQL, Composable, Identifier, Literal

from konnektu.keeping.folder import Source, Target
from konnektu.keeping.model import Rows
from konnektu.keeping.rows import Q, read_rows, tables, write_rows
from konnektu.storage.api import Connection

CONTROL = (
    "role", "user_limit", "source", "write_key", "app_user", "api_token", "setting", "schedule", "audit",
    "folder", "folder_place", "arrangement",
)  # fmt: skip
"""Tables of control whose rows belong to a workspace, referenced ones first."""
INBOX = ("appended",)
"""The same of the inbox; its blocks are kept apart."""
LEFT_OUT = {
    "workspace": "the manifest says it",
    "job": "begun again by a schedule or a person",
    "problem": "raised again by who knows",
    "session": "people sign in again",
    "second_factor": "sealed for a user of this installation; people set theirs up again",
    "recovery_code": "goes with the second factor",
    "invitation": "its link is this installation's; invite again",
    "identity_provider": "its secret is sealed for this installation; name it again",
    "known_subject": "goes with the identity provider",
    "throttle": "counts failures of this installation",
    "key_version": "counts changes of this installation",
    "erased": "noted in files of its own",
    "aged": "noted in files of its own",
    "block": "kept apart",
    "pending": "kept with the blocks",
    "restored_block": "of a restore under way",
    "lease": "says who writes at this moment",
}
WORKSPACE = "workspace"
"""Name of the column with the workspace's number."""
ROWS_AT_ONCE = 1_000
_row = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_encode = msgspec.json.Encoder(decimal_format="number").encode

Numbers = dict[str, dict[Any, Any]]
"""By table: the key that a row had, and the one it has."""


class Loaded(Struct, frozen=True):
    """What became of rows."""

    rows: dict[str, int]
    left_out: dict[str, int]
    """Rows that another workspace has, by table; tables without such rows are not named."""


class Shape(Struct, frozen=True):
    """How a table hangs together with others."""

    columns: tuple[str, ...]
    links: tuple[tuple[str, str, str], ...]
    """(column, table it refers to, column there)."""
    key: str
    """Its key where that is one column, else nothing."""
    is_numbered: bool
    """Whether the server gives the key."""


def shapes(conn: Connection) -> dict[str, Shape]:
    """Every table of the schema, referenced ones first."""
    links: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for table, column, referenced, at in Q.single_references(conn):
        links[table].append((column, referenced, at))
    keys = {table: (key, is_numbered) for table, key, is_numbered in Q.keys(conn)}
    return {
        table: Shape(columns, tuple(links[table]), *keys.get(table, ("", False)))
        for table, columns in tables(conn).items()
    }


def write_shared(
    conn: Connection, target: Target, names: Sequence[str], folder: str, workspace: int
) -> list[Rows]:
    """Write the workspace's rows of these tables, of those that there are.

    Rows with numbers go in the order of these: they get new ones where they are loaded, and keep that order.
    """
    there = shapes(conn)
    query = SQL("SELECT to_jsonb(t)::text FROM {} AS t WHERE {} ORDER BY to_jsonb(t) -> 'id', t::text")
    written = []
    for name in (each for each in names if each in there):
        rows = conn.execute(query.format(Identifier(name), _belongs(name, there, workspace)))
        written.append(write_rows(target, name, f"{folder}/{name}.zst", (row[0].encode() for row in rows)))
    return written


def load_shared(conn: Connection, source: Source, kept: Sequence[Rows], workspace: int) -> Loaded:
    """Add the rows under the workspace's number, all in the connection's transaction, once.

    Rows of tables that are gone, and what another workspace here has, are left out.
    """
    there, numbers, loaded = shapes(conn), Numbers(), Loaded({}, {})
    is_done = _count(conn, kept, there, workspace) > 0
    for each in kept:
        rows = [_row.decode(line) for line in read_rows(source, each)]
        if each.table in there and not is_done:
            _load(conn, each.table, there[each.table], rows, workspace, numbers)
        found = _count(conn, [each], there, workspace)
        loaded.rows[each.table] = found
        if found < len(rows):
            loaded.left_out[each.table] = len(rows) - found
    return loaded


def raise_numbers(control: Connection) -> None:
    """Let new sources have numbers above all that workspaces brought with them."""
    Q.raise_sources(control)


def _load(
    conn: Connection,
    table: str,
    shape: Shape,
    rows: Sequence[dict[str, Any]],
    workspace: int,
    numbers: Numbers,
) -> None:
    names = [name for name in rows[0] if name in shape.columns] if rows else []
    placed = list(_placed(conn, table, shape, rows, workspace, numbers))
    query = SQL(
        "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names}"
        " FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) ON CONFLICT DO NOTHING RETURNING {key}"
    ).format(
        table=Identifier(table),
        names=SQL(", ").join(map(Identifier, names)),
        key=Identifier(shape.key) if shape.key else Literal(0),
    )
    added: set[Any] = set()
    for start in range(0, len(placed), ROWS_AT_ONCE):
        part = [row for _, row in placed[start : start + ROWS_AT_ONCE]]
        added.update(row[0] for row in conn.execute(query, [_encode(part).decode()]))
    if shape.key:
        numbers[table] = {was: row[shape.key] for was, row in placed if row[shape.key] in added}


def _placed(
    conn: Connection,
    table: str,
    shape: Shape,
    rows: Sequence[dict[str, Any]],
    workspace: int,
    numbers: Numbers,
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each row under the numbers of this installation, with the key it had; without those whose owner is left out."""
    fresh = iter(_fresh(conn, table, shape.key, len(rows)) if shape.is_numbered else ())
    for row in rows:
        was = row.get(shape.key)
        if WORKSPACE in row:
            row[WORKSPACE] = workspace
        links = [
            (column, numbers[to])
            for column, to, _ in shape.links
            if to in numbers and row[column] is not None
        ]
        if any(row[column] not in known for column, known in links):
            continue
        row.update({column: known[row[column]] for column, known in links})
        row.update(
            {column: None for column, to, _ in shape.links if to not in numbers and column != WORKSPACE}
        )
        if shape.is_numbered:
            row[shape.key] = next(fresh)
        yield was, row


def _fresh(conn: Connection, table: str, key: str, count: int) -> list[int]:
    query = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    return [row[0] for row in conn.execute(query, [table, key, count])]


def _belongs(table: str, there: Mapping[str, Shape], workspace: int) -> Composable:
    """Which rows of a table are the workspace's: by its number, or by what they refer to."""
    shape = there[table]
    if WORKSPACE in shape.columns:
        return SQL("workspace = {}").format(Literal(workspace))
    column, referenced, at = next(link for link in shape.links if link[1] != table)
    return SQL("{} IN (SELECT {} FROM {} WHERE {})").format(
        Identifier(column), Identifier(at), Identifier(referenced), _belongs(referenced, there, workspace)
    )


def _count(conn: Connection, kept: Iterable[Rows], there: Mapping[str, Shape], workspace: int) -> int:
    found = 0
    for each in (each for each in kept if each.table in there):
        query = SQL("SELECT count(*) FROM {} WHERE {}")
        belongs = _belongs(each.table, there, workspace)
        row = conn.execute(query.format(Identifier(each.table), belongs)).fetchone()
        found += row[0] if row else 0
    return found
