"""The result of a query as a file of JSON Lines. In: a database of PostgreSQL or MySQL, a query. Out: its rows.

The query runs in a read-only transaction and is streamed by a cursor of the server, a thousand rows at a time. What
the user of the database may read is for its keeper to say: give a user that may do nothing but read.
"""

import contextlib
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pymysql
from sqlalchemy import URL, Connection, CursorResult, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from konnektu.core.errors import TooLarge
from konnektu.transfers.increments import Reaching, asked
from konnektu.transfers.logic import Pattern
from konnektu.transfers.model import PlaceRefused, PlaceSilent, WrongQuery
from konnektu.transfers.place_model import Entry, Fetched, Increment, Secret, SqlPlace

ROWS = 1_000
"""Rows in memory at once."""
CONNECT_SECONDS = 20
SILENT_SECONDS = 600
"""A query may think for so long before its first row, and between two."""
SSL_MODES = {"off": "disable", "on": "require", "verified": "verify-full"}
REFUSED_MYSQL = frozenset({1044, 1045, 1049, 1698, 3118})
"""No such user, password, database, or no right to it: https://dev.mysql.com/doc/mysql-errors/8.4/en/."""
REFUSED_POSTGRES = ("authentication failed", "does not exist", "no pg_hba.conf entry", "permission denied")
LOST_MYSQL = range(2_000, 3_000)
"""Errors of the client's side: the server went away."""
_encode = msgspec.json.Encoder(enc_hook=str, decimal_format="string").encode


class SqlDoor:
    """A database whose only file is the result of one query."""

    def __init__(
        self, settings: SqlPlace, secret: Secret, query: str, address: str, increment: Increment | None = None
    ) -> None:
        """`address` was checked by outgoing: connections go there, and the name is what a certificate must show.

        A query that goes on is told by `increment` how far it came.
        """
        self._settings, self._query, self._increment = settings, query, increment
        make = _postgres if settings.engine == "postgresql" else _mysql
        self._engine = make(settings, secret, address)

    def list(self, pattern: Pattern) -> Iterator[Entry]:
        """The result, whose size nobody knows beforehand."""
        yield Entry(pattern.text, None, None)

    def stat(self, path: str) -> Entry | None:
        """Whether the database lets the user in."""
        with _translated(self._settings.host), self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return Entry(path, None, None)

    def fetch(self, entry: Entry, to: Path, limit: int) -> Fetched:
        """Run the query and write its rows, one JSON object a line; whole or not at all."""
        part = to.with_name(f"{to.name}.part")
        reaching = Reaching(self._increment) if self._increment else None
        statement = asked(self._query, self._increment) if self._increment else (self._query, None)
        try:
            with (
                part.open("wb") as file,
                _translated(self._settings.host),
                self._engine.connect() as connection,
                _rows(connection, self._settings, statement, reaching) as lines,
            ):
                _write(lines, file, limit)
                file.flush()
                os.fsync(file.fileno())
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        return Fetched(entry, reached=reaching.reached if reaching else None)

    def move(self, path: str, to: str) -> None:
        """Not in a database."""
        raise PlaceRefused("The result of a query cannot be moved. Let it be kept.")

    def remove(self, path: str) -> None:
        """Not in a database."""
        raise PlaceRefused("The result of a query cannot be deleted. Let it be kept.")

    def put(self, source: Path, path: str) -> None:
        """Not in a database."""
        raise PlaceRefused("Files cannot be put into a database. Choose SFTP or S3 for exports.")

    def close(self) -> None:
        """Hang up."""
        self._engine.dispose()


@contextmanager
def _rows(
    connection: Connection,
    settings: SqlPlace,
    statement: tuple[str, tuple[str, ...] | None],
    reaching: Reaching | None,
) -> Iterator[Iterator[bytes]]:
    """The rows as lines, some at once, while the cursor is open; of a query that goes on, the new ones."""
    if settings.engine == "mysql":
        connection.execute(text("SET SESSION TRANSACTION READ ONLY"))
        connection.commit()  # it holds for transactions that begin after it
    query, parameters = statement
    options = {"stream_results": True, "max_row_buffer": ROWS, "no_parameters": parameters is None}
    with connection.execution_options(**options).exec_driver_sql(query, parameters) as result:
        yield _lines(result, reaching)


