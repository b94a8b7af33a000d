"""A data folder of its own for commands that start servers."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from konnektu.storage.api import stop_postgres


@pytest.fixture
def data() -> Iterator[Path]:
    """An empty data folder whose PostgreSQL is stopped after the test.

    It stands outside pytest's own folder, whose permissions every other run sets anew.
    """
    with tempfile.TemporaryDirectory(prefix="konnektu-tests-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
        stop_postgres(Path(folder))
