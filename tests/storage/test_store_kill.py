"""A store killed at any moment loses no acknowledged row, doubles none, and is found again by its clients."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from konnektu.core.config import Config
from konnektu.core.errors import Retry
from konnektu.storage.api import (
    Column,
    Storage,
    Table,
    WorkspaceRecord,
    create_workspace,
    drop_workspace,
    event_store,
)
from konnektu.storage.tables import bring
from tests.conftest import SECRET_KEY, start_store, stop_store

ROWS = 5_000
TABLE = Table(
    name="drop",
    columns=(Column("id", "Int64"), Column("batch", "Int64")),
    order_by="(id)",
    partition_by="batch % 3",
)


@pytest.fixture
def alone(
    tmp_path: Path, postgres_url: str, storage: Storage
) -> Iterator[tuple[Storage, WorkspaceRecord, Path]]:
    """An event store of this test alone, which it may kill."""
    pids = [start_store(tmp_path)]
    config = Config(data=tmp_path, secret_key=SECRET_KEY.decode())
    mine = Storage(postgres_url, SECRET_KEY, event_store=event_store(config))
    record = create_workspace(mine, "killed-store", "Shop", created_at=1_760_000_000_000)
    for statement in bring([TABLE], {}, record.database):
        mine.histories.administration.command(statement)
    (tmp_path / "pids").write_text(str(pids[0]))
    yield mine, record, tmp_path
    drop_workspace(mine, record)
    mine.close()
    stop_store(int((tmp_path / "pids").read_text()), tmp_path)


def kill_and_restart(folder: Path) -> None:
    pid = int((folder / "pids").read_text())
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    (folder / "pids").write_text(str(start_store(folder)))


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_running(storage: Storage, word: str) -> bool:
    texts = storage.histories.administration.rows("SELECT query FROM system.processes")
    return any(word in text for (text,) in texts)


def test_acknowledged_rows_survive_kills_and_repeated_batches_add_nothing(
    alone: tuple[Storage, WorkspaceRecord, Path],
) -> None:
    storage, record, folder = alone
    sent, over = 0, threading.Event()

    def sink() -> None:
        nonlocal sent
        while not over.is_set():
            batch = pa.table(
                {"id": range(sent * ROWS, (sent + 1) * ROWS), "batch": [n % 3 for n in range(ROWS)]}
            )
            try:
                storage.history(record).insert("drop", batch, f"batch-{sent}")
            except Retry:
                over.wait(0.02)
                continue
            sent += 1

    thread = threading.Thread(target=sink)
    thread.start()
    for more in (3, 5):
        goal = sent + more
        until(lambda: sent >= goal)  # noqa: B023 - called within the same turn of the loop
        kill_and_restart(folder)
    goal = sent + 3
    until(lambda: sent >= goal)
    over.set()
    thread.join()
    found = storage.history(record).rows("SELECT count(), uniqExact(id), max(id) FROM drop")
    assert found[0][:2] == (found[0][1], found[0][1])
    assert found[0][2] >= sent * ROWS - 1
    assert (
        storage.history(record).scalar(
            "SELECT uniqExact(id) FROM drop WHERE id < {upto:Int64}", {"upto": sent * ROWS}
        )
        == sent * ROWS
    )


def test_a_query_under_way_ends_in_retry_and_the_next_one_is_served(
    alone: tuple[Storage, WorkspaceRecord, Path],
) -> None:
    storage, record, folder = alone
    history = storage.history(record)
    failed: list[BaseException] = []

    def report() -> None:
        try:
            history.scalar("SELECT sum(sipHash64(number)) FROM numbers(50000000000)")
        except Retry as error:
            failed.append(error)

    thread = threading.Thread(target=report)
    thread.start()
    until(lambda: is_running(storage, "sipHash64"))
    kill_and_restart(folder)
    thread.join(timeout=60)
    assert len(failed) == 1
    assert history.scalar("SELECT 1") == 1


def test_a_workspace_made_beside_a_long_report_waits_for_it_and_cancels_it_in_the_end(
    alone: tuple[Storage, WorkspaceRecord, Path],
) -> None:
    storage, record, _ = alone
    outcome: list[BaseException] = []

    def report() -> None:
        try:
            storage.history(record).scalar("SELECT sum(sipHash64(number)) FROM numbers(500000000000)")
        except Retry as error:
            outcome.append(error)

    thread = threading.Thread(target=report)
    thread.start()
    until(lambda: is_running(storage, "sipHash64"))
    # A name outside the numbering has no role declared ahead, so the engine must open anew.
    storage.histories.administration.command("CREATE DATABASE unforeseen")
    thread.join(timeout=60)
    assert [type(error) for error in outcome] == [Retry]
    assert storage.history(record).scalar("SELECT count() FROM drop") == 0


def test_roles_are_declared_while_others_ask(alone: tuple[Storage, WorkspaceRecord, Path]) -> None:
    storage, record, _ = alone
    history, is_over = storage.history(record), threading.Event()
    failed: list[BaseException] = []

    def ask(number: int) -> None:
        try:
            while not is_over.is_set():
                # Another text each time, which is read by the engine before it is let through.
                number += 1
                assert history.scalar(f"SELECT {number}") == number
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            failed.append(error)

    asking = [threading.Thread(target=ask, args=(place * 1_000_000,)) for place in range(6)]
    for one in asking:
        one.start()
    admin = storage.histories.administration
    names = {f"unforeseen_{place}" for place in range(8)}
    for name in sorted(names):
        admin.command(f"CREATE DATABASE {name}")
    is_over.set()
    for one in asking:
        one.join(timeout=60)
    assert not failed
    assert names <= {role for (role,) in admin.rows("SELECT name FROM system.roles")}
