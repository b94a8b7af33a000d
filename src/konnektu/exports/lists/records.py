"""Related records: a list for each kind that a project has defined, with its fields as columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from konnektu.core.ids import public_id
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows, in_pages
from konnektu.exports.model import Column, ColumnType
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.storage.api import Storage, WorkspaceRecord

PREFIX = "records."
"""Before the name of the kind in the name of its list."""

_TYPES: dict[str, ColumnType] = {"number": "number", "money": "number", "date": "date", "boolean": "boolean"}
_HEAD = (
    Column("id", "Id", "Идентификатор"),
    Column("profile", "Profile", "Клиент"),
    Column("updated_at", "Updated", "Изменён", "time"),
)


def lists(storage: Storage, workspace: WorkspaceRecord) -> dict[str, List]:
    """The lists of a workspace's kinds, by name."""
    with storage.workspace(workspace).read() as db:
        made = [_list(kind) for kind in related.kinds(db).values()]
    return {one.name: one for one in made}


def _list(kind: related.Kind) -> List:
    # A field may be called like a column of every list.
    columns = [
        Column(f"fields.{one.name}", one.en, one.ru, _TYPES.get(one.type, "text"), one.is_personal)
        for one in kind.fields
    ]
    return List(
        PREFIX + kind.name,
        kind.en.many,
        kind.ru.many,
        "related.read",
        (*_HEAD, *columns),
        partial(_rows, kind),
        is_within_rows=True,
    )


def _rows(kind: related.Kind, asker: Asker) -> Iterator[Sequence[Any]]:
    """Every record of a kind that was not removed, by id."""
    db = asker.storage.workspace(asker.workspace)

    def page(after: str) -> Sequence[related.RecordRow]:
        with db.read() as conn:
            return related.listed(conn, kind.name, (), after, PAGE)

    for found in in_pages(all_rows("", page, lambda one: one.key.id), PAGE):
        people = _people(asker, found)
        for row in found:
            yield _row(kind, row, people.get(row.profile), is_open=asker.is_open)


def _people(asker: Asker, rows: Iterable[related.RecordRow]) -> Mapping[int, str]:
    """Public ids of the people whose records these are."""
    with asker.storage.workspace(asker.workspace).read() as conn:
        people = profiles.profiles(conn, sorted({one.profile for one in rows if one.profile}))
    return {one.id: public_id(one.born, one.id) for one in people.values()}


def _row(kind: related.Kind, row: related.RecordRow, profile: str | None, *, is_open: bool) -> Sequence[Any]:
    held = related.held(row.state)
    values = [_value(one, held.get(one.name), is_open=is_open) for one in kind.fields]
    return (row.key.id, profile, row.state.time, *values)


def _value(field: related.Field, value: Any, *, is_open: bool) -> Any:
    if value is None:
        return None
    seen = related.shown(field, value)
    text = ", ".join(seen) if isinstance(seen, list) else seen
    if not is_open:
        covered = profiles.cover(str(text)) if field.is_personal else profiles.covered("", text)
        if covered != text:
            return None if field.type in _TYPES else covered
    return Decimal(str(text)) if field.type in ("number", "money") else text
