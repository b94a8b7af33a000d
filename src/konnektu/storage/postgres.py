"""In: a connection string of one login role. Out: `Db`, short transactions from a small pool of connections.

Invariant: a transaction is committed whole or not at all, and a broken world (server away, disk full,
lock not given) leaves as `core.errors.Retry`, so that callers repeat the work and never half of it.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock
from typing import Any

import msgspec
import psycopg
from psycopg import Connection, Cursor, IsolationLevel
from psycopg.conninfo import make_conninfo
from psycopg.pq import Format
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from konnektu.core.errors import Retry

type_of_row = tuple[Any, ...]
"""Rows are plain tuples; stores turn them into records."""

set_json_loads(msgspec.json.decode)
set_json_dumps(msgspec.json.encode)

IDLE_SECONDS = 30.0
"""A connection unused for so long is closed: an idle workspace costs the server nothing."""
IDLE_TRANSACTION_MS = 120_000
"""A process that stopped amid a transaction loses its locks after so long: another belt must be able to go on."""
WAIT_SECONDS = 10.0
"""How long a transaction waits for a connection before the caller is told to retry."""


class BinaryCursor(Cursor[type_of_row]):
    """A cursor that fetches in binary. Such queries carry one statement each: stacked statements are refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format = Format.BINARY


class Timeouts(msgspec.Struct, frozen=True):
    """Limits the server puts on each statement of a connection, in milliseconds; 0 means none."""

    statement: int = 60_000
    lock: int = 10_000


def role_conninfo(url: str, *, role: str, password: str, schema: str, timeouts: Timeouts) -> str:
    """Return the connection string of a login role on the server and database of `url`.

    The search path holds the role's schema and nothing else.
    """
    options = (
        f"-c search_path={schema} -c statement_timeout={timeouts.statement} -c lock_timeout={timeouts.lock}"
        f" -c idle_in_transaction_session_timeout={IDLE_TRANSACTION_MS}"
    )
    return make_conninfo(
        url, user=role, password=password, options=options, application_name=f"konnektu {schema}"
    )


