"""Clients that dawdle with the body of a management request: cut off in time, and nobody else."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import msgspec
import pytest

from konnektu.access.api import Passwords
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.app import application
from tests.web.house import NOW, House

PIECES = [b'{"login":"olga",', b'"password":"wrong horse"}']


def answer_to(
    storage: Storage, passwords: Passwords, path: str, pieces: list[bytes], pause: float
) -> tuple[int, dict[str, Any]]:
    """Status and body of a POST whose pieces come with a pause before each; the last never ends the body."""
    app = application(storage, Config(request_seconds=1), MovableClock(NOW), passwords)
    left, sent = list(pieces), list[Any]()

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        if not left:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left) or pause > 0}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"host", b"x")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
             "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
             "client": ("203.0.113.9", 5), "server": ("x", 80), "extensions": {}}  # fmt: skip
    asyncio.run(_answered(app(scope, receive, send)))
    return sent[0]["status"], msgspec.json.decode(b"".join(one.get("body", b"") for one in sent))


async def _answered(answering: Awaitable[None]) -> None:
    await answering


def test_a_body_that_does_not_end_is_answered_in_time(
    storage: Storage, passwords: Passwords, house: House
) -> None:
    status, problem = answer_to(storage, passwords, house.path("/sign-in"), PIECES, 0.05)
    assert (status, problem["status"]) == (408, 408)
    assert "faster" in problem["detail"]


def test_a_body_that_comes_at_once_is_heard(storage: Storage, passwords: Passwords, house: House) -> None:
    assert answer_to(storage, passwords, house.path("/sign-in"), PIECES, 0.0)[0] == 401


@pytest.mark.parametrize("pause", [0.4])
def test_dawdling_does_not_move_the_deadline(
    storage: Storage, passwords: Passwords, house: House, pause: float
) -> None:
    pieces = [b" "] * 20
    assert answer_to(storage, passwords, house.path("/sign-in"), pieces, pause)[0] == 408
