"""One instant of the whole installation's PostgreSQL, seen through three roles. In: a workspace. Out: connections.

The workspace's role exports its snapshot and the roles of control and inbox take it over, so that what each may
read is of one moment, and nobody needs rights that it lacks. Invariant: nothing can be written through them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from msgspec import Struct
from psycopg import IsolationLevel
from psycopg.sql import SQL, Literal

from konnektu.storage.databases import Storage
from konnektu.storage.model import WorkspaceRecord
from konnektu.storage.postgres import broken_world_as_retry

Reader = psycopg.Connection[tuple[Any, ...]]


class Snapshot(Struct, frozen=True):
    """Connections that see one instant. Each is released alone, by `commit`, as soon as it is read."""

    own: Reader
    inbox: Reader
    control: Reader


@contextmanager
def snapshot(storage: Storage, record: WorkspaceRecord) -> Iterator[Snapshot]:
    """Yield connections to the workspace's schema, the inbox and control, all of one instant, without time limits."""
    with broken_world_as_retry(record.slug), ExitStack() as stack:
        own = stack.enter_context(_reader(storage.workspace_conninfo(record)))
        row = own.execute("SELECT pg_export_snapshot()").fetchone()
        name = row[0] if row else ""
        others = [
            stack.enter_context(_reader(conninfo, name))
            for conninfo in (storage.inbox.conninfo, storage.control.conninfo)
        ]
        yield Snapshot(own, *others)


@contextmanager
def _reader(conninfo: str, name: str = "") -> Iterator[Reader]:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            conn.execute(SQL("SELECT set_config({}, '0', false)").format(Literal(limit)))
        conn.autocommit = False
        conn.isolation_level, conn.read_only = IsolationLevel.REPEATABLE_READ, True
        if name:
            conn.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(Literal(name)))
        yield conn
