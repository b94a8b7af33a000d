"""The belt's loop: takes leases on workspaces with work, runs their writers, lets go when it stops.

Any number of belts may run; each workspace has one writer at a time, held by a lease and fenced by its
epoch. A belt sleeps until the inbox announces work; idle costs one query a second for all workspaces.
"""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
from msgspec import Struct

from konnektu.belt import known_problems
from konnektu.belt.ahead import Ahead, is_worth_it
from konnektu.belt.writer import KEPT_PEOPLE, Writer
from konnektu.core import logging
from konnektu.core.clock import SystemClock
from konnektu.core.errors import Fenced, KonnektuError, NotFound, Retry
from konnektu.core.logging import Action
from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.segments import api as segments
from konnektu.storage.api import Storage, WorkspaceRecord, find_by_id, heard, list_workspaces

LEASE_SECONDS = 20.0
RENEWED_OF_LEASE = 4
"""A lease is renewed when one of so many parts of it has passed."""
POLL_SECONDS = 1.0
"""How long a lost announcement can delay a block."""
BLOCKS_AT_ONCE = 512
"""Blocks fetched for one workspace before others get their turn."""
DUE_SECONDS = 60.0
"""How often a belt looks for workspaces that nobody writes and that time or a definition awaits."""
DUE_AT_ONCE = 5
"""Workspaces looked at each time; the others have their turn after them."""
REST_SECONDS = 2.0
"""How long a workspace whose writer failed lets the others go first."""

Listen = Callable[[], "psycopg.Connection[Any]"]

_log = logging.get("belt")


class Held(Struct):
    """A workspace this belt writes."""

    writer: Writer
    epoch: int
    renewed: float
    """Monotonic seconds of the last renewal."""


