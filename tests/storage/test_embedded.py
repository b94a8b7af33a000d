"""The embedded PostgreSQL: started, found, killed, recovered, stopped; a pool over it outlives it."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from konnektu.core.errors import Fatal, Retry
from konnektu.core.memory import machine_bytes
from konnektu.storage import embedded
from konnektu.storage.postgres import Db
from konnektu.storage.system_user import GROUP_OBJ, MASK, NO_ID, OTHER, USER, USER_OBJ, AclEntry, with_pass

QUICK = {"fsync": "off", "shared_buffers": "16MB", "min_wal_size": "32MB"}


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder whose server is stopped after the test; outside pytest's own, as `servers_folder` is."""
    with tempfile.TemporaryDirectory(prefix="konnektu-tests-") as folder:
        yield Path(folder)
        embedded.stop(Path(folder))


def test_a_second_start_finds_the_running_server(data: Path) -> None:
    url = embedded.start(data, QUICK)
    pid = embedded.postmaster_pid(data)
    assert embedded.start(data, QUICK) == url
    assert embedded.postmaster_pid(data) == pid
    with psycopg.connect(url) as conn:
        assert conn.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.parametrize(
    ("gibibytes", "setting"), [(1, "256MB"), (2, "256MB"), (4, "512MB"), (24, "3072MB"), (256, "4096MB")]
)
def test_a_server_keeps_an_eighth_of_the_memory_for_its_pages(gibibytes: int, setting: str) -> None:
    assert embedded.buffers(gibibytes << 30) == setting


def test_a_container_has_the_memory_it_may_take(tmp_path: Path) -> None:
    few, without = tmp_path / "few", tmp_path / "without"
    few.write_text("1048576\n")
    without.write_text("max\n")
    assert machine_bytes((str(few), str(without), str(tmp_path / "none"))) == 1 << 20
    assert machine_bytes((str(without),)) == machine_bytes(()) > 1 << 20


def test_what_was_committed_survives_a_kill(data: Path) -> None:
    url = embedded.start(data, QUICK)
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    db = Db(url, name="test")
    with db.read() as own:
        assert own.execute("SELECT answer FROM kept").fetchone() == (42,)
    embedded.kill(data)
    # A server process that serves a connection outlives the killed one for a moment.
    with pytest.raises(Retry):
        read_until_it_fails(db)
    assert embedded.start(data, QUICK) == url
    with db.read() as own:
        assert own.execute("SELECT answer FROM kept").fetchone() == (42,)
    db.close()


def read_until_it_fails(db: Db) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with db.read() as own:
            own.execute("SELECT answer FROM kept")


def test_a_pid_file_that_names_another_program_does_not_hinder_a_start(data: Path) -> None:
    embedded.start(data, QUICK)
    embedded.stop(data)
    (data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{data}/postgres\n0\n5432\n\n\n\n\n")
    assert embedded.postmaster_pid(data) is None
    with psycopg.connect(embedded.start(data, QUICK)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_a_kill_in_the_middle_of_making_leaves_nothing_in_the_way(data: Path) -> None:
    (data / "postgres.making").mkdir()
    (data / "postgres.making" / "PG_VERSION").write_text("18\n")
    with psycopg.connect(embedded.start(data, QUICK)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_a_cluster_of_another_release_is_refused_with_advice(data: Path) -> None:
    embedded.start(data, QUICK)
    embedded.stop(data)
    version = data / "postgres" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Fatal, match="Dump with the older release"):
        embedded.start(data, QUICK)


def test_a_wrong_setting_is_told_in_the_servers_own_words(data: Path) -> None:
    with pytest.raises(Fatal, match="no_such_setting"):
        embedded.start(data, {**QUICK, "no_such_setting": "1"})


def test_a_path_too_long_for_a_socket_is_served_from_a_short_one(data: Path) -> None:
    deep = data / ("long-name-" * 8) / "data"
    url = embedded.start(deep, QUICK)
    try:
        assert not embedded.socket_folder(deep).is_relative_to(data)
        with psycopg.connect(url) as conn:
            assert conn.execute("SELECT 1").fetchone() == (1,)
    finally:
        embedded.stop(deep)


def test_stop_is_quiet_where_nothing_runs(tmp_path: Path) -> None:
    embedded.stop(tmp_path)
    assert embedded.postmaster_pid(tmp_path) is None


def test_the_server_outlives_the_signal_that_stops_a_terminal(data: Path) -> None:
    embedded.start(data, QUICK)
    pid = embedded.postmaster_pid(data)
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while embedded.postmaster_pid(data) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert embedded.postmaster_pid(data) is None


def test_the_right_to_pass_adds_nothing_for_anybody_else() -> None:
    private = [AclEntry(USER_OBJ, 7, NO_ID), AclEntry(GROUP_OBJ, 4, NO_ID), AclEntry(OTHER, 0, NO_ID)]
    once = with_pass(private, 998)
    assert once == [
        AclEntry(USER_OBJ, 7, NO_ID),
        AclEntry(USER, 1, 998),
        AclEntry(GROUP_OBJ, 4, NO_ID),
        AclEntry(MASK, 5, NO_ID),
        AclEntry(OTHER, 0, NO_ID),
    ]
    assert with_pass(once, 998) == once


def test_a_mask_that_hid_passing_goes_on_hiding_it_from_others() -> None:
    masked = [
        AclEntry(USER_OBJ, 7, NO_ID),
        AclEntry(USER, 7, 1000),
        AclEntry(GROUP_OBJ, 7, NO_ID),
        AclEntry(MASK, 4, NO_ID),
        AclEntry(OTHER, 0, NO_ID),
    ]
    passed = {(entry.tag, entry.id): entry.bits for entry in with_pass(masked, 998)}
    assert passed[USER, 1000] & passed[MASK, NO_ID] == 4
    assert passed[USER, 998] & passed[MASK, NO_ID] == 1
