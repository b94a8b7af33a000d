"""In: the URLs of the servers and the secret key. Out: `Storage`, from which every slice takes its database door.

Invariant: whoever holds a workspace's `Db` reaches that workspace's schema and nothing else; the
administrator's connection serves provisioning alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from konnektu.core.errors import Fatal, Forbidden, NotFound, Retry
from konnektu.storage import credentials, migrate, provision, store
from konnektu.storage.clickhouse import History
from konnektu.storage.histories import EventStore, Histories
from konnektu.storage.model import WorkspaceRecord
from konnektu.storage.postgres import Db, LimitedDb, Timeouts, role_conninfo
from konnektu.storage.recent import Recent

OPEN_WORKSPACES = 64
"""Above so many workspaces with open connections, those idle longest are closed at once."""
POOL = 8
"""Connections of one process as one role, unless told otherwise."""
REST_SECONDS = 60.0
LOOK_SECONDS = 1.0
"""How often doors that nobody uses are looked for."""

NO_LIMIT = Timeouts(statement=0, lock=0)


class Storage:
    """The open doors of one process: `control`, `inbox`, and a `Db` per workspace. Safe between threads."""

    def __init__(
        self,
        postgres_url: str,
        secret_key: bytes,
        *,
        timeouts: Timeouts | None = None,
        event_store: EventStore | None = None,
        pool: int = POOL,
    ) -> None:
        """Take the administrator's URL of the database, the secret key, and where the event store is.

        `pool` is the most connections as one role. Nothing is opened before its first use.
        """
        database = conninfo_to_dict(postgres_url).get("dbname")
        if not database:
            raise Fatal(
                "The PostgreSQL URL names no database. Write postgresql://user:password@host/database."
            )
        self.postgres_url = postgres_url
        self.secret_key = secret_key
        self.prefix = str(database)
        """Roles belong to the whole server, so their names begin with the database's."""
        self._timeouts = timeouts or Timeouts()
        self._pool = pool
        self._workspaces: dict[int, Db] = {}
        self._limited: dict[int, Db] = {}
        """Doors of the roles that read within row limits."""
        self._lock = Lock()
        self._looked_at = monotonic()
        self.control = self._own_db("control")
        self.recent = Recent(self.control)
        """What the control schema said a moment ago."""
        self.inbox = self._own_db("inbox")
        self.histories = Histories(event_store or EventStore(), secret_key)

    def workspace(self, record: WorkspaceRecord) -> Db:
        """Return the door to this workspace's schema, entered as its own login role. Raises `NotFound` if dropped.

        A record with a row limit opens the door of the role that row-level policies bind, and no other.
        """
        doors, open_one = self._workspaces, self.workspace_conninfo
        if record.row_limit:
            doors, open_one = self._limited, self.limited_conninfo
        with self._lock:
            db = doors.get(record.id)
        if db is None:
            conninfo = open_one(record, self._timeouts)
            with self._lock:
                db = doors.setdefault(record.id, Db(conninfo, name=record.slug, size=self._pool))
        self._rest_idle()
        return LimitedDb(db, record.row_limit) if record.row_limit else db

    def history(self, record: WorkspaceRecord) -> History:
        """Return the door to this workspace's database in the event store, entered as its own user.

        The first call of a process makes what is missing there; raises `Retry` while the event store is away.
        """
        if record.row_limit:
            raise Forbidden("Your rights hold for some rows only; the history holds all of them.")
        return self.histories.of(record)

    def forget(self, record: WorkspaceRecord) -> None:
        """Close and forget the doors of a workspace."""
        self.histories.forget(record)
        with self._lock:
            doors = [self._workspaces.pop(record.id, None), self._limited.pop(record.id, None)]
        for db in doors:
            if db is not None:
                db.close()

    def close(self) -> None:
        """Close every connection of this process."""
        for db in (self.control, self.inbox, *self._workspaces.values(), *self._limited.values()):
            db.close()
        self.histories.close()

    def workspace_conninfo(self, record: WorkspaceRecord, timeouts: Timeouts = NO_LIMIT) -> str:
        """Return the connection string of the workspace's login role."""
        password = self.workspace_password(record)
        return role_conninfo(
            self.postgres_url, role=record.role, password=password, schema=record.schema, timeouts=timeouts
        )

    def limited_conninfo(self, record: WorkspaceRecord, timeouts: Timeouts = NO_LIMIT) -> str:
        """Return the connection string of the role that reads within row limits."""
        return role_conninfo(
            self.postgres_url,
            role=record.limited_role,
            password=self.limited_password(record),
            schema=record.schema,
            timeouts=timeouts,
        )

    def limited_password(self, record: WorkspaceRecord) -> str:
        """Return the password of the role that reads within row limits, in clear."""
        return credentials.derived_password(self.secret_key, record.limited_role)

    def workspace_password(self, record: WorkspaceRecord) -> str:
        """Return the password of the workspace's roles in PostgreSQL and ClickHouse, in clear."""
        with self.control.read() as conn:
            sealed = store.sealed_password(conn, record.id)
        if sealed is None:
            raise NotFound(f"There is no workspace {record.slug}.")
        return credentials.decrypted(self.secret_key, sealed)

    @contextmanager
    def administration(self) -> "Iterator[psycopg.Connection[tuple[Any, ...]]]":
        """Yield the administrator's connection inside one transaction; for provisioning alone."""
        try:
            with psycopg.connect(self.postgres_url) as conn:
                yield conn
        except psycopg.OperationalError as error:
            raise Retry(
                f"PostgreSQL does not serve: {str(error).strip()}. It will be tried again."
            ) from error

    def prepare(self) -> None:
        """Make the control and inbox roles and schemas where they are missing, and bring them up to date."""
        with self.administration() as conn:
            conn.execute("SELECT pg_advisory_xact_lock(hashtextextended('konnektu prepare', 0))")
            provision.close_public(conn)
            for schema in ("control", "inbox"):
                provision.make_role(conn, self._own_role(schema), self._own_password(schema))
                provision.make_schema(conn, schema, self._own_role(schema))
        migrate.upgrade(self._own_conninfo("control", NO_LIMIT), "control")
        migrate.upgrade(self._own_conninfo("inbox", NO_LIMIT), "inbox")

    def _own_db(self, schema: str) -> Db:
        return Db(self._own_conninfo(schema, self._timeouts), name=schema, size=self._pool)

    def _own_conninfo(self, schema: str, timeouts: Timeouts) -> str:
        role, password = self._own_role(schema), self._own_password(schema)
        return role_conninfo(
            self.postgres_url, role=role, password=password, schema=schema, timeouts=timeouts
        )

    def _own_role(self, schema: str) -> str:
        return f"{self.prefix}_{schema}"

    def _own_password(self, schema: str) -> str:
        return credentials.derived_password(self.secret_key, self._own_role(schema))

    def _rest_idle(self) -> None:
        with self._lock:
            if monotonic() - self._looked_at < LOOK_SECONDS:
                return
            self._looked_at = monotonic()
            all_open = [*self._workspaces.values(), *self._limited.values()]
        patience = REST_SECONDS if len(all_open) <= OPEN_WORKSPACES else 1.0
        for db in all_open:
            db.rest(patience)
