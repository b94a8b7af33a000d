"""In: statements with a role. Out: results of chDB. The engine belongs to this process and lives in one folder.

Each database has a role of its own name, declared in the engine's user file, that may read and write that
database and nothing else; a session takes its role before its first statement and never leaves it.
Roles are declared when the engine opens, some in advance, so that a workspace made later has its own.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from chdb import ChdbError
from chdb.state.sqlitelike import Connection

from konnektu.core.errors import Fatal
from konnektu.core.folders import private_folder
from konnektu.storage.eventstore.gate import Gate

ADMIN = "konnektu_admin"
"""The role of the installation itself."""
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
NUMBERED = re.compile(r"(?P<stem>.*_ws_)(?P<number>\d+)")
DECLARED_AHEAD = 200
"""Roles declared beyond the last workspace of a numbering; then the engine opens anew, in some 0.15 s."""
IDLE_SESSIONS = 16
SHORT_SECONDS = 10.0
"""How long statements that take no turn, such as the reading of one, may take while the engine is to open anew."""
NOT_OPENED = "Code: 394. DB::Exception: The event store could not open anew. Repeat the request."
LOOK_MS = 500
"""How often the engine compares the memory it counts with the memory it has; by itself twenty times a second."""
GRANTS = "SELECT, INSERT, SHOW, ALTER DELETE, ALTER UPDATE, TRUNCATE, OPTIMIZE"
"""What a workspace may do in its database. Tables are made by the installation alone: a view or a Buffer
table would act with its rights."""


Session = Any
"""A connection of chDB, which has no types: `query`, `send_insert`, `close`."""


class Answer(NamedTuple):
    """What a statement gave: the bytes of its format, and what it cost."""

    body: bytes
    rows_read: int = 0
    bytes_read: int = 0
    rows_written: int = 0
    seconds: float = 0.0


class Failed(Exception):
    """The engine refused or failed; the text is its own, beginning with `Code: N.`."""

    @property
    def code(self) -> int:
        """ClickHouse's number of the error; 1001 (an exception without a number) where it gave none."""
        found = re.search(r"Code: (\d+)", str(self))
        return int(found.group(1)) if found else 1001


class Limits(NamedTuple):
    """What the engine may take."""

    memory_bytes: int = 4 << 30
    threads: int = 2
    result_bytes: int = 1 << 30
    """An answer is held in memory whole; a larger one is refused."""


