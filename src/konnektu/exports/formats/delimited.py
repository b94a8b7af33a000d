"""CSV with titles in the reader's language and times on the workspace's clock."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import UNSET

from konnektu.core.csv_text import csv_lines
from konnektu.exports.model import NOT_KNOWN, Column
from konnektu.exports.times import shown, shown_date


def delimited(
    columns: Sequence[Column], titles: Sequence[str], rows: Iterable[Sequence[Any]], zone: ZoneInfo
) -> Iterator[bytes]:
    """The file in pieces."""
    return csv_lines(
        titles, ([_value(c, v, zone) for c, v in zip(columns, row, strict=True)] for row in rows)
    )


def _value(column: Column, value: Any, zone: ZoneInfo) -> Any:
    if value is None:
        return None
    if value is UNSET:
        return NOT_KNOWN
    if column.type == "time":
        return shown(value, zone)
    return shown_date(value) if column.type == "date" else value
