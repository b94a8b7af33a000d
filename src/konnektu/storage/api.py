"""The front door of storage: open the servers, take a door to a schema, make and drop workspaces."""

import threading
from typing import Any

import psycopg

from konnektu.core.config import Config
from konnektu.storage.arrays import Bigints, Booleans, Byteas, Texts
from konnektu.storage.clickhouse import History, MissingTable, Priority
from konnektu.storage.databases import Storage
from konnektu.storage.embedded import has_cluster
from konnektu.storage.embedded import postmaster_pid as postgres_pid
from konnektu.storage.embedded import start as start_postgres
from konnektu.storage.embedded import stop as stop_postgres
from konnektu.storage.histories import EventStore, event_store
from konnektu.storage.lists import Asker, Key, Listing, few, listed
from konnektu.storage.model import Migrated, WorkspaceRecord, WorkspaceState
from konnektu.storage.postgres import Db, Timeouts, heard
from konnektu.storage.shadow import shadow, shadow_schema
from konnektu.storage.tables import Column, Table
from konnektu.storage.workspaces import (
    change_workspace,
    checked_slug,
    create_workspace,
    drop_workspace,
    find,
    find_by_id,
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
    "Asker",
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
    "Priority",
    "Storage",
    "Table",
    "Texts",
    "Timeouts",
    "WorkspaceRecord",
    "WorkspaceState",
    "change_workspace",
    "checked_slug",
    "create_workspace",
    "drop_workspace",
    "event_store",
    "few",
    "find",
    "find_by_id",
    "has_cluster",
    "heard",
    "list_workspaces",
    "listed",
    "migrate_workspace",
    "migrate_workspaces",
    "pause_workspace",
    "postgres_pid",
    "resume_workspace",
    "run_store",
    "shadow",
    "shadow_schema",
    "start_postgres",
    "stop_postgres",
]
