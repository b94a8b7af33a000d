"""How a list is declared. In: a section, or what a module of `lists` fills in. Out: the record of a list.

Invariant: a list knows its columns and how to fetch its rows, and nothing of files. What is a section is exported as
the section declares it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

from msgspec import UNSET, Struct
from msgspec.structs import replace

from konnektu.access.api import Right
from konnektu.core.section import Column, Row, Section, Wanted, sections
from konnektu.exports.model import PAGE
from konnektu.storage.api import Asker

Rows = Callable[[Asker], Iterator[Sequence[Any]]]
"""All rows of a list, values in the order of its columns, fetched page by page. UNSET: not known yet."""


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
    for_asker: "Callable[[Asker], List] | None" = None
    """The same list with the columns that the workspace of an asker adds; None where none can be added."""


def of_section(name: str, order: str) -> List:
    """A section as a list: the rows that it shows where nothing is asked, in an order."""
    section = sections()[name]
    plain = _whole(section, section.columns, order)
    if section.added is None:
        return plain
    return replace(plain, for_asker=lambda asker: _whole(section, section.columns_of(asker), order))


def _whole(section: Section, columns: Sequence[Column], order: str) -> List:
    added = added_among(section, columns)

    def rows(asker: Asker) -> Iterator[Sequence[Any]]:
        after: str | None = ""
        while after is not None:
            wanted = Wanted(filters=section.defaults, order=order, after=after, limit=PAGE, added=added)
            found = section.rows(asker, wanted)
            yield from cells(section, columns, found.rows)
            after = found.next

    return list_of(section, columns, rows)


def added_among(section: Section, columns: Sequence[Column]) -> list[str]:
    """Names of those of the columns that a workspace has added."""
    declared = {one.name for one in section.columns}
    return [one.name for one in columns if one.name not in declared]


def cells(section: Section, columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[Sequence[Any]]:
    """The values of rows of a section in the order of these columns; UNSET for one that is not known yet."""
    places = {one.name: place for place, one in enumerate(section.columns)}
    names = [(one.name, places.get(one.name)) for one in columns]
    for row in rows:
        yield [row.added.get(name, UNSET) if place is None else row.values[place] for name, place in names]


def list_of(section: Section, columns: Sequence[Column], rows: Rows) -> List:
    """A section as a list with these of its columns and these of its rows."""
    right = cast(Right, section.right)
    return List(section.name, section.en, section.ru, right, tuple(columns), rows, section.is_within_rows)


__all__ = ["Asker", "List", "Rows", "added_among", "cells", "list_of", "of_section"]
