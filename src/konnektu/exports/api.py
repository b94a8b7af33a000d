"""The front door of exports: which lists there are, and any of them as a file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from konnektu.access.api import Caller
from konnektu.core.errors import NotFound
from konnektu.core.folders import private_folder
from konnektu.core.section import MADE
from konnektu.exports.declared import Asker, List, added_among, cells, list_of, of_section
from konnektu.exports.formats.delimited import delimited
from konnektu.exports.formats.jsonl import json_lines
from konnektu.exports.formats.workbook import workbook
from konnektu.exports.lists import dictionary, events, marketing_sources, orders, product_lists, records
from konnektu.exports.model import Column, Format, Language
from konnektu.storage.api import Storage, WorkspaceRecord

LISTS = {
    one.name: one
    for one in (
        of_section("profiles", MADE),
        events.LIST,
        of_section("consents", MADE),
        of_section("orders", "-ordered_at"),
        orders.LINES,
        product_lists.LIST,
        of_section("products", MADE),
        of_section("stores", MADE),
        marketing_sources.LIST,
        dictionary.EVENTS,
        dictionary.ATTRIBUTES,
        of_section("quarantine", "-at"),
        of_section("imports", "-created_at"),
        of_section("audit", "-number"),
    )
}
"""Every list that there is in every workspace, by name."""
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
CHUNK = 256 * 1024
SCRATCH = "exports"
"""Folder in the data folder where workbooks are put together."""

BEYOND = (
    "This list needs sight of all rows, and yours is limited to some."
    " Ask an administrator of your workspace to lift the limit."
)

Progress = Callable[[int], None]


def all_lists(storage: Storage, workspace: WorkspaceRecord) -> dict[str, List]:
    """Every list that can be exported, by name: those of its kinds of related records among them."""
    return LISTS | records.lists(storage, workspace)


def find_list(name: str, storage: Storage | None = None, workspace: WorkspaceRecord | None = None) -> List:
    """The list of this name; raises `NotFound`, naming those there are.

    Lists of related records are a workspace's own: they are found where it is given.
    """
    known = all_lists(storage, workspace) if storage and workspace else LISTS
    if name not in known:
        raise NotFound(f"There is no list {name!r} to export. Lists: {', '.join(known)}.")
    return known[name]


def may_see(caller: Caller, wanted: List) -> bool:
    """Whether a caller may see a list: by its right, and by rows where the caller sees some alone."""
    return caller.may(wanted.right) and (wanted.is_within_rows or not caller.workspace.row_limit)


def export(
    asker: Asker, wanted: List, form: Format, scratch: Path, progress: Progress = lambda _: None
) -> Iterator[bytes]:
    """The list as a file, in pieces. A workbook is made in `scratch` first, because its parts are packed at the end.

    Columns of personal data are covered where the asker may not see them. `progress` is told how many rows are done.
    """
    wanted = wanted.for_asker(asker) if wanted.for_asker else wanted
    rows = _counted(wanted.rows(asker), progress)
    titles = [_title(column, asker.language) for column in wanted.columns]
    zone = ZoneInfo(asker.workspace.timezone)
    if form == "csv":
        return delimited(wanted.columns, titles, rows, zone)
    if form == "jsonl":
        return json_lines(wanted.columns, rows)
    title = wanted.ru if asker.language == "ru" else wanted.en
    return _packed(scratch, lambda path: workbook(path, title, wanted.columns, titles, rows, zone))


def _title(column: Column, language: Language) -> str:
    """What stands above a column of a table: its name, and what its numbers count."""
    title, counts = column.ru if language == "ru" else column.en, column.currency or column.unit
    return f"{title}, {counts}" if counts else title


def _packed(scratch: Path, write: Callable[[Path], int]) -> Iterator[bytes]:
    with TemporaryDirectory(dir=private_folder(scratch)) as folder:
        path = Path(folder) / "export.xlsx"
        write(path)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _counted(rows: Iterator[Sequence[Any]], progress: Progress) -> Iterator[Sequence[Any]]:
    number = 0
    for number, row in enumerate(rows, 1):
        yield row
        if number % 1_000 == 0:
            progress(number)
    progress(number)


__all__ = [
    "BEYOND",
    "LISTS",
    "MEDIA_TYPES",
    "SCRATCH",
    "Asker",
    "Column",
    "Format",
    "List",
    "added_among",
    "all_lists",
    "cells",
    "export",
    "find_list",
    "list_of",
    "may_see",
]
