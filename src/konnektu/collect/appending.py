"""The collector's side of its appender. In: groups of parcels. Out: nothing, after their commit, or an error.

The process is started with the collector and again whenever it has died. One group is under way at a time.
Belongs to one event loop.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Sequence
from time import monotonic
from typing import Final, cast

from konnektu.collect.shares import LENGTH_BYTES, Given, Opening, Outcome, frame, outcome
from konnektu.core import logging
from konnektu.core.config import child_environment
from konnektu.core.errors import Fatal, Retry
from konnektu.core.logging import Action
from konnektu.core.metrics import MULTIPROCESS_VARIABLE

STUCK_SECONDS: Final = 90.0
"""A process that has not answered for so long is ended. Longer than the server lets a statement last."""
GRACE_SECONDS: Final = 10.0
"""How long it may take to end when its collector closes."""
FIRST_REST: Final = 0.25
LONGEST_REST: Final = 10.0
"""Seconds before it is started again: doubled each time it dies soon after its start."""
SETTLED_SECONDS: Final = 30.0
"""One that lived so long is started again after the first rest."""

_log = logging.get("collect")


class Died(Retry):
    """The process that writes events ended. It is started again; repeat soon."""


class Unforeseen(Fatal):
    """The process that writes events met an error. Its text stands in the log."""


class Appender:
    """The process that appends to the inbox, from its start to its end."""

    def __init__(self, conninfo: str, name: str) -> None:
        """Take the connection string of the inbox and the name of its door, for messages."""
        self._opening = Opening(conninfo, name)
        self._process: subprocess.Popen[bytes] | None = None
        self._link: _Link | None = None
        self._rest, self._due = FIRST_REST, 0.0
        """How long it rests if it dies at once, and when it may be started again."""

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    async def open(self) -> None:
        """Start the process; it need not be waited for."""
        await self._opened()

    async def append(self, group: Sequence[Given]) -> None:
        """Return after the commit. Raises `Retry`, and then the group may have been written, or `Unforeseen`."""
        link = await self._opened()
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                said = await link.ask(frame(group))
        except TimeoutError as error:
            await self._end(grace=0.0)
            raise Died from error
        if said.fault:
            _log.error(Action.REQUEST_FAILED, error=said.fault)
            raise Unforeseen
        if said.away:
            raise Retry(said.away)

    async def close(self) -> None:
        """Let the process end its work, and end it where it does not."""
        await self._end(grace=GRACE_SECONDS)

    async def _opened(self) -> "_Link":
        if self._link is None or not self._link.is_open:
            self._link = await self._started()
        return self._link

    async def _started(self) -> "_Link":
        if monotonic() < self._due:
            raise Died
        if self._process is not None:
            await self._end(grace=0.0)
        settled = monotonic() - self._due > SETTLED_SECONDS
        self._rest = FIRST_REST if settled else min(LONGEST_REST, 2 * self._rest)
        self._due = monotonic() + self._rest
        near, far = socket.socketpair()
        near.setblocking(False)
        try:
            with far:
                self._process = _process(far.fileno())
        except OSError as error:  # the machine has no more processes or memory to give
            near.close()
            raise Died from error
        _, link = await asyncio.get_running_loop().create_unix_connection(_Link, sock=near)
        link.tell(frame(self._opening))
        return link

    async def _end(self, *, grace: float) -> None:
        link, process, self._link, self._process = self._link, self._process, None, None
        if link is not None:
            link.close()
        if process is not None:
            code = await asyncio.to_thread(_ended, process, grace)
            if code:
                _log.error(Action.ROLE_DIED, role="appender", code=code)


class _Link(asyncio.Protocol):
    """The near end of the socket."""

    def __init__(self) -> None:
        self.is_open = True
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Outcome] | None = None
        self._came = bytearray()

    def tell(self, said: bytes) -> None:
        """Send a frame that has no answer."""
        assert self._transport is not None  # noqa: S101 - connected before anybody has it
        self._transport.write(said)

    def ask(self, group: bytes) -> "asyncio.Future[Outcome]":
        """Send a group; what becomes of it."""
        self._answer = self._loop.create_future()
        self.tell(group)
        return self._answer

    def close(self) -> None:
        """Send what is left, and no more."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand over an answer that is whole."""
        self._came += data
        end = LENGTH_BYTES + int.from_bytes(self._came[:LENGTH_BYTES], "big")
        if LENGTH_BYTES <= len(self._came) >= end:
            said = outcome(self._came[LENGTH_BYTES:end])
            del self._came[:end]
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(said)

    def connection_lost(self, _: Exception | None) -> None:
        """Tell who waits that the process is gone."""
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Died())


def _process(descriptor: int) -> "subprocess.Popen[bytes]":
    """An appender at the other end of a socket. It moves no metrics, and would leave files at each start."""
    environment = {
        name: value for name, value in child_environment().items() if name != MULTIPROCESS_VARIABLE
    }
    command = [sys.executable, "-m", "konnektu.collect.appender", str(descriptor)]
    return subprocess.Popen(command, pass_fds=(descriptor,), stdin=subprocess.DEVNULL, env=environment)


def _ended(process: "subprocess.Popen[bytes]", grace: float) -> int:
    """Its exit code, after it has ended by itself or was ended."""
    try:
        return process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
