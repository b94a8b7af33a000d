"""A real installation with one small shop in it, for tests that drive the console in a browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec

from konnektu.access.api import Passwords, create_source, create_user, system_caller
from konnektu.cli.world import open_storage
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.storage.api import create_workspace, stop_postgres

ROOT = Path(__file__).parents[2]
CLOCK = Path(__file__).parent / "clock"
"""A folder that gives every process of an installation a clock to be moved."""
PASSWORD = "correct horse battery"
START_SECONDS = 120.0
PATIENCE_SECONDS = 120.0
PEOPLE = 130
"""More than two pages of a list."""
NAMES = [
    ("Анна", "Иванова"),
    ("Борис", "Петров"),
    ("Вера", "Сидорова"),
    ("Глеб", "Орлов"),
    ("Дина", "Зайцева"),
]


@dataclass(frozen=True)
class Shop:
    """Where the shop is, and who can sign in: `olga` owns it, `roman` may only read, `nina` is another shop's."""

    url: str

    @property
    def link(self) -> str:
        return f"{self.url}/shop/"


@contextmanager
def opened_shop(data: Path) -> Iterator[Shop]:
    """The installation, started, with the shop's events applied; stopped at the end."""
    with _served(data) as url:
        key = _made(Config(data=data))
        _send(url, key, list(_events()))
        _wait_until_applied(url)
        yield Shop(url)
    stop_postgres(data)


@contextmanager
def empty_shop(data: Path, clock: Path) -> Iterator[tuple[Shop, str]]:
    """An installation of its own whose clock can be moved, with nobody in it; and the write key of its source."""
    try:
        with _served(data, clock) as url:
            yield Shop(url), _made(Config(data=data))
    finally:
        stop_postgres(data)


@contextmanager
def _served(data: Path, clock: Path | None = None) -> Iterator[str]:
    """An installation, started; stopped at the end. With a clock, its time is the machine's and what the file adds."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    path = str(ROOT / "src") if clock is None else os.pathsep.join((str(CLOCK), str(ROOT / "src")))
    environment = {**os.environ, "KONNEKTU_DATA": str(data), "PYTHONPATH": path}
    if clock is not None:
        environment["MOVED_CLOCK"] = str(clock)
    command = [sys.executable, "-m", "konnektu.cli", "serve", "--json", "--port", str(port)]
    with (data / "said").open("w") as said:
        process = subprocess.Popen(command, env={**environment, "KONNEKTU_LOG_LEVEL": "error"}, stdout=said)
    try:
        _until(lambda: (data / "said").read_text().endswith("\n"), "the installation starts", START_SECONDS)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _made(config: Config) -> str:
    """Two workspaces with people who may sign in. Returns the write key of the shop."""
    storage, now, passwords = open_storage(config), SystemClock().now_ms(), Passwords()
    try:
        shop = create_workspace(storage, "shop", "Лавка «Чай»", created_at=now)
        other = create_workspace(storage, "other", "Другая", created_at=now)
        for workspace, login, role in (
            (shop, "olga", "owner"),
            (shop, "roman", "read_only"),
            (other, "nina", "owner"),
        ):
            by = system_caller(workspace)
            create_user(storage.control, passwords, by, login=login, password=PASSWORD, role=role, now=now)
        source = create_source(storage.control, system_caller(shop), kind="server", name="Касса", now=now)
        return source.write_keys[0]
    finally:
        storage.close()


def _events() -> Iterator[dict[str, Any]]:
    """People with names, phones, orders and consents, and three events that are rejected."""
    now = SystemClock().now_ms()
    for number in range(PEOPLE):
        first, last = NAMES[number % len(NAMES)]
        user, at = {"userId": f"u-{number}"}, {"timestamp": _iso(now - (PEOPLE - number) * 3_600_000)}
        traits = {
            "firstName": first,
            "lastName": f"{last}-{number}",
            "phone": f"+7916{number:07d}",
            "email": f"p{number}@example.com",
        }
        yield {"type": "identify", **user, **at, "traits": traits}
        line = {"product_id": f"tea-{number % 7}", "name": "Чай", "price": 150, "quantity": 1 + number % 3}
        order = {
            "order_id": f"A-{number:04d}",
            "currency": "RUB",
            "total": 150 * (1 + number % 3),
            "products": [line],
        }
        yield {"type": "track", "event": "Order Completed", **user, **at, "properties": order}
    for number in range(5):
        yield {"type": "page", "anonymousId": f"visitor-{number}", "name": "Главная"}
    for number in range(3):
        yield {"type": "track", "userId": f"u-{number}", "event": "", "properties": {"place": number}}


def _iso(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at / 1000))


def _send(url: str, key: str, events: list[dict[str, Any]]) -> None:
    batch = [{"messageId": f"m-{number}", **one} for number, one in enumerate(events)]
    answer = httpx.post(f"{url}/v1/batch", json={"batch": batch}, auth=(key, ""), timeout=30)
    assert answer.status_code == 200, answer.text


def _wait_until_applied(url: str) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:
        signed = client.post("/api/shop/sign-in", json={"login": "olga", "password": PASSWORD})
        assert signed.status_code == 200, signed.text

        def is_applied() -> bool:
            status = msgspec.json.decode(client.get("/api/shop/status").content)
            return bool(status["profiles"] >= PEOPLE and not status["waiting_events"])

        _until(is_applied, "the shop's events are applied", PATIENCE_SECONDS)


def _until(is_so: Callable[[], bool], what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: it did not happen in time"
        time.sleep(0.1)
