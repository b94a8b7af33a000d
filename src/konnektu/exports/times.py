"""Moments for files. In: milliseconds UTC. Out: ISO text, or the wall clock of the workspace."""

import datetime as dt
from zoneinfo import ZoneInfo

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def iso(milliseconds: int) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return local(milliseconds, ZoneInfo("UTC")).isoformat(timespec="milliseconds") + "Z"


def local(milliseconds: int, zone: ZoneInfo) -> dt.datetime:
    """The wall clock in a zone, without it: spreadsheets know no zones."""
    return (_EPOCH + dt.timedelta(milliseconds=milliseconds)).astimezone(zone).replace(tzinfo=None)


def shown(milliseconds: int, zone: ZoneInfo) -> str:
    """The wall clock as Russian Excel takes it for a date: 31.12.2025 23:59:59."""
    return local(milliseconds, zone).strftime("%d.%m.%Y %H:%M:%S")


def shown_date(iso_date: str) -> str:
    """An ISO date as 31.12.2025; anything else as it is."""
    try:
        return dt.date.fromisoformat(iso_date).strftime("%d.%m.%Y")
    except ValueError:
        return iso_date
