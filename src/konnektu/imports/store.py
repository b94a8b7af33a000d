"""In: a connection to a workspace's schema. Out: imports as records, and rows written.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from psycopg.types.json import Jsonb

from konnektu.imports.model import Import, Kind, Mapping, RowCounts, State
from konnektu.reading.api import Layout
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")


def ended_before(db: Connection, instant: int) -> set[int]:
    """Numbers of the imports that ended before an instant."""
    return {number for (number,) in Q.ended_before(db, instant=instant)}


def add_import(db: Connection, job: Import) -> int:
    """Keep a drafted import in state uploaded; its id."""
    number: int = Q.add_import(
        db,
        name=job.name,
        file_name=job.file_name,
        sha256=job.sha256,
        size=job.size,
        source=job.source,
        kind=job.kind,
        layout=_jsonb(job.layout),
        mapping=_jsonb(job.mapping),
        as_of=job.as_of,
        created_at=job.created_at,
        created_by=job.created_by,
        machine=job.machine,
    )
    return number


def first_upload(db: Connection, sha256: str, now: int) -> int:
    """When this content was first uploaded; `now` where it was not."""
    earliest: int | None = Q.first_upload(db, sha256=sha256)
    return now if earliest is None else earliest


def find_import(db: Connection, number: int) -> Import | None:
    """One import, or None."""
    row = Q.find_import(db, id=number)
    return _import(row) if row else None


def list_imports(db: Connection, before: int, limit: int) -> list[Import]:
    """Imports with ids below `before`, the latest first."""
    return [_import(row) for row in Q.list_imports(db, before=before, limit=limit)]


def imports_of(found: Sequence[Sequence[Any]]) -> list[Import]:
    """Imports as rows of the columns that `list_imports` selects."""
    return [_import(tuple(row)) for row in found]


def change_import(
    db: Connection, number: int, *, name: str, kind: Kind, layout: Layout, mapping: Mapping
) -> bool:
    """Whether the import was still in state uploaded and is changed."""
    changed: int = Q.change_import(
        db, id=number, name=name, kind=kind, layout=_jsonb(layout), mapping=_jsonb(mapping)
    )
    return changed == 1


def make_waiting(db: Connection, number: int) -> bool:
    """Whether the import may run from here on."""
    return bool(Q.make_waiting(db, id=number) == 1)


def claim_import(db: Connection, number: int, *, runner: str, now: int, silent_since: int) -> bool:
    """Whether this runner holds the import."""
    return Q.claim_import(db, id=number, runner=runner, now=now, silent_since=silent_since) is not None


def advance_import(
    db: Connection, number: int, *, runner: str, chunk: int, cursor: int, counts: RowCounts, error_bytes: int,
    now: int,
) -> State | None:  # fmt: skip
    """Count a chunk as done; the import's state, None where another runner has taken it."""
    state: State | None = Q.advance_import(
        db,
        id=number,
        runner=runner,
        chunk=chunk,
        cursor=cursor,
        error_bytes=error_bytes,
        now=now,
        **msgspec.structs.asdict(counts),
    )
    return state


def beat(db: Connection, number: int, *, runner: str, now: int) -> State | None:
    """Say that the runner lives; the import's state, None where another runner has taken it."""
    state: State | None = Q.beat(db, id=number, runner=runner, now=now)
    return state


def finish_import(db: Connection, number: int, *, runner: str, state: State, reason: str, now: int) -> None:
    """End a running import."""
    Q.finish_import(db, id=number, runner=runner, state=state, reason=reason, now=now)


def release_import(db: Connection, number: int, *, runner: str) -> None:
    """Let go of an import that this runner has not brought to its end."""
    Q.release_import(db, id=number, runner=runner)


def cancel_import(db: Connection, number: int, now: int) -> bool:
    """Whether the import was cancelled."""
    return bool(Q.cancel_import(db, id=number, now=now) == 1)


def uses_of_file(db: Connection, sha256: str) -> int:
    """How many unfinished imports read the uploaded file."""
    uses: int = Q.uses_of_file(db, sha256=sha256)
    return uses


def _jsonb(record: Layout | Mapping) -> Jsonb:
    return Jsonb(msgspec.to_builtins(record))


def _import(row: Sequence[Any]) -> Import:
    layout, mapping = msgspec.convert(row[8], Layout), msgspec.convert(row[9], Mapping)
    counts = RowCounts(*row[13:18])
    return Import(
        id=row[0], name=row[1], file_name=row[2], sha256=row[3], size=row[4], source=row[5], kind=row[6],
        state=row[7], layout=layout, mapping=mapping, as_of=row[10], chunk=row[11], cursor=row[12], counts=counts,
        error_bytes=row[18], reason=row[19], created_at=row[20], created_by=row[21], started_at=row[22],
        finished_at=row[23], machine=row[24],
    )  # fmt: skip
