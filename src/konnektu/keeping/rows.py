"""Tables of PostgreSQL as files of rows, and back. In: a connection of their owner. Out: rows with their sum.

The rows of a workspace's schema are what COPY writes as text; those of control and inbox are JSON, because their
tables belong to every workspace. Invariant: what was loaded is read back and compared before it is committed.
"""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import aiosql
from psycopg.sql import SQL, Composable, Composed, Identifier

from konnektu.keeping.folder import Source, Target
from konnektu.keeping.logic import RowSum
from konnektu.keeping.model import Damaged, Rows
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")
VERSION_TABLE = "schema_version"
PROGRESS = "restore_progress"
PASSING = {VERSION_TABLE, PROGRESS, "people_set"}
"""Tables of this moment."""
ROWS_AT_ONCE = 500


def tables(conn: Connection) -> dict[str, tuple[str, ...]]:
    """Columns of each table of the schema that this role's connections see, referenced tables before their users."""
    columns = {table: tuple(names) for table, names in Q.columns(conn)}
    order = TopologicalSorter(dict.fromkeys(columns, ()))
    for table, referenced in Q.references(conn):
        if table != referenced:
            order.add(table, referenced)
    return {table: columns[table] for table in order.static_order() if table not in PASSING}


def versions(conn: Connection) -> tuple[str, ...]:
    """Versions at which the schema stands."""
    query = SQL("SELECT version_num FROM {} ORDER BY 1").format(Identifier(VERSION_TABLE))
    return tuple(row[0] for row in conn.execute(query))


def sequences(conn: Connection) -> dict[str, int]:
    """The last number that each sequence of the schema gave."""
    return {name: last for name, last in Q.sequences(conn) if last is not None}


def set_sequences(conn: Connection, lasts: Mapping[str, int]) -> None:
    """Let each sequence go on after its last number."""
    Q.set_sequences(conn, names=list(lasts), lasts=list(lasts.values()))


def copy_out(conn: Connection, target: Target, table: str, columns: Sequence[str]) -> Rows:
    """Write a table as the connection's transaction sees it."""
    name, total = f"state/{table}.zst", RowSum()
    with target.file(name) as file, conn.cursor().copy(_copy_to(table, columns)) as copy:
        waiting: list[bytes] = []
        for row in copy:
            line = bytes(row)
            total.add(line)
            waiting.append(line)
            if len(waiting) == ROWS_AT_ONCE:
                file.write(b"".join(waiting))
                waiting.clear()
        file.write(b"".join(waiting))
    return Rows(table=table, file=name, columns=tuple(columns), rows=total.rows, hash=total.hash)


def copy_in(conn: Connection, source: Source, kept: Rows) -> None:
    """Load a table and compare. What stood there is replaced, once: a table that is loaded is left as it is.

    Raises `Damaged` where the rows are not those of the backup; then nothing is committed.
    """
    if not is_first(conn, kept.table):
        return
    conn.execute(SQL("DELETE FROM {}").format(Identifier(kept.table)))
    with conn.cursor().copy(_copy_from(kept.table, kept.columns)) as copy:
        for piece in source.read(kept.file):
            copy.write(piece)
    compare(kept, table_sum(conn, kept.table, kept.columns))


def is_first(conn: Connection, step: str) -> bool:
    """Whether this step of a restore is taken for the first time; noted in the connection's transaction."""
    progress = Identifier(PROGRESS)
    conn.execute(SQL("CREATE TABLE IF NOT EXISTS {} (name text PRIMARY KEY)").format(progress))
    note = SQL("INSERT INTO {} VALUES (%s) ON CONFLICT DO NOTHING RETURNING name").format(progress)
    return conn.execute(note, [step]).fetchone() is not None


def is_taken(conn: Connection, step: str) -> bool:
    """Whether this step of a restore is done."""
    if conn.execute("SELECT to_regclass(%s) IS NOT NULL", [PROGRESS]).fetchone() != (True,):
        return False
    query = SQL("SELECT FROM {} WHERE name = %s").format(Identifier(PROGRESS))
    return conn.execute(query, [step]).fetchone() is not None


def forget_progress(conn: Connection) -> None:
    """Remove what `copy_in` noted."""
    conn.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(PROGRESS)))


def table_sum(conn: Connection, table: str, columns: Sequence[str]) -> RowSum:
    """The sum of a table's rows."""
    total = RowSum()
    with conn.cursor().copy(_copy_to(table, columns)) as copy:
        for row in copy:
            total.add(bytes(row))
    return total


def compare(kept: Rows, found: RowSum) -> None:
    """Raise `Damaged` where the rows are not those of the backup."""
    if (found.rows, found.hash) != (kept.rows, kept.hash):
        message = (
            f"Table {kept.table} has {found.rows} rows with hash {found.hash}; the backup says"
            f" {kept.rows} with {kept.hash}. Use another backup."
        )
        raise Damaged(message)


def write_rows(
    target: Target, table: str, file: str, rows: Iterable[bytes], columns: Sequence[str] = ()
) -> Rows:
    """Write rows, each one line, as they are given."""
    total = RowSum()
    with target.file(file) as out:
        for row in rows:
            total.add(row)
            out.write(row + b"\n")
    return Rows(table=table, file=file, columns=tuple(columns), rows=total.rows, hash=total.hash)


def read_rows(source: Source, kept: Rows) -> list[bytes]:
    """The rows of a file that fits in memory. Raises `Damaged` where they are not those of the manifest."""
    total, rows = RowSum(), [line[:-1] for line in source.lines(kept.file)]
    for row in rows:
        total.add(row)
    compare(kept, total)
    return rows


def lines_sum(source: Source, kept: Rows) -> RowSum:
    """The sum of a file's rows."""
    total = RowSum()
    for line in source.lines(kept.file):
        total.add(line[:-1])
    return total


def _copy_to(table: str, columns: Sequence[str]) -> Composed:
    return SQL("COPY {} ({}) TO STDOUT").format(Identifier(table), _names(columns))


def _copy_from(table: str, columns: Sequence[str]) -> Composed:
    return SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), _names(columns))


def _names(columns: Sequence[str]) -> Composable:
    return SQL(", ").join(map(Identifier, columns))
