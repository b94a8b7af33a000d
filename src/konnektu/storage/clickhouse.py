"""In: the address of a ClickHouse server or of the role `store`, a user and a database. Out: `History`.

The driver is clickhouse-connect, unmodified; it cannot tell chDB from a cluster. Invariant: a broken world
(away, out of memory, cancelled) leaves as `core.errors.Retry`; an insert repeated with its token adds nothing.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any, Literal

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from konnektu.core.errors import Fatal, Retry

Priority = Literal["sink", "undo", "interactive", "backfill", "anti_entropy"]
PRIORITIES: Mapping[Priority, int] = {
    "sink": 1,
    "undo": 2,
    "interactive": 3,
    "backfill": 4,
    "anti_entropy": 5,
}
"""Values of ClickHouse's setting `priority`: the smaller, the more urgent."""

CONNECT_SECONDS = 5
ANSWER_SECONDS = 300
BUSY_SECONDS = 2.0
"""How long a question waits until one of those that a process may have at once is over."""

BROKEN_WORLD = frozenset({159, 160, 164, 173, 202, 203, 209, 210, 236, 241, 242, 243, 244, 252, 254, 285, 286, 319, 394,
                          415, 425, 439, 999})  # fmt: skip
"""Numbers of ClickHouse errors that pass: timeouts, memory, disk, too many parts, replicas away, cancelled."""
MISSING = frozenset({60, 81})
"""Numbers for a table or a database that is not there."""


class Busy(Retry):
    """The event store is slow to answer, and too many already wait for it. Ask again in a minute."""


class Patience:
    """How long a process waits for answers, and how many of its threads at once: the rest work on without it."""

    def __init__(self, seconds: int = ANSWER_SECONDS, at_once: int = 0) -> None:
        """`at_once` is the most questions at a time; 0 for any number."""
        self.seconds = seconds
        self._places = BoundedSemaphore(at_once) if at_once else None

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the places. Raises `Busy` where none becomes free soon."""
        if self._places is None:
            yield
            return
        if not self._places.acquire(timeout=BUSY_SECONDS):
            raise Busy
        try:
            yield
        finally:
            self._places.release()


class MissingTable(Retry):
    """The event store lacks a table or the database; it is made by the next preparation."""


class History:
    """The door to one database of the event store, as its own user. Safe to share between threads."""

    def __init__(
        self,
        address: Callable[[], str],
        *,
        user: str,
        password: str,
        database: str,
        patience: Patience | None = None,
    ) -> None:
        """`address` returns the server's URL; it is asked before each use, because the store may move."""
        self._address = address
        self._user = user
        self._password = password
        self.database = database
        self._patience = patience or Patience()
        self._client: Client | None = None
        self._opened_at = ""
        self._lock = Lock()

    def table(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = "interactive"
    ) -> pa.Table:
        """Return the answer to a SELECT as an Arrow table; parameters stand as `{name:Type}` in the text."""
        with self._connected() as client:
            return client.query_arrow(sql, _bound(parameters), settings=_settings(priority))

    def rows(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = "interactive"
    ) -> list[tuple[Any, ...]]:
        """Return the answer to a SELECT as Python tuples."""
        with self._connected() as client:
            result = client.query(sql, _bound(parameters), settings=_settings(priority))
            return [tuple(row) for row in result.result_rows]

    def scalar(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = "interactive"
    ) -> Any:
        """Return the first value of the first row of a SELECT, or None where it has no row."""
        found = self.rows(sql, parameters, priority=priority)
        return found[0][0] if found else None

    def insert(self, table: str, rows: pa.Table, token: str | None, *, priority: Priority = "sink") -> None:
        """Add the rows, named as the table's columns; with the same token twice nothing, without one always."""
        # Rows that are the same as some before are a repetition to the server, unless a token says otherwise.
        once = {"insert_deduplicate": 1, "insert_deduplication_token": token or secrets.token_hex(16)}
        settings = {**_settings(priority), **once}
        with self._connected() as client:
            client.insert_arrow(table, rows, settings=settings)

    def command(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = "interactive"
    ) -> None:
        """Run a statement that answers nothing, such as a deletion; it has taken effect when this returns."""
        settings = {**_settings(priority), "mutations_sync": 2}
        with self._connected() as client:
            client.command(sql, _bound(parameters), settings=settings)

    def is_there(self) -> bool:
        """Whether the event store answers."""
        try:
            self.rows("SELECT 1")
        except Retry:
            return False
        return True

    def close(self) -> None:
        """Close the connections; the next use opens them again."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    @contextmanager
    def _connected(self) -> Iterator[Client]:
        try:
            with self._patience.place():
                yield self._open()
        except OperationalError as error:
            self.close()
            raise Retry(
                f"The event store does not answer: {_first_line(error)}. Reports are restarting."
            ) from error
        except DatabaseError as error:
            raise _translated(error) from error
        except ClickHouseError as error:
            raise Fatal(f"The event store refused: {_first_line(error)}") from error

    def _open(self) -> Client:
        address = self._address()
        with self._lock:
            if self._client is None or self._opened_at != address:
                # Without a session the statements of several threads do not wait for each other.
                self._client = clickhouse_connect.get_client(
                    dsn=address,
                    username=self._user,
                    password=self._password,
                    database=self.database,
                    autogenerate_session_id=False,
                    compress=False,
                    connect_timeout=CONNECT_SECONDS,
                    send_receive_timeout=self._patience.seconds,
                    query_retries=0,
                    tz_mode="aware",
                )
                self._opened_at = address
            return self._client


def _bound(parameters: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(parameters) if parameters else None


def _settings(priority: Priority) -> dict[str, Any]:
    return {"priority": PRIORITIES[priority]}


def _translated(error: DatabaseError) -> Retry | Fatal:
    code = error.code
    if code in MISSING:
        return MissingTable(f"The event store lacks what is asked: {_first_line(error)}")
    if code in BROKEN_WORLD:
        return Retry(f"The event store cannot do it at this moment: {_first_line(error)}")
    return Fatal(f"The event store refused: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
