"""Workspaces for tests: a schema is migrated once, emptied when its test ends, and given to the next one.

In: an installation. Out: workspaces that differ in nothing from fresh ones. What a test changed of the schema
itself, not of its rows, is seen by its shape, and such a workspace is dropped as the product drops it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg.sql import SQL, Identifier

from konnektu.storage import store, workspaces
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from konnektu.storage.histories import NotStarted

Admin = psycopg.Connection[tuple[Any, ...]]

SHAPE = """
WITH mine AS (SELECT * FROM pg_class WHERE relnamespace = %(schema)s::regnamespace)
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
    SELECT format('table %%s %%s %%s %%s %%s %%s %%s', oid, relname, relkind, relowner, reloptions, relrowsecurity,
                  replace(relacl::text, %(role)s, '')) AS line FROM mine
    UNION ALL SELECT format('column %%s %%s %%s %%s %%s %%s %%s %%s', attrelid, attnum, attname, atttypid, attnotnull,
                            attisdropped, atthasdef, attacl) FROM pg_attribute WHERE attrelid IN (SELECT oid FROM mine)
    UNION ALL SELECT format('constraint %%s %%s %%s', oid, conname, convalidated)
      FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace
    UNION ALL SELECT format('index %%s %%s', indexrelid, indisvalid)
      FROM pg_index WHERE indexrelid IN (SELECT oid FROM mine)
    UNION ALL SELECT format('function %%s %%s', oid, prosrc)
      FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace
    UNION ALL SELECT format('type %%s %%s', oid, typname)
      FROM pg_type WHERE typnamespace = %(schema)s::regnamespace
    UNION ALL SELECT format('policy %%s %%s %%s', oid, polname, polqual)
      FROM pg_policy WHERE polrelid IN (SELECT oid FROM mine)
    UNION ALL SELECT format('trigger %%s %%s', oid, tgenabled)
      FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM mine)
    UNION ALL SELECT format('setting %%s %%s', setrole, setconfig) FROM pg_db_role_setting
      WHERE setrole IN (SELECT oid FROM pg_roles WHERE starts_with(rolname, %(role)s))
    UNION ALL SELECT format('member %%s', oid) FROM pg_auth_members
      WHERE member IN (SELECT oid FROM pg_roles WHERE starts_with(rolname, %(role)s))
    UNION ALL SELECT format('schema %%s', replace(nspacl::text, %(role)s, ''))
      FROM pg_namespace WHERE oid = %(schema)s::regnamespace
) AS lines
"""
"""One value for whatever of a schema and its roles is no row: the same after a test that left them alone."""
FILLED = """
SELECT relname::text FROM pg_class
WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') AND pg_relation_size(oid) > 0 ORDER BY relname
"""
USED_SEQUENCES = """
SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
WHERE schemaname = %s AND last_value IS NOT NULL
"""
FORGET_STATISTICS = """
SELECT pg_clear_attribute_stats(schemaname::text, tablename::text, attname::text, inherited) FROM pg_stats
WHERE schemaname = %s
"""
"""A planner that remembers another test's rows would choose other plans than it does for a fresh workspace."""


@dataclass(frozen=True)
class Emptied:
    """A schema with the roles that a workspace had, holding what migrations put there."""

    schema: str
    role: str
    shape: str
    rows: dict[str, bytes]
    """What migrations wrote, by table, as COPY gives it."""


