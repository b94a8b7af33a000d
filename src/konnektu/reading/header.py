"""Finds the header of a table among titles, notes and blank rows above it, and names the columns.

In: the first rows as cells. Out: which of them is the header, and unique column names.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

PREAMBLE = 40
"""Rows among which the header is looked for."""
_DATA = re.compile(
    r"""\s*(?:
      [-+]?[\d\s\u00a0]+(?:[.,]\d+)?\s*%?          # a number, with spaces between thousands
    | \+?[\d\s()\u00a0-]{7,}                       # a phone
    | [^@\s]+@[^@\s]+\.[^@\s]+                     # an e-mail
    | \d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[T\s].*)?  # a date
    | (?:true|false|yes|no|да|нет)
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def header(rows: Sequence[Sequence[Any]], is_known: Callable[[str], bool]) -> int:
    """Index of the header row, or -1 where the table has none.

    A header is the first row as wide as the table, of words and no data; where `is_known` recognises none
    of its names, they must be different and the rows below must differ in kind, or it is data itself.
    """
    width = table_width(rows)
    for index, row in enumerate(rows[:PREAMBLE]):
        cells = _filled(row)
        if not cells or len(cells) < max(1, (width + 1) // 2) or (width > 1 and len(cells) == 1):
            continue  # a title, a note, or the gap above the table
        if any(_DATA.fullmatch(cell) for cell in cells):
            return -1
        named = any(map(is_known, cells)) or (_are_distinct(cells) and _differs_below(rows[index + 1 :]))
        return index if named else -1
    return -1


def table_width(rows: Sequence[Sequence[Any]]) -> int:
    """The most usual number of cells, trailing empty ones not counted; the larger of equally usual ones."""
    widths = Counter(width for row in rows if (width := _width(row)))
    return max(widths.items(), key=lambda pair: (pair[1], pair[0]))[0] if widths else 0


def names(cells: Sequence[Any], width: int) -> tuple[str, ...]:
    """Column names: text of the header cells, `column N` for empty ones, ` (2)` after a repeated one."""
    found: list[str] = []
    for index in range(width):
        cell = cells[index] if index < len(cells) else ""
        name = " ".join(str(cell).replace("\ufeff", "").split()) or f"column {index + 1}"
        found.append(
            name if name not in found else f"{name} ({1 + sum(n.split(' (')[0] == name for n in found)})"
        )
    return tuple(found)


def _width(row: Sequence[Any]) -> int:
    return next((i + 1 for i in range(len(row) - 1, -1, -1) if not _is_empty(row[i])), 0)


def _is_empty(cell: Any) -> bool:
    return cell is None or cell == ""


def _filled(row: Sequence[Any]) -> list[str]:
    """Cells with something in them, as text; data cells of a workbook (numbers, dates) as their text."""
    return [cell if isinstance(cell, str) else str(cell) for cell in row if not _is_empty(cell)]


def _are_distinct(cells: Sequence[str]) -> bool:
    return len({cell.strip().casefold() for cell in cells}) * 5 >= len(cells) * 4


def _differs_below(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether the rows below hold data a header would not: numbers, phones, dates, or repeated words."""
    below = [row for row in rows if _width(row)]
    if not below:
        return True
    return any(
        not isinstance(cell, str) or _DATA.fullmatch(cell) is not None
        for row in below[:5]
        for cell in row
        if not _is_empty(cell)
    )
