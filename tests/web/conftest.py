"""The application in this process, with callers of every kind."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from konnektu.access.api import RIGHTS, Passwords, create_token, create_user, system_caller
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.web.app import make_app
from konnektu.web.headers import Headers
from tests.shelf import Shelf
from tests.web.house import NOW, PASSWORD, SCRIPT, House, client_of


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(time_cost=1, memory_kib=64)


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture(autouse=True)
def _patience(storage: Storage) -> None:
    """No test waits for the failed sign-ins of another."""
    with storage.control.transaction() as conn:
        conn.execute("DELETE FROM throttle")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a console's front end: a page, a script with its packed form, a font."""
    folder = tmp_path_factory.mktemp("ui")
    (folder / "index.html").write_text(
        '<html lang="%language%"><meta name="konnektu-workspace" content="%workspace%"><title>%title%</title>'
    )
    (folder / "assets").mkdir()
    (folder / "assets" / "main-1.js").write_bytes(SCRIPT)
    (folder / "assets" / "main-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "letters-1.woff2").write_bytes(b"letters")
    return folder


@pytest.fixture(scope="module")
def app(storage: Storage, clock: MovableClock, passwords: Passwords, data: Path, built: Path) -> Litestar:
    config = Config(
        data=data,
        trusted_proxies=("198.51.100.0/24",),
        outgoing_networks=("127.0.0.0/8",),
    )
    return make_app(storage, config, clock, passwords, built)


@pytest.fixture
def client(app: Litestar) -> Iterator[httpx.Client]:
    """Speaks to the application with its headers, from an address of the wide world, and keeps cookies."""
    with client_of(Headers(app, is_encrypted=False)) as client:  # type: ignore[arg-type]
        yield client


@pytest.fixture(scope="module")
def other(shelf: Shelf) -> Iterator[WorkspaceRecord]:
    """A second workspace."""
    with shelf.workspace("web-other-shop", "Other", NOW) as record:
        yield record


@pytest.fixture(scope="module")
def house(
    storage: Storage, shelf: Shelf, other: WorkspaceRecord, passwords: Passwords, data: Path
) -> Iterator[House]:
    workspace = shelf.take("web-shop", "Лавка <b>", NOW)
    system, foreign = system_caller(workspace), system_caller(other)
    create_user(storage.control, passwords, system, login="olga", password=PASSWORD, role="owner", now=NOW)
    tokens = [
        create_token(storage.control, by, name="test", scopes=RIGHTS, now=NOW).secret
        for by in (system, foreign)
    ]
    yield House(storage, workspace, system, token=tokens[0], foreign_token=tokens[1], data=data)
    shelf.give_back(workspace)
