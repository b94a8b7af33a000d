"""Related records for whoever asks from outside, many at once in a fixed number of statements.

In: a question. Out: views.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from konnektu.access import api as access
from konnektu.core.errors import BadRequest, Forbidden, NotFound
from konnektu.core.ids import internal_id, public_id
from konnektu.identity import api as identity
from konnektu.profiles import api as profiles
from konnektu.related import store, views
from konnektu.related.model import ORDERED, Key, Kind, Match, RecordRow
from konnektu.related.telling import key_in
from konnektu.related.values import UnreadableError, read
from konnektu.storage.api import Connection, Db, Storage, WorkspaceRecord, allows

MOST_CONDITIONS = 8


class Asked(Struct, frozen=True, kw_only=True):
    """Which records of a kind are wanted."""

    kind: str
    where: Sequence[str] = ()
    """Conditions `field:eq:value`, `field:ge:value` and `field:le:value`; all must hold."""
    removed: bool = False
    """Those that were removed, in place of those that are there."""


def kinds(db: Db) -> views.KindsView:
    """Every kind of records, in the order of their names."""
    with db.read() as own:
        return views.KindsView(list(store.kinds(own).values()))


def kind(db: Db, name: str) -> Kind:
    """One kind. Raises `NotFound`."""
    with db.read() as own:
        return known(store.kinds(own), name)


def known(kinds: Mapping[str, Kind], name: str) -> Kind:
    """The kind of this name. Raises `NotFound`."""
    if name not in kinds:
        raise NotFound("There is no such kind of records in this workspace.")
    return kinds[name]


def listed(
    db: Db, asked: Asked, after: str, limit: int, *, is_open: bool
) -> tuple[list[views.RecordView], str | None]:
    """A page of a kind's records by id, and the cursor of the next. Raises `NotFound`, `BadRequest`, `Forbidden`."""
    with db.read(snapshot=True) as own:
        defined = store.kinds(own)
        matches = conditions(known(defined, asked.kind), asked.where, is_open=is_open)
        rows = store.listed(own, asked.kind, matches, after, limit + 1, removed=asked.removed)
        shown = _shown(own, defined, rows[:limit], is_open=is_open)
    return shown, rows[limit - 1].key.id if len(rows) > limit else None


def conditions(kind: Kind, where: Sequence[str], *, is_open: bool) -> list[Match]:
    """Conditions as they are written. Raises `BadRequest`; `Forbidden` for a personal field that is covered."""
    if len(where) > MOST_CONDITIONS:
        raise BadRequest(f"A list takes at most {MOST_CONDITIONS} conditions.")
    found = [_condition(kind, text, is_open=is_open) for text in where]
    asked = [(one.field.name, one.is_equal, one.low is None) for one in found if one.field.type != "texts"]
    if len(set(asked)) < len(asked):
        raise BadRequest("A field takes one eq, one ge and one le; only a list of texts takes several eq.")
    return found


def _condition(kind: Kind, text: str, *, is_open: bool) -> Match:
    name, _, rest = text.partition(":")
    sign, _, stated = rest.partition(":")
    field = kind.by_name().get(name)
    if field is None or sign not in ("eq", "ge", "le") or not stated:
        raise BadRequest(
            f"{text[:100]!r} is no condition. Write field:eq:value, field:ge:value or field:le:value."
        )
    if field.is_personal and not is_open:
        raise Forbidden(
            f"A condition on {name} needs the right profiles.personal. Ask an administrator for it."
        )
    if sign != "eq" and field.type not in ORDERED:
        raise BadRequest(f"{name} is a {field.type}, which has no order: use eq.")
    try:
        value: Any = stated.strip() if field.type == "texts" else read(field, stated)
    except UnreadableError as error:
        raise BadRequest(f"{name}: {stated[:64]!r} {error}.") from None
    return Match(
        field=field,
        low=value if sign != "le" else None,
        high=value if sign == "le" else None,
        is_equal=sign == "eq",
    )


def one(
    storage: Storage, workspace: WorkspaceRecord, key: Key, now: int, *, is_open: bool
) -> views.RecordDetail:
    """One record with its history. Raises `NotFound`."""
    key = key_in({"kind": key.kind, "id": key.id})
    with storage.workspace(workspace).read(snapshot=True) as own:
        defined = store.kinds(own)
        row = store.load(own, [key]).get(key)
        if row is None:
            raise NotFound("There is no such record.")
        (shown,) = _shown(own, defined, [row], is_open=is_open)
        said = store.versions(own, [key]).get(key, [])
    found = access.sources(storage.control, workspace.id, now=now)
    names = {
        source.id: public_id(source.created_at, source.id)
        for source in found
        if allows(workspace.row_limit, "source", str(source.id))
    }
    history = [
        views.of_version(one, defined[key.kind], lambda id_: names.get(id_, ""), is_open=is_open)
        for one in said
    ]
    return views.RecordDetail(shown, history)


def of_person(
    db: Db, profile: str, kind: str, after: str, limit: int, *, is_open: bool
) -> views.PersonRecords:
    """The records of a person by kind and id, and how many there are. Raises `NotFound`."""
    with db.read(snapshot=True) as own:
        present = identity.current(own, internal_id(profile))
        if present is None:
            raise NotFound("There is no such profile in this workspace; it may have been erased.")
        counts = store.counts_of(own, [present]).get(present, {})
        rows = store.of_person(own, present, kind, _cursor(after), limit + 1)
        shown = _shown(own, store.kinds(own), rows[:limit], is_open=is_open)
    last = rows[limit - 1].key if len(rows) > limit else None
    return views.PersonRecords(counts, shown, ":".join(last) if last else None)


def _cursor(after: str) -> Key:
    kind, _, id_ = after.partition(":")
    return Key(kind, id_)


def _shown(
    db: Connection, defined: Mapping[str, Kind], rows: Sequence[RecordRow], *, is_open: bool
) -> list[views.RecordView]:
    """Rows with the public ids of their people."""
    wanted = sorted({row.profile for row in rows if row.profile})
    found = profiles.profiles(db, wanted) if wanted else {}
    named = {row.id: public_id(row.born, row.id) for row in found.values()}
    return [
        views.of_record(row, defined[row.key.kind], named.get(row.profile), is_open=is_open) for row in rows
    ]
