"""How a list is declared. In: nothing. Out: the records that a module of `lists` fills in.

Invariant: a list knows its columns and how to fetch its rows, and nothing of files.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from konnektu.access.api import Right
from konnektu.exports.model import Column
from konnektu.storage.api import Storage, WorkspaceRecord


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
