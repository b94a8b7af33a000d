"""A workspace with an owner, quick password hashes, and a clock that the test moves."""

import pytest

from konnektu.access.api import Caller, Passwords, create_user, system_caller
from konnektu.core.clock import MovableClock
from konnektu.storage.api import Storage, WorkspaceRecord

NOW = 1_770_000_000_000
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(time_cost=1, memory_kib=64)


@pytest.fixture(autouse=True)
def _patience(storage: Storage) -> None:
    """No test waits for the failed sign-ins of another."""
    with storage.control.transaction() as conn:
        conn.execute("DELETE FROM throttle")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def system(workspace: WorkspaceRecord) -> Caller:
    return system_caller(workspace)


@pytest.fixture
def owner(storage: Storage, passwords: Passwords, system: Caller) -> str:
    """Login of an owner whose password is PASSWORD."""
    create_user(storage.control, passwords, system, login="Olga", password=PASSWORD, role="owner", now=NOW)
    return "olga"
