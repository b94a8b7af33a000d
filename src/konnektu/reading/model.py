"""Records of reading: how a file is laid out, what a row is, and a row that cannot be read."""

from typing import Any, Literal, NamedTuple

from msgspec import Struct

Format = Literal["csv", "xlsx", "json_lines", "json_array"]

MAX_CELL = 8 * 1024 * 1024
"""Characters of one line or one JSON element; a longer one is a bad row, so that memory stays bounded."""


class Row(NamedTuple):
    """One row that could be read."""

    number: int
    """Where it stands: line of a text file, row of a sheet, element of a JSON array; from 1."""
    cells: dict[str, Any]
    """By column name. Text in CSV; text, numbers, booleans, dates in XLSX; any JSON value in JSON."""


class BadRow(NamedTuple):
    """One row that could not be taken: a value, not an exception."""

    number: int
    reason: str
    """A word of a closed set: `wrong_text`, `ragged`, `unclosed_quote`, `too_long`, `wrong_json`,
    `no_identifier`, `wrong_time`, `wrong_value`, `wrong_order`, `no_event_name`,
    `value_left_out` of a row that was taken, or a reason of the tracking API."""
    detail: str
    """What is wrong, for a person."""
    text: str
    """The row as it stands in the file, as far as it can be shown."""


class Layout(Struct, frozen=True, omit_defaults=True):
    """How a file is to be read. Found by `inspect`; any part may be overruled by a person."""

    format: Format
    compression: Literal["", "gzip", "zstd"] = ""
    encoding: str = "utf-8"
    clean: bool = True
    """Every byte of the file is valid in the encoding, so rows need no check of their own."""
    delimiter: str = ","
    sheet: str = ""
    header: int = 0
    """Line or row of the header, from 1; 0 where the file has none and columns are numbered."""
    columns: tuple[str, ...] = ()
    """Names in order; unique, never empty."""
    rows: int = 0
    """About how many rows there are, for a progress bar; 0 where unknown."""
