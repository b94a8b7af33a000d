import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.jobs import store, worker
from konnektu.jobs.api import Job, State, cancel, defer, jobs, one, retry
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.conftest import SECRET_KEY
from tests.jobs import made

PATIENCE_SECONDS = 55.0


def until(is_so: Callable[[], bool], what: str) -> None:
    """Return when `is_so`; fail saying what did not happen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: it did not happen in time"
        time.sleep(0.02)


class Desk:
    """Jobs of one workspace, and workers that a test starts."""

    def __init__(self, storage: Storage, workspace: WorkspaceRecord, url: str, folder: Path) -> None:
        self.storage, self.workspace, self.url, self.folder = storage, workspace, url, folder
        self.control = storage.control
        self.clock = SystemClock()
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    def defer(self, kind: str, key: str = "", arguments: dict[str, Any] | None = None, **more: Any) -> Job:
        return defer(self.storage, self.workspace, kind, key, arguments, now=self.now, **more)

    def one(self, job: Job) -> Job:
        return one(self.control, self.workspace, job.id)

    def jobs(self, **more: Any) -> list[Job]:
        return jobs(self.control, self.workspace, **more)

    def cancel(self, job: Job) -> Job:
        return cancel(self.control, self.workspace, job.id, now=self.now)

    def retry(self, job: Job) -> Job:
        return retry(self.control, self.workspace, job.id, now=self.now)

    def until(self, job: Job, *states: State) -> Job:
        until(lambda: self.one(job).state in states, f"{job.kind} is {states}, not {self.one(job)}")
        return self.one(job)

    def notes(self) -> list[list[str]]:
        return made.notes(self.folder)

    def go(self) -> None:
        (self.folder / "go").touch()

    @contextmanager
    def serving(self, data: Path | None = None, *, at_once: int = 2) -> Iterator[threading.Event]:
        """A worker in this process."""
        stop = threading.Event()
        config = Config(data=data or self.folder, jobs_at_once=at_once)
        thread = threading.Thread(
            target=worker.serve, args=(self.storage, config, self.clock, stop), kwargs={"look_seconds": 0.2}
        )
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            self.go()
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()

    def start_process(self) -> "subprocess.Popen[bytes]":
        """A worker in a process of its own."""
        command = [
            sys.executable,
            "-m",
            "tests.jobs.process",
            str(self.folder),
            self.url,
            SECRET_KEY.decode(),
        ]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
        self.processes.append(process)
        return process

    def let_silent(self) -> None:
        """A worker that was killed has been silent for long."""
        with self.control.transaction() as db:
            db.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")

    def tickets(self) -> int:
        with self.control.read() as db:
            row = db.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
        assert row
        return row[0]


@pytest.fixture
def desk(storage: Storage, workspace: WorkspaceRecord, postgres_url: str, tmp_path: Path) -> Iterator[Desk]:
    _forget_jobs(storage)
    desk = Desk(storage, workspace, postgres_url, tmp_path)
    yield desk
    for process in desk.processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()
    _forget_jobs(storage)
    assert store.TASK


def _forget_jobs(storage: Storage) -> None:
    """Other tests of this installation leave jobs that nobody ran."""
    with storage.control.transaction() as db:
        db.execute("DELETE FROM job")
        db.execute("DELETE FROM procrastinate_jobs")
        db.execute("DELETE FROM procrastinate_workers")
