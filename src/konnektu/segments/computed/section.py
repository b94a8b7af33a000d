"""The section of computed attributes. In: what the project states of them. Out: rows, without deleted ones."""

from collections.abc import Mapping
from typing import Any

from konnektu.core.section import Action, Choice, Column, Filter, Found, Row, Section, Wanted, filters_of
from konnektu.core.text import fold
from konnektu.rules.formulas import made_of
from konnektu.segments import store as segments_store
from konnektu.segments.formulas import store
from konnektu.segments.formulas.logic import living, users
from konnektu.segments.formulas.model import Standing
from konnektu.segments.model import Standing as Segment
from konnektu.segments.rewriting import users_of_computed
from konnektu.storage.api import Asker, few

TYPES = {
    "number": ("Number", "Число"),
    "money": ("Money", "Деньги"),
    "text": ("Text", "Текст"),
    "date": ("Day", "День"),
    "instant": ("Time", "Время"),
    "yes_no": ("Yes or no", "Да или нет"),
}
"""(English, Russian) name of every type of value."""
STATES = {"building": ("Being built", "Строится"), "on": ("Ready", "Готов")}


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Computed attributes by their titles, keys, or when they were changed."""
    with asker.db.read(snapshot=True) as conn:
        known, segments = store.computed(conn), segments_store.segments(conn)
    return few(
        living(known),
        wanted,
        lambda one: _place(one, wanted),
        lambda one: _row(one, known, segments),
        _COLUMNS,
    )


def count(asker: Asker, wanted: Wanted) -> int:
    """How many computed attributes there are."""
    return len(rows(asker, wanted).rows)


def _place(one: Standing, wanted: Wanted) -> tuple[Any, str]:
    order = wanted.order.removeprefix("-")
    by = {"title": fold(one.stated.title), "key": one.key, "changed_at": one.instant}
    return by[order], one.key


def _row(one: Standing, known: Mapping[str, Standing], segments: Mapping[str, Segment]) -> Row:
    using = [each.stated.title for each in users(one.key, known)]
    using += [each.stated.name for each in users_of_computed(one.key, known, segments)]
    shown = (
        one.key, one.stated.title, made_of(one.stated.formula).type, "building" if one.building else "on",
        one.stated.unit, ", ".join(using), one.instant, one.author, one.version, one.stated.description,
    )  # fmt: skip
    return Row(one.key, shown)


_COLUMNS = (
    Column("key", "Key", "Ключ", is_visible=False),
    Column("title", "Name", "Название", width=280),
    Column("type", "Value", "Значение", width=120),
    Column("status", "State", "Состояние", width=120),
    Column("unit", "Unit", "Единица", width=100),
    Column("used_by", "Used by", "Где используется", width=260),
    Column("changed_at", "Changed", "Изменён", "time"),
    Column("changed_by", "Changed by", "Кто изменил"),
    Column("version", "Version", "Версия", "number", width=90),
    Column("description", "Description", "Описание", width=320),
)  # fmt: skip
COMPUTED = Section(
    name="computed",
    en="Computed attributes",
    ru="Вычисляемые атрибуты",
    about=("Values made of what people did and have: LTV, average bill, RFM.",
           "Значения из того, что клиенты делали и имеют: LTV, средний чек, RFM."),
    right="segments.read",
    columns=_COLUMNS,
    rows=rows,
    count=count,
    orders=("title", "-title", "key", "-key", "changed_at", "-changed_at"),
    filters=(
        Filter(
            name="type", en="Value", ru="Значение", kind="choice", ways=("any",),
            choices=tuple(Choice(name, *title) for name, title in TYPES.items()),
        ),
        Filter(
            name="status", en="State", ru="Состояние", kind="choice", ways=("any",),
            choices=tuple(Choice(name, *title) for name, title in STATES.items()),
        ),
        *filters_of(_COLUMNS, "title", "changed_at", "changed_by", always=True),
        *filters_of(_COLUMNS, "used_by", "description"),
    ),
    actions=(
        Action(
            name="make", en="New computed attribute", ru="Новый вычисляемый атрибут", right="segments.manage",
            on="none", operation="make_computed",
        ),
        Action(
            name="change", en="Change", ru="Изменить", right="segments.manage", on="one",
            operation="change_computed",
        ),
        Action(
            name="delete", en="Delete", ru="Удалить", right="segments.manage", on="one",
            operation="delete_computed",
        ),
    ),
)  # fmt: skip
