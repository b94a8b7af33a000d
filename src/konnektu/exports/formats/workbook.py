"""XLSX: text stays text (phones, ids), times and dates are dates, a full sheet is followed by another.

In: rows. Out: a workbook on disk. Invariant: one row is in memory at a time; no cell is a formula.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from msgspec import UNSET
from xlsxwriter.worksheet import Worksheet

from konnektu.core.money import exponent
from konnektu.exports.model import NOT_KNOWN, Column
from konnektu.exports.times import local

SHEET_ROWS = 1_048_576
"""Rows of a sheet, header included: a limit of the format."""
CELL = 32_767
"""Characters of a cell: a limit of the format."""
_FIRST_YEAR, _LAST_YEAR = 1900, 9999
_WIDTHS = {"text": 24, "number": 14, "time": 19, "date": 12, "boolean": 10}


def workbook(
    path: Path,
    title: str,
    columns: Sequence[Column],
    titles: Sequence[str],
    rows: Iterable[Sequence[Any]],
    zone: ZoneInfo,
) -> int:
    """Write the workbook; how many rows it has. Scratch files lie beside it and go with the call."""
    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        return _Writer(book, title, columns, titles, zone).write(rows)


class _Writer:
    def __init__(
        self,
        book: xlsxwriter.Workbook,
        title: str,
        columns: Sequence[Column],
        titles: Sequence[str],
        zone: ZoneInfo,
    ) -> None:
        self._book = book
        self._title = title
        self._columns = columns
        self._titles = titles
        self._zone = zone
        self._bold = book.add_format({"bold": True})
        self._text = book.add_format({"num_format": "@"})
        self._time = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        self._date = book.add_format({"num_format": "dd.mm.yyyy"})
        currencies = {column.currency for column in columns if column.currency}
        self._amounts = {one: book.add_format({"num_format": _amount(one)}) for one in currencies}

    def write(self, rows: Iterable[Sequence[Any]]) -> int:
        sheet, line, written = self._sheet(1), 1, 0
        for row in rows:
            if line == SHEET_ROWS:
                sheet, line = self._sheet(written // (SHEET_ROWS - 1) + 1), 1
            for place, (column, value) in enumerate(zip(self._columns, row, strict=True)):
                self._cell(sheet, line, place, column, value)
            line, written = line + 1, written + 1
        return written

    def _sheet(self, number: int) -> Worksheet:
        sheet: Worksheet = self._book.add_worksheet(self._title[:28] + (f" {number}" if number > 1 else ""))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, _WIDTHS[column.type])
        for place, title in enumerate(self._titles):
            sheet.write_string(0, place, title, self._bold)
        return sheet

    def _cell(self, sheet: Worksheet, line: int, place: int, column: Column, value: Any) -> None:
        if value is None or value == "":
            return
        if value is UNSET:
            sheet.write_string(line, place, NOT_KNOWN, self._text)
            return
        moment = self._moment(column, value)
        if moment is not None:
            sheet.write_datetime(line, place, moment, self._time if column.type == "time" else self._date)
        elif column.type == "number" and _is_exact(value):
            sheet.write_number(line, place, value, self._amounts.get(column.currency))
        elif isinstance(value, bool):
            sheet.write_boolean(line, place, value)
        else:
            sheet.write_string(line, place, str(value)[:CELL], self._text)

    def _moment(self, column: Column, value: Any) -> dt.datetime | None:
        """The date of a cell; None where it holds none, or one before Excel's calendar begins."""
        try:
            if column.type == "time":
                moment = local(value, self._zone)
            elif column.type == "date":
                moment = dt.datetime.fromisoformat(value)
            else:
                return None
        except (TypeError, ValueError, OverflowError):
            return None
        return moment.replace(tzinfo=None) if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _amount(currency: str) -> str:
    """How amounts of a currency are written: groups of three, and its minor units."""
    places = exponent(currency)
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _is_exact(value: Any) -> bool:
    """Whether Excel's binary numbers hold the value to the last digit that is shown."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return -(10**15) < value < 10**15
