"""Local days and the periods made of them. In: instants, days, zones by IANA name. Out: days, instants. Pure.

A local day begins when the clock first shows its midnight or, where clocks jump over midnight, when they jump. It
ends when the next one begins, so that every instant lies in one day, and a day may have 23, 24 or 25 hours.
Source of zones: the IANA database as the package tzdata pins it.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from konnektu.rules.windows import Period

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = timedelta(days=1)
_MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12}


@lru_cache(maxsize=2_048)
def is_zone(name: str) -> bool:
    """Whether this is the name of a zone."""
    return name in available_timezones()


def day_start(day: date, zone: str) -> int:
    """The first instant of a local day, milliseconds UTC."""
    return hour_start(day, 0, zone)


@lru_cache(maxsize=1 << 16)
def hour_start(day: date, hour: int, zone: str) -> int:
    """When the clock of a local day first shows a full hour or, where clocks jump over it, when they jump."""
    wall = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    first, second = _utc_ms(wall), _utc_ms(wall.replace(fold=1))
    return _jump(second, first, zone) if second < first else first


def hour_before(instant: int, zone: str) -> int:
    """The last instant, not after another, at which the clock of a zone showed a full hour, or jumped over one."""
    local = _local(instant, zone)
    since = (local.minute * 60 + local.second) * 1_000 + local.microsecond // 1_000
    begun = instant - since
    return _jump(begun, instant, zone) if _local(begun, zone).utcoffset() != local.utcoffset() else begun


def day_of(instant: int, zone: str) -> date:
    """The local day that an instant lies in."""
    day = _local(instant, zone).date()
    while day_start(day + _DAY, zone) <= instant:
        day += _DAY
    while day_start(day, zone) > instant:
        day -= _DAY
    return day


def period_of(day: date, unit: Period) -> date:
    """The first day of the period that a day lies in."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_after(first: date, unit: Period, periods: int) -> date:
    """The first day of the period that lies so many periods after the one that begins with `first`."""
    if unit == "day":
        return first + timedelta(days=periods)
    if unit == "week":
        return first + timedelta(weeks=periods)
    months = first.year * 12 + first.month - 1 + periods * _MONTHS[unit]
    return date(months // 12, months % 12 + 1, 1)


def anniversary(day: date, year: int, leap: str) -> date:
    """The anniversary of a day in a year; of 29 February, in a year without one, the day that `leap` names."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28) if leap == "28 February" else date(year, 3, 1)


def full_years(since: date, today: date, leap: str) -> int:
    """How many anniversaries of a day there have been until today, today's included; below zero for days to come."""
    return today.year - since.year - (anniversary(since, today.year, leap) > today)


def days_until_anniversary(day: date, today: date, leap: str) -> int:
    """How many days are left until the next anniversary; 0 on the day itself."""
    coming = anniversary(day, today.year, leap)
    if coming < today:
        coming = anniversary(day, today.year + 1, leap)
    return (coming - today).days


def _local(instant: int, zone: str) -> datetime:
    return (_EPOCH + timedelta(milliseconds=instant)).astimezone(ZoneInfo(zone))


def _utc_ms(wall: datetime) -> int:
    return (wall.astimezone(UTC) - _EPOCH) // _MILLISECOND


def _jump(low: int, high: int, zone: str) -> int:
    """When clocks jump ahead: the first instant after `low`, at most `high`, with another offset."""
    before = _local(low, zone).utcoffset()
    while low < high:
        middle = (low + high) // 2
        if _local(middle, zone).utcoffset() == before:
            low = middle + 1
        else:
            high = middle
    return low
