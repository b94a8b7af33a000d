"""In: a connection to the control schema. Out: folders and arrangements as records, and rows written.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import aiosql
import msgspec

from konnektu.console.model import Folder, From, Question, Subject
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")
_question = msgspec.json.Decoder(Question)
_encode = msgspec.json.Encoder().encode


class Whose(NamedTuple):
    """Who arranged something: a person, or a role of the workspace; everybody where the role is empty."""

    workspace: int
    owner: int | None
    role: str = ""


def folders(db: Connection, whose: Whose, section: str = "") -> list[Folder]:
    """The folders that a person sees, in the order of their making, of one section or of all."""
    rows = Q.folders(db, workspace=whose.workspace, owner=whose.owner, section=section)
    return [_folder(row) for row in rows]


def folder(db: Connection, whose: Whose, number: int) -> Folder | None:
    """One folder that a person sees, or None."""
    row = Q.folder(db, workspace=whose.workspace, owner=whose.owner, id=number)
    return _folder(row) if row else None


def declared_places(db: Connection, owner: int | None) -> dict[str, tuple[bool, int | None]]:
    """(is pinned, position) of the declared folders that a person has put somewhere."""
    return {name: (is_pinned, position) for name, is_pinned, position in Q.declared_places(db, owner=owner)}


def lock_folders(db: Connection, workspace: int) -> None:
    """Let nobody else change folders of the workspace until the transaction ends."""
    Q.lock_folders(db, workspace=workspace)


def count_folders(db: Connection, whose: Whose) -> int:
    """How many folders a person has; shared ones without an owner."""
    found: int = Q.count_folders(db, workspace=whose.workspace, owner=whose.owner)
    return found


def add_folder(
    db: Connection, whose: Whose, section: str, name: str, question: Question, *, now: int, by: str
) -> int | None:
    """Add a folder; its number, None where its name is taken."""
    number: int | None = Q.add_folder(
        db, workspace=whose.workspace, owner=whose.owner, section=section, name=name, question=_json(question),
        at=now, by=by,
    )  # fmt: skip
    return number


def change_folder(db: Connection, number: int, owner: int | None, name: str, question: Question) -> bool:
    """Whether the folder is what it was to be; else its name is taken."""
    changed: int = Q.change_folder(db, id=number, owner=owner, name=name, question=_json(question))
    return changed == 1


def delete_folder(db: Connection, number: int) -> None:
    """Delete a folder, with the places where people put it."""
    Q.delete_folder(db, id=number)


def put_place(db: Connection, whose: Whose, folder: Folder, *, is_pinned: bool, position: int | None) -> None:
    """Write where a person puts a folder."""
    Q.put_place(
        db, workspace=whose.workspace, owner=whose.owner, folder=folder.id or None, declared=folder.declared,
        is_pinned=is_pinned, position=position,
    )  # fmt: skip


def arrangement(db: Connection, whose: Whose, subject: Subject, section: str) -> tuple[From, str] | None:
    """Whose arrangement holds for a person of a role, and what it is, as JSON; None where there is none."""
    row = Q.arrangement(
        db, workspace=whose.workspace, owner=whose.owner, role=whose.role, subject=subject, section=section
    )
    return (row[0], row[1]) if row else None


def put_arrangement(
    db: Connection, whose: Whose, subject: Subject, section: str, body: Any, *, now: int, by: str
) -> None:
    """Write what a person, a role or everybody has arranged."""
    Q.put_arrangement(
        db, workspace=whose.workspace, owner=whose.owner, role=whose.role, subject=subject, section=section,
        body=_json(body), at=now, by=by,
    )  # fmt: skip


def drop_arrangement(db: Connection, whose: Whose, subject: Subject, section: str) -> bool:
    """Forget it; whether there was one."""
    dropped: int = Q.drop_arrangement(
        db, workspace=whose.workspace, owner=whose.owner, role=whose.role, subject=subject, section=section
    )
    return dropped == 1


def _json(value: Any) -> str:
    return _encode(value).decode()


def _folder(row: Sequence[Any]) -> Folder:
    number, is_shared, section, name, question, made, by, is_pinned, position = row
    return Folder(
        id=number, section=section, name=name, question=_question.decode(question),
        owner="shared" if is_shared else "mine", is_pinned=not is_shared if is_pinned is None else is_pinned,
        position=position, created_at=made, created_by=by,
    )  # fmt: skip
