"""The section of related records, of every kind. In: records with the people whose they are. Out: rows.

Invariant: personal fields are covered for who may not see personal data.
"""

from collections.abc import Mapping

import msgspec
from msgspec import structs

from konnektu.core.ids import internal_id, public_id
from konnektu.core.section import Action, Column, Filter, Found, Row, Section, Wanted, filters_of
from konnektu.identity import api as identity
from konnektu.profiles import api as profiles
from konnektu.related import store, views
from konnektu.related.model import Kind, RecordRow
from konnektu.storage.api import Asker, Connection, Key, Listing, counted, listed

_LISTING = Listing(
    "SELECT kind, id, profile, state FROM record WHERE NOT is_removed",
    {"kind": (Key("kind", 0, is_text=True), Key("id", 1, is_text=True))},
    {"kind": "kind = %(kind)s", "profile": "profile = %(profile)s AND profile <> 0"},
    {"kind": "kind", "id": "id", "profile": "nullif(profile, 0)"},
)


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Related records by kind and id, without those that were removed."""
    with asker.db.read(snapshot=True) as conn:
        defined = store.kinds(conn)
        found, more = listed(conn, _LISTING, _numbered(conn, wanted))
        page = store.rows_of(found)
        people = profiles.profiles(conn, sorted({one.profile for one in page if one.profile}))
    owners = {one.id: public_id(one.born, one.id) for one in people.values()}
    return Found([_row(one, defined, owners.get(one.profile), asker) for one in page], more)


def count(asker: Asker, wanted: Wanted) -> int:
    """How many related records there are."""
    with asker.db.read(snapshot=True) as conn:
        return counted(conn, _LISTING, _numbered(conn, wanted))


def _numbered(db: Connection, wanted: Wanted) -> Wanted:
    """The same question with the present number of its person in place of the public id."""
    if not isinstance(public := wanted.filters.get("profile"), str):
        return wanted
    present = identity.current(db, internal_id(public)) or 0
    return structs.replace(wanted, filters={**wanted.filters, "profile": present})


def _row(row: RecordRow, defined: Mapping[str, Kind], profile: str | None, asker: Asker) -> Row:
    kind = defined[row.key.kind]
    shown = views.of_record(row, kind, profile, is_open=asker.is_open)
    title = kind.ru.one if asker.language == "ru" else kind.en.one
    fields = msgspec.json.encode(shown.fields).decode()
    return Row(
        f"{shown.kind}:{shown.id}",
        (shown.kind, title, shown.id, profile, fields, ", ".join(shown.missing), shown.updated_at),
    )


_COLUMNS = (
    Column("kind", "Kind", "Вид", is_visible=False),
    Column("title", "What it is", "Что это"),
    Column("id", "Id", "Идентификатор", width=180),
    Column("profile", "Profile", "Клиент", refers="profiles", width=240),
    Column("fields", "Fields", "Поля", is_personal=True, width=400),
    Column("missing", "What is missing", "Чего не хватает", width=200),
    Column("updated_at", "Changed", "Изменена", "time"),
)  # fmt: skip
RECORDS = Section(
    name="related_records",
    en="Related records",
    ru="Связанные записи",
    about=("Children, contracts, cards, cars: what belongs to people. Say first which kinds there are.",
           "Дети, договоры, карты, автомобили: то, что есть у клиентов. Сначала задайте виды записей."),
    right="related.read",
    columns=_COLUMNS,
    rows=rows,
    count=count,
    orders=("kind", "-kind"),
    filters=(
        Filter(name="kind", en="Kind", ru="Вид", kind="text", ways=("begins", "contains", "any")),
        Filter(name="profile", en="Profile", ru="Клиент", kind="reference", refers="profiles", ways=("empty",)),
        *filters_of(_COLUMNS, "id", always=True),
    ),
    actions=(
        Action(
            name="state", en="Make or change", ru="Создать или изменить", right="related.write", on="none",
            operation="state_records",
        ),
    ),
    is_within_rows=True,
)  # fmt: skip

SECTIONS = (RECORDS,)
