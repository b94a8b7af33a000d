"""CSV as Russian Excel opens it by a double click: UTF-8 with BOM, semicolons, CRLF, decimal commas.

In: rows of values. Out: bytes. Invariant: no cell is taken for a formula, and reading the text back as CSV
gives the cells again (a defused one with its apostrophe).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

BOM = b"\xef\xbb\xbf"
DELIMITER = ";"
LINES_AT_ONCE = 500
"""Rows joined into one piece of the stream."""

FORMULA = re.compile(r"[\s\x00]*[=+\-@\t\r]")
"""What a spreadsheet may take for the start of a formula (OWASP, CSV injection)."""
_HARMLESS = re.compile(r"\+\d[\d ()-]*|-?\d+(?:[.,]\d+)?")
"""A phone in international form, or a number: shown as they are, calculated by nobody."""


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file in pieces: BOM and header first, then some hundred rows at a time."""
    yield BOM + _text([[cell_text(name) for name in header]])
    lines: list[list[str]] = []
    for row in rows:
        lines.append([cell_text(value) for value in row])
        if len(lines) == LINES_AT_ONCE:
            yield _text(lines)
            lines = []
    if lines:
        yield _text(lines)


def cell_text(value: Any) -> str:
    """One value as text that is data and nothing else."""
    if isinstance(value, str):
        return defused(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return defused(str(value))


def defused(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet might calculate it."""
    if FORMULA.match(text) and not _HARMLESS.fullmatch(text):
        return "'" + text
    return text


def _text(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")
