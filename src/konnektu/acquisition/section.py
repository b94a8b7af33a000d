"""The section of marketing sources. In: what the project states of them. Out: rows, retired ones too."""

from typing import Any

from konnektu.acquisition.model import KINDS, Source
from konnektu.acquisition.store import sources
from konnektu.core.section import Action, Choice, Column, Filter, Folder, Found, Row, Section, Wanted
from konnektu.storage.api import Asker, few

PARTIES = (
    Choice("first", "Own", "Свои"),
    Choice("second", "A partner's", "Партнёра"),
    Choice("third", "Bought", "Купленные"),
)


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Marketing sources by their keys, or by name."""
    by_name = wanted.order.removeprefix("-") == "name"
    return few(
        _chosen(asker, wanted), wanted, lambda one: (one.stated.name if by_name else one.key, one.key), _row
    )


def count(asker: Asker, wanted: Wanted) -> int:
    """How many marketing sources there are."""
    return min(len(_chosen(asker, wanted)), wanted.limit)


def _chosen(asker: Asker, wanted: Wanted) -> list[Source]:
    with asker.db.read() as conn:
        known = sources(conn).values()
    asked: dict[str, Any] = dict(wanted.filters)
    return [
        one
        for one in known
        if asked.get("kind", one.stated.kind) == one.stated.kind
        and asked.get("party", one.stated.party) == one.stated.party
        and asked.get("active", one.is_open) == one.is_open
    ]


def _row(one: Source) -> Row:
    said = one.stated
    shown = (
        one.key, said.name, said.kind, said.party, one.is_open, one.retired, ", ".join(said.purposes), said.until,
        said.owner, said.parent, said.code, len(said.rules), said.description,
    )  # fmt: skip
    return Row(one.key, shown)


MARKETING_SOURCES = Section(
    name="marketing_sources",
    en="Marketing sources",
    ru="Маркетинговые источники",
    right="acquisition.read",
    columns=(
        Column("key", "Key", "Ключ"),
        Column("name", "Name", "Название", width=260),
        Column("kind", "Kind", "Вид"),
        Column("party", "Whose data", "Чьи данные", width=120),
        Column("active", "Active", "Действует", "boolean", width=110),
        Column("retired", "Retired", "Выведен", "boolean", is_visible=False, width=110),
        Column("purposes", "Purposes", "Цели", width=200),
        Column("until", "May be used until", "Срок использования", "time"),
        Column("owner", "Owner", "Ответственный"),
        Column("parent", "Partner programme", "Партнёрская программа"),
        Column("code", "Partner's code", "Код партнёра", is_visible=False),
        Column("rules", "Rules", "Правил", "number", width=100),
        Column("description", "Description", "Описание", is_visible=False, width=320),
    ),
    rows=rows,
    count=count,
    orders=("key", "-key", "name", "-name"),
    filters=(
        Filter(
            name="kind", en="Kind", ru="Вид", kind="choice",
            choices=tuple(Choice(name, en, ru) for name, (en, ru) in KINDS.items()),
        ),
        Filter(name="party", en="Whose data", ru="Чьи данные", kind="choice", choices=PARTIES),
        Filter(name="active", en="Active", ru="Действует", kind="boolean"),
    ),
    actions=(
        Action(
            name="state", en="Make or change", ru="Создать или изменить", right="acquisition.manage", on="none",
            operation="state_marketing_source",
        ),
        Action(
            name="retire", en="Retire", ru="Вывести", right="acquisition.manage", on="one",
            operation="retire_marketing_source",
        ),
    ),
    folders=(
        Folder(name="active", en="Active", ru="Действующие", filters={"active": True}),
        Folder(name="partners", en="Partners", ru="Партнёры", filters={"kind": "partner"}, is_pinned=False),
    ),
    is_within_rows=True,
)  # fmt: skip

SECTIONS = (MARKETING_SOURCES,)
