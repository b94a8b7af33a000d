"""Transactions over a small pool: whole or not at all, read-only kept, broken worlds told as `Retry`."""

import threading
from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from konnektu.core.errors import Retry
from konnektu.storage import embedded
from konnektu.storage.api import (
    Db,
    Storage,
    Timeouts,
    WorkspaceRecord,
    create_workspace,
    drop_workspace,
    heard,
)
from konnektu.storage.postgres import role_conninfo


@pytest.fixture
def db(storage: Storage, workspace: WorkspaceRecord) -> Db:
    """The workspace's door, with one table behind it."""
    db = storage.workspace(workspace)
    with db.transaction() as conn:
        conn.execute("CREATE TABLE note (id int PRIMARY KEY, text text)")
    return db


def count(db: Db) -> int:
    with db.read() as conn:
        row = conn.execute("SELECT count(*) FROM note").fetchone()
    assert row is not None
    return int(row[0])


def test_a_transaction_is_committed_whole_or_not_at_all(db: Db) -> None:
    with db.transaction() as conn:
        conn.execute("INSERT INTO note VALUES (1, 'a')")
    for last, error in (("1/0", psycopg.errors.DivisionByZero), ("1", psycopg.errors.UniqueViolation)):
        with pytest.raises(error):
            two_notes(db, last)
    assert count(db) == 1


def two_notes(db: Db, last: str) -> None:
    with db.transaction() as conn:
        conn.execute("INSERT INTO note VALUES (2, 'b')")
        conn.execute(f"INSERT INTO note VALUES ({last}, 'again')")


def test_a_statement_is_a_transaction_of_its_own(db: Db) -> None:
    with db.statement() as conn:
        conn.execute("INSERT INTO note VALUES (1, 'a')")
        assert count(db) == 1
    with pytest.raises(psycopg.errors.UniqueViolation), db.statement() as conn:
        conn.execute("INSERT INTO note VALUES (2, 'b'), (1, 'again')")
    assert count(db) == 1
    with db.transaction() as conn:
        conn.execute("INSERT INTO note VALUES (2, 'b')")
    assert count(db) == 2


def test_reading_does_not_write_and_leaves_no_trace_on_the_connection(db: Db) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), db.read() as conn:
        conn.execute("INSERT INTO note VALUES (1, 'a')")
    for _ in range(20):
        with db.read(snapshot=True) as conn:
            conn.execute("SELECT 1")
        with db.transaction() as conn:
            assert conn.execute("SHOW transaction_read_only").fetchone() == ("off",)
            assert conn.execute("SHOW transaction_isolation").fetchone() == ("read committed",)


def test_a_snapshot_sees_one_instant(db: Db) -> None:
    with db.read(snapshot=True) as conn:
        conn.execute("SELECT count(*) FROM note")
        with db.transaction() as other:
            other.execute("INSERT INTO note VALUES (1, 'a')")
        assert conn.execute("SELECT count(*) FROM note").fetchone() == (0,)
    assert count(db) == 1


def test_values_come_back_as_they_went(db: Db) -> None:
    values = (2**62, Decimal("12345678901234567890.000000001"), "Ёж\t«»", b"\x00\xff", [1, 2], None, True)
    kinds = ("bigint", "numeric", "text", "bytea", "bigint[]", "text", "boolean")
    with db.read() as conn:
        row = conn.execute("SELECT " + ", ".join(f"%s::{kind}" for kind in kinds), values).fetchone()
        assert row == values
        nested = {"a": [1, {"б": None}], "c": 1.5}
        assert conn.execute("SELECT %s::jsonb", [Jsonb(nested)]).fetchone() == (nested,)


def test_a_lock_that_is_not_given_is_a_retry(storage: Storage, workspace: WorkspaceRecord, db: Db) -> None:
    impatient = Db(storage.workspace_conninfo(workspace, Timeouts(lock=50)), name="impatient")
    with db.transaction() as holder:
        holder.execute("INSERT INTO note VALUES (1, 'a')")
        with pytest.raises(Retry, match="lock timeout"), impatient.transaction() as conn:
            conn.execute("LOCK TABLE note")
    slow = Db(storage.workspace_conninfo(workspace, Timeouts(statement=50)), name="slow")
    with pytest.raises(Retry, match="statement timeout"), slow.transaction() as conn:
        conn.execute("SELECT pg_sleep(5)")
    impatient.close()
    slow.close()


def test_two_that_wait_for_each_other_are_told_to_retry(db: Db) -> None:
    with db.transaction() as conn:
        conn.execute("INSERT INTO note VALUES (1, 'a'), (2, 'b')")
    barrier, failed = threading.Barrier(2), []

    def cross(first: int, second: int) -> None:
        try:
            with db.transaction() as conn:
                conn.execute("UPDATE note SET text = 'x' WHERE id = %s", [first])
                barrier.wait()
                conn.execute("UPDATE note SET text = 'x' WHERE id = %s", [second])
        except Retry as error:
            failed.append(error)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 1


