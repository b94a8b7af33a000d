"""The way out: carries every workspace's log to the event store, and keeps house in the inbox.

In: hand-overs that writers committed. Out: sealed batches; dropped day partitions; erased people gone
from the event store. The event store may be away for a day: hand-overs wait, and it catches up.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

import psycopg

from konnektu.belt.cuts import effect_cuts
from konnektu.core import logging
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError, Retry
from konnektu.core.logging import Action
from konnektu.flow import entry_reader
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.storage.api import Storage, WorkspaceRecord, heard, list_workspaces

POLL_SECONDS = 1.0
SWEEP_SECONDS = 300.0
"""How often every workspace is looked at, announced or not; also at the start and after a broken connection.
Each look opens and closes a connection of every workspace."""
REST_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 600.0
DAY = 86_400_000

_log = logging.get("deliver")


class Deliver:
    """One deliver process; `run` returns after `stop` was set."""

    def __init__(
        self,
        storage: Storage,
        config: Config,
        now: Callable[[], int],
        stop: threading.Event,
        listen: Callable[[], "psycopg.Connection[Any]"],
    ) -> None:
        """`now` is the clock in milliseconds; `listen` opens a connection for announcements."""
        self._storage = storage
        self._config = config
        self._now = now
        self._stop = stop
        self._listen = listen
        self._ear: psycopg.Connection[Any] | None = None
        self._swept = self._kept_house = float("-inf")
        self._announced: set[int] = set()

    def run(self) -> None:
        """Seal batches until stopped."""
        while not self._stop.is_set():
            try:
                self.turn()
                self._wait()
            except (Retry, psycopg.OperationalError) as error:
                _log.warning(Action.WORLD_BROKEN, reason=str(error))
                self._ear = None
                self._swept = float("-inf")
                self._stop.wait(REST_SECONDS)
        if self._ear is not None:
            self._ear.close()

    def turn(self) -> int:
        """Seal what waits in the announced workspaces, or in all when a sweep is due; positions sealed."""
        records = [record for record in self._due() if record.state == "active"]
        sealed = sum(self._seal(record) for record in records)
        if monotonic() - self._kept_house > HOUSEKEEPING_SECONDS:
            self._kept_house = monotonic()
            keep_house(self._storage, self._config, self._now())
        return sealed

    def _due(self) -> list[WorkspaceRecord]:
        if monotonic() - self._swept > SWEEP_SECONDS:
            self._swept = monotonic()
            self._announced.clear()
            return list_workspaces(self._storage)
        if not self._announced:
            return []
        wanted, self._announced = self._announced, set()
        return [record for record in list_workspaces(self._storage) if record.id in wanted]

    def _seal(self, record: WorkspaceRecord) -> int:
        """Everything that waits in one workspace; a failure leaves the others their turn and is tried again."""
        total = 0
        try:
            while sealed := seal_once(self._storage, record, self._config.sink_batch_events):
                total += sealed
                _log.debug(Action.BATCH_SUNK, workspace=record.slug, positions=sealed)
            privacy.finish_erasures(self._storage, record, self._config.data, self._config.erased_place)
            effect_cuts(self._storage, record, self._now())
        except KonnektuError as error:
            _log.warning(Action.WORLD_BROKEN, workspace=record.slug, reason=error.message)
            self._announced.add(record.id)
            self._stop.wait(REST_SECONDS)
        return total

    def _wait(self) -> None:
        if self._ear is None:
            self._ear = self._listen()
            self._ear.execute(f"LISTEN {log.LOG_CHANNEL}")
        self._announced.update(map(int, heard(self._ear, POLL_SECONDS)))


def seal_once(storage: Storage, record: WorkspaceRecord, rows: int) -> int:
    """Carry one batch of a workspace into the event store; the number of positions, 0 when nothing waits."""
    db = storage.workspace(record)
    with db.read() as own:
        read = entry_reader(storage, record, own)
    return log.seal(db, storage.inbox, storage.history(record), read, identity.decisions_between, rows)


def keep_house(storage: Storage, config: Config, now: int) -> None:
    """Make tomorrow's partitions; drop days that are applied, sealed everywhere and older than the inbox keeps."""
    log.ensure_partitions(storage.inbox, [now])
    limit = log.store.day_of(now) - timedelta(days=config.inbox_days)
    records = list_workspaces(storage)
    for record in records:
        with storage.workspace(record).transaction() as db:
            log.store.forget_seen(db, now - config.dedup_days * DAY)
            if log.store.unsealed_before(db, limit):
                return
    with storage.inbox.transaction() as inbox:
        if log.store.pending_before(inbox, limit) or not log.store.may_drop_days(inbox):
            return
        log.store.drop_partitions(inbox, limit)
        log.store.forget_keys(inbox, config.dedup_days)
    for record in records:
        with storage.workspace(record).transaction() as db:
            log.store.forget_applied(db, limit)
