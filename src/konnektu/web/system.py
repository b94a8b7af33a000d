"""How the installation is, as far as one workspace may know: its parts, what they hold, room, and backups.

In: the databases, the folder of data, the folder of backups. Out: `System`. Invariant: a part that does not answer is
told as such, and is no error.
"""

import shutil
from pathlib import Path
from typing import Literal

from litestar import Router, get
from litestar.di import NamedDependency
from msgspec import Struct

from konnektu.access.api import Caller, require
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError, Retry
from konnektu.jobs import api as jobs
from konnektu.keeping import api as keeping
from konnektu.log import api as log
from konnektu.storage.api import History, Storage, WorkspaceRecord
from konnektu.web.health import LAG_MOST

LEAST_FREE = 2 << 30
"""Bytes of free disk below which an administrator should look."""
_STATE_BYTES = (
    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'm')"
)
_HISTORY_BYTES = (
    "SELECT toInt64(sum(ifNull(total_bytes, 0))) FROM system.tables WHERE database = currentDatabase()"
)

Part = Literal["web", "belt", "jobs", "history"]
PartState = Literal["ok", "slow", "away"]


class PartView(Struct, frozen=True):
    """One part of the installation."""

    name: Part
    """web: console and API; belt: applies events; jobs: carries out jobs; history: the event store."""
    state: PartState
    """away: it does not answer or nobody does its work; slow: it works and is behind."""


class DiskView(Struct, frozen=True):
    """The disk that the data folder of this machine stands on, in bytes."""

    total: int
    free: int
    is_low: bool


class BackupView(Struct, frozen=True, kw_only=True):
    """Backups of the workspace."""

    is_set_up: bool
    """Whether the installation has a folder for them."""
    last_at: int | None
    """When the latest whole one was made."""
    next_at: int | None
    """When its schedule brings the next one; null without a schedule."""
    fault: str
    """Why the folder cannot be read; empty where it can."""


class System(Struct, frozen=True, kw_only=True):
    """The state of the installation for one workspace."""

    parts: list[PartView]
    waiting_events: int
    """Accepted, not yet applied."""
    writer_lag_ms: int
    """Age of the oldest of them."""
    sink_lag_events: int
    """Applied, not yet in the event store."""
    state_bytes: int
    """Of the workspace's tables in PostgreSQL."""
    history_bytes: int | None
    """Of its tables in the event store; null while it is away."""
    disk: DiskView
    backup: BackupView


@get("/system", guards=[require("events.read")], sync_to_thread=True)
def get_system(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> System:
    """Which parts work, how far they are behind, how much room there is, and how old the latest backup is."""
    record = caller.workspace
    db = storage.workspace(record)
    behind = log.lag(db, storage.inbox, record.id)
    lag = max(0, now - behind.waiting_since) if behind.waiting_since else 0
    with db.read() as conn:
        row = conn.execute(_STATE_BYTES).fetchone()
    held = _history_bytes(storage.history(record))
    return System(
        parts=[
            PartView("web", "ok"),
            PartView("belt", _belt(storage, record, lag)),
            PartView("jobs", "ok" if jobs.workers(storage.control) else "away"),
            PartView("history", "away" if held is None else "ok"),
        ],
        waiting_events=behind.waiting_events,
        writer_lag_ms=lag,
        sink_lag_events=behind.position - behind.sealed,
        state_bytes=row[0] if row else 0,
        history_bytes=held,
        disk=_disk(config.data),
        backup=_backup(storage, record, config),
    )


def _belt(storage: Storage, record: WorkspaceRecord, lag: int) -> PartState:
    """A belt that holds no lease is away only where something waits for it: it lets an idle workspace go."""
    if lag > LAG_MOST:
        return "slow" if log.is_led(storage.inbox, record.id) else "away"
    return "ok"


def _history_bytes(history: History) -> int | None:
    try:
        return int(history.scalar(_HISTORY_BYTES) or 0)
    except Retry:
        return None


def _disk(data: Path) -> DiskView:
    folder = next(each for each in (data, *data.absolute().parents) if each.exists())
    usage = shutil.disk_usage(folder)
    return DiskView(usage.total, usage.free, usage.free < LEAST_FREE)


def _backup(storage: Storage, record: WorkspaceRecord, config: Config) -> BackupView:
    due = [one.next_at for one in jobs.schedules(storage, record) if one.kind == keeping.KIND and one.is_on]
    made, fault = [], ""
    try:
        made = keeping.backups(keeping.backup_folder(config), record.slug)
    except (KonnektuError, OSError) as error:
        fault = error.message if isinstance(error, KonnektuError) else str(error)
    return BackupView(
        is_set_up=bool(config.backup_folder),
        last_at=keeping.made_at(made[-1]) if made else None,
        next_at=due[0] if due else None,
        fault=fault if config.backup_folder else "",
    )


routes = [Router("/api/{workspace:str}", route_handlers=[get_system], tags=["status"])]