def test_an_unreachable_server_is_a_retry() -> None:
    url = "postgresql://nobody@/nothing?host=/no/such/folder"
    conninfo = role_conninfo(url, role="x", password="y", schema="z", timeouts=Timeouts())
    db = Db(conninfo, name="nowhere", wait_seconds=0.2)
    with pytest.raises(Retry, match="nowhere"), db.read():
        pass
    db.close()


def test_an_idle_door_closes_its_connections_and_opens_them_again(
    db: Db, storage: Storage, workspace: WorkspaceRecord
) -> None:
    assert count(db) == 0
    with db.transaction():
        assert not db.rest()
    assert not db.rest(idle_seconds=3600)
    assert db.rest()
    with storage.administration() as admin:
        found = admin.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [workspace.role])
        assert found.fetchone() == (0,)
    assert count(db) == 0


def test_a_connection_that_the_server_closed_is_not_handed_out(
    db: Db, storage: Storage, workspace: WorkspaceRecord
) -> None:
    assert count(db) == 0
    with storage.administration() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s",
            [workspace.role],
        )
    assert count(db) == 0


@pytest.fixture
def modest_admin(postgres_server: object, storage: Storage) -> Iterator[str]:
    """An administrator as a hosting company gives it: may make roles and owns one database, no superuser."""
    from pathlib import Path

    assert isinstance(postgres_server, Path)
    root = embedded.url(postgres_server, "postgres")
    with psycopg.connect(root, autocommit=True) as conn:
        conn.execute("CREATE ROLE modest LOGIN CREATEROLE PASSWORD 'modest'")
        conn.execute(SQL("CREATE DATABASE {} OWNER modest").format(Identifier("hosted")))
    yield (
        embedded.url(postgres_server, "hosted")
        .replace("konnektu:", "modest:", 1)
        .replace((postgres_server / "postgres.password").read_text().strip(), "modest")
    )
    with psycopg.connect(root, autocommit=True) as conn:
        conn.execute("DROP DATABASE hosted WITH (FORCE)")
        for (role,) in conn.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'hosted%' OR rolname = 'modest' ORDER BY rolname"
        ).fetchall():
            conn.execute(SQL("DROP OWNED BY {}").format(Identifier(role)))
            conn.execute(SQL("DROP ROLE {}").format(Identifier(role)))


def test_a_server_of_somebody_elses_serves_without_a_superuser(modest_admin: str, storage: Storage) -> None:
    hosted = Storage(modest_admin, storage.secret_key)
    hosted.prepare()
    record = create_workspace(hosted, "hosted-shop", "Shop", created_at=1_760_000_000_000)
    with hosted.workspace(record).transaction() as conn:
        conn.execute("CREATE TABLE mine AS SELECT 1 AS one")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), hosted.inbox.read() as conn:
        conn.execute(SQL("SELECT * FROM {}.mine").format(Identifier(record.schema)))
    drop_workspace(hosted, record)
    hosted.close()


class TestHeard:
    def test_silence_says_nothing(self, storage: Storage) -> None:
        with psycopg.connect(storage.inbox.conninfo, autocommit=True) as ear:
            ear.execute("LISTEN konnektu_test")
            assert heard(ear, 0.01) == []

    def test_what_is_announced_before_and_while_listening(self, storage: Storage) -> None:
        with psycopg.connect(storage.inbox.conninfo, autocommit=True) as ear:
            ear.execute("LISTEN konnektu_test")
            say(storage, "1", "2")
            # An announcement that comes with the answer to another statement is kept for the next look.
            ear.execute("SELECT 1")
            said = heard(ear, 60)
            assert said == ["1", "2"]
            speaking = threading.Timer(0.05, say, [storage, "3"])
            speaking.start()
            assert heard(ear, 60) == ["3"]
            speaking.join()

    def test_a_lost_connection_is_told(self, storage: Storage) -> None:
        with psycopg.connect(storage.inbox.conninfo, autocommit=True) as ear:
            ear.execute("LISTEN konnektu_test")
            with storage.administration() as conn:
                conn.execute("SELECT pg_terminate_backend(%s)", [ear.info.backend_pid])
            # The server's last words may come before the end of the connection.
            with pytest.raises(psycopg.OperationalError):
                assert heard(ear, 60) or heard(ear, 60)


def say(storage: Storage, *words: str) -> None:
    with storage.inbox.transaction() as conn:
        for word in words:
            conn.execute("SELECT pg_notify('konnektu_test', %s)", [word])
