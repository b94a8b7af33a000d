"""Backups that come by themselves: so many are kept, and one that failed or did not come is a problem."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from konnektu.core.clock import DAY, HOUR, SystemClock
from konnektu.core.config import Config
from konnektu.jobs import worker
from konnektu.jobs.api import problems, put_schedule, run_now, schedules
from konnektu.keeping import api as keeping
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import identify, send
from tests.keeping.made import applied

pytestmark = pytest.mark.slow
KIND = "keeping.backup"


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 55.0
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@contextmanager
def working(storage: Storage, config: Config) -> Iterator[None]:
    """The process `jobs`, in this one."""
    stop = threading.Event()
    told = {"look_seconds": 0.2}
    thread = threading.Thread(target=worker.serve, args=(storage, config, SystemClock(), stop), kwargs=told)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(55)


@pytest.fixture
def clean(storage: Storage) -> Iterator[None]:
    yield
    with storage.control.transaction() as db:
        for table in ("job", "procrastinate_jobs", "procrastinate_workers"):
            db.execute(f"DELETE FROM {table}")


def broken(storage: Storage, record: WorkspaceRecord) -> set[str]:
    return {one.key for one in problems(storage.control, record)}


def test_so_many_are_kept_and_each_is_whole(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path, clean: None
) -> None:
    send(storage, workspace, identify("u1", 1, email="anna@example.org"))
    applied(storage, workspace)
    to, now = tmp_path / "backups", SystemClock().now_ms()
    keeping.schedule_backups(storage, workspace, cron="0 3 * * *", keep=2, now=now)
    config = Config(data=tmp_path / "data", backup_folder=str(to), backup_passphrase="a phrase")
    with working(storage, config):
        for number in range(1, 4):
            run_now(storage, workspace, KIND, now=now, by="test")
            until(lambda number=number: len(keeping.backups(to)) == min(number, 2), f"backup {number}")  # type: ignore[misc]
            until(lambda: not list(to.glob(".*")), "nothing is half")
            with storage.control.transaction() as db:
                until(
                    lambda: (
                        not db.execute("SELECT FROM job WHERE state IN ('waiting', 'running')").fetchall()
                    ),
                    "done",
                )
    for path in keeping.backups(to, workspace.slug):
        keeping.source(path, "a phrase").check()
    assert not broken(storage, workspace)


def test_a_failure_is_a_problem_until_the_next_one_is_whole(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path, clean: None
) -> None:
    now = SystemClock().now_ms()
    put_schedule(storage, workspace, KIND, cron="0 3 * * *", now=now)
    with working(storage, Config(data=tmp_path / "data")):
        run_now(storage, workspace, KIND, now=now, by="test")
        until(lambda: broken(storage, workspace) == {"backup.failed"}, "nobody said where")
    with storage.control.transaction() as db:
        db.execute("DELETE FROM job")
        db.execute("DELETE FROM procrastinate_jobs")
    with working(storage, Config(data=tmp_path / "data", backup_folder=str(tmp_path / "backups"))):
        run_now(storage, workspace, KIND, now=now, by="test")
        until(lambda: not broken(storage, workspace), "it is mended")


def test_one_that_did_not_come_is_a_problem(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    to, now = tmp_path / "backups", SystemClock().now_ms()
    config = Config(data=tmp_path, backup_folder=str(to))
    place = keeping.Place(tmp_path, tmp_path / "erased", to)
    made = keeping.back_up(storage, workspace, place, now, lambda _: None)
    assert Path(made.path).is_dir()
    keeping.schedule_backups(storage, workspace, cron="0 3 * * *", keep=2, now=now)
    for later, expected in ((HOUR, set()), (2 * DAY, {"backup.late"}), (HOUR, set())):
        keeping.watch_backups(storage, workspace, config, now + later)
        assert broken(storage, workspace) == expected
    assert [one.kind for one in schedules(storage, workspace)] == [KIND]
