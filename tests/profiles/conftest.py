"""A workspace with callers, and the application for a whole module: the profile API asks it often."""

from collections.abc import Iterator

import httpx
import pytest
from litestar.testing import TestClient

from konnektu.access.api import Passwords
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.app import make_app
from konnektu.web.headers import Headers
from tests.web.conftest import data, house, other, passwords
from tests.web.house import NOW

__all__ = ["data", "house", "other", "passwords", "web"]


@pytest.fixture(scope="module")
def web(storage: Storage, passwords: Passwords) -> Iterator[httpx.Client]:
    app = make_app(storage, Config(), MovableClock(NOW), passwords)
    with TestClient(Headers(app, is_encrypted=False), raise_server_exceptions=False) as client:  # type: ignore[arg-type, type-var]
        yield client
