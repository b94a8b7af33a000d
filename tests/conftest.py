"""Real servers for every test: one embedded PostgreSQL a run, a database a worker, a workspace a test.

Hypothesis gives the same examples each time in `./check` (profile ci), fresh ones elsewhere.
"""

import fcntl
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg.sql import SQL, Identifier

from konnektu.core.config import Config
from konnektu.storage import embedded
from konnektu.storage.api import (
    History,
    Storage,
    WorkspaceRecord,
    event_store,
)
from tests.sharing import ByFiles, longest_first
from tests.shelf import Shelf

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

SECRET_KEY = b"a secret key of the tests, 32 by"
CREATED_AT = 1_760_000_000_000
SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_wal_size": "512MB"}
"""The tests kill processes, not machines: what is written is safe without fsync."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFiles | None:
    return ByFiles(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        longest_first(items)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _change_users(counter: Path, by: int) -> int:
    users = int(counter.read_text()) + by if counter.exists() else by
    counter.write_text(str(users))
    return users


@pytest.fixture(scope="session")
def servers_folder(testrun_uid: str) -> Iterator[Path]:
    """The data folder that all workers of this run share; the last one removes it.

    It stands outside pytest's own folder, whose permissions every other run sets anew.
    """
    folder = Path(tempfile.gettempdir()) / f"konnektu-tests-{testrun_uid[:16]}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    with _locked(folder / "lock.folder"):
        _change_users(folder / "users.folder", +1)
    yield folder
    with _locked(folder / "lock.folder"):
        is_last = _change_users(folder / "users.folder", -1) == 0
    if is_last:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server(servers_folder: Path) -> Iterator[Path]:
    """A running PostgreSQL; the last worker that uses it stops it."""
    servers_folder.mkdir(exist_ok=True)
    lock, users = servers_folder / "lock", servers_folder / "users"
    with _locked(lock):
        embedded.start(servers_folder, SETTINGS)
        _change_users(users, +1)
    yield servers_folder
    with _locked(lock):
        if _change_users(users, -1) == 0:
            embedded.stop(servers_folder)


@pytest.fixture(scope="session")
def event_store_server(servers_folder: Path) -> Iterator[Path]:
    """A running role `store`; the last worker that uses it stops it."""
    servers_folder.mkdir(exist_ok=True)
    lock, users = servers_folder / "store.lock", servers_folder / "store.users"
    with _locked(lock):
        if _change_users(users, +1) == 1:
            (servers_folder / "store.pid").write_text(str(start_store(servers_folder)))
    yield servers_folder
    with _locked(lock):
        if _change_users(users, -1) == 0:
            stop_store(int((servers_folder / "store.pid").read_text()), servers_folder)


def start_store(data: Path, secret_key: bytes = SECRET_KEY) -> int:
    """Start the role `store` of a data folder and return its process id when it answers."""
    script = (
        "import sys, threading, signal; from pathlib import Path\n"
        "from konnektu.core.config import Config; from konnektu.storage.api import run_store\n"
        "stop = threading.Event(); signal.signal(signal.SIGTERM, lambda *_: stop.set())\n"
        "run_store(Config(data=Path(sys.argv[1]), secret_key=sys.argv[2], store_memory_bytes=2 << 30), stop)\n"
    )
    (data / "store" / "port").unlink(missing_ok=True)
    arguments = [sys.executable, "-c", script, str(data), secret_key.decode()]
    # The worker that stops it need not be the one that started it, so no object holds the process.
    pid = os.posix_spawn(sys.executable, arguments, {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    deadline = time.monotonic() + 60
    while not (data / "store" / "port").exists():
        assert os.waitpid(pid, os.WNOHANG) == (0, 0), "the role store ended before it answered"
        assert time.monotonic() < deadline, "the role store does not answer"
        time.sleep(0.02)
    return pid


def stop_store(pid: int, data: Path) -> None:
    """Stop a role `store` cleanly and wait until its port is closed."""
    port = int((data / "store" / "port").read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                break
        time.sleep(0.02)
    (data / "store" / "port").unlink()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Path) -> str:
    """An administrator's URL of a fresh database of this worker."""
    name = f"konnektu_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(embedded.url(postgres_server, "postgres"), autocommit=True) as conn:
        conn.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return embedded.url(postgres_server, name)


@pytest.fixture(scope="session")
def storage(postgres_url: str, servers_folder: Path) -> Iterator[Storage]:
    """Open doors to a prepared installation; its event store is there for tests that ask for `history`."""
    config = Config(data=servers_folder, secret_key=SECRET_KEY.decode())
    storage = Storage(postgres_url, SECRET_KEY, event_store=event_store(config))
    storage.prepare()
    yield storage
    storage.close()


@pytest.fixture(scope="session")
def _workspace_numbers() -> Iterator[int]:
    return iter(range(1, 1_000_000))


@pytest.fixture(scope="session")
def shelf(storage: Storage) -> Shelf:
    """Where workspaces come from: each is as a fresh one, with the schema of every slice."""
    return Shelf(storage)


@pytest.fixture
def workspace(
    shelf: Shelf, _workspace_numbers: Iterator[int], request: pytest.FixtureRequest
) -> Iterator[WorkspaceRecord]:
    """A workspace of this test alone; it is gone after the test."""
    number = next(_workspace_numbers)
    with_history = "event_store_server" in request.fixturenames
    with shelf.workspace(f"shop-{number}", f"Shop {number}", CREATED_AT, with_history=with_history) as record:
        yield record


@pytest.fixture
def history(event_store_server: Path, storage: Storage, workspace: WorkspaceRecord) -> History:
    """The door to the fresh workspace's database in the event store."""
    return storage.history(workspace)
