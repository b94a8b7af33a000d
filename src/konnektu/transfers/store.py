"""In: a connection to a workspace's schema. Out: places, scheduled imports and seen files as records.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from psycopg.types.json import Jsonb

from konnektu.storage.api import Bigints, Connection, Texts
from konnektu.transfers.model import FileState, Held, ScheduledImport, SeenFile
from konnektu.transfers.place_model import Entry, Increment, Place, Settings

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")
ALL = 2**62
UNKNOWN = -1
"""Size of a file whose place does not tell it."""
COLUMNS = frozenset(
    ("id", "name", "place", "mapping", "source", "created_at", "created_by", "taken_at", "since", "edge")
)
"""Fields of a scheduled import that have a column; the rest are its rules."""


def add_place(
    db: Connection, name: str, settings: Settings, secret: bytes | None, *, now: int, by: str
) -> int | None:
    """Keep a place; its number, None where the name is taken."""
    number: int | None = Q.add_place(
        db, name=name, settings=_jsonb(settings), secret=secret, created_at=now, created_by=by
    )
    return number


def change_place(
    db: Connection, number: int, name: str, settings: Settings, secret: bytes | None, *, forget_key: bool
) -> None:
    """Other settings; without a secret the one that is kept stays."""
    Q.change_place(db, id=number, name=name, settings=_jsonb(settings), secret=secret, forget_key=forget_key)


def remember_key(db: Connection, number: int, host_key: str) -> None:
    """Keep the first key that a server showed."""
    Q.remember_key(db, id=number, host_key=host_key)


def delete_place(db: Connection, number: int) -> bool:
    """Whether the place was there, and is gone."""
    return bool(Q.delete_place(db, id=number) == 1)


def uses_of_place(db: Connection, number: int) -> int:
    """How many schedules use it."""
    uses: int = Q.uses_of_place(db, id=number)
    return uses


def find_place(db: Connection, number: int) -> Place | None:
    """One place, or None."""
    row = Q.find_place(db, id=number)
    return _place(row) if row else None


def secret_of_place(db: Connection, number: int) -> bytes | None:
    """What opens it, sealed; None where it needs nothing."""
    sealed: bytes | None = Q.secret_of_place(db, id=number)
    return sealed


def places(db: Connection) -> list[Place]:
    """All places by name."""
    return [_place(row) for row in Q.places(db)]


def add_scheduled(db: Connection, plan: ScheduledImport) -> int | None:
    """Keep a scheduled import; its number, None where the name is taken."""
    number: int | None = Q.add_scheduled(
        db, name=plan.name, place=plan.place, mapping=plan.mapping, source=plan.source, rules=_rules(plan),
        since=plan.since or "", created_at=plan.created_at, created_by=plan.created_by,
    )  # fmt: skip
    return number


def change_scheduled(db: Connection, plan: ScheduledImport) -> bool:
    """Whether it was there, and is changed."""
    changed: int = Q.change_scheduled(
        db, id=plan.id, name=plan.name, place=plan.place, mapping=plan.mapping, source=plan.source, rules=_rules(plan),
        since=plan.since,
    )  # fmt: skip
    return changed == 1


def delete_scheduled(db: Connection, number: int) -> bool:
    """Whether it was there, and is gone."""
    return bool(Q.delete_scheduled(db, id=number) == 1)


def find_scheduled(db: Connection, number: int) -> ScheduledImport | None:
    """One scheduled import, or None."""
    row = Q.find_scheduled(db, id=number)
    return _scheduled(row) if row else None


def all_scheduled(db: Connection) -> list[ScheduledImport]:
    """All scheduled imports by name."""
    return [_scheduled(row) for row in Q.all_scheduled(db)]


def note_taken(db: Connection, number: int, now: int) -> None:
    """A file was taken."""
    Q.note_taken(db, id=number, now=now)


def reach(db: Connection, number: int, reached: Increment) -> None:
    """A query came so far."""
    Q.reach(db, id=number, since=reached.since, edge=Texts(reached.edge))


def look(db: Connection, scheduled: int, entries: Sequence[Entry], now: int) -> None:
    """Remember a look at a place: what is new waits, what changed since then grows, what is gone is forgotten."""
    shown = {
        "paths": Texts(entry.path for entry in entries),
        "sizes": Bigints(UNKNOWN if entry.size is None else entry.size for entry in entries),
        "modified": Bigints(entry.modified or 0 for entry in entries),
        "tags": Texts(entry.tag for entry in entries),
    }
    displaced = [row[0] for row in Q.forget_displaced(db, scheduled=scheduled, **shown)]
    Q.look(db, scheduled=scheduled, now=now, **shown)
    if displaced:
        Q.mark_growing(db, scheduled=scheduled, paths=Texts(displaced), now=now)


def seen_files(db: Connection, scheduled: int, before: int = ALL, limit: int = 1_000) -> list[SeenFile]:
    """What was seen, the latest first."""
    return [_seen(row) for row in Q.seen_files(db, scheduled=scheduled, before=before, limit=limit)]


def find_seen(db: Connection, number: int) -> SeenFile | None:
    """One remembered file, or None."""
    row = Q.find_seen(db, id=number)
    return _seen(row) if row else None


def open_files(db: Connection, scheduled: int) -> list[SeenFile]:
    """What is not yet at its end, the earliest first."""
    return [_seen(row) for row in Q.open_files(db, scheduled=scheduled)]


def last_sizes(db: Connection, scheduled: int, limit: int) -> list[int]:
    """Sizes of the files taken last, the latest first."""
    return [row[0] for row in Q.last_sizes(db, scheduled=scheduled, limit=limit)]


def hold(db: Connection, number: int, held: Held, detail: str) -> None:
    """Let a file wait for a person or for another content."""
    Q.hold(db, id=number, held=held, detail=detail)


def taken_before(db: Connection, scheduled: int, sha256: str, number: int) -> int | None:
    """The import that took the same content of another file; None where none did."""
    found: int | None = Q.taken_before(db, scheduled=scheduled, sha256=sha256, id=number)
    return found


def take(db: Connection, file: SeenFile, now: int) -> None:
    """The content is taken: write what the record says of it."""
    Q.take(
        db, id=file.id, bytes=file.bytes, sha256=file.sha256, tag=file.tag, state=file.state,
        imported=file.imported, detail=file.detail, now=now,
    )  # fmt: skip


def forget_seen(db: Connection, number: int) -> None:
    """Forget a look that showed nothing new."""
    Q.forget_seen(db, id=number)


def move_on(db: Connection, number: int, state: FileState, detail: str = "") -> None:
    """The file's next state."""
    Q.move_on(db, id=number, state=state, detail=detail)


def accept(db: Connection, number: int) -> bool:
    """Whether the file was held, and will be taken as it is."""
    return bool(Q.accept(db, id=number) == 1)


def _jsonb(record: Settings) -> Jsonb:
    return Jsonb(msgspec.to_builtins(record))


def _rules(plan: ScheduledImport) -> Jsonb:
    return Jsonb({name: value for name, value in msgspec.structs.asdict(plan).items() if name not in COLUMNS})


def _place(row: Sequence[Any]) -> Place:
    return Place(
        id=row[0], name=row[1], settings=msgspec.convert(row[2], Settings), host_key=row[3], has_secret=row[4],
        created_at=row[5], created_by=row[6],
    )  # fmt: skip


def _scheduled(row: Sequence[Any]) -> ScheduledImport:
    return ScheduledImport(
        id=row[0], name=row[1], place=row[2], mapping=row[3], source=row[4], **row[5], created_at=row[6],
        created_by=row[7], taken_at=row[8], since=row[9], edge=tuple(row[10]),
    )  # fmt: skip


def _seen(row: Sequence[Any]) -> SeenFile:
    return SeenFile(**dict(zip(SeenFile.__struct_fields__, row, strict=True)))
