"""Birth dates. In: text or numbers as forms, tables and programs write them. Out: an ISO date, or nothing.

Invariant: a result is a real day since 1900. Day comes before month unless impossible.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from konnektu.core.text import edits, word_list

_EARLIEST: Final = date(1900, 1, 1)
_OLDEST_YEARS: Final = 120
_ISO: Final = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})(?:[t ](.*))?")
_COMPACT: Final = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{4})(?:\D.*)?")
_WITH_WORD: Final = re.compile(r"([0-9]{1,2})\s+([а-яё]+|[a-z]+)\.?,?\s+([0-9]{4})(?:\s*г.*)?")
_EPOCH: Final = re.compile(r"-?[0-9]{9,14}")
_UTC_CLOCK: Final = re.compile(r"([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:Z|[+]00:?00)")
_MONTHS: Final = {
    prefix: number
    for beginnings in (
        "янв фев мар апр ма июн июл авг сен окт ноя дек",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, prefix in enumerate(beginnings.split(), 1)
}
_SECONDS_LIMIT: Final = 10**10
_NOON: Final = 12
_FILLERS: Final = frozenset(
    word_list(
        "1900-01-01 1901-01-01 1911-11-11 1970-01-01 1980-01-01 1990-01-01 1999-09-09 2000-01-01 2000-02-02"
    )
)
_LONGEST: Final = 64
_MOST_EDITS: Final = 2


class BirthDate(Struct, frozen=True):
    """A birth date."""

    value: str
    """ISO 8601, as 1985-03-12."""
    is_filler: bool = False
    """One of the days that forms propose or clerks type (1 January 1900, 1970, 1980 …): true of some, no evidence."""


def birth_date(raw: Any, today: date | None = None) -> BirthDate | None:
    """The birth date that a text or a number states; None where it states none, or an impossible one.

    ISO with or without a time, 12.03.1985, 12/03/1985 (03/25/1985 too), 12 марта 1985, 19850312, seconds or
    milliseconds since 1970. A moment in UTC after noon is midnight of the next day somewhere in the east:
    browsers write a local birthday that way. `today` refuses the future and ages over 120.
    """
    try:
        found = _read(raw)
    except (ValueError, OverflowError):
        return None
    if found is None or found < _EARLIEST or (today and not _is_plausible(found, today)):
        return None
    value = found.isoformat()
    return BirthDate(value, value in _FILLERS)


def _is_plausible(born: date, today: date) -> bool:
    return born <= today and today.year - born.year <= _OLDEST_YEARS


def _read(raw: Any) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    if isinstance(raw, float):
        raw = int(raw)
    text = str(raw)[:_LONGEST].strip().lower() if not isinstance(raw, int) or abs(raw) < 10**15 else ""
    return _read_text(text)


def _read_text(text: str) -> date | None:
    if match := _COMPACT.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if _EPOCH.fullmatch(text):
        return _of_epoch(int(text))
    if match := _ISO.fullmatch(text):
        return _of_iso(match)
    if match := _DAY_FIRST.fullmatch(text):
        return _day_first(int(match[1]), int(match[2]), int(match[3]))
    if match := _WITH_WORD.fullmatch(text):
        month = _MONTHS.get(match[2][:3]) or _MONTHS.get(match[2][:2])
        return date(int(match[3]), month, int(match[1])) if month else None
    return None


def _of_iso(match: re.Match[str]) -> date:
    day = date(int(match[1]), int(match[2]), int(match[3]))
    clock = _UTC_CLOCK.fullmatch((match[4] or "").upper())
    is_eastern_midnight = clock and int(clock[1]) >= _NOON and clock[2] in {"00", "30"}
    return day + timedelta(days=1) if is_eastern_midnight else day


def _of_epoch(number: int) -> date:
    seconds = number if abs(number) < _SECONDS_LIMIT else number // 1000
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return (moment + timedelta(hours=_NOON)).date() if moment.minute in {0, 30} else moment.date()


def _day_first(first: int, second: int, year: int) -> date:
    return date(year, second, first) if second <= 12 else date(year, first, second)


def birth_dates_conflict(left: str, right: str) -> bool:
    """Whether two ISO dates cannot be one person's: more than two edits apart, day and month not merely swapped.

    An empty date or a filler is no evidence.
    """
    if not left or not right or left == right or left in _FILLERS or right in _FILLERS:
        return False
    a, b = left.replace("-", ""), right.replace("-", "")
    return edits(a, b) > _MOST_EDITS and a != b[:4] + b[6:8] + b[4:6]
