"""What tests of retention share: events with times of their own, and a run beside no server."""

from pathlib import Path
from typing import Any

import msgspec

from konnektu.belt.deliver import seal_once
from konnektu.belt.rebuild import rebuild
from konnektu.core.clock import DAY
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.privacy.model import Subject
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer

OLD, RECENT = NOW - 100 * DAY, NOW - 10 * DAY
MONTH = NOW - 30 * DAY
"""What happened before this is older than thirty days."""


def event(n: int, at: int, **fields: Any) -> bytes:
    """An event of the wire that says when it happened."""
    return msgspec.json.encode({"messageId": f"r-{n}", "timestamp": at, **fields})


def track(n: int, at: int, name: str, user: str = "", anonymous: str = "", **fields: Any) -> bytes:
    """A track event of somebody."""
    named = {key: value for key, value in (("userId", user), ("anonymousId", anonymous)) if value}
    return event(n, at, type="track", event=name, **named, **fields)


def identify(n: int, at: int, user: str, **traits: Any) -> bytes:
    """An identify event of somebody."""
    return event(n, at, type="identify", userId=user, traits=traits)


def seal_all(storage: Storage, record: WorkspaceRecord) -> None:
    while seal_once(storage, record, 1_000):
        pass


def place(storage: Storage, record: WorkspaceRecord, folder: Path, now: int = NOW) -> privacy.Where:
    """Where a run works: writer and way out run when it waits for them."""

    def apply(_: int) -> None:
        run_writer(storage, record)

    def seal(_: int) -> None:
        seal_all(storage, record)

    return privacy.Where(
        storage=storage,
        record=record,
        data=folder / "data",
        notes=folder / "notes",
        now=lambda: now,
        apply=apply,
        seal=seal,
    )


def rule(
    storage: Storage, record: WorkspaceRecord, *stated: tuple[Subject, str], days: int = 30
) -> list[privacy.Rule]:
    """Put rules in place of all others."""
    with storage.workspace(record).transaction() as db:
        return privacy.put_rules(db, [privacy.Rule(subject, name, days) for subject, name in stated])


def is_equal_when_rebuilt(storage: Storage, record: WorkspaceRecord) -> bool:
    outcome = rebuild(storage, record, "test", lambda _done, _all: None)
    assert any(table.rows for table in outcome.tables)
    assert outcome.is_equal, outcome.tables
    return True


def traces(storage: Storage, record: WorkspaceRecord, *values: str) -> list[str]:
    """Where any of these values stands: in a table, in a kept block, in the event store."""
    found = []
    with storage.workspace(record).read() as db:
        query = (
            "SELECT relname::text FROM pg_class c"
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        for (name,) in list(db.execute(query)):
            text = " ".join(row[0] for row in db.execute(f"SELECT t::text FROM {name} t"))
            found += [f"{name}: {value}" for value in values if value in text or value.encode().hex() in text]
    with storage.inbox.read() as inbox:
        for (body,) in inbox.execute("SELECT body FROM block WHERE workspace = %s", [record.id]):
            text = str([(parcel.events, parcel.context) for parcel in log.decode_block(bytes(body))])
            found += [f"block: {value}" for value in values if value in text]
    for table in ("fact", "decision", "aged"):
        rows = str(storage.history(record).rows(f"SELECT * FROM {table}"))
        found += [f"{table}: {value}" for value in values if value in rows]
    return found
