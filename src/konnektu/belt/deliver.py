"""The way out: carries every workspace's log to the event store, and keeps house in the inbox.

In: hand-overs that writers committed. Out: sealed batches; dropped day partitions; erased people gone
from the event store. The event store may be away for a day: hand-overs wait, and it catches up.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any

import psycopg

from konnektu.acquisition import api as acquisition
from konnektu.belt import known_problems
from konnektu.belt.cuts import effect_cuts
from konnektu.catalogue import api as catalogue
from konnektu.collect import api as collect
from konnektu.core import logging
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError, Retry
from konnektu.core.logging import Action
from konnektu.core.metrics import sink_lag_events
from konnektu.flow import entry_reader
from konnektu.identity import api as identity
from konnektu.keeping import api as keeping
from konnektu.lists import api as lists
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.segments import api as segments
from konnektu.storage.api import Storage, WorkspaceRecord, heard, list_workspaces
from konnektu.transfers import api as transfers

POLL_SECONDS = 1.0
SWEEP_SECONDS = 300.0
"""How often every workspace is looked at, announced or not; also at the start and after a broken connection.
Each look opens and closes a connection of every workspace."""
REST_SECONDS = 2.0
PACE_SECONDS = 1.0
"""Between two insertions for one workspace while less than half a batch waits: the event store pays for each
insertion, and again for merging what it left."""
HOUSEKEEPING_SECONDS = 600.0
WATCH_SECONDS = 60.0
COPIES_SECONDS = 240.0
"""How often a workspace is looked at for copies that counts left behind; every sweep looks."""
"""How often sources whose silence is an alarm are looked at; a workspace that has none is asked at housekeeping."""
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
        self._swept = self._kept_house = self._watched_at = float("-inf")
        self._watched: list[WorkspaceRecord] = []
        """Workspaces that may have sources whose silence is an alarm."""
        self._announced: set[int] = set()
        self._proven: set[int] = set()
        """Workspaces whose log is known to reach the event store; of others an earlier process may have said no."""
        self._sealed_at: dict[int, float] = {}
        """Monotonic seconds of the last insertion, by workspace."""
        self._copies_swept: dict[int, float] = {}
        """Monotonic seconds of the last look at copies of what stands, by workspace."""

    def run(self) -> None:
        """Seal batches until stopped."""
        while not self._stop.is_set():
            try:
                # Listening begins before the look at everything, so that nothing falls between the two.
                ear = self._opened_ear()
                self.turn()
                self._wait(ear)
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
            self._watched = [one for one in list_workspaces(self._storage) if one.state == "active"]
        if monotonic() - self._watched_at > WATCH_SECONDS:
            self._watched_at = monotonic()
            self._watched = [
                one for one in self._watched if acquisition.watch(self._storage, one, self._now())
            ]
        return sealed

    def _due(self) -> list[WorkspaceRecord]:
        if monotonic() - self._swept > SWEEP_SECONDS:
            self._swept = monotonic()
            self._announced.clear()
            return list_workspaces(self._storage)
        wanted = {workspace for workspace in self._announced if self._rest_of(workspace) <= 0}
        self._announced -= wanted
        return [record for record in list_workspaces(self._storage) if record.id in wanted] if wanted else []

    def _rest_of(self, workspace: int) -> float:
        """Seconds until this workspace may have its next insertion."""
        return self._sealed_at.get(workspace, float("-inf")) + PACE_SECONDS - monotonic()

    def _seal(self, record: WorkspaceRecord) -> int:
        """What waits in one workspace; a failure leaves the others their turn and is tried again.

        What the writer commits meanwhile is left for the next turn, unless it is much.
        """
        total = 0
        try:
            while sealed := seal_once(self._storage, record, self._config.sink_batch_events):
                total += sealed
                self._sealed_at[record.id] = monotonic()
                _log.debug(Action.BATCH_SUNK, workspace=record.slug, positions=sealed)
                if sealed < self._config.sink_batch_events // 2:
                    # It may have been a batch cut long ago, with more behind it that was announced then.
                    self._announced.add(record.id)
                    break
            if record.id not in self._proven:
                self._proven.add(record.id)
                known_problems.history_there(self._storage, record)
            if privacy.finish_erasures(
                self._storage, record, self._config.data, privacy.notes_folder(self._config)
            ):
                lists.sweep_old(self._storage, record, self._config, self._now())
            effect_cuts(self._storage, record, self._now())
            catalogue.mirror(self._storage, record)
            segments.carry(self._storage, record)
            self._sweep_copies(record)
        except KonnektuError as error:
            _log.warning(Action.WORLD_BROKEN, workspace=record.slug, reason=error.message)
            self._proven.discard(record.id)
            known_problems.history_away(self._storage, record, error.message, self._now())
            self._announced.add(record.id)
            self._stop.wait(REST_SECONDS)
        show_sink_lag(self._storage, record)
        return total

    def _sweep_copies(self, record: WorkspaceRecord) -> None:
        """Remove copies that counts have left behind, every few minutes; nobody may count for a long time."""
        if monotonic() - self._copies_swept.get(record.id, float("-inf")) > COPIES_SECONDS:
            segments.sweep_copies(self._storage.history(record), self._now())
            self._copies_swept[record.id] = monotonic()

    def _opened_ear(self) -> "psycopg.Connection[Any]":
        if self._ear is None:
            self._ear = self._listen()
            self._ear.execute(f"LISTEN {log.LOG_CHANNEL}")
        return self._ear

    def _wait(self, ear: "psycopg.Connection[Any]") -> None:
        """Sleep until a workspace's log grows, or until one that rested may have its next insertion."""
        soonest = min((self._rest_of(workspace) for workspace in self._announced), default=POLL_SECONDS)
        self._announced.update(map(int, heard(ear, max(0.0, min(soonest, POLL_SECONDS)))))


def show_sink_lag(storage: Storage, record: WorkspaceRecord) -> None:
    """Let the figures say how far the event store is behind a workspace's writer."""
    with suppress(KonnektuError), storage.workspace(record).read() as own:  # who is away is told by the log
        behind = log.store.place(own).position - log.store.sealed(own)[0]
        sink_lag_events.labels(record.slug).set(behind)


def seal_once(storage: Storage, record: WorkspaceRecord, rows: int) -> int:
    """Carry one batch of a workspace into the event store; the number of positions, 0 when nothing waits."""
    db = storage.workspace(record)
    with db.read() as own:
        reading = log.Reading(entry_reader(storage, record, own), collect.head)
    return log.seal(db, storage.inbox, storage.history(record), reading, identity.decisions_between, rows)


def keep_house(storage: Storage, config: Config, now: int) -> None:
    """Make tomorrow's partitions; drop days that are applied, sealed everywhere and older than the inbox keeps."""
    log.ensure_partitions(storage.inbox, [now])
    limit = log.store.day_of(now) - timedelta(days=config.inbox_days)
    records = list_workspaces(storage)
    for record in records:
        known_problems.watch_quarantine(storage, record, now)
        keeping.watch_backups(storage, record, config, now)
        privacy.watch_retention(storage, record, now)
        if record.state == "active":
            lists.sweep_old(storage, record, config, now)
            transfers.forget_old(storage, record, config, now)
        with storage.workspace(record).transaction() as db:
            log.store.forget_seen(db, now - config.dedup_days * DAY)
            acquisition.forget_counts(db, now - acquisition.KEPT)
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
