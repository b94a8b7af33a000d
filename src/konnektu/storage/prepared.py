"""One statement on a connection of its own. In: parameters in binary form. Out: nothing, after the commit.

For a process that does nothing else: the driver's cursor, the pool and the parameters' adaptation cost three
times what is left. Not to be shared between threads.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format

from konnektu.storage.postgres import WAIT_SECONDS, broken_world_as_retry

_NAME: Final = b"prepared"
_PARAMETER: Final = re.compile(r"%\((\w+)\)s")
_DONE: Final = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Prepared:
    """A statement that is prepared when it is first run, and again on a new connection after any error."""

    def __init__(self, conninfo: str, name: str, statement: str) -> None:
        """Take the connection string, a name for messages, and the SQL with parameters like %(name)s."""
        self._conninfo, self._name = conninfo, name
        self._parameters = list(dict.fromkeys(_PARAMETER.findall(statement)))
        self._statement = _PARAMETER.sub(lambda found: self._place(found[1]), statement).encode()
        self._connection: psycopg.Connection[Any] | None = None

    def run(self, **values: bytes) -> None:
        """Run it as a transaction of its own. Raises `Retry` where the world is broken, or what the server says.

        A connection lost meanwhile leaves the outcome unknown, so the work must be repeatable.
        """
        with broken_world_as_retry(self._name):
            try:
                self._run([values[name] for name in self._parameters])
            except psycopg.Error:
                self.close()
                raise

    def close(self) -> None:
        """Close the connection; the next run opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _run(self, values: Sequence[bytes]) -> None:
        server = (self._connection or self._open()).pgconn
        _check(server, server.exec_prepared(_NAME, values, [Format.BINARY] * len(values)))

    def _open(self) -> "psycopg.Connection[Any]":
        self._connection = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=int(WAIT_SECONDS))
        server = self._connection.pgconn
        _check(server, server.prepare(_NAME, self._statement))
        return self._connection

    def _place(self, parameter: str) -> str:
        return f"${self._parameters.index(parameter) + 1}"


def _check(server: psycopg.pq.abc.PGconn, result: psycopg.pq.abc.PGresult) -> None:
    if result.status in _DONE:
        return
    if server.status == ConnStatus.BAD:  # what libpq itself says then carries no code
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)
