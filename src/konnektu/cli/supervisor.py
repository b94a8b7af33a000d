"""Keeps child processes running. In: a command for each role. Out: running processes, until asked to stop.

Invariant: a child that ends by itself is started again, later each time; a child's whole process group
ends with it; children end when this process ends, even by `kill -9`, because each watches a pipe that
only this process holds open (see `konnektu.cli.roles`).
"""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from konnektu.core.logging import Action, Log
from konnektu.core.metrics import role_restarts

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 10.0
"""Seconds before a role that died is started again: doubled each time it dies soon after its start."""
SETTLED_SECONDS = 30.0
"""A role that lived so long begins with the first pause again."""
GRACE_SECONDS = 20.0
"""How long a role may take to end its work when asked to stop."""

Clock = Callable[[], float]


class Died(Struct, frozen=True):
    """A child ended."""

    name: str
    pid: int
    code: int


class Child:
    """One role and the process that runs it."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.pause = FIRST_PAUSE
        self.due_at: float | None = None
        """When it is to be started again; None while it runs or shall not run."""


class Supervisor:
    """Runs commands side by side."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        environment: Mapping[str, str],
        log: Log,
        kept_open: Sequence[int] = (),
        foundations: Collection[str] = (),
        clock: Clock = time.monotonic,
    ) -> None:
        """Take the commands by role, in the order of starting.

        `kept_open` are file descriptors that children inherit, so that a lock on them outlives this process;
        `foundations` are the roles that others stand on, which stop last.
        """
        self.children = {name: Child(name, command) for name, command in commands.items()}
        self._environment = dict(environment)
        self._log = log
        self._kept_open = tuple(kept_open)
        self._foundations = frozenset(foundations)
        self._clock = clock
        self._events: queue.SimpleQueue[Died | None] = queue.SimpleQueue()
        self._alive_read, self._alive_write = os.pipe()
        self._stopping = False

    def start(self) -> None:
        """Start every child."""
        for child in self.children.values():
            self._start(child)

    def run(self) -> None:
        """Keep the children running until `ask_to_stop`, then stop them and return."""
        self.start()
        while not self._stopping:
            self._wait_once()
        self.stop()

    def run_aside(self) -> threading.Thread:
        """Start every child and keep them running beside the caller, who ends it with `ask_to_stop` and join."""
        thread = threading.Thread(target=self.run, name="supervisor")
        thread.start()
        return thread

    def ask_to_stop(self) -> None:
        """Let `run` end. May be called from a signal handler or another thread."""
        self._stopping = True
        self._events.put(None)

    def stop(self) -> None:
        """Stop all children: first those that stand on others, all at once, then the others; each in GRACE_SECONDS."""
        for child in self.children.values():
            child.due_at = None
        above = [child for child in self.children.values() if child.name not in self._foundations]
        below = [child for child in self.children.values() if child.name in self._foundations]
        for wave in (above, below):
            running = [child for child in wave if child.process is not None and child.process.poll() is None]
            _end([child.process for child in running if child.process is not None])
            for child in running:
                code = child.process.returncode if child.process is not None else None
                self._log.info(Action.ROLE_STOPPED, role=child.name, code=code)
        os.close(self._alive_write)
        os.close(self._alive_read)

    def _wait_once(self) -> None:
        due = [child.due_at for child in self.children.values() if child.due_at is not None]
        try:
            died = self._events.get(timeout=max(0.0, min(due) - self._clock()) if due else None)
        except queue.Empty:
            died = None
        if died is not None:
            self._note_death(self.children[died.name], died)
        for child in self.children.values():
            if child.due_at is not None and child.due_at <= self._clock() and not self._stopping:
                self._start(child)

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            child.command,
            stdin=self._alive_read,
            env=self._environment,
            pass_fds=self._kept_open,
            start_new_session=True,
        )
        child.started_at, child.due_at = self._clock(), None
        threading.Thread(target=self._report_end, args=(child.name, child.process), daemon=True).start()

    def _report_end(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._events.put(Died(name, process.pid, process.wait()))

    def _note_death(self, child: Child, died: Died) -> None:
        _kill_group(died.pid)
        if self._clock() - child.started_at >= SETTLED_SECONDS:
            child.pause = FIRST_PAUSE
        child.due_at = self._clock() + child.pause
        self._log.error(Action.ROLE_DIED, role=child.name, code=died.code, again_in_seconds=child.pause)
        role_restarts.labels(child.name).inc()
        child.pause = min(LONGEST_PAUSE, 2 * child.pause)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all, wait for all, then kill what is left of their groups."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        _kill_group(process.pid)
        process.wait()


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
