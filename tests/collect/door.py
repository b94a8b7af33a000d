"""A collector on a real port, over a real PostgreSQL, that tests start, kill and start again.

`python -m tests.collect.door PORT DATABASE_URL SETTINGS_JSON` serves until it is told to stop.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import msgspec
import psutil  # type: ignore[import-untyped]

SECRET_KEY = b"a secret key of the tests, 32 by"
ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


class Door:
    """The address of a collector and the process behind it, which may be killed and started again."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        self.port = _free_port()
        self._command = [
            sys.executable,
            "-m",
            "tests.collect.door",
            str(self.port),
            database_url,
            msgspec.json.encode(settings).decode(),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers."""
        environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        self._process = subprocess.Popen(self._command, env=environ, cwd=ROOT)
        until = time.monotonic() + START_SECONDS
        while not _answers(self.port):
            assert self._process.poll() is None, "the collector did not start"
            assert time.monotonic() < until, "the collector does not answer"
            time.sleep(0.05)

    @property
    def appender(self) -> psutil.Process:
        """The process that appends for it."""
        assert self._process is not None
        (child,) = psutil.Process(self._process.pid).children()
        assert "konnektu.collect.appender" in child.cmdline()
        return child

    def kill(self) -> None:
        """End it at once, as a power cut does to a process."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def ask_to_stop(self) -> None:
        """Let it end in order, and do not wait for it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(60)


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is gone, but for its entry where nobody has asked for its exit code."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            return connection.recv(12) == b"HTTP/1.1 404"
    except OSError:
        return False


def _serve(port: int, database_url: str, settings: dict[str, Any]) -> None:
    import asyncio

    import uvloop
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from konnektu.collect.api import collector
    from konnektu.core.clock import SystemClock
    from konnektu.core.config import Config
    from konnektu.storage.api import Storage

    async def nothing_here(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def main() -> None:
        storage = Storage(database_url, SECRET_KEY)
        patience = settings.pop("patience", 10.0)
        door = collector(nothing_here, Config(**settings), storage.inbox, SystemClock(), patience=patience)
        server = Server(door, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()
        storage.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2], msgspec.json.decode(sys.argv[3]))
