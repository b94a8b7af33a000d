"""Routes of sections: which lists the caller may see, with all that a console needs, and the rows of each.

In: requests. Out: declarations and rows. Invariant: personal columns are covered without profiles.personal, and a
section is shown to holders of its right alone.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from msgspec import Struct
from msgspec.structs import replace

from konnektu.access.api import After, Caller, Limit, require
from konnektu.core.asking import wanted
from konnektu.core.errors import BadRequest, Forbidden, NotFound, Retry
from konnektu.core.paging import LIMIT_USUAL
from konnektu.core.section import ORDER_NAMES, Action, Column, Filter, Section, Way, sections
from konnektu.storage.api import Asker, Storage
from konnektu.web.rows import why_closed

COUNTED_MOST = 100_000
"""Rows that are counted one by one; beyond, the server's statistics say about how many there are."""
Language = Annotated[
    Literal["ru", "en"], QueryParameter(description="Language of the texts that the system itself writes.")
]
Name = Annotated[str, PathParameter(max_length=100, description="Name of the section.")]
Filters = Annotated[
    str,
    QueryParameter(
        max_length=10_000,
        description='JSON object of values by filter: text, true or false, {"from": …, "to": …} (of money with'
        ' "currency"), {"days": …, "before": …}, a rule of conditions or the key of a kept one, or one of the ways of'
        " the filter.",
    ),
]
OrderBy = Annotated[
    str,
    QueryParameter(
        max_length=100, description="Column to order by; with a hyphen before it the greatest come first."
    ),
]


AddedColumns = Annotated[
    str,
    QueryParameter(
        max_length=10_000,
        description="Names of columns that the workspace adds and whose values are wanted, parted by commas. Those that"
        " there are not are left out.",
    ),
]


class ColumnView(Struct, frozen=True, kw_only=True):
    """One column of a section."""

    name: str
    en: str
    ru: str
    type: str
    is_personal: bool
    """Its values are covered for callers without the right to personal data."""
    is_sortable: bool
    is_visible: bool
    """Shown until somebody chooses other columns."""
    width: int
    refers: str
    """Section whose rows its values are keys of; empty for none."""
    unit: str
    """What a number counts, as days; empty for nothing in particular."""
    currency: str
    """Of numbers that are amounts in one currency: its ISO 4217 code; empty for others."""
    asked_as: str
    """Type of the test by which a condition of a tree asks for it, as for an attribute of its name; empty for none."""
    is_added: bool
    """Of this workspace alone, as computed attributes: rows have its values where they are asked for it."""


class ChoiceView(Struct, frozen=True):
    """One value of a filter."""

    value: str
    en: str
    ru: str


class FilterView(Struct, frozen=True, kw_only=True):
    """One thing that rows can be asked for by."""

    name: str
    en: str
    ru: str
    kind: str
    """choice, text, number, money, period, date, boolean, reference or tree."""
    choices: list[ChoiceView]
    default: str
    """What holds where nothing is asked; empty for every row."""
    refers: str
    """Section of what a reference names."""
    orders: list[str]
    """Columns by which rows asked for by a plain value can be ordered; empty for every order of the section."""
    of: str
    """Of a tree: event or order where its conditions are on the rows themselves, and are no rule on people."""
    ways: list[Way]
    """How it can be asked for beyond a plain value: {"begins": …}, {"contains": …}, {"any": […]}, {"empty": true}."""
    is_naming: bool
    """It names a person: no shared folder asks by it."""


class ActionView(Struct, frozen=True):
    """One thing that the caller may do to rows."""

    name: str
    en: str
    ru: str
    on: str
    """none: it makes a row; one: to one row at a time; many: to any number of them at once."""
    operation: str
    """Its operationId in this document."""


class OrderView(Struct, frozen=True):
    """One order of rows."""

    name: str
    """As `order` takes it; with a hyphen the greatest or latest come first."""
    en: str
    ru: str


class AboutView(Struct, frozen=True):
    """A text for people."""

    en: str
    ru: str


class SectionView(Struct, frozen=True, kw_only=True):
    """A list of records that the caller may see."""

    name: str
    en: str
    ru: str
    about: AboutView
    """What stands in it, and how it comes there."""
    columns: list[ColumnView]
    orders: list[OrderView]
    """The first one holds where nothing is asked."""
    filters: list[FilterView]
    actions: list[ActionView]


class RowView(Struct, frozen=True):
    """One record of a list."""

    key: str
    """Names the record in the API."""
    values: dict[str, Any]
    """By column. Times are milliseconds UTC, amounts decimal text. Of a column that the workspace adds, missing where
    it is not known yet."""


class RowsView(Struct, frozen=True):
    """A page of a section."""

    items: list[RowView]
    next: str | None
    """Give it as `after` to get the rows that follow; null at the end of the list."""
    at: int | None
    """When a tree that was asked for held of these rows, milliseconds UTC; null without one."""


