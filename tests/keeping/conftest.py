"""A second machine: another PostgreSQL, another event store, another secret key."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from konnektu.core.config import Config
from konnektu.storage import embedded
from konnektu.storage.api import Storage, drop_workspace, event_store, list_workspaces
from tests.conftest import SETTINGS, start_store, stop_store

OTHER_KEY = b"the secret key of other machines"


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Storage]:
    """Doors to an empty installation with servers and a key of its own."""
    with tempfile.TemporaryDirectory(prefix="konnektu-tests-", ignore_cleanup_errors=True) as name:
        data = Path(name)
        data.chmod(0o755)
        embedded.start(data, SETTINGS)
        (data / "store").mkdir()
        pid = start_store(data, OTHER_KEY)
        config = Config(data=data, secret_key=OTHER_KEY.decode())
        storage = Storage(embedded.url(data), OTHER_KEY, event_store=event_store(config))
        storage.prepare()
        try:
            yield storage
        finally:
            storage.close()
            stop_store(pid, data)
            embedded.stop(data)


@pytest.fixture
def empty_machine(elsewhere: Storage) -> Iterator[Storage]:
    """The second machine, empty again after the test."""
    yield elsewhere
    for record in list_workspaces(elsewhere):
        drop_workspace(elsewhere, record)