class Shelf:
    """The emptied schemas of one installation."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._free: list[Emptied] = []
        self._taken: dict[int, Emptied] = {}

    def take(self, slug: str, name: str, created_at: int, *, with_history: bool = True) -> WorkspaceRecord:
        """A workspace in all its parts; its part of the event store is made at once, or when it is first asked for."""
        record = workspaces._begun(self._storage, slug, name, "Europe/Moscow", created_at)
        emptied = self._free.pop() if self._free else None
        if emptied:
            with self._storage.administration() as conn:
                _rename(conn, emptied, record)
        with _event_store(self._storage, with_history):
            record = create_workspace(self._storage, slug, name, created_at=created_at)
        if emptied is None:
            with self._storage.administration() as conn:
                emptied = _look(conn, record)
        self._taken[record.id] = emptied
        return record

    def give_back(self, record: WorkspaceRecord) -> None:
        """End a workspace; its schema is kept, empty, unless a test changed its shape or dropped it."""
        known = self._taken.pop(record.id)
        self._storage.histories.drop(record)
        self._storage.forget(record)
        with self._storage.administration() as conn:
            _end_connections(conn, record)
            is_kept = _shape(conn, record) == known.shape
            if is_kept:
                _empty(conn, record.schema, known.rows)
        with self._storage.control.transaction() as control:
            is_dropped = store.workspace_by_id(control, record.id) is None
            if is_kept:
                store.remove_workspace(control, record.id)
        if is_kept:
            self._free.append(Emptied(record.schema, record.role, known.shape, known.rows))
        elif not is_dropped:
            drop_workspace(self._storage, record)

    @contextmanager
    def workspace(
        self, slug: str, name: str, created_at: int, *, with_history: bool = True
    ) -> Iterator[WorkspaceRecord]:
        """A workspace for as long as the block lasts."""
        record = self.take(slug, name, created_at, with_history=with_history)
        try:
            yield record
        finally:
            self.give_back(record)


@contextmanager
def _event_store(storage: Storage, is_there: bool) -> Iterator[None]:
    """The event store, or none, as where a test that does not ask for it runs alone."""
    if is_there:
        yield
        return
    with patch.object(storage, "history", side_effect=NotStarted):
        yield


def _rename(conn: Admin, emptied: Emptied, record: WorkspaceRecord) -> None:
    for kind, old, new in (
        ("SCHEMA", emptied.schema, record.schema),
        ("ROLE", emptied.role, record.role),
        ("ROLE", f"{emptied.role}_limited", record.limited_role),
    ):
        conn.execute(SQL("ALTER {} {} RENAME TO {}").format(SQL(kind), Identifier(old), Identifier(new)))


def _look(conn: Admin, record: WorkspaceRecord) -> Emptied:
    """What stands in a workspace that was made a moment ago."""
    rows = dict[str, bytes]()
    for (table,) in conn.execute(FILLED, [record.schema]).fetchall():
        with conn.cursor().copy(SQL("COPY {} TO STDOUT").format(Identifier(record.schema, table))) as copy:
            rows[table] = b"".join(copy)
    return Emptied(record.schema, record.role, _shape(conn, record), rows)


def _shape(conn: Admin, record: WorkspaceRecord) -> str:
    """The shape of a workspace's schema; empty where there is none."""
    if conn.execute("SELECT to_regnamespace(%s) IS NOT NULL", [record.schema]).fetchone() != (True,):
        return ""
    found = conn.execute(SHAPE, {"schema": record.schema, "role": record.role}).fetchone()
    return str(found[0]) if found else ""


def _end_connections(conn: Admin, record: WorkspaceRecord) -> None:
    conn.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = ANY(%s)",
        [[record.role, record.limited_role]],
    )


def _empty(conn: Admin, schema: str, rows: dict[str, bytes]) -> None:
    """Leave in the schema's tables what migrations wrote, and let its sequences begin anew."""
    filled = {table for (table,) in conn.execute(FILLED, [schema]).fetchall()} | set(rows)
    names = SQL(", ").join(Identifier(schema, table) for table in sorted(filled))
    conn.execute(SQL("TRUNCATE {} CASCADE").format(names))
    for table, content in rows.items():
        with conn.cursor().copy(SQL("COPY {} FROM STDIN").format(Identifier(schema, table))) as copy:
            copy.write(content)
    conn.execute(USED_SEQUENCES, [schema])
    conn.execute(FORGET_STATISTICS, [schema])
