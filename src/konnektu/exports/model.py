"""Records of exports: what a list is, what its columns hold."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from konnektu.access.api import Right
from konnektu.storage.api import Storage, WorkspaceRecord

ColumnType = Literal["text", "number", "time", "date", "boolean"]
"""text: ids and phones too, never calculated; time: milliseconds UTC; date: ISO text."""
Format = Literal["csv", "xlsx", "jsonl"]


class Column(Struct, frozen=True):
    """One column of a list."""

    name: str
    """Name in JSON and in the API."""
    en: str
    ru: str
    type: ColumnType = "text"
    is_personal: bool = False
    """Names or reaches a person: covered without the right exports.personal."""


class Asker(Struct, frozen=True):
    """Who exports, from where, and when."""

    storage: Storage
    workspace: WorkspaceRecord
    now: int
    is_open: bool
    """Whether personal columns are shown whole."""
    language: Literal["ru", "en"] = "ru"


Rows = Callable[[Asker], Iterator[Sequence[Any]]]
"""All rows of a list, values in the order of its columns, fetched page by page."""


class List(Struct, frozen=True):
    """A list that can be exported."""

    name: str
    en: str
    ru: str
    right: Right
    """What a caller needs beside exports.run."""
    columns: tuple[Column, ...]
    rows: Rows
