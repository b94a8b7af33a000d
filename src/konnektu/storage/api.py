"""The front door of storage: open the servers, take a door to a schema, make and drop workspaces."""

import threading
from typing import Any

import psycopg

from konnektu.core.config import Config
from konnektu.storage.arrays import Bigints, Booleans, Byteas, Texts
from konnektu.storage.behind import AT_ONCE, Behind, writes_behind
from konnektu.storage.clickhouse import History, MissingTable, Priority
from konnektu.storage.databases import Storage
from konnektu.storage.embedded import has_cluster
from konnektu.storage.embedded import postmaster_pid as postgres_pid
from konnektu.storage.embedded import start as start_postgres
from konnektu.storage.embedded import stop as stop_postgres
from konnektu.storage.histories import EventStore, event_store
from konnektu.storage.lists import (
    SEEN_MOST,
    Asker,
    Key,
    Listing,
    counted,
    counted_by,
    estimated,
    few,
    few_count,
    listed,
)
from konnektu.storage.migrate import Target, steps_after
from konnektu.storage.model import Migrated, WorkspaceRecord, WorkspaceState
from konnektu.storage.postgres import Db, Timeouts, heard
from konnektu.storage.prepared import Prepared
from konnektu.storage.rows import (
    DIMENSIONS,
    allows,
    is_limited,
    open_of_people,
    open_table,
    open_whole,
    reopen_table,
    within,
)
from konnektu.storage.shadow import shadow, shadow_schema
from konnektu.storage.snapshots import Snapshot, snapshot
from konnektu.storage.tables import Column, Table
from konnektu.storage.tables import declared as declared_tables
from konnektu.storage.workspaces import (
    begin_restored,
    change_workspace,
    check_timezone,
    checked_slug,
    create_workspace,
    drop_workspace,
    end_restored,
    find,
    find_by_id,
    find_restored,
    list_workspaces,
    migrate_workspace,
    migrate_workspaces,
    pause_workspace,
    resume_workspace,
)

Connection = psycopg.Connection[tuple[Any, ...]]
"""A connection inside a transaction, as `Db.transaction` and `Db.read` yield it."""


def run_store(config: Config, stop: threading.Event) -> None:
    """Be the role `store`: answer the ClickHouse protocol for the embedded event store until `stop` is set."""
    # chDB takes a second and some 200 MB to load, and no other role needs it.
    from konnektu.storage.eventstore.role import run_store as run  # noqa: PLC0415

    run(config, stop)


__all__ = [
    "AT_ONCE",
    "DIMENSIONS",
    "SEEN_MOST",
    "Asker",
    "Behind",
    "Bigints",
    "Booleans",
    "Byteas",
    "Column",
    "Connection",
    "Db",
    "EventStore",
    "History",
    "Key",
    "Listing",
    "Migrated",
    "MissingTable",
    "Prepared",
    "Priority",
    "Snapshot",
    "Storage",
    "Table",
    "Target",
    "Texts",
    "Timeouts",
    "WorkspaceRecord",
    "WorkspaceState",
    "allows",
    "begin_restored",
    "change_workspace",
    "check_timezone",
    "checked_slug",
    "counted",
    "counted_by",
    "create_workspace",
    "declared_tables",
    "drop_workspace",
    "end_restored",
    "estimated",
    "event_store",
    "few",
    "few_count",
    "find",
    "find_by_id",
    "find_restored",
    "has_cluster",
    "heard",
    "is_limited",
    "list_workspaces",
    "listed",
    "migrate_workspace",
    "migrate_workspaces",
    "open_of_people",
    "open_table",
    "open_whole",
    "pause_workspace",
    "postgres_pid",
    "reopen_table",
    "resume_workspace",
    "run_store",
    "shadow",
    "shadow_schema",
    "snapshot",
    "start_postgres",
    "steps_after",
    "stop_postgres",
    "within",
    "writes_behind",
]
