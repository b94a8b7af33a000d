"""In: a connection to a workspace's schema. Out: scheduled exports and their files as records.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from konnektu.storage.api import Connection
from konnektu.transfers.model import ExportFile, ScheduledExport, Target, ToPlace
from konnektu.transfers.store import Q


def add_export(db: Connection, plan: ScheduledExport) -> int | None:
    """Keep a scheduled export; its number, None where the name is taken."""
    number: int | None = Q.add_export(
        db, name=plan.name, place=_place(plan), rules=_rules(plan), created_at=plan.created_at
    )
    return number


def change_export(db: Connection, plan: ScheduledExport) -> None:
    """Another rule."""
    Q.change_export(db, id=plan.id, name=plan.name, place=_place(plan), rules=_rules(plan))


def delete_export(db: Connection, number: int) -> list[int]:
    """Take it away; ids of the files that it leaves."""
    Q.delete_export(db, id=number)
    return [row[0] for row in Q.forget_files_of(db, scheduled=number)]


def find_export(db: Connection, number: int) -> ScheduledExport | None:
    """One scheduled export, or None."""
    row = Q.find_export(db, id=number)
    return _export(row) if row else None


def all_exports(db: Connection) -> list[ScheduledExport]:
    """All scheduled exports by name."""
    return [_export(row) for row in Q.all_exports(db)]


def note_done(db: Connection, number: int, now: int) -> None:
    """A file left."""
    Q.note_done(db, id=number, now=now)


def keep_file(db: Connection, file: ExportFile) -> int:
    """Remember a file that waits; its id. Of one job there is one."""
    number: int = Q.keep_file(
        db, scheduled=file.scheduled, job=file.job, name=file.name, list=file.list, login=file.login,
        is_open=file.is_open, size=file.size, created_at=file.created_at, expires_at=file.expires_at,
        row_limit=file.row_limit,
    )  # fmt: skip
    return number


def file_of_job(db: Connection, job: int) -> ExportFile | None:
    """The file that a job made, or None."""
    row = Q.file_of_job(db, job=job)
    return _file(row) if row else None


def find_file(db: Connection, number: int) -> ExportFile | None:
    """One file, or None."""
    row = Q.find_file(db, id=number)
    return _file(row) if row else None


def note_mailed(db: Connection, number: int, now: int) -> None:
    """The letter left."""
    Q.note_mailed(db, id=number, now=now)


def forget_files(db: Connection, now: int) -> list[int]:
    """Forget the files whose term is over; their ids."""
    return [row[0] for row in Q.forget_files(db, now=now)]


def _place(plan: ScheduledExport) -> int | None:
    return plan.target.place if isinstance(plan.target, ToPlace) else None


def _rules(plan: ScheduledExport) -> Jsonb:
    columns = {"id", "name", "created_at", "done_at"}
    return Jsonb({name: value for name, value in msgspec.to_builtins(plan).items() if name not in columns})


def _export(row: Sequence[Any]) -> ScheduledExport:
    target = msgspec.convert(row[2]["target"], Target)
    return ScheduledExport(
        id=row[0], name=row[1], **{**row[2], "target": target}, created_at=row[3], done_at=row[4]
    )


def _file(row: Sequence[Any]) -> ExportFile:
    return ExportFile(**dict(zip(ExportFile.__struct_fields__, row, strict=True)))
