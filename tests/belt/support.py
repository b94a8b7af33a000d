"""What tests of the belt share: sending events, running a writer, looking at everything a workspace holds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from konnektu.belt.writer import Writer
from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.storage import postgres
from konnektu.storage.api import Storage, WorkspaceRecord

NOW = 1_760_000_000_000
STATE_TABLES = (
    "identifier",
    "person",
    "decision",
    "profile",
    "tag",
    "consent",
    "refusal",
    "marketing_source",
    "arrival",
    "orders",
    "order_figures",
    "order_stages",
    "order_currency",
    "order_currency_from",
    "record_kind",
    "record",
    "record_version",
    "tracking_plan",
    "product_list",
    "segment",
    "segment_version",
    "segment_edit",
    "computed",
    "computed_version",
    "listed",
    "ranked",
    "rank_computed",
    "home_zone",
    "member",
    "segment_size",
    "quarantine",
)


class SimulatedCrash(BaseException):
    """The process ends here; nothing may catch it."""


def identify(user: str, n: int, **traits: Any) -> bytes:
    """An identify call of the wire."""
    return msgspec.json.encode(
        {"type": "identify", "userId": user, "messageId": f"i-{user}-{n}", "traits": traits}
    )


def track(
    name: str, n: int, *, user: str | None = None, anonymous: str | None = None, **properties: Any
) -> bytes:
    """A track call of the wire."""
    body = {"type": "track", "event": name, "messageId": f"t-{n}", "properties": properties}
    return msgspec.json.encode(body | {k: v for k, v in (("userId", user), ("anonymousId", anonymous)) if v})


def send(
    storage: Storage, record: WorkspaceRecord, *bodies: bytes, at: int = NOW, origin: str = "wire"
) -> int:
    """Append these events as one block received at `at`."""
    return log.append(storage.inbox, record.id, [Parcel(1, origin, at, list(bodies))])  # type: ignore[arg-type]


def epoch_of(storage: Storage, record: WorkspaceRecord, holder: str = "test") -> int:
    """A fresh epoch of the workspace's lease."""
    with storage.inbox.transaction() as inbox:
        epoch = log.store.take_lease(inbox, record.id, holder, 60)
    assert epoch is not None
    return epoch


def waiting(storage: Storage, record: WorkspaceRecord) -> list[log.Waiting]:
    """The blocks that wait for the workspace's writer."""
    with storage.inbox.read() as inbox:
        return log.store.pending_blocks(inbox, record.id, 10_000)


def run_writer(storage: Storage, record: WorkspaceRecord, size: int = 1000) -> Writer:
    """Apply everything that waits, under a fresh epoch; whoever writes next need not wait for the lease to end."""
    epoch = epoch_of(storage, record)
    writer = Writer(storage, record, epoch)
    while blocks := waiting(storage, record):
        writer.apply(blocks, size)
    with storage.inbox.transaction() as inbox:
        log.store.release_lease(inbox, record.id, "test", epoch)
    return writer


def everything(
    storage: Storage, record: WorkspaceRecord, tables: Sequence[str] = STATE_TABLES
) -> dict[str, list[str]]:
    """Every row of the workspace's state, as text, in order. Fails for a table that no migration makes."""
    with storage.workspace(record).read() as db:
        return {table: _rows(db, table) for table in tables}


def _rows(db: "psycopg.Connection[Any]", table: str) -> list[str]:
    rows = db.execute(SQL("SELECT t::text FROM {} AS t").format(Identifier(table))).fetchall()
    return sorted(row[0] for row in rows)


@contextmanager
def crash_before_statement(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[Callable[[], int]]:
    """Let the process die before its statement of this number (from 1); yields a count of statements begun."""
    begun = 0
    execute = postgres.BinaryCursor.execute

    def counted(cursor: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal begun
        begun += 1
        if begun == number:
            raise SimulatedCrash
        return execute(cursor, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(postgres.BinaryCursor, "execute", counted)
        yield lambda: begun
