"""The front of reading: look at a file once, then read its rows, from any row on.

In: a path. Out: its layout; its rows and bad rows in order. Invariant: each non-blank row below the header
comes exactly once, with the same number each time it is read.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from konnektu.core.errors import Unprocessable
from konnektu.reading import delimited, header, text, workbook
from konnektu.reading.json_lines import json_array, json_lines
from konnektu.reading.model import BadRow, Layout, Row

SAMPLE_ROWS = 200


class EmptyFile(Unprocessable):
    """The file holds no rows. Check that the right file was chosen."""


class FileGone(Unprocessable):
    """The uploaded file is not here any more. Upload it again."""


def inspect(path: Path, is_known: Callable[[str], bool] = lambda _: False) -> Layout:
    """How the file is to be read. `is_known` tells names that people give to columns.

    Raises `EmptyFile`, `text.BrokenArchive` and `workbook.BrokenWorkbook`; the rows themselves are not judged here.
    """
    packed = text.compression(path)
    with text.opened(path, packed) as stream:
        head = stream.read(text.SAMPLE)
    if len(head) < text.SAMPLE and not head.strip(b"\xef\xbb\xbf \t\r\n;,|"):
        raise EmptyFile
    if workbook.is_workbook(head):
        return _inspect_workbook(path, is_known)
    if json_format := _json_format(head):
        layout = Layout(format=json_format, compression=packed)
        return _inspect_json(path, replace(layout, rows=text.count_lines(path, packed)))
    return _inspect_csv(path, packed, is_known)


def samples(path: Path, layout: Layout) -> dict[str, list[Any]]:
    """The first values of each column."""
    found: dict[str, list[Any]] = {name: [] for name in layout.columns}
    for row in islice(read(path, layout), SAMPLE_ROWS):
        if isinstance(row, Row):
            for name, cell in row.cells.items():
                found.setdefault(name, []).append(cell)
    return found


def read(path: Path, layout: Layout, after: int = 0) -> Iterator[Row | BadRow]:
    """Rows in the order of the file, from the one after number `after`. Raises `FileGone` at once."""
    if not path.exists():
        raise FileGone
    return (row for row in _read(path, layout) if row[0] > after)


def _read(path: Path, layout: Layout) -> Iterator[Row | BadRow]:
    if layout.format == "csv":
        return _csv_rows(path, layout)
    if layout.format == "xlsx":
        return _sheet_rows(path, layout)
    return _json_rows(path, layout)


def _csv_rows(path: Path, layout: Layout) -> Iterator[Row | BadRow]:
    columns, mark, width = layout.columns, layout.delimiter, len(layout.columns)
    lines = text.lines(path, layout.compression, layout.encoding)
    for found in delimited.records(lines, mark, width):
        if found[0] <= layout.header:
            continue
        if isinstance(found, BadRow):
            yield found
            continue
        cells = delimited.aligned(found[0], found[1], width, mark, clean=layout.clean)
        if isinstance(cells, BadRow):
            yield cells
        elif any(cells):
            yield Row(found[0], dict(zip(columns, cells, strict=True)))


def _sheet_rows(path: Path, layout: Layout) -> Iterator[Row | BadRow]:
    width = len(layout.columns)
    for number, cells in workbook.rows(path, layout.sheet):
        if number <= layout.header:
            continue
        if any(cell != "" for cell in cells[width:]):
            detail = f"The row has a value to the right of the last of {width} columns."
            yield BadRow(number, "ragged", detail, ";".join(map(str, cells)))
        else:
            # a sheet may be narrower than its header says when its last columns are empty
            filled = cells[:width] + [""] * (width - len(cells))
            yield Row(number, dict(zip(layout.columns, filled, strict=True)))


def _json_rows(path: Path, layout: Layout) -> Iterator[Row | BadRow]:
    with text.opened(path, layout.compression) as stream:
        yield from (json_lines if layout.format == "json_lines" else json_array)(stream)


def _inspect_csv(path: Path, packed: text.Compression, is_known: Callable[[str], bool]) -> Layout:
    codec, clean = text.encoding(path, packed)
    sample = list(islice(text.lines(path, packed, codec), SAMPLE_ROWS))
    mark = delimited.delimiter(sample)
    found = [r for r in delimited.records(iter(sample), mark) if not isinstance(r, BadRow)]
    rows = text.count_lines(path, packed)
    layout = Layout("csv", packed, codec, clean, mark, rows=rows)
    return _with_header(layout, found, is_known)


def _inspect_workbook(path: Path, is_known: Callable[[str], bool]) -> Layout:
    sheet = workbook.first_sheet(path)
    found = list(islice(workbook.rows(path, sheet), SAMPLE_ROWS))
    return _with_header(Layout("xlsx", sheet=sheet, rows=workbook.height(path, sheet)), found, is_known)


def _inspect_json(path: Path, layout: Layout) -> Layout:
    columns: dict[str, None] = {}
    for row in islice(_json_rows(path, layout), SAMPLE_ROWS):
        if isinstance(row, Row):
            columns.update(dict.fromkeys(row.cells))
    return replace(layout, columns=tuple(columns))


def _with_header(
    layout: Layout, found: list[tuple[int, list[Any]]], is_known: Callable[[str], bool]
) -> Layout:
    rows = [cells for _, cells in found]
    width = header.table_width(rows)
    if not width:
        raise EmptyFile
    index = header.header(rows, is_known)
    if index < 0:
        return replace(layout, columns=header.names((), width))
    columns = header.names(rows[index], max(width, header.table_width([rows[index]])))
    return replace(layout, header=found[index][0], columns=columns)


def _json_format(head: bytes) -> Any:
    start = b"".join(head.removeprefix(b"\xef\xbb\xbf").split(maxsplit=2)[:2])[:2]
    if start in (b'{"', b"{}"):
        return "json_lines"
    return "json_array" if start in (b"[{", b"[]") else ""
