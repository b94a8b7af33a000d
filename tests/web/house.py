"""A workspace with callers of every kind, for tests of routes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from litestar.testing import TestClient

from konnektu.access.api import RIGHTS, Caller, Right, create_token
from konnektu.storage.api import Storage, WorkspaceRecord

NOW = 1_770_000_000_000
PASSWORD = "correct horse battery"
SCRIPT = b"export const words = 0;\n" * 100
"""The script of the console that tests serve."""


@dataclass(frozen=True)
class House:
    """A workspace with an owner `olga` and tokens: one with every right, one of another workspace."""

    storage: Storage
    workspace: WorkspaceRecord
    system: Caller
    token: str
    foreign_token: str
    data: Path
    """The data folder of the application."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _lacking: dict[str, str] = field(default_factory=dict)

    def path(self, rest: str) -> str:
        return f"/api/{self.workspace.slug}{rest}"

    def number(self) -> int:
        return next(self._numbers)

    def fresh(self, word: str) -> str:
        return f"{word}-{self.number()}"

    def token_without(self, right: Right) -> str:
        """A token with every right but one."""
        if right not in self._lacking:
            scopes = RIGHTS - {right}
            made = create_token(self.storage.control, self.system, name=right, scopes=scopes, now=NOW)
            self._lacking[right] = made.secret
        return self._lacking[right]


def client_of(app: Any, address: tuple[str, int] = ("203.0.113.9", 50_000)) -> httpx.Client:
    """Speaks to an application from an address, without following redirects."""
    client: httpx.Client = TestClient(WithAddress(app, address), raise_server_exceptions=False)
    client.follow_redirects = False
    return client


class WithAddress:
    """An ASGI callable whose requests come from an address, or from the one in their header X-Test-Peer."""

    def __init__(self, app: Any, address: tuple[str, int]) -> None:
        self.inner, self._address = app, address

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            peer = dict(scope["headers"]).get(b"x-test-peer")
            scope["client"] = (peer.decode(), 1) if peer else self._address
        await self.inner(scope, receive, send)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
