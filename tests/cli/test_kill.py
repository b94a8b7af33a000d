"""The whole product under load, killed with -9 and started again: what was accepted is applied, once, everywhere."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from konnektu.cli.world import open_storage
from konnektu.core.config import Config
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord, find, postgres_pid
from tests.cli.waiting import until
from tests.sdk.tools import node, node_packages

pytestmark = [pytest.mark.sdk, pytest.mark.slow, pytest.mark.xdist_group("whole product")]

CALLS, USERS = 400, 7
AMID = 60
"""Events that have arrived when the server is killed: some are applied, some wait, some are under way."""
PATIENCE_SECONDS = 180
"""For a client that repeats ever more slowly while the server is away."""


class Product:
    """One data folder, and the server on it."""

    def __init__(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.data = data
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "KONNEKTU_DATA": str(data), "KONNEKTU_PORT": str(self.port)}
        self.server: subprocess.Popen[bytes] | None = None

    def say(self, *words: str) -> Any:
        """One command and its document."""
        command = [sys.executable, "-m", "konnektu.cli", "--json", *words]
        done = subprocess.run(
            command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        assert done.stdout, done.stderr.decode()
        return msgspec.json.decode(done.stdout) | {"code": done.returncode}

    def start(self) -> None:
        command = [sys.executable, "-m", "konnektu.cli", "serve"]
        self.server = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        until(self.is_ready)

    def is_ready(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/readyz").is_success
        return False

    def kill(self) -> None:
        """Kill -9: the supervisor, every role with all it started, and the database."""
        assert self.server is not None
        groups = children(self.server.pid)
        database = postgres_pid(self.data)
        os.kill(self.server.pid, signal.SIGKILL)
        for group in groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        if database is not None:
            os.kill(database, signal.SIGKILL)
        self.server.wait()

    def stop(self) -> int:
        """Stop as Ctrl-C does; the exit code."""
        assert self.server is not None
        self.server.send_signal(signal.SIGINT)
        return self.server.wait(PATIENCE_SECONDS)

    @contextmanager
    def opened(self) -> Iterator[tuple[Storage, WorkspaceRecord]]:
        storage = open_storage(Config(data=self.data))
        try:
            yield storage, find(storage, "shop")
        finally:
            storage.close()


def children(parent: int) -> list[int]:
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True
    )
    return [int(pid) for pid in done.stdout.split()]


@pytest.fixture
def product(data: Path) -> Iterator[Product]:
    """The product on an empty folder; nothing of it is left in the end."""
    made = Product(data)
    yield made
    if made.server is not None and made.server.poll() is None:
        made.kill()


def arrived(storage: Storage, record: WorkspaceRecord) -> int:
    """Events in the inbox, repetitions included."""
    with storage.inbox.read() as inbox:
        query = "SELECT coalesce(sum(events), 0)::bigint FROM block WHERE workspace = %s"
        row = inbox.execute(query, [record.id]).fetchone()
    return int(row[0]) if row else 0


def is_settled(storage: Storage, record: WorkspaceRecord) -> bool:
    """Whether everything that arrived is applied and in the event store."""
    behind = log.lag(storage.workspace(record), storage.inbox, record.id)
    return behind.waiting_blocks == 0 and behind.sealed == behind.position


def sender_of(client: str) -> list[str]:
    """The command of a client that sends orders, or a skip that names what is missing."""
    if client == "segment-node":
        return [node(), str(node_packages().with_name("node_orders.mjs"))]
    return [sys.executable, str(Path(__file__).with_name("sender.py"))]


@pytest.mark.parametrize("client", ["segment-python", "segment-node"])
def test_killed_under_load_everything_accepted_is_applied_once(product: Product, client: str) -> None:
    command = sender_of(client)
    assert product.say("workspace", "create", "shop", "--owner", "owner@shop.example")["password"]
    key = product.say("source", "create", "shop", "--kind", "server", "--name", "Orders")["write_key"]
    product.start()
    sender = subprocess.Popen([*command, product.url, key, str(CALLS), str(USERS)])
    with product.opened() as (storage, record):
        until(lambda: arrived(storage, record) >= AMID)
    product.kill()
    assert not product.is_ready()
    assert sender.poll() is None, "the client had sent everything, so the kill proves nothing"

    product.start()
    assert sender.wait(PATIENCE_SECONDS) == 0
    expected = Counter(f"user-{call % USERS}" for call in range(CALLS))
    with product.opened() as (storage, record):
        until(lambda: is_settled(storage, record))
        with storage.workspace(record).read() as db:
            people = profiles.profiles_after(db, 0, 2 * USERS)
        facts = storage.history(record).rows(
            "SELECT count(), uniqExact(message_id), uniqExact(position) FROM fact WHERE origin = 'wire'"
        )
    assert facts == [(CALLS, CALLS, CALLS)]
    counted = [one.state.basics.by_name["Order Completed"].count for one in people]
    assert sorted(counted) == sorted(expected.values())

    shown = product.say("profile", "shop", "user_id", "user-0")
    assert shown["profile"]["basics"]["by_name"][0]["count"] == expected["user-0"]
    assert len(shown["timeline"]) == 20
    outcome = product.say("rebuild", "shop")
    assert (outcome["equal"], outcome["facts"], outcome["code"]) == (True, CALLS, 0)
    gone = product.say("erase", "shop", "user_id", "user-0", "--yes")
    assert (gone["state"], gone["removed"]["fact"], gone["code"]) == ("done", expected["user-0"], 0)
    assert product.stop() == 0
    assert postgres_pid(product.data) is None

    assert product.say("rebuild", "shop")["equal"], "the erased person came back"