class Engine:
    """chDB opened on one folder. Thread-safe; `declare` waits for the statements under way, which are to be short."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        """Open the engine on the folder, which is made where it is missing. Raises `Fatal` if another has it."""
        if any(sign in str(folder) for sign in "?&"):
            raise Fatal(f"The path {folder} holds ? or &, which the event store cannot open. Choose another.")
        self._folder = folder
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._idle: OrderedDict[int, tuple[str, Session]] = OrderedDict()
        self.gate = Gate()
        self._open(())
        self.declare(())
        self.table_functions = frozenset(self._column("SELECT name FROM system.table_functions"))

    def run(
        self,
        role: str,
        sql: str,
        *,
        form: str,
        parameters: Mapping[str, str],
        settings: Mapping[str, str],
        database: str,
    ) -> Answer:
        """Run one statement as this role; `form` is the output format where the statement names none."""
        with _Lease(self, role) as session:
            _begin(session, settings, database)
            result = session._conn.query(sql, form, params=dict(parameters))  # noqa: SLF001
            answer = Answer(result.bytes(), result.rows_read(), result.bytes_read(), 0, result.elapsed())
            _end(session, settings)
            return answer

    def insert(
        self, role: str, sql: str, data: bytes, *, form: str, settings: Mapping[str, str], database: str
    ) -> Answer:
        """Run `INSERT INTO … (…)` with its rows in this format."""
        with _Lease(self, role) as session:
            _begin(session, settings, database)
            inserter = session.send_insert(sql, form)
            inserter.append(data)
            written = inserter.finish()
            _end(session, settings)
            return Answer(b"", 0, 0, written.rows_written, written.elapsed)

    def formatted(self, sql: str) -> str:
        """Return the one statement in `sql` as the engine understands it. Raises `Failed` where it cannot."""
        asked = "SELECT formatQuerySingleLine({sql:String})"
        escaped = sql.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        answer = self.run(
            ADMIN, asked, form="RawBLOB", parameters={"sql": escaped}, settings={}, database="default"
        )
        return answer.body.decode(errors="replace")

    def databases(self) -> list[str]:
        """Return the names of the databases that hold data."""
        mine = (
            "SELECT name FROM system.databases WHERE name NOT IN ('system', 'default', 'INFORMATION_SCHEMA', "
        )
        return self._column(mine + "'information_schema')")

    def knows(self, name: str) -> bool:
        """Whether the role of this database is declared."""
        return name in self._declared

    def declare(self, names: Iterable[str]) -> None:
        """Open the engine anew with the roles of these databases and of all that exist. Raises `Failed`."""
        with self.gate.alone(SHORT_SECONDS) as is_alone:
            if not is_alone:
                raise Failed(NOT_OPENED)
            names = declared_names([*self.databases(), *names])
            self._close()
            self._open(names)
            # A connection that somebody still holds keeps the old engine, and with it the old roles.
            self._declared &= frozenset(self._column("SELECT name FROM system.roles"))
            if not names <= self._declared:
                raise Failed(NOT_OPENED)

    def cancel_all(self) -> None:
        """Ask every running statement to end."""
        self.run(ADMIN, "KILL QUERY WHERE query NOT LIKE 'KILL %' ASYNC", form="Null", parameters={}, settings={},
                 database="default")  # fmt: skip

    def close(self) -> None:
        """Close the engine; everything acknowledged is on disk."""
        self._close()

    def _open(self, names: Iterable[str]) -> None:
        self._declared = frozenset(names)
        private_folder(self._folder)
        users, config = self._folder / "users.xml", self._folder / "config.xml"
        users.write_text(users_xml(self._declared, self._limits))
        config.write_text(config_xml(users, self._limits))
        self._path = f"{self._folder / 'data'}?config-file={config}"
        try:
            self._keeper = _connected(self._path)
        except (ChdbError, RuntimeError) as error:
            raise Fatal(f"The event store in {self._folder} cannot be opened: {error}") from error

    def _close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, OrderedDict()
        for _, session in idle.values():
            session.close()
        self._keeper.close()

    def _column(self, sql: str) -> list[str]:
        answer = self.run(ADMIN, sql, form="TSV", parameters={}, settings={}, database="default")
        return answer.body.decode().split()

    def take(self, role: str) -> Session:
        """Return a session in this role, an idle one where there is one."""
        with self._lock:
            key = next((key for key, (owner, _) in reversed(self._idle.items()) if owner == role), None)
            if key is not None:
                return self._idle.pop(key)[1]
        session = _connected(self._path)
        try:
            session.query(f"SET ROLE {role}", "Null")  # checked against NAME when declared
        except BaseException:
            session.close()
            raise
        return session

    def give_back(self, role: str, session: Session) -> None:
        """Keep a session for the next statement of its role; the longest idle one is closed when many are kept."""
        with self._lock:
            self._idle[id(session)] = (role, session)
            surplus = self._idle.popitem(last=False)[1][1] if len(self._idle) > IDLE_SESSIONS else None
        if surplus is not None:
            surplus.close()


def _connected(path: str) -> Session:
    """Open a connection to the engine of this process, and the engine with the first."""
    return Connection(path)


class _Lease:
    """A session for the time of one statement; after a failure it is closed, because its settings may stand."""

    def __init__(self, engine: Engine, role: str) -> None:
        self._engine = engine
        self._role = role

    def __enter__(self) -> Session:
        self._inside = ExitStack()
        self._inside.enter_context(self._engine.gate.entered())
        try:
            self._session = self._engine.take(self._role)
        except BaseException as error:
            self._inside.close()
            if isinstance(error, ChdbError | RuntimeError):
                raise Failed(str(error)) from error
            raise
        return self._session

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        with self._inside:
            if error is None:
                self._engine.give_back(self._role, self._session)
                return
            self._session.close()
            if isinstance(error, ChdbError | RuntimeError):
                raise Failed(str(error)) from error


def _begin(session: Session, settings: Mapping[str, str], database: str) -> None:
    session.query(f"USE {quoted(database)}", "Null")
    if settings:
        pairs = ", ".join(f"{_setting_name(name)} = {literal(value)}" for name, value in settings.items())
        session.query(f"SET {pairs}", "Null")


def _end(session: Session, settings: Mapping[str, str]) -> None:
    if settings:
        session.query("SET " + ", ".join(f"{name} = DEFAULT" for name in settings), "Null")


def quoted(name: str) -> str:
    """Return a name as ClickHouse quotes names."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def literal(text: str) -> str:
    """Return a text as a ClickHouse string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _setting_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise Failed(
            f"Code: 115. DB::Exception: Setting {name!r} is neither a builtin setting nor a custom one."
        )
    return name


def declared_names(databases: Iterable[str]) -> frozenset[str]:
    """Return the databases with a role of their own: those that exist, and the next of each numbering."""
    names = {name for name in databases if NAME.fullmatch(name)}
    last: dict[str, int] = {}
    for match in filter(None, map(NUMBERED.fullmatch, names)):
        last[match["stem"]] = max(last.get(match["stem"], 0), int(match["number"]))
    ahead = {f"{stem}{n}" for stem, top in last.items() for n in range(top + 1, top + 1 + DECLARED_AHEAD)}
    return frozenset(names | ahead)


def users_xml(names: Iterable[str], limits: Limits) -> str:
    """Return the engine's user file: one user (chDB has no other), the limits, a role for each database."""
    names = sorted(names)
    roles = "".join(
        f"<{name}><grants><query>GRANT {GRANTS} ON {name}.*</query></grants></{name}>" for name in names
    )
    granted = "".join(f"<query>GRANT {name}</query>" for name in (ADMIN, *names))
    bounds = {"max_memory_usage": limits.memory_bytes, "max_threads": limits.threads,
              "max_result_bytes": limits.result_bytes}  # fmt: skip
    values = "".join(f"<{name}>{value}</{name}>" for name, value in bounds.items())
    maxima = "".join(f"<{name}><max>{value}</max></{name}>" for name, value in bounds.items())
    return (
        f"<clickhouse><profiles><default>{values}<constraints>{maxima}</constraints></default></profiles>"
        "<users><default><password></password><profile>default</profile><quota>default</quota>"
        f"<networks><ip>::/0</ip></networks><grants>{granted}</grants></default></users>"
        f"<roles><{ADMIN}><grants><query>GRANT ALL ON *.* WITH GRANT OPTION</query></grants></{ADMIN}>{roles}</roles>"
        "<quotas><default/></quotas></clickhouse>"
    )


def config_xml(users: Path, limits: Limits) -> str:
    """Return the engine's settings file."""
    return (
        "<clickhouse><logger><level>fatal</level></logger>"
        f"<users_config>{escape(str(users))}</users_config>"
        f"<max_server_memory_usage>{limits.memory_bytes}</max_server_memory_usage>"
        "<mark_cache_size>134217728</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size>"
        f"<memory_worker_period_ms>{LOOK_MS}</memory_worker_period_ms>"
        "<background_pool_size>2</background_pool_size>"
        "<background_schedule_pool_size>4</background_schedule_pool_size>"
        "</clickhouse>"
    )