class Belt:
    """One belt process; `run` returns after `stop` was set."""

    def __init__(
        self,
        storage: Storage,
        holder: str,
        size: int,
        stop: threading.Event,
        listen: Listen,
        *,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """`holder` names this process among belts; `size` is events a transaction; `listen` opens a connection.

        A belt that is silent for `lease_seconds` loses its workspaces.
        """
        self._storage = storage
        self._holder = holder
        self._size = size
        self._stop = stop
        self._listen = listen
        self._lease = lease_seconds
        self._ahead = Ahead() if is_worth_it() else None
        self._ear: psycopg.Connection[Any] | None = None
        self._held: dict[int, Held] = {}
        self._unproven: set[int] = set()
        """Workspaces whose writer was taken and has applied nothing yet: it may be known as stopped."""
        self._resting: dict[int, float] = {}
        """Workspaces that failed, until when they rest (monotonic seconds)."""
        self._asked_due = 0.0
        """Monotonic seconds of the last look at workspaces that nobody writes."""
        self._after_due = 0
        """Number of the last workspace looked at."""

    def run(self) -> None:
        """Apply blocks until stopped; then release every lease."""
        while not self._stop.is_set():
            try:
                if not self.turn():
                    self._wait()
            except (Retry, psycopg.OperationalError) as error:
                _log.warning(Action.WORLD_BROKEN, reason=str(error))
                self._ear = None
                self._stop.wait(REST_SECONDS)
        self.release()

    def turn(self) -> int:
        """Give each workspace with work one turn; how many events were applied."""
        with self._storage.inbox.read() as inbox:
            busy = log.store.busy_workspaces(inbox)
        applied = sum(self._serve(workspace) for workspace in busy if not self._rests(workspace))
        self._renew()
        self._take_due()
        return applied + sum(self._keep_time(*each) for each in list(self._held.items()))

    def release(self) -> None:
        """Give up every lease, and end the process that decodes ahead."""
        for workspace, held in self._held.items():
            with self._storage.inbox.transaction() as inbox:
                log.store.release_lease(inbox, workspace, self._holder, held.epoch)
        self._held.clear()
        if self._ahead is not None:
            self._ahead.close()
        if self._ear is not None:
            self._ear.close()

    def _serve(self, workspace: int) -> int:
        try:
            held = self._held.get(workspace) or self._take(workspace)
            return self._apply(workspace, held.writer) if held else 0
        except Fenced:
            _log.info(Action.LEASE_LOST, workspace=workspace)
            self._held.pop(workspace, None)
        except Exception as error:  # noqa: BLE001 - one workspace's trouble must not stop the others
            self._let_rest(workspace, error)
        return 0

    def _apply(self, workspace: int, writer: Writer) -> int:
        with self._storage.inbox.read() as inbox:
            waiting = log.store.pending_blocks(inbox, workspace, BLOCKS_AT_ONCE)
        applied = writer.apply(waiting, self._size, lambda: self._holds(workspace))
        if workspace in self._unproven:
            self._unproven.discard(workspace)
            known_problems.writer_works(self._storage, workspace)
        return applied

    def _keep_time(self, workspace: int, held: Held) -> int:
        """Between blocks, let time pass for those who are due, and go on with what segments build; how many people."""
        if self._rests(workspace) or self._stop.is_set():
            return 0
        try:
            now = SystemClock().now_ms()
            writer = held.writer
            done = writer.switch_segments() + writer.pass_time(now) + writer.build_segments()
            for key, version in [] if done else writer.built_segments():
                told = segments.built(key, version, now)
                parcel = Parcel(0, "system", now, [told], key=f"segment-{key}-{version}-built")
                log.append(self._storage.inbox, workspace, [parcel])
        except Fenced:
            self._held.pop(workspace, None)
        except Retry:
            # History is away: what is to be built waits, and facts go on.
            self._held.pop(workspace, None)
            self._resting[workspace] = monotonic() + REST_SECONDS
        except Exception as error:  # noqa: BLE001 - one workspace's trouble must not stop the others
            self._let_rest(workspace, error)
        else:
            return done
        return 0

    def _take_due(self) -> None:
        """Take workspaces without events in which people are due or a definition is being built, a few at a time."""
        if monotonic() - self._asked_due < DUE_SECONDS:
            return
        self._asked_due = monotonic()
        records = [one for one in list_workspaces(self._storage) if one.state == "active"]
        later = [one for one in records if one.id > self._after_due]
        looked = (later or records)[:DUE_AT_ONCE]
        self._after_due = looked[-1].id if looked else 0
        now = SystemClock().now_ms()
        for record in looked:
            if record.id not in self._held and not self._rests(record.id):
                self._take_if_due(record, now)

    def _take_if_due(self, record: WorkspaceRecord, now: int) -> None:
        try:
            with self._storage.workspace(record).read() as db:
                is_due = segments.awaits(db, now)
            if is_due:
                self._take(record.id)
        except Fenced:
            _log.info(Action.LEASE_LOST, workspace=record.id)
        except (KonnektuError, psycopg.Error) as error:
            # No fact waits, so no writer has stopped: it is looked at again in its turn.
            _log.warning(Action.WORLD_BROKEN, workspace=record.id, reason=str(error))

    def _holds(self, workspace: int) -> bool:
        """Whether to go on writing a workspace: a long turn keeps every lease alive, and makes way like a short one."""
        self._renew()
        return workspace in self._held and not self._stop.is_set()

    def _take(self, workspace: int) -> Held | None:
        with self._storage.inbox.transaction() as inbox:
            epoch = log.store.take_lease(inbox, workspace, self._holder, self._lease)
        if epoch is None:
            return None
        try:
            record = find_by_id(self._storage, workspace)
        except NotFound:  # being restored or dropped
            return None
        if record.state != "active":
            return None
        # Each further writer keeps fewer people, so that many workspaces do not add up to the machine's memory.
        kept = KEPT_PEOPLE // (len(self._held) + 1)
        held = Held(Writer(self._storage, record, epoch, self._ahead, kept_people=kept), epoch, monotonic())
        self._held[workspace] = held
        self._unproven.add(workspace)
        _log.info(Action.LEASE_TAKEN, workspace=record.slug, epoch=epoch, position=held.writer.place.position)
        return held

    def _renew(self) -> None:
        for workspace, held in list(self._held.items()):
            if monotonic() - held.renewed < self._lease / RENEWED_OF_LEASE:
                continue
            with self._storage.inbox.transaction() as inbox:
                kept = log.store.renew_lease(
                    inbox, workspace, self._holder, held.epoch, self._lease, yields=True
                )
                if not kept:
                    log.store.release_lease(inbox, workspace, self._holder, held.epoch)
            held.renewed = monotonic()
            if not kept:
                _log.info(Action.LEASE_LOST, workspace=workspace)
                del self._held[workspace]

    def _rests(self, workspace: int) -> bool:
        return monotonic() < self._resting.get(workspace, 0.0)

    def _let_rest(self, workspace: int, error: Exception) -> None:
        reason = error.message if isinstance(error, KonnektuError) else repr(error)
        _log.error(
            Action.WRITER_STOPPED,
            workspace=workspace,
            reason=reason,
            exc_info=not isinstance(error, KonnektuError),
        )
        if not isinstance(error, Retry):
            known_problems.writer_stopped(self._storage, workspace, reason, SystemClock().now_ms())
        self._held.pop(workspace, None)
        self._resting[workspace] = monotonic() + REST_SECONDS

    def _wait(self) -> None:
        """Sleep until the inbox announces work, a second at most."""
        if self._ear is None:
            self._ear = self._listen()
            self._ear.execute("LISTEN konnektu_inbox")
        heard(self._ear, POLL_SECONDS)
