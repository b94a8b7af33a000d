"""The section of segments. In: what the project states of them. Out: rows, without deleted ones."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from konnektu.core.section import (
    Action,
    Choice,
    Column,
    Filter,
    Found,
    Row,
    Section,
    Wanted,
    filters_of,
)
from konnektu.core.text import fold
from konnektu.segments.computed.section import COMPUTED
from konnektu.segments.live.store import sizes
from konnektu.segments.logic import living, users
from konnektu.segments.members.model import Figures
from konnektu.segments.members.store import figures
from konnektu.segments.members.worth import main_worth, percent
from konnektu.segments.model import KINDS, STATUSES, Standing
from konnektu.segments.store import segments
from konnektu.storage.api import Asker, few


class _Counted(Struct, frozen=True):
    """How many are in, and what they came to."""

    people: Mapping[int, int]
    figures: Mapping[int, Figures]


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Segments by their names, keys, or when they were changed."""
    known, counted = _known(asker), _counted(asker)
    used = {one.key: ", ".join(other.stated.name for other in users(one.key, known)) for one in living(known)}
    return few(
        _chosen(known, wanted), wanted, lambda one: _place(one, wanted),
        lambda one: _row(one, used[one.key], counted), _COLUMNS,
    )  # fmt: skip


def count(asker: Asker, wanted: Wanted) -> int:
    """How many segments there are."""
    return len(rows(asker, wanted).rows)


def _known(asker: Asker) -> dict[str, Standing]:
    with asker.db.read() as conn:
        return segments(conn)


def _counted(asker: Asker) -> _Counted:
    with asker.db.read() as conn:
        return _Counted(sizes(conn), figures(conn))


def _chosen(known: dict[str, Standing], wanted: Wanted) -> list[Standing]:
    tag = wanted.filters.get("tag")
    return [one for one in living(known) if tag is None or tag in one.stated.tags]


def _place(one: Standing, wanted: Wanted) -> tuple[Any, str]:
    order = wanted.order.removeprefix("-")
    by = {"name": fold(one.stated.name), "key": one.key, "changed_at": one.instant}
    return by[order], one.key


def _row(one: Standing, used_by: str, counted: _Counted) -> Row:
    said, found = one.stated, counted.figures.get(one.id)
    worth = main_worth(found) if found else None
    shown = (
        one.key, said.name, said.kind, one.status, counted.people.get(one.id, 0),
        percent(found.people, found.base) if found else None, percent(*worth.net) if worth else None,
        worth.average if worth else None, worth.currency if worth else "", said.folder, ", ".join(said.tags),
        used_by, one.instant, one.author, one.version, said.description,
    )  # fmt: skip
    return Row(one.key, shown)


_COLUMNS = (
    Column("key", "Key", "Ключ", is_visible=False),
    Column("name", "Name", "Название", width=280),
    Column("kind", "Kind", "Вид", width=120),
    Column("status", "State", "Состояние", width=120),
    Column("people", "People", "Клиентов", "number", width=110),
    Column("share", "Share of people, %", "Доля клиентов, %", "number", width=130),
    Column("revenue_share", "Share of revenue, %", "Доля выручки, %", "number", width=130),
    Column("average", "Average bill", "Средний чек", "number", width=120),
    Column("currency", "Currency of the bill", "Валюта чека", is_visible=False, width=110),
    Column("folder", "Folder", "Папка"),
    Column("tags", "Tags", "Метки"),
    Column("used_by", "Used by", "Где используется", width=220),
    Column("changed_at", "Changed", "Изменён", "time"),
    Column("changed_by", "Changed by", "Кто изменил"),
    Column("version", "Version", "Версия", "number", width=90),
    Column("description", "Description", "Описание", is_visible=False, width=320),
)  # fmt: skip
SEGMENTS = Section(
    name="segments",
    en="Segments",
    ru="Сегменты",
    about=("Groups of people by rules, right at every moment.",
           "Группы клиентов по правилам, верные в каждый момент."),
    right="segments.read",
    columns=_COLUMNS,
    rows=rows,
    count=count,
    orders=("name", "-name", "key", "-key", "changed_at", "-changed_at"),
    filters=(
        Filter(
            name="kind", en="Kind", ru="Вид", kind="choice", ways=("any",),
            choices=tuple(Choice(name, *title) for name, title in KINDS.items()),
        ),
        Filter(
            name="status", en="State", ru="Состояние", kind="choice", ways=("any",),
            choices=tuple(Choice(name, *title) for name, title in STATUSES.items()),
        ),
        *filters_of(_COLUMNS, "folder"),
        Filter(name="tag", en="Tag", ru="Метка", kind="text"),
        *filters_of(_COLUMNS, "name", "changed_at", "changed_by", always=True),
        *filters_of(_COLUMNS, "used_by", "description"),
    ),
    actions=(
        Action(
            name="make", en="New segment", ru="Новый сегмент", right="segments.manage", on="none",
            operation="make_segment",
        ),
        Action(
            name="change", en="Change", ru="Изменить", right="segments.manage", on="one",
            operation="change_segment",
        ),
        Action(
            name="switch", en="Switch on or off", ru="Включить или выключить", right="segments.manage", on="one",
            operation="switch_segment",
        ),
        Action(
            name="delete", en="Delete", ru="Удалить", right="segments.manage", on="one",
            operation="delete_segment",
        ),
    ),
)  # fmt: skip

SECTIONS = (SEGMENTS, COMPUTED)
