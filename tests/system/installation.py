"""An installation of a test's own, each part a real process that the test may stop, kill and start again."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from konnektu.access.api import create_source, system_caller
from konnektu.core.config import Config
from konnektu.log import api as log
from konnektu.storage import embedded
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, event_store
from tests.collect.door import Door
from tests.collect.raw import Reply, basic, post
from tests.conftest import CREATED_AT, SECRET_KEY, SETTINGS

PATIENCE_SECONDS = 55.0
LOOK_SECONDS = 0.05


def until(is_so: Callable[[], bool], what: str) -> None:
    """Return when `is_so`; fail saying what did not happen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: it did not happen in time"
        time.sleep(LOOK_SECONDS)


class Installation:
    """A data folder with PostgreSQL, one workspace, and whatever roles the test starts."""

    def __init__(self, data: Path, settings: dict[str, str] | None = None) -> None:
        self.data, self._settings = data, {**SETTINGS, **(settings or {})}
        embedded.start(data, self._settings)
        self.url = embedded.url(data, "postgres")
        config = Config(data=data, secret_key=SECRET_KEY.decode())
        self.storage = Storage(self.url, SECRET_KEY, event_store=event_store(config))
        self.storage.prepare()
        self.record: WorkspaceRecord = create_workspace(self.storage, "shop", "Shop", created_at=CREATED_AT)
        caller = system_caller(self.record)
        source = create_source(self.storage.control, caller, kind="server", name="S", now=CREATED_AT)
        self.key = source.write_keys[0]
        self._roles: list[subprocess.Popen[bytes]] = []

    def start_postgres(self) -> None:
        """Start PostgreSQL again where it does not run."""
        embedded.start(self.data, self._settings)

    def kill_postgres(self) -> None:
        """End it at once, with all its processes, as a power cut does."""
        pid = embedded.postmaster_pid(self.data)
        assert pid is not None
        embedded.kill(self.data)
        until(lambda: embedded.postmaster_pid(self.data) is None, "PostgreSQL ends")

    def start_role(self, name: str) -> "subprocess.Popen[bytes]":
        """A process that runs one role, as the supervisor starts it."""
        given = {
            "KONNEKTU_DATA": str(self.data),
            "KONNEKTU_POSTGRES_URL": self.url,
            "KONNEKTU_SECRET_KEY": SECRET_KEY.decode(),
            "KONNEKTU_LOG_LEVEL": "error",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-m", "konnektu.cli", "role", name]
        role = subprocess.Popen(
            command, stdin=subprocess.PIPE, env={**os.environ, **given}, start_new_session=True
        )
        self._roles.append(role)
        return role

    def door(self, **settings: Any) -> Door:
        """A collector of this installation."""
        return Door(self.url, **settings)

    def position(self) -> int:
        """How far the writer is."""
        return log.place(self.storage.workspace(self.record)).position

    def sealed(self) -> int:
        """How far the event store is."""
        with self.storage.workspace(self.record).read() as db:
            return log.store.sealed(db)[0]

    def is_applied(self) -> bool:
        """Whether no block waits for a writer."""
        with self.storage.inbox.read() as inbox:
            return log.store.pending_count(inbox, self.record.id) == 0

    def facts(self) -> list[dict[str, Any]]:
        """The accepted facts, as they came, from the inbox."""
        entries = log.tail(self.storage.workspace(self.record), self.storage.inbox, 0, self.position())
        return [msgspec.json.decode(entry.parcel.events[0]) for entry in entries]

    def close(self) -> None:
        """End every role and PostgreSQL."""
        for role in self._roles:
            role.kill()
            role.wait()
            assert role.stdin is not None
            role.stdin.close()
        self.storage.close()
        embedded.stop(self.data)


class Load:
    """Senders who repeat what was not acknowledged, as official clients do, until told to stop."""

    def __init__(self, door: Door, key: str, senders: int = 4) -> None:
        self._door, self._key = door, key
        self.acknowledged: set[str] = set()
        self.refused: list[Reply] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(senders)]

    def wait_for(self, more: int) -> None:
        """Return when so many more events were acknowledged."""
        goal = len(self.acknowledged) + more
        until(lambda: len(self.acknowledged) >= goal, f"{more} events are acknowledged")

    def _send(self, sender: int) -> None:
        number = 0
        while not self._stop.is_set():
            name = f"m-{sender}-{number}"
            if self._is_taken(event(name, f"user-{number % 50}", sender)):
                self.acknowledged.add(name)
                number += 1
            else:
                self._stop.wait(0.1)

    def _is_taken(self, body: dict[str, Any]) -> bool:
        try:
            reply = post(self._door.port, "/v1/track", body, basic(self._key))
        except OSError:
            return False
        if reply.status != 200:
            self.refused.append(reply)
        return reply.status == 200

    def stop(self) -> None:
        """Return when the last request was answered."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """The senders send while this lasts."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self.stop()


def event(message_id: str, user: str, sender: int = 0, size: int = 200) -> dict[str, Any]:
    """One track call."""
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": user,
        "anonymousId": f"device-{sender}-{user}",
        "messageId": message_id,
        "properties": {"filler": "x" * size},
    }
