"""Sections: lists of records, declared as data by the slice that owns the records.

In: `SECTIONS` of every `<slice>/section.py`, found by themselves. Out: the declarations, and a question to one of
them that was read and checked. Invariant: a section is asked only by filters and orders that it declares, and
declares only those that an index of its table serves.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

ColumnType = Literal["text", "number", "time", "date", "boolean"]
"""text: ids and phones too, never calculated; time: milliseconds UTC; date: ISO text."""
FilterKind = Literal["choice", "text", "number", "money", "period", "date", "boolean", "reference", "tree"]
"""choice: one of its values; text: equal to it; number: a range with both ends; money: the same, of one currency;
period: from an instant until before another, milliseconds UTC; date: a range of ISO dates with both ends; boolean: yes
or no; reference: the key of a row of another section; tree: conditions joined by all, any and not, on people or on
the rows themselves."""
Way = Literal["begins", "contains", "any", "empty"]
"""How rows can be asked for beyond that: a text by how it begins or what it contains, whatever its case; a choice by
any of several; whatever may be missing by whether it is."""
LIKE: tuple[Way, ...] = ("begins", "contains")
LIKE_OR_EMPTY: tuple[Way, ...] = (*LIKE, "empty")

MADE = "made"
"""An order that no column shows: that in which the records were made."""
ORDER_NAMES = {MADE: ("Added", "Добавлены")}


class Column(Struct, frozen=True):
    """One column of a list."""

    name: str
    """Name in JSON and in the API."""
    en: str
    ru: str
    type: ColumnType = "text"
    is_personal: bool = False
    """Names or reaches a person: covered for who may not see personal data."""
    is_visible: bool = True
    """Shown until somebody chooses other columns."""
    width: int = 160
    """Pixels, until somebody chooses another width."""
    refers: str = ""
    """Section whose rows the values are keys of."""
    unit: str = ""
    """What a number counts, in the words of whoever added the column: days, points."""
    currency: str = ""
    """Of numbers that are amounts in one currency: its ISO 4217 code."""
    asked_as: str = ""
    """Type of the test by which a condition of a tree asks for it, as for an attribute of its name; empty for none."""


ADDED = ":"
"""Stands in the names of columns that a workspace adds, and in no declared one."""


class Choice(Struct, frozen=True):
    """One value of a filter."""

    value: str
    en: str
    ru: str


class Tree(Struct, frozen=True):
    """Conditions joined by all, any and not, as whoever declares their filter reads them."""

    key: str
    """Equal for trees that mean the same."""
    text: str
    """JSON; empty where the key alone was said."""
    is_personal: bool
    """It names a person, or values could be guessed by it that are covered for some."""


class Filter(Struct, frozen=True, kw_only=True):
    """One thing that rows can be asked for by."""

    name: str
    en: str
    ru: str
    kind: FilterKind
    choices: tuple[Choice, ...] = ()
    default: str = ""
    """What holds where nothing is asked; empty for every row."""
    refers: str = ""
    """Section of what a reference names."""
    orders: tuple[str, ...] = ()
    """Columns by which rows asked for so can be ordered; empty for every one that the section can be ordered by."""
    is_personal: bool = False
    """What is asked for names or reaches a person."""
    ways: tuple[Way, ...] = ()
    """Beyond the plain one of its kind. A personal filter that has any is for who may see personal data alone: by it
    covered values could be guessed letter by letter."""
    right: str = ""
    """What is needed to ask by it, beyond the right to the section; never held by who sees some rows alone."""
    of: Literal["", "event", "order"] = ""
    """Of a tree: empty where it is a rule on people, else which sort of thing a row is that it is on."""
    tree: Callable[[Any], Tree] | None = None
    """Of a tree: how it is read from JSON. Raises `Unprocessable` for one that cannot be."""

    @property
    def is_guarded(self) -> bool:
        """For who may see personal data alone."""
        return self.is_personal and bool(self.ways)


_OF_COLUMN: dict[ColumnType, FilterKind] = {
    "number": "number",
    "time": "period",
    "date": "date",
    "boolean": "boolean",
}


def filter_of(column: Column, *, always: bool = False, orders: tuple[str, ...] = ()) -> Filter:
    """The filter that asks for what a column shows, by every way that its type has.

    `always` says that the column is never empty; `orders` are those in which an index serves the plain way.
    """
    kind = _OF_COLUMN.get(column.type, "text")
    ways = (*(LIKE if kind == "text" else ()), *(() if always else ("empty",)))
    return Filter(
        name=column.name, en=column.en, ru=column.ru, kind=kind, ways=ways, orders=orders,
        is_personal=column.is_personal,
    )  # fmt: skip


def filters_of(columns: Sequence[Column], *names: str, always: bool = False) -> tuple[Filter, ...]:
    """The same of columns by their names."""
    known = {column.name: column for column in columns}
    return tuple(filter_of(known[name], always=always) for name in names)


class Action(Struct, frozen=True, kw_only=True):
    """One thing that can be done to rows."""

    name: str
    en: str
    ru: str
    right: str
    on: Literal["none", "one", "many"]
    """none: it makes a row; one: to one row at a time; many: to any number of them at once."""
    operation: str
    """Its operationId in the API's document."""


