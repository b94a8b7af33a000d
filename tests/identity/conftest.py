"""A workspace with callers, and the application for a whole module."""

from collections.abc import Iterator

import httpx
import pytest

from konnektu.access.api import Passwords
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.app import make_app
from konnektu.web.headers import Headers
from tests.web.conftest import data, house, other, passwords
from tests.web.house import NOW, client_of

__all__ = ["client", "data", "house", "other", "passwords"]


@pytest.fixture(scope="module")
def client(storage: Storage, passwords: Passwords) -> Iterator[httpx.Client]:
    app = make_app(storage, Config(), MovableClock(NOW), passwords)
    with client_of(Headers(app, is_encrypted=False)) as web:  # type: ignore[arg-type]
        yield web
