"""The workspaces that tests are given are as fresh ones, whatever a test before did to them."""

from typing import Any

import pytest

from konnektu.keeping.rows import table_sum, tables
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace, find
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.shelf import Shelf

SEQUENCES = (
    "SELECT sequencename::text, last_value, start_value FROM pg_sequences WHERE schemaname = %s ORDER BY 1"
)
COLUMNS = (
    "SELECT table_name::text, column_name::text, data_type::text, column_default::text, is_nullable::text"
    " FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2"
)
INDEXES = "SELECT indexname::text, replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = %s ORDER BY 1"
POLICIES = "SELECT tablename::text, policyname::text, replace(qual, schemaname || '.', ''), cmd::text FROM pg_policies WHERE schemaname = %s ORDER BY 1"


def looked_at(storage: Storage, record: WorkspaceRecord) -> list[Any]:
    """Everything of a workspace that could differ from another's."""
    with storage.workspace(record).read() as db:
        sums = {table: table_sum(db, table, columns) for table, columns in tables(db).items()}
    with storage.administration() as conn:
        shape = [
            conn.execute(text, [record.schema]).fetchall() for text in (SEQUENCES, COLUMNS, INDEXES, POLICIES)
        ]
    return [{table: (one.rows, one.hash) for table, one in sums.items()}, *shape]


def number(storage: Storage, record: WorkspaceRecord) -> int:
    """What PostgreSQL knows the schema by, whatever its name."""
    with storage.administration() as conn:
        row = conn.execute("SELECT to_regnamespace(%s)::oid::bigint", [record.schema]).fetchone()
    assert row
    return int(row[0])


def test_one_that_was_used_is_as_a_fresh_one(storage: Storage, shelf: Shelf) -> None:
    used = shelf.take("shelf-used", "Used", NOW, with_history=False)
    send(
        storage,
        used,
        identify("anna", 1, email="anna@shop.example"),
        track("Order Completed", 2, user="anna"),
    )
    run_writer(storage, used)
    schema = number(storage, used)
    shelf.give_back(used)
    fresh = create_workspace(storage, "shelf-fresh", "Fresh", created_at=NOW)
    with shelf.workspace("shelf-used", "Used", NOW, with_history=False) as again:
        assert number(storage, again) == schema
        assert (again.id, again.uuid, again.schema) != (used.id, used.uuid, used.schema)
        assert looked_at(storage, again) == looked_at(storage, fresh)
        assert find(storage, "shelf-used") == again
    drop_workspace(storage, fresh)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE made_by_hand ()",
        "ALTER TABLE person ADD COLUMN made_by_hand int",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "DROP INDEX identifier_atom",
        "CREATE FUNCTION made_by_hand() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "GRANT SELECT ON person TO PUBLIC",
        "DROP TABLE decision CASCADE",
    ],
)
def test_one_whose_shape_a_test_changed_is_not_given_to_another(
    storage: Storage, shelf: Shelf, change: str
) -> None:
    with shelf.workspace("shelf-changed", "Changed", NOW, with_history=False) as record:
        schema = number(storage, record)
        with storage.workspace(record).transaction() as db:
            db.execute(change.encode())
    with storage.administration() as conn:
        assert not conn.execute("SELECT 1 FROM pg_namespace WHERE oid = %s", [schema]).fetchall()
        assert not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [record.role]).fetchall()


def test_one_that_a_test_dropped_is_no_trouble(storage: Storage, shelf: Shelf) -> None:
    with shelf.workspace("shelf-dropped", "Dropped", NOW, with_history=False) as record:
        drop_workspace(storage, record)
