"""The section of marketing sources. In: what the project states of them. Out: rows, retired ones too."""

from konnektu.acquisition.model import KINDS, Source
from konnektu.acquisition.store import sources
from konnektu.core.section import (
    Action,
    Choice,
    Column,
    Filter,
    Folder,
    Found,
    Row,
    Section,
    Wanted,
    filters_of,
)
from konnektu.storage.api import Asker, few, few_count

PARTIES = (
    Choice("first", "Own", "Свои"),
    Choice("second", "A partner's", "Партнёра"),
    Choice("third", "Bought", "Купленные"),
)


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Marketing sources by their keys, or by name."""
    by_name = wanted.order.removeprefix("-") == "name"
    return few(
        _known(asker), wanted, lambda one: (one.stated.name if by_name else one.key, one.key), _row, _COLUMNS
    )


def count(asker: Asker, wanted: Wanted) -> int:
    """How many marketing sources there are."""
    return few_count(_known(asker), wanted, _row, _COLUMNS)


def _known(asker: Asker) -> list[Source]:
    with asker.db.read() as conn:
        return list(sources(conn).values())


def _row(one: Source) -> Row:
    said = one.stated
    shown = (
        one.key, said.name, said.kind, said.party, one.is_open, one.retired, ", ".join(said.purposes), said.until,
        said.owner, said.parent, said.code, len(said.rules), said.description,
    )  # fmt: skip
    return Row(one.key, shown)


_COLUMNS = (
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
)  # fmt: skip
MARKETING_SOURCES = Section(
    name="marketing_sources",
    en="Marketing sources",
    ru="Маркетинговые источники",
    about=("Where people come from: campaigns, partners, promo codes, recognised by their rules.",
           "Откуда приходят клиенты: кампании, партнёры, промокоды. Узнаются по правилам."),
    right="acquisition.read",
    columns=_COLUMNS,
    rows=rows,
    count=count,
    orders=("key", "-key", "name", "-name"),
    filters=(
        Filter(
            name="kind", en="Kind", ru="Вид", kind="choice", ways=("any",),
            choices=tuple(Choice(name, en, ru) for name, (en, ru) in KINDS.items()),
        ),
        Filter(name="party", en="Whose data", ru="Чьи данные", kind="choice", choices=PARTIES, ways=("any",)),
        *filters_of(_COLUMNS, "active", "name", always=True),
        *filters_of(_COLUMNS, "until", "purposes", "owner", "parent"),
        *filters_of(_COLUMNS, "key", always=True),
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
        Action(
            name="apply_to_past", en="Apply to the past…", ru="Применить к истории…", right="acquisition.manage",
            on="none", operation="apply_recognition",
        ),
    ),
    folders=(
        Folder(name="active", en="Active", ru="Действующие", filters={"active": True}),
        Folder(name="partners", en="Partners", ru="Партнёры", filters={"kind": "partner"}, is_pinned=False),
    ),
    is_within_rows=True,
)  # fmt: skip

SECTIONS = (MARKETING_SOURCES,)
