"""Excel and OpenDocument workbooks: sheets, rows, numbers and dates as a person sees them.

In: a workbook. Out: rows of cells with their numbers in the sheet. Invariant: a number that is whole comes
as whole (a phone has no `.0`), a date as a date without zone.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from konnektu.core.errors import Unprocessable
from konnektu.reading import measuring
from konnektu.reading.measuring import Sheet

MAX_UNPACKED = 4 * 1024**3
"""Bytes a workbook may unpack to."""
MAX_CELLS = 40_000_000
"""Cells a sheet may declare: the reader holds some 80 bytes for each."""
VAST = f"The sheet declares over {MAX_CELLS} cells. Export it as CSV."
CLOSED = "The workbook is closed by a password. Save it without one."
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class BrokenWorkbook(Unprocessable):
    """The workbook cannot be opened. Save it again as .xlsx without a password, or export CSV."""


def is_workbook(head: bytes) -> bool:
    """Whether the first bytes are those of a workbook (zip: xlsx, ods; compound file: xls)."""
    return head.startswith(_MAGIC)


def first_sheet(path: Path) -> str:
    """Name of the visible sheet with the most rows; the first of equals."""
    found = _sheets(path)
    visible = [sheet for sheet in found if sheet.is_visible] or found
    if not visible:
        raise BrokenWorkbook("The workbook has no sheet with cells.")
    return max(visible, key=lambda sheet: sheet.height).name


def height(path: Path, sheet: str) -> int:
    """How many rows the sheet has."""
    return _found(path, sheet).height


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """Rows of the sheet that hold anything, each with its number in the sheet."""
    if _found(path, sheet).cells > MAX_CELLS:
        raise BrokenWorkbook(VAST)
    with _opened(path) as book:
        for number, cells in enumerate(book.get_sheet_by_name(sheet).iter_rows(), 1):
            if any(cell != "" for cell in cells):
                yield number, [_plain(cell) for cell in cells]


def _found(path: Path, name: str) -> Sheet:
    found = {sheet.name: sheet for sheet in _sheets(path)}
    if name not in found:
        raise BrokenWorkbook(f"There is no sheet «{name}». Sheets: {', '.join(found)}.")
    return found[name]


def _sheets(path: Path) -> tuple[Sheet, ...]:
    _refuse_bomb(path)
    try:
        return measuring.sheets(path)
    except measuring.TooVast as error:
        raise BrokenWorkbook(VAST) from error
    except measuring.Closed as error:
        raise BrokenWorkbook(CLOSED) from error
    except measuring.Unreadable as error:
        raise BrokenWorkbook(f"{BrokenWorkbook.__doc__} ({error})") from error


@contextmanager
def _opened(path: Path) -> Iterator[CalamineWorkbook]:
    """The workbook, which has been measured and so can be opened."""
    with CalamineWorkbook.from_path(str(path)) as book:
        yield book


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
            raise BrokenWorkbook(
                f"The workbook unpacks to more than {MAX_UNPACKED >> 30} GB. Export it as CSV."
            )


def _plain(cell: Any) -> Any:
    """Excel keeps every number as binary floating point: a whole one was typed whole."""
    if type(cell) is float and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell
