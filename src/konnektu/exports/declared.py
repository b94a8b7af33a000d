"""How a list is declared. In: a section, or what a module of `lists` fills in. Out: the record of a list.

Invariant: a list knows its columns and how to fetch its rows, and nothing of files. What is a section is exported as
the section declares it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from msgspec import Struct

from konnektu.access.api import Right
from konnektu.core.section import Column, Section, Wanted, sections
from konnektu.exports.model import PAGE
from konnektu.storage.api import Asker

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
    is_within_rows: bool = False
    """Every row is read through the caller's own door of the workspace, so that rights by rows hold."""


def of_section(name: str, order: str) -> List:
    """A section as a list: the rows that it shows where nothing is asked, in an order."""
    section = sections()[name]

    def rows(asker: Asker) -> Iterator[Sequence[Any]]:
        after: str | None = ""
        while after is not None:
            wanted = Wanted(filters=section.defaults, order=order, after=after, limit=PAGE)
            found = section.rows(asker, wanted)
            yield from (row.values for row in found.rows)
            after = found.next

    return list_of(section, section.columns, rows)


def list_of(section: Section, columns: Sequence[Column], rows: Rows) -> List:
    """A section as a list with these of its columns and these of its rows."""
    right = cast(Right, section.right)
    return List(section.name, section.en, section.ru, right, tuple(columns), rows, section.is_within_rows)


__all__ = ["Asker", "List", "Rows", "list_of", "of_section"]
