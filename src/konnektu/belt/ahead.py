"""Decoding ahead: while the writer decides one batch, another process decodes the next.

In: the batch that will be next, with the position, instants and options it will have. Out: that batch decoded,
or None, and then the caller decodes it itself: the process died, is slow, or expected other circumstances.
So nothing depends on it but the time that a batch takes.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from time import monotonic

from msgspec import Struct, msgpack

from konnektu.belt.decoding import Read, Shipment, Task, unpack
from konnektu.collect import api as collect
from konnektu.core import logging
from konnektu.core.config import child_environment
from konnektu.core.logging import Action
from konnektu.core.metrics import MULTIPROCESS_VARIABLE
from konnektu.core.records import Parcel
from konnektu.log import api as log

PATIENCE_SECONDS = 10.0
"""A process that has not answered for so long is not waited for."""
START_SECONDS = 60.0
"""A process may take so long to start; batches are decoded here meanwhile."""
REST_SECONDS = 30.0
"""How long the belt does without after the process failed."""

_log = logging.get("belt")
_encode = msgpack.Encoder().encode
_shipments = msgpack.Decoder(Shipment)


class Circumstances(Struct, frozen=True):
    """All that decoding a batch depends on beside its blocks."""

    blocks: tuple[int, ...]
    """Ids of its blocks."""
    position: int
    instants: list[int]
    options: collect.Options


class Decoded(Struct, frozen=True):
    """A batch decoded ahead."""

    read: list[Read]
    records: list[bytes]
    """For each event its record for deduplication."""


class Ahead:
    """One process beside this one, started when first needed and again when it has ended. One task at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection[bytes, bytes] | None = None
        self._asked: Circumstances | None = None
        """What the answer that is due is about, while somebody may want it."""
        self._is_due = False
        self._is_warm = False
        """Whether the process has answered since it started; until then nobody waits for it."""
        self._began = self._resting = float("-inf")
        """Monotonic seconds of the last task, and until when nothing is asked."""
        self._number = 0

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    def ask(self, given: Circumstances, bodies: list[bytes]) -> None:
        """Begin to decode a batch; `bodies` are those of its blocks. What was asked before and not taken is lost."""
        if monotonic() < self._resting or not self._is_free():
            return
        self._number += 1
        task = Task(self._number, given.position, given.instants, given.options, bodies)
        try:
            self._opened().send_bytes(_encode(task))
        except OSError:
            self._fail()
        else:
            self._asked, self._is_due, self._began = given, True, monotonic()

    def take(self, given: Circumstances, batch: Sequence[Sequence[Parcel]]) -> Decoded | None:
        """The batch, if it was asked for under exactly these circumstances and has been decoded."""
        if self._asked is None or self._asked != given:
            return None
        self._asked = None
        if not self._is_warm and not self._has_answered():
            return None
        shipment = self._received()
        if shipment is None or shipment.number != self._number:
            return None
        read = list(unpack(shipment, batch, given.position, given.instants))
        return Decoded(read, log.split_records(shipment.records))

    def close(self) -> None:
        """End the process."""
        self._asked, self._is_due, self._is_warm = None, False, False
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _is_free(self) -> bool:
        """Whether no answer is due; one that nobody took is thrown away."""
        if self._is_due and (self._is_warm or self._has_answered()):
            self._received()
        elif self._is_due and monotonic() - self._began > START_SECONDS:
            self._fail()
        return not self._is_due

    def _has_answered(self) -> bool:
        with suppress(OSError):
            return self._pipe is not None and self._pipe.poll(0)
        return False

    def _received(self) -> Shipment | None:
        """The answer that is due; a process that gives none in time is ended."""
        self._asked, self._is_due = None, False
        with suppress(EOFError, OSError):
            if self._pipe is not None and self._pipe.poll(PATIENCE_SECONDS):
                answer = self._pipe.recv_bytes()
                self._is_warm = True
                if answer:
                    return _shipments.decode(answer)
                _log.warning(
                    Action.WORLD_BROKEN, reason="A batch could not be decoded ahead; it is decoded late."
                )
                return None
        self._fail()
        return None

    def _fail(self) -> None:
        """End the process, and do without for a while: one that cannot live must not be started for every batch."""
        self.close()
        self._resting = monotonic() + REST_SECONDS

    def _opened(self) -> "Connection[bytes, bytes]":
        if self._process is None or self._process.poll() is not None or self._pipe is None:
            self.close()
            near, far = socket.socketpair()
            with far:
                command = [sys.executable, "-m", "konnektu.belt.decoder", str(far.fileno())]
                self._process = subprocess.Popen(
                    command, pass_fds=(far.fileno(),), stdin=subprocess.DEVNULL, env=_environment()
                )
            self._pipe = Connection(near.detach())
        return self._pipe


def _environment() -> dict[str, str]:
    """Without the folder of metrics: the process moves none, and would leave files there each time it starts."""
    return {name: value for name, value in child_environment().items() if name != MULTIPROCESS_VARIABLE}


def is_worth_it() -> bool:
    """Whether this machine has a second core to decode on."""
    return len(os.sched_getaffinity(0)) > 1