class Range(Struct, frozen=True):
    """What lies between two ends, of instants without the last one; None for no end."""

    first: int | None = None
    last: int | None = None


class Closed(Struct, frozen=True):
    """What lies between two ends with both of them; None for no end."""

    first: int | str | None = None
    """A number, or an ISO date."""
    last: int | str | None = None


class Amounts(Struct, frozen=True):
    """Amounts of a currency between two ends with both of them, in minor units; None for no end."""

    currency: str
    first: int | None = None
    last: int | None = None


class Likeness(Struct, frozen=True):
    """Texts that begin so, or contain it, whatever the case."""

    way: Literal["begins", "contains"]
    text: str


class OneOf(Struct, frozen=True):
    """Any of several values."""

    values: tuple[str, ...]


class Missing(Struct, frozen=True):
    """Whether there is anything at all."""

    is_missing: bool


Plain = str | bool | Range
Value = Plain | Closed | Amounts | Likeness | OneOf | Missing | Tree


class Wanted(Struct, frozen=True, kw_only=True):
    """A question to a section."""

    filters: Mapping[str, Value] = {}
    order: str
    """Name of the column; with a hyphen before it the greatest come first."""
    after: str = ""
    """`next` of the page before; empty for the first page."""
    limit: int
    added: Sequence[str] = ()
    """Names of the columns that the workspace adds and whose values are wanted, too."""


class Row(Struct, frozen=True):
    """One record of a list."""

    key: str
    """Names the record in the API; unique within the section."""
    values: Sequence[Any]
    """In the order of the columns."""
    added: Mapping[str, Any] = {}
    """Values of the added columns that were wanted; one that is not known yet is left out."""


class Found(Struct, frozen=True):
    """A page of rows."""

    rows: Sequence[Row]
    next: str | None
    """Null at the end of the list."""
    at: int | None = None
    """When it is true, where that is not the instant of asking; milliseconds UTC."""


Rows = Callable[[Any, Wanted], Found]
"""A page of rows for an asker (`storage.api.Asker`): who asks, through which doors, and how much they may see."""
Count = Callable[[Any, Wanted], int]
"""How many rows an asker would find, `limit` at most."""
Added = Callable[[Any], tuple[Column, ...]]
"""The columns that the workspace of an asker adds, as the asker may see them. Rows are never ordered by them."""


class Folder(Struct, frozen=True, kw_only=True):
    """A saved question to a section that every workspace has."""

    name: str
    en: str
    ru: str
    filters: Mapping[str, Any]
    """As the API takes them."""
    order: str = ""
    """Empty for the usual order."""
    is_pinned: bool = True
    """Stands in the header line until somebody takes it out."""


class Section(Struct, frozen=True, kw_only=True):
    """A list of records."""

    name: str
    en: str
    ru: str
    about: tuple[str, str]
    """What stands in it and how it comes there, in English and Russian: what is said while it is empty."""
    right: str
    columns: tuple[Column, ...]
    rows: Rows
    orders: tuple[str, ...]
    """By what rows can be ordered: a column or `MADE`, as `at` or `-at`; the first one where nothing is asked."""
    filters: tuple[Filter, ...] = ()
    actions: tuple[Action, ...] = ()
    is_within_rows: bool = False
    """Every row is read through the caller's own door of the workspace, so that rights by rows hold."""
    count: Count | None = None
    """None where counting would cost more than a glance is worth."""
    instant: Callable[[Any, Wanted], int | None] | None = None
    """When a count is true, where that is not the instant of asking."""
    estimate: Count | None = None
    """About how many rows there are, without counting; None where a list never grows beyond counting."""
    folders: tuple[Folder, ...] = ()
    """Saved questions that come with the product."""
    added: Added | None = None
    """None where every workspace has the same columns."""

    def columns_of(self, asker: Any) -> tuple[Column, ...]:
        """The declared columns, and behind them those that the workspace of an asker adds."""
        return (*self.columns, *(self.added(asker) if self.added else ()))

    def might_add(self, name: str) -> bool:
        """Whether some workspace may have, or have had, an added column of this name."""
        return self.added is not None and ADDED in name

    @property
    def defaults(self) -> dict[str, Value]:
        """The filters that hold where nothing is asked."""
        return {one.name: one.default for one in self.filters if one.default}


@cache
def sections() -> Mapping[str, Section]:
    """Every section that a slice declares, by name."""
    return {one.name: one for one in declared("section", "SECTIONS")}


def declared(module: str, name: str) -> list[Any]:
    """What the slices declare under a name in a module of theirs, in the order of the slices."""
    spec = importlib.util.find_spec("konnektu")
    roots = spec.submodule_search_locations if spec else None
    slices = sorted(path.parent.name for root in roots or () for path in Path(root).glob(f"*/{module}.py"))
    modules = [importlib.import_module(f"konnektu.{one}.{module}") for one in slices]
    return [one for each in modules for one in getattr(each, name, ())]