def _lines(result: CursorResult[Any], reaching: Reaching | None) -> Iterator[bytes]:
    if not result.returns_rows:
        raise WrongQuery("The query gives no rows. Write a SELECT.")
    names = list(result.keys())
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise WrongQuery(f"Two columns of the query are called {twice!r}. Give one another name with AS.")
    for some in result.partitions(ROWS):
        yield b"".join(_written(dict(zip(names, row, strict=True)), reaching) for row in some)


def _written(row: dict[str, Any], reaching: Reaching | None) -> bytes:
    line = _encode(row) + b"\n"
    return line if reaching is None or reaching.is_new(row, line) else b""


def _write(pieces: Iterator[bytes], file: Any, limit: int) -> None:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLarge(
                f"The result is larger than {limit >> 20} MB. Ask for less, or raise upload_bytes."
            )
        file.write(piece)


def _postgres(settings: SqlPlace, secret: Secret, address: str) -> Any:
    url = URL.create(
        "postgresql+psycopg", settings.user, secret.password, settings.host, settings.port, settings.database
    )
    said = f"-c default_transaction_read_only=on -c statement_timeout={SILENT_SECONDS * 1_000}"
    verified = {"sslrootcert": "system"} if settings.encryption == "verified" else {}
    return create_engine(
        url, poolclass=NullPool,
        connect_args={
            "hostaddr": address, "connect_timeout": CONNECT_SECONDS, "sslmode": SSL_MODES[settings.encryption],
            "options": said, "passfile": os.devnull, "application_name": "konnektu", **verified,
        },
    )  # fmt: skip


def _mysql(settings: SqlPlace, secret: Secret, address: str) -> Any:
    """The library would resolve the name anew, so the connection is made here and handed to it."""

    def connect() -> Any:
        made = pymysql.Connection(
            host=settings.host, port=settings.port, user=settings.user, password=secret.password,
            database=settings.database, charset="utf8mb4", read_timeout=SILENT_SECONDS, defer_connect=True,
            ssl=_encryption(settings), local_infile=False,
        )  # fmt: skip
        made.connect(socket.create_connection((address, settings.port), CONNECT_SECONDS))
        return made

    return create_engine("mysql+pymysql://", creator=connect, poolclass=NullPool)


def _encryption(settings: SqlPlace) -> Any:
    if settings.encryption == "off":
        return None
    context = ssl.create_default_context()
    if settings.encryption == "on":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Errors of the database, as the product says them; never the query with its values, never the password."""
    try:
        yield
    except DBAPIError as error:
        raise _refusal(host, error) from error
    except pymysql.MySQLError as error:  # while the connection is made
        raise _of_mysql(host, error) from error
    except (SQLAlchemyError, OSError) as error:
        raise PlaceSilent(f"{host} does not answer as it should: {error}. It will be tried again.") from error


def _refusal(host: str, error: DBAPIError) -> PlaceRefused | PlaceSilent:
    if isinstance(error.orig, pymysql.MySQLError):
        return _of_mysql(host, error.orig)
    said = " ".join(str(error.orig).split())[:500]
    state = getattr(error.orig, "sqlstate", None)
    if state is None and any(word in said for word in REFUSED_POSTGRES):
        return PlaceRefused(
            f"{host} does not let this user in: {said}. Look at the user, the password, the database."
        )
    if state is None or state.startswith(
        ("08", "53", "57", "40")
    ):  # connections, resources, shutdowns, conflicts
        return PlaceSilent(f"{host} does not answer as it should: {said}. It will be tried again.")
    return WrongQuery(f"{host} refuses the query: {said}.")


def _of_mysql(host: str, error: BaseException) -> PlaceRefused | PlaceSilent:
    code, said = 0, str(error)
    with contextlib.suppress(ValueError, TypeError):
        code, said = int(error.args[0]), str(error.args[1])[:500]
    if code in REFUSED_MYSQL:
        return PlaceRefused(
            f"{host} does not let this user in: {said}. Look at the user, the password, the database."
        )
    if not code or code in LOST_MYSQL:
        return PlaceSilent(f"{host} does not answer as it should: {said}. It will be tried again.")
    return WrongQuery(f"{host} refuses the query: {said}.")
