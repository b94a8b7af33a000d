"""The front door of storage: open the servers, take a door to a schema, make and drop workspaces."""

from typing import Any

import psycopg

from konnektu.storage.databases import Storage
from konnektu.storage.embedded import postmaster_pid as postgres_pid
from konnektu.storage.embedded import start as start_postgres
from konnektu.storage.embedded import stop as stop_postgres
from konnektu.storage.model import Migrated, WorkspaceRecord, WorkspaceState
from konnektu.storage.postgres import Db, Timeouts
from konnektu.storage.shadow import shadow, shadow_schema
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

__all__ = [
    "Connection",
    "Db",
    "Migrated",
    "Storage",
    "Timeouts",
    "WorkspaceRecord",
    "WorkspaceState",
    "change_workspace",
    "checked_slug",
    "create_workspace",
    "drop_workspace",
    "find",
    "find_by_id",
    "list_workspaces",
    "migrate_workspace",
    "migrate_workspaces",
    "pause_workspace",
    "postgres_pid",
    "resume_workspace",
    "shadow",
    "shadow_schema",
    "start_postgres",
    "stop_postgres",
]
