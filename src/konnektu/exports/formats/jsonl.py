"""JSON Lines: one object a row, names of columns as keys, times in ISO 8601 UTC; without what is not known yet."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from konnektu.exports.model import Column
from konnektu.exports.times import iso

LINES_AT_ONCE = 500
_encode = msgspec.json.Encoder(enc_hook=str, decimal_format="string").encode


def json_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file in pieces."""
    lines: list[bytes] = []
    for row in rows:
        known = ((c, v) for c, v in zip(columns, row, strict=True) if v is not UNSET)
        lines.append(_encode({c.name: _value(c, v) for c, v in known}))
        if len(lines) == LINES_AT_ONCE:
            yield b"\n".join(lines) + b"\n"
            lines = []
    if lines:
        yield b"\n".join(lines) + b"\n"


def _value(column: Column, value: Any) -> Any:
    return iso(value) if column.type == "time" and value is not None else value
