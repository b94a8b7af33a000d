"""The application in this process, with callers of every kind."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from konnektu.access.api import RIGHTS, Caller, Passwords, create_token, create_user, system_caller
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from konnektu.web.app import make_app
from konnektu.web.headers import Headers

NOW = 1_770_000_000_000
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class House:
    """A workspace with an owner and tokens: one with every right, one with none that matters, one of another workspace."""

    workspace: WorkspaceRecord
    system: Caller
    token: str
    weak_token: str
    foreign_token: str

    def path(self, rest: str) -> str:
        return f"/api/{self.workspace.slug}{rest}"


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(time_cost=1, memory_kib=64)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture(autouse=True)
def _patience(storage: Storage) -> None:
    """No test waits for the failed sign-ins of another."""
    with storage.control.transaction() as conn:
        conn.execute("DELETE FROM throttle")


@pytest.fixture
def app(storage: Storage, clock: MovableClock, passwords: Passwords) -> Litestar:
    return make_app(storage, Config(), clock, passwords)


@pytest.fixture
def client(app: Litestar) -> Iterator[httpx.Client]:
    """Speaks to the application with its headers, and keeps cookies."""
    with TestClient(Headers(app, is_encrypted=False), raise_server_exceptions=False) as client:  # type: ignore[arg-type, type-var]
        yield client


@pytest.fixture(scope="module")
def other(storage: Storage) -> Iterator[WorkspaceRecord]:
    """A second workspace."""
    record = create_workspace(storage, "web-other-shop", "Other", created_at=NOW)
    yield record
    drop_workspace(storage, record)


@pytest.fixture(scope="module")
def house(storage: Storage, other: WorkspaceRecord, passwords: Passwords) -> Iterator[House]:
    workspace = create_workspace(storage, "web-shop", "Лавка <b>", created_at=NOW)
    system, foreign = system_caller(workspace), system_caller(other)
    create_user(storage.control, passwords, system, login="olga", password=PASSWORD, role="owner", now=NOW)

    def token(by: Caller, scopes: frozenset[str] | set[str]) -> str:
        return create_token(storage.control, by, name="test", scopes=scopes, now=NOW).secret

    yield House(
        workspace,
        system,
        token=token(system, RIGHTS),
        weak_token=token(system, {"privacy.erase"}),
        foreign_token=token(foreign, RIGHTS),
    )
    drop_workspace(storage, workspace)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
