"""A prepared statement on a connection of its own: what it says when something goes wrong, and that it goes on after."""

from collections.abc import Iterator

import psycopg
import pytest

from konnektu.core.errors import Retry
from konnektu.storage.api import Bigints, Prepared, Storage, Texts, WorkspaceRecord

ADD = """
WITH row AS (SELECT * FROM unnest(%(numbers)s::bigint[], %(texts)s::text[]) AS row (number, text))
INSERT INTO kept SELECT number, text FROM row WHERE number = ANY(%(numbers)s::bigint[])
"""


@pytest.fixture
def adding(storage: Storage, workspace: WorkspaceRecord) -> Iterator[Prepared]:
    with storage.workspace(workspace).transaction() as db:
        db.execute("CREATE TABLE kept (number bigint PRIMARY KEY, text text)")
    adding = Prepared(storage.workspace_conninfo(workspace), "kept", ADD)
    yield adding
    adding.close()


def add(adding: Prepared, *numbers: int) -> None:
    texts = Texts([str(number) for number in numbers])
    adding.run(numbers=Bigints(numbers).encoded(), texts=texts.encoded())


def kept(storage: Storage, workspace: WorkspaceRecord) -> list[tuple[int, str]]:
    with storage.workspace(workspace).read() as db:
        return db.execute("SELECT number, text FROM kept ORDER BY number").fetchall()


def test_each_run_is_committed(adding: Prepared, storage: Storage, workspace: WorkspaceRecord) -> None:
    add(adding, 1, 2)
    add(adding, 3)
    assert kept(storage, workspace) == [(1, "1"), (2, "2"), (3, "3")]


def test_what_the_server_refuses_is_its_own_error_and_nothing_is_kept(
    adding: Prepared, storage: Storage, workspace: WorkspaceRecord
) -> None:
    add(adding, 1)
    with pytest.raises(psycopg.errors.UniqueViolation):
        add(adding, 2, 1)
    add(adding, 3)
    assert kept(storage, workspace) == [(1, "1"), (3, "3")]


def test_a_connection_that_was_cut_is_opened_again(
    adding: Prepared, storage: Storage, workspace: WorkspaceRecord
) -> None:
    add(adding, 1)
    with storage.workspace(workspace).transaction() as db:
        own = "usename = current_user AND pid <> pg_backend_pid()"
        db.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {own}")
    with pytest.raises(Retry, match="kept"):
        add(adding, 2)
    add(adding, 3)
    assert kept(storage, workspace) == [(1, "1"), (3, "3")]


def test_a_server_that_is_away_is_a_reason_to_repeat(storage: Storage, workspace: WorkspaceRecord) -> None:
    away = Prepared(f"{storage.workspace_conninfo(workspace)} port=1", "kept", ADD)
    with pytest.raises(Retry, match="kept"):
        add(away, 1)