@get("/sections", guards=[require(None)], sync_to_thread=True)
def list_sections(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> list[SectionView]:
    """The sections that the caller may see, with their columns, filters, orders and actions in both languages."""
    seen, asker = [one for one in sections().values() if _may_see(caller, one)], _asker(caller, storage, now)
    added = {each: each(asker) for each in {one.added for one in seen if one.added}}
    return [_section(one, caller, added[one.added] if one.added else ()) for one in seen]


class CountView(Struct, frozen=True):
    """How many rows a question means."""

    rows: int
    is_about: bool
    """An estimate: there are too many to be counted at a glance."""
    is_more: bool
    """There are more than `rows`, and nobody can say at a glance how many."""
    at: int


@get("/sections/{name:str}/count", guards=[require(None)], sync_to_thread=True)
def count_section_rows(
    name: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    filters: Filters = "",
) -> CountView | None:
    """How many rows of a section there are: counted up to a limit, about as many beyond. Null where nobody can say."""
    section = _found(name, caller)
    asker = _asker(caller, storage, now)
    asked = wanted(section, _read(filters), "", "", COUNTED_MOST + 1, asker)
    try:
        rows = section.count(asker, asked) if section.count else None
    except Retry:
        rows = COUNTED_MOST + 1 if section.estimate else None
    at = (section.instant(asker, asked) if section.instant else None) or now
    if rows is None or rows <= COUNTED_MOST:
        return None if rows is None else CountView(rows, is_about=False, is_more=False, at=at)
    try:
        about = section.estimate(asker, asked) if section.estimate else 0
    except Retry:
        return None
    if about <= COUNTED_MOST:
        return CountView(COUNTED_MOST, is_about=False, is_more=True, at=at)
    return CountView(about, is_about=True, is_more=False, at=at)


@get("/sections/{name:str}/rows", guards=[require(None)], sync_to_thread=True)
def list_section_rows(  # noqa: PLR0913, PLR0917 - query parameters
    name: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    filters: Filters = "",
    order: OrderBy = "",
    after: After = "",
    limit: Limit = LIMIT_USUAL,
    added: AddedColumns = "",
    language: Language = "ru",
) -> RowsView:
    """Rows of a section, page by page. A page may hold fewer than `limit`; the list ends where `next` is null."""
    section = _found(name, caller)
    asker = _asker(caller, storage, now, language)
    asked = wanted(section, _read(filters), order, after, limit, asker)
    found = section.rows(asker, replace(asked, added=added.split(",") if added else ()))
    names = [column.name for column in section.columns]
    items = [
        RowView(row.key, dict(zip(names, row.values, strict=True)) | dict(row.added)) for row in found.rows
    ]
    return RowsView(items, found.next, found.at)


def _asker(caller: Caller, storage: Storage, now: int, language: Language = "ru") -> Asker:
    is_open = caller.may("profiles.personal")
    return Asker(storage, caller.workspace, now, is_open, language, rights=frozenset(caller.rights))


def _found(name: str, caller: Caller) -> Section:
    known = sections()
    if name not in known:
        raise NotFound(f"There is no section {name!r}. Sections: {', '.join(known)}.")
    section = known[name]
    if not _may(caller, section.right):
        raise Forbidden(
            f"This section needs the right {section.right}. Ask an administrator of your workspace for it.",
            right=section.right,
        )
    if not _may_see(caller, section):
        raise Forbidden(
            "This section needs sight of all rows, and yours is limited to some."
            " Ask an administrator of your workspace to lift the limit."
        )
    return section


def _may_see(caller: Caller, section: Section) -> bool:
    return _may(caller, section.right) and (section.is_within_rows or not caller.workspace.row_limit)


def _may_take(caller: Caller, action: Action) -> bool:
    return _may(caller, action.right) and not (caller.workspace.row_limit and why_closed(action.operation))


def _may_ask(caller: Caller, one: Filter) -> bool:
    return not one.right or (_may(caller, one.right) and not caller.workspace.row_limit)


def _may(caller: Caller, right: str) -> bool:
    return right in caller.rights


def _read(filters: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(filters or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise BadRequest("`filters` is no JSON object of values by filter.") from None


def _section(one: Section, caller: Caller, added: Sequence[Column]) -> SectionView:
    return SectionView(
        name=one.name,
        en=one.en,
        ru=one.ru,
        about=AboutView(*one.about),
        columns=[
            *(_column(column, one) for column in one.columns),
            *(_column(column, one, is_added=True) for column in added),
        ],
        orders=[_order(each, one) for each in one.orders],
        filters=[
            _filter(each)
            for each in one.filters
            if (not each.is_guarded or _may(caller, "profiles.personal")) and _may_ask(caller, each)
        ],
        actions=[
            ActionView(each.name, each.en, each.ru, each.on, each.operation)
            for each in one.actions
            if _may_take(caller, each)
        ],
    )


def _order(order: str, section: Section) -> OrderView:
    names = ORDER_NAMES | {column.name: (column.en, column.ru) for column in section.columns}
    return OrderView(order, *names[order.removeprefix("-")])


def _column(one: Column, section: Section, *, is_added: bool = False) -> ColumnView:
    return ColumnView(
        name=one.name,
        en=one.en,
        ru=one.ru,
        type=one.type,
        is_personal=one.is_personal,
        is_sortable=one.name in {order.removeprefix("-") for order in section.orders},
        is_visible=one.is_visible,
        width=one.width,
        refers=one.refers,
        unit=one.unit,
        currency=one.currency,
        asked_as=one.asked_as,
        is_added=is_added,
    )


def _filter(one: Filter) -> FilterView:
    return FilterView(
        name=one.name,
        en=one.en,
        ru=one.ru,
        kind=one.kind,
        choices=[ChoiceView(each.value, each.en, each.ru) for each in one.choices],
        default=one.default,
        refers=one.refers,
        orders=list(one.orders),
        of=one.of,
        ways=list(one.ways),
        is_naming=one.is_personal or one.refers == "profiles",
    )


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[list_sections, list_section_rows, count_section_rows],
        tags=["sections"],
    )
]