class Db:
    """The door to one role's schema. Safe to share between threads; connections open at need and close when idle."""

    def __init__(
        self, conninfo: str, *, name: str, size: int = 8, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        """Take the role's connection string, a name for messages, and the pool's limits."""
        self.conninfo = conninfo
        self.name = name
        self._size = size
        self._wait_seconds = wait_seconds
        self._pool: ConnectionPool[Connection[type_of_row]] | None = None
        self._lock = Lock()
        self._in_use = 0
        self._used_at = time.monotonic()
        self._writes = count(1)
        self.writes = 0
        """A number that grows with each transaction of this process that may have written."""

    @contextmanager
    def transaction(self) -> Iterator[Connection[type_of_row]]:
        """Yield a connection inside a transaction: committed at the end, rolled back by an exception.

        Raises `Retry` where the world is broken. A connection lost during the commit leaves its outcome
        unknown, so the work must be repeatable.
        """
        try:
            with self._connection() as conn, conn.transaction():
                yield conn
        finally:
            self.writes = next(self._writes)

    @contextmanager
    def statement(self) -> Iterator[Connection[type_of_row]]:
        """Yield a connection for one statement that is a transaction of its own: one trip to the server, not three.

        Raises `Retry` as `transaction` does.
        """
        with self._connection() as conn:
            yield conn

    @contextmanager
    def read(self, *, snapshot: bool = False) -> Iterator[Connection[type_of_row]]:
        """Yield a connection inside a read-only transaction; `snapshot` lets all its queries see one instant."""
        with self._connection() as conn:
            conn.read_only = True
            conn.isolation_level = IsolationLevel.REPEATABLE_READ if snapshot else None
            try:
                with conn.transaction():
                    yield conn
            finally:
                _forget_mode(conn)

    def rest(self, idle_seconds: float = 0.0) -> bool:
        """Close all connections if none was used for so long; return whether they are closed."""
        with self._lock:
            idle = time.monotonic() - self._used_at
            if self._pool is None or self._in_use or idle < idle_seconds:
                return self._pool is None
            pool, self._pool = self._pool, None
        pool.close()
        return True

    def close(self) -> None:
        """Close all connections; the next use opens them again."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    @contextmanager
    def _connection(self) -> Iterator[Connection[type_of_row]]:
        with broken_world_as_retry(self.name):
            pool = self._opened()
            try:
                conn = pool.getconn()
                try:
                    yield conn
                finally:
                    pool.putconn(conn)
            finally:
                with self._lock:
                    self._in_use -= 1
                    self._used_at = time.monotonic()

    def _opened(self) -> ConnectionPool[Connection[type_of_row]]:
        with self._lock:
            if self._pool is None:
                self._pool = self._open()
            self._in_use += 1
            return self._pool

    def _open(self) -> ConnectionPool[Connection[type_of_row]]:
        return ConnectionPool(
            self.conninfo,
            name=self.name,
            min_size=0,
            max_size=self._size,
            max_idle=IDLE_SECONDS,
            timeout=self._wait_seconds,
            reconnect_timeout=self._wait_seconds,
            num_workers=1,
            open=True,
            check=_refuse_dead,
            kwargs={"cursor_factory": BinaryCursor, "autocommit": True},
        )


def heard(conn: Connection[Any], seconds: float) -> list[str]:
    """What was announced to a listening connection, as soon as it is; nothing after so many seconds of silence.

    psycopg's own waiting wakes up ten times a second; this sleeps. Raises `psycopg.OperationalError`.
    """
    said = _announced(conn)
    if not said and select.select([conn.fileno()], [], [], seconds)[0]:
        said = _announced(conn)
    return said


def _announced(conn: Connection[Any]) -> list[str]:
    return [notice.payload for notice in conn.notifies(timeout=0)]


class LimitedDb(Db):
    """The same door for a caller who may read some rows only, entered as a role that row-level policies bind."""

    def __init__(self, within: Db, row_limit: str) -> None:
        """`within` is the door of the limited role; `row_limit` is what the policies read (`storage.rows`)."""
        super().__init__(within.conninfo, name=within.name)
        self._within = within
        self._row_limit = row_limit

    @contextmanager
    def transaction(self) -> Iterator[Connection[type_of_row]]:
        """Yield a connection inside a transaction that may read, and is refused by the server whatever it writes."""
        with self._within.transaction() as conn:
            self._bind(conn)
            yield conn

    @contextmanager
    def read(self, *, snapshot: bool = False) -> Iterator[Connection[type_of_row]]:
        """Yield a connection inside a read-only transaction that sees the rows within the limit."""
        with self._within.read(snapshot=snapshot) as conn:
            self._bind(conn)
            yield conn

    def _bind(self, conn: Connection[type_of_row]) -> None:
        conn.execute("SELECT set_config('konnektu.row_limit', %s, true)", [self._row_limit])


def _forget_mode(conn: Connection[type_of_row]) -> None:
    if not conn.closed:
        conn.read_only = None
        conn.isolation_level = None


def _refuse_dead(conn: Connection[type_of_row]) -> None:
    """Raise if the server has closed this connection, without a question to the server.

    An idle connection has nothing to read; when its socket is readable, the server said good-bye.
    """
    if select.select([conn.fileno()], [], [], 0)[0]:
        # Closed here, so that the pool does not offer it again.
        conn.close()
        raise psycopg.OperationalError("the server has closed the connection")


@contextmanager
def broken_world_as_retry(name: str) -> Iterator[None]:
    """Translate what psycopg calls operational (away, disk full, deadlock, timeout) into `Retry`."""
    try:
        yield
    except (psycopg.OperationalError, PoolTimeout, PoolClosed) as error:
        first_line = str(error).strip().partition("\n")[0]
        raise Retry(
            f"PostgreSQL ({name}) does not serve: {first_line}. The work will be repeated."
        ) from error
