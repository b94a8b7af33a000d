"""Mappings kept under a name. In: a mapping that fits files of one source. Out: the same for the next file.

A mapping is checked against each file when the file comes: what it names must be there.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from msgspec import Struct
from psycopg.types.json import Jsonb

from konnektu.core.errors import Conflict, NotFound
from konnektu.imports.model import Kind, Mapping
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")


class SavedMapping(Struct, frozen=True, kw_only=True):
    """A mapping under a name."""

    id: int
    name: str
    source: int
    """Whose files it reads; 0: the workspace's own source of imports."""
    kind: Kind
    mapping: Mapping
    created_at: int
    created_by: str


class NoSavedMapping(NotFound):
    """There is no such saved mapping in this workspace."""


class NameTaken(Conflict):
    """Another one has this name. Choose another name."""


def save(storage: Storage, workspace: WorkspaceRecord, wanted: SavedMapping) -> SavedMapping:
    """Keep a mapping; one with a number replaces what stands there. Raises `NameTaken`, `NoSavedMapping`."""
    values = {
        "name": wanted.name,
        "source": wanted.source,
        "kind": wanted.kind,
        "mapping": _jsonb(wanted.mapping),
    }
    with storage.workspace(workspace).transaction() as db:
        if any(one.name == wanted.name and one.id != wanted.id for one in _all(db)):
            raise NameTaken
        if wanted.id:
            number: int | None = wanted.id if Q.change_saved(db, id=wanted.id, **values) else 0
        else:
            number = Q.add_saved(db, created_at=wanted.created_at, created_by=wanted.created_by, **values)
    if number is None:  # another request took the name at this moment
        raise NameTaken
    return saved(storage, workspace, number)


def saved(storage: Storage, workspace: WorkspaceRecord, number: int) -> SavedMapping:
    """One saved mapping; raises `NoSavedMapping`."""
    with storage.workspace(workspace).read() as db:
        row = Q.find_saved(db, id=number)
    if row is None:
        raise NoSavedMapping
    return _saved(row)


def all_saved(storage: Storage, workspace: WorkspaceRecord) -> list[SavedMapping]:
    """Saved mappings by name."""
    with storage.workspace(workspace).read() as db:
        return _all(db)


def delete_saved(storage: Storage, workspace: WorkspaceRecord, number: int) -> None:
    """Take a saved mapping away; raises `NoSavedMapping`. Who uses it is for the caller to know."""
    with storage.workspace(workspace).transaction() as db:
        if not Q.delete_saved(db, id=number):
            raise NoSavedMapping


def _all(db: Connection) -> list[SavedMapping]:
    return [_saved(row) for row in Q.all_saved(db)]


def _jsonb(mapping: Mapping) -> Jsonb:
    return Jsonb(msgspec.to_builtins(mapping))


def _saved(row: Sequence[Any]) -> SavedMapping:
    return SavedMapping(
        id=row[0], name=row[1], source=row[2], kind=row[3], mapping=msgspec.convert(row[4], Mapping),
        created_at=row[5], created_by=row[6],
    )  # fmt: skip
