"""In: where the event store is. Out: for each workspace a `History` whose database, user and tables are there.

Invariant: a workspace's user may read, write and delete in its own database, and nothing else; tables are
made by the installation's user alone.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct

from konnektu.core.config import Config
from konnektu.core.errors import Retry
from konnektu.storage import credentials, tables
from konnektu.storage.clickhouse import ANSWER_SECONDS, History, Patience
from konnektu.storage.model import WorkspaceRecord

FOLDER = "store"
"""Name of the embedded event store's folder inside the data folder."""
PORT_FILE = "port"
ADMIN = "konnektu_admin"
GRANTS = "SELECT, INSERT, SHOW, ALTER DELETE, ALTER UPDATE, TRUNCATE, OPTIMIZE"


class NotStarted(Retry):
    """The event store has never run here. Start the role store, or set KONNEKTU_CLICKHOUSE_URL."""


def nowhere() -> str:
    """Say that this process was told of no event store."""
    raise NotStarted


class EventStore(Struct, frozen=True):
    """Where the event store is, and of what kind."""

    address: Callable[[], str] = nowhere
    """Returns its URL, with the installation's user in it for a server of its own; raises `Retry` while it starts."""
    embedded: bool = True
    cluster: str = ""
    """Name of the cluster whose servers hold replicas and shards; empty for one server."""
    answer_seconds: int = ANSWER_SECONDS
    """How long one answer is waited for."""
    at_once: int = 0
    """Answers that the process waits for at a time; 0 for any number."""


def event_store(config: Config) -> EventStore:
    """Return where the settings say the event store is: a server by its URL, or the role `store` of the data folder."""
    if config.clickhouse_url:
        return EventStore(lambda: config.clickhouse_url, embedded=False, cluster=config.clickhouse_cluster)
    return EventStore(partial(store_address, config.data / FOLDER))


def store_address(folder: Path) -> str:
    """Return the URL of the role `store` of this folder; raises `NotStarted` where none has run."""
    try:
        return f"http://127.0.0.1:{int((folder / PORT_FILE).read_text())}"
    except FileNotFoundError:
        raise NotStarted from None


class Histories:
    """The doors of one process to the event store. Safe between threads."""

    def __init__(self, event_store: EventStore, secret_key: bytes) -> None:
        """Take where it is and the secret key that its passwords are made of."""
        self._event_store = event_store
        self._key = secret_key
        self._open: dict[int, History] = {}
        self._lock = Lock()
        self._patience = Patience(event_store.answer_seconds, event_store.at_once)
        self.administration = self._administration()

    def of(self, record: WorkspaceRecord) -> History:
        """Return the workspace's door; what is missing behind it is made. Raises `Retry` while it is away."""
        with self._lock:
            history = self._open.get(record.id)
        if history is None:
            self.prepare(record)
            with self._lock:
                history = self._open.setdefault(record.id, self._door(record.database, record.database))
        return history

    def prepare(self, record: WorkspaceRecord) -> None:
        """Make the workspace's database and user where they are missing, and bring its tables up to date."""
        admin, cluster = self.administration, self._event_store.cluster
        on = f" ON CLUSTER {cluster}" if cluster else ""
        admin.command(f"CREATE DATABASE IF NOT EXISTS {record.database}{on}")
        present: defaultdict[str, set[str]] = defaultdict(set)
        columns = "SELECT table, name FROM system.columns WHERE database = {database:String}"
        for table, column in admin.rows(columns, {"database": record.database}):
            present[table].add(column)
        for statement in tables.bring(tables.declared(), present, record.database, cluster):
            admin.command(statement)
        if not self._event_store.embedded:
            self._make_user(record.database, on)

    def drop(self, record: WorkspaceRecord) -> None:
        """Remove the workspace's database with all in it, and its user; where none ever ran there is nothing."""
        try:
            self._event_store.address()
        except NotStarted:
            return
        cluster = self._event_store.cluster
        on = f" ON CLUSTER {cluster}" if cluster else ""
        self.administration.command(f"DROP DATABASE IF EXISTS {record.database}{on} SYNC")
        if not self._event_store.embedded:
            self.administration.command(f"DROP USER IF EXISTS {record.database}{on}")

    def forget(self, record: WorkspaceRecord) -> None:
        """Close and forget the door of a workspace."""
        with self._lock:
            history = self._open.pop(record.id, None)
        if history is not None:
            history.close()

    def close(self) -> None:
        """Close every connection."""
        for history in (self.administration, *self._open.values()):
            history.close()

    def _make_user(self, name: str, on: str) -> None:
        """On a server of its own users are records of the server; the embedded store derives them from the key."""
        proof = hashlib.sha256(self._password(name).encode()).hexdigest()
        known = f"IDENTIFIED WITH sha256_hash BY '{proof}' DEFAULT DATABASE {name}"
        self.administration.command(f"CREATE USER IF NOT EXISTS {name}{on} {known}")
        self.administration.command(f"ALTER USER {name}{on} {known}")
        self.administration.command(f"GRANT{on} {GRANTS} ON {name}.* TO {name}")

    def _administration(self) -> History:
        if self._event_store.embedded:
            return self._door(ADMIN, "default")
        named = urlsplit(self._event_store.address())
        user, password = unquote(named.username or "default"), unquote(named.password or "")
        return History(
            self._address, user=user, password=password, database="default", patience=self._patience
        )

    def _door(self, user: str, database: str) -> History:
        return History(
            self._address,
            user=user,
            password=self._password(user),
            database=database,
            patience=self._patience,
        )

    def _address(self) -> str:
        """The URL without the user in it."""
        named = urlsplit(self._event_store.address())
        return urlunsplit((named.scheme, named.netloc.rpartition("@")[2], named.path, named.query, ""))

    def _password(self, user: str) -> str:
        return credentials.event_store_password(self._key, user)
