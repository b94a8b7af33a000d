"""Cells become values: numbers with Russian commas, dates of every usual form, yes and no, lists.

In: a cell and what its column declares. Out: a JSON value, None for an empty cell, or `WrongValue`.
Pure: the zone of a time is an argument, and a text reads the same in every row.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from konnektu.core import attributes
from konnektu.core.invalid import Invalid
from konnektu.imports.model import ValueType

MIN_MILLISECONDS = 100_000_000_000
"""Unix times below are seconds (until the year 5138), above milliseconds (from 1973)."""
_DAY_FIRST = re.compile(
    r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_GAPS = re.compile(r"[\s\u00a0\u202f₽$€%]")
_CENTURY = 69
"""Two-digit years up to this are of the 2000s, as in strptime."""


class WrongValue(ValueError):
    """The cell does not hold what its column declares."""


def value(cell: Any, declared: ValueType, form: str, separator: str, zone: ZoneInfo) -> Any:
    """The cell as its declared type: text, number (int or float), boolean, ISO date, ISO time in UTC, list of text."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and not (cell := cell.strip()):
        return None
    return _READERS[declared](cell, form, separator, zone)


def as_text(cell: Any) -> str:
    """The cell as a person reads it in the table."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def instant(cell: Any, form: str, zone: ZoneInfo) -> int:
    """Milliseconds UTC of a moment; a date alone is its midnight in `zone`. Raises `WrongValue`."""
    if isinstance(cell, str):
        return _instant_of_text(cell.strip(), form, zone)
    if isinstance(cell, bool) or cell is None:
        raise WrongValue(f"{cell!r} is no time")
    if isinstance(cell, int | float):
        return int(cell * 1_000) if abs(cell) < MIN_MILLISECONDS else int(cell)
    return _milliseconds(_moment(cell), zone)


def iso(milliseconds: int) -> str:
    """A moment in ISO 8601, UTC, to the millisecond."""
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number(cell: Any) -> int | float:
    """A number of 1234.5, «1 234,50 ₽» or 12 %. Raises `WrongValue`."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = _GAPS.sub("", as_text(cell))
    if not _NUMBER.fullmatch(text):
        text = text.replace(",", "") if text.count(",") and "." in text else text
    if not _NUMBER.fullmatch(text):
        raise WrongValue(f"{as_text(cell)!r} is no number")
    found = Decimal(text.replace(",", "."))
    return int(found) if found == found.to_integral_value() and "e" not in text else float(found)


@lru_cache(maxsize=65_536)
def _instant_of_text(text: str, form: str, zone: ZoneInfo) -> int:
    if not form and _NUMBER.fullmatch(text) and not _COMPACT.fullmatch(text):
        return instant(float(text.replace(",", ".")), form, zone)
    return _milliseconds(_moment_of_text(text, form), zone)


def _moment_of_text(text: str, form: str) -> dt.datetime:
    try:
        if form:
            return dt.datetime.strptime(text, form)  # noqa: DTZ007 - the zone is joined by the caller
        if found := _DAY_FIRST.fullmatch(text):
            return _from_parts(*(int(part or 0) for part in found.groups()))
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        expected = f"of the form {form}" if form else "2025-12-31T23:59:59, 31.12.2025 23:59 or Unix time"
        raise WrongValue(f"{text[:64]!r} is no time; expected {expected}") from error


def _from_parts(day: int, month: int, year: int, hour: int, minute: int, second: int) -> dt.datetime:
    if year < 100:
        year += 2000 if year < _CENTURY else 1900
    return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone is joined by the caller


def _moment(cell: Any) -> dt.datetime:
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone is joined by the caller
    raise WrongValue(f"{as_text(cell)!r} is no time")


def _milliseconds(moment: dt.datetime, zone: ZoneInfo) -> int:
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return round(aware.timestamp() * 1_000)
    except (OverflowError, ValueError) as error:
        raise WrongValue(f"{moment} is no time that can be kept") from error


def _plain(cell: Any, _form: str, _separator: str, zone: ZoneInfo) -> Any:
    if isinstance(cell, dt.datetime):
        return iso(_milliseconds(cell, zone))
    return as_text(cell) if isinstance(cell, dt.date | dt.time | dt.timedelta) else cell


def _date(cell: Any, form: str, _separator: str, _zone: ZoneInfo) -> str:
    moment = _moment_of_text(cell, form) if isinstance(cell, str) else _moment(cell)
    return moment.date().isoformat()


def _boolean(cell: Any, _form: str, _separator: str, _zone: ZoneInfo) -> bool:
    found = attributes.boolean(cell)
    if isinstance(found, Invalid):
        raise WrongValue(f"{as_text(cell)!r} is neither yes nor no")
    return found


def _list(cell: Any, _form: str, separator: str, _zone: ZoneInfo) -> list[Any]:
    if isinstance(cell, list):
        return cell
    return [item for part in as_text(cell).split(separator or ",") if (item := part.strip())]


_READERS: dict[ValueType, Callable[[Any, str, str, ZoneInfo], Any]] = {
    "": _plain,
    "text": lambda cell, *_: as_text(cell),
    "number": lambda cell, *_: number(cell),
    "boolean": _boolean,
    "date": _date,
    "time": lambda cell, form, _, zone: iso(instant(cell, form, zone)),
    "list": _list,
}
