"""In: a connection to a workspace's schema. Out: what was asked of lists, as records.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from psycopg.types.json import Jsonb

from konnektu.lists.model import Deed, Question, Work
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")


def add_work(db: Connection, asked: Work) -> int:
    """Keep what was asked; its id."""
    number: int = Q.add_work(
        db, login=asked.login, section=asked.section, question=_json(asked.question), deed=_json(asked.deed),
        row_limit=asked.row_limit, created_at=asked.created_at, expires_at=asked.expires_at, upto=asked.upto,
    )  # fmt: skip
    return number


def note_job(db: Connection, number: int, job: int) -> None:
    """Remember the job that does it."""
    Q.note_job(db, id=number, job=job)


def note_size(db: Connection, number: int, size: int, upto: int) -> None:
    """Remember how large its file is, and up to which position of the log its rows were read."""
    Q.note_size(db, id=number, size=size, upto=upto)


def find_work(db: Connection, number: int) -> Work | None:
    """One of them, or None."""
    row = Q.find_work(db, id=number)
    return _work(row) if row else None


def work_of(db: Connection, login: str, most: int) -> list[Work]:
    """What a person asked, the latest first."""
    return [_work(row) for row in Q.work_of(db, login=login, most=most)]


def delete_work(db: Connection, number: int) -> None:
    """Forget one."""
    Q.delete_work(db, id=number)


def forget_old(db: Connection, now: int) -> list[int]:
    """Forget those whose term is over; their ids."""
    return [row[0] for row in Q.forget_old(db, now=now)]


def ids(db: Connection) -> set[int]:
    """Those that have, or may still get, a file."""
    return {row[0] for row in Q.ids(db)}


def older_than(db: Connection, position: int) -> list[Work]:
    """Those asked, or whose rows were read, before a position of the log."""
    return [_work(row) for row in Q.older_than(db, position=position)]


def note_gone(db: Connection, number: int, question: Question, why: str) -> None:
    """Remember why its file is gone, and what is left of its question."""
    Q.note_gone(db, id=number, question=_json(question), why=why)


def _json(record: Any) -> Jsonb:
    return Jsonb(msgspec.to_builtins(record))


def _work(row: Sequence[Any]) -> Work:
    told = dict(zip(Work.__struct_fields__, row, strict=True))
    question, deed = msgspec.convert(row[3], Question), msgspec.convert(row[4], Deed)
    return Work(**{**told, "question": question, "deed": deed})
