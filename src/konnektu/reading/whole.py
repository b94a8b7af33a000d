"""Whether a file ends where its maker ended it. In: a path and its layout. Out: yes, or what speaks against it.

Only the end is judged: a file that was cut exactly between two rows looks whole, which is what ready-files are for.
"""

import csv
from pathlib import Path

import msgspec

from konnektu.reading import text
from konnektu.reading.model import Layout

TAIL = 64 * 1024
"""The last row is looked for in so many bytes."""


def breaks_off(path: Path, layout: Layout) -> str:
    """How the file breaks off amid a row; empty where it does not. Raises `BrokenArchive` for a cut archive."""
    if layout.format == "xlsx":  # a cut workbook cannot be opened at all
        return ""
    tail = _tail(path, layout)
    if layout.format == "json_array":
        return "" if tail.rstrip().endswith(b"]") else "The array is not closed."
    if not tail or tail.endswith(b"\n"):
        return ""
    last = tail.rpartition(b"\n")[2]
    if layout.format == "json_lines":
        return _broken_json(last)
    return _broken_csv(last, layout)


def _tail(path: Path, layout: Layout) -> bytes:
    """The last bytes; of a packed file all is unpacked on the way, which also shows that none is missing."""
    tail = b""
    with text.opened(path, layout.compression) as stream:
        if not layout.compression:
            stream.seek(-min(TAIL, path.stat().st_size), 2)
        while chunk := stream.read(text.SAMPLE):
            tail = (tail + chunk)[-TAIL:]
    return tail


def _broken_json(last: bytes) -> str:
    try:
        msgspec.json.decode(last)
    except msgspec.DecodeError:
        return "The last line is no whole JSON."
    return ""


def _broken_csv(last: bytes, layout: Layout) -> str:
    """The last line has too few cells or an open quote."""
    line = last.decode(layout.encoding, "replace").rstrip("\r\n\x00")
    cells = next(csv.reader([line], delimiter=layout.delimiter), [])
    width = len(layout.columns)
    if line.count('"') % 2:
        return "The last line ends inside a quote."
    return "" if len(cells) >= width or not line else f"The last line has {len(cells)} cells of {width}."
