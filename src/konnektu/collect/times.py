"""In: a moment as a client wrote it. Out: milliseconds since 1970 UTC, and the time of the event.

The same text always gives the same number: the raw time is part of the deduplication key, and a
client's retry repeats its text.
"""

import re
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Final

from konnektu.core.clock import DAY

EPOCH: Final = date(1970, 1, 1)
LAST_DAY: Final = (date.max - EPOCH).days
EARLIEST: Final = DAY
"""Anything up to here is a zero that went through a time zone."""
FUTURE: Final = DAY
"""How far ahead of the server a sender's clock may stand before its time is not believed."""

_SECONDS_BELOW: Final = 10**11
_MILLISECONDS_BELOW: Final = 10**14
_LARGEST: Final = 2**53
_SPACED_ZONE: Final = re.compile(r"(.{16,}?) (UTC|[+-]\d\d:?\d\d)")
_EPOCH_DIGITS: Final = 10
"""Shortest digit text read as an epoch: eight digits are a date in ISO 8601's basic form."""


def milliseconds(value: str | float) -> int | None:
    """Milliseconds UTC of an ISO 8601 text or an epoch number; None where it is neither.

    A text without an offset is UTC. Numbers below 10^11 are seconds, below 10^14 milliseconds, larger
    ones microseconds: the three are centuries apart for any plausible moment.
    """
    if not isinstance(value, str):
        return _from_number(value)
    if value.isdecimal() and len(value) >= _EPOCH_DIGITS:
        return _from_number(int(value)) if len(value) < 20 else None
    try:
        return _from_iso(value)
    except (ValueError, OverflowError):
        return _from_text(value.strip())


def corrected(raw: int, sent_at: int | None, received_at: int) -> int:
    """When it happened by the server's clock: received − (sent − raw), as the Segment specification says.

    A time of at most a day after receipt is receipt itself: it cannot have happened later.
    """
    time = raw if sent_at is None else received_at - (sent_at - raw)
    return received_at if received_at < time <= received_at + FUTURE else time


def is_believable(time: int, received_at: int) -> bool:
    """Whether an event may carry this time: after the first day of 1970 and at most a day ahead of the server."""
    return EARLIEST < time <= received_at + FUTURE


def day_of(instant: int) -> date:
    """The UTC day of an instant in milliseconds; the first or last day there is for instants beyond."""
    return EPOCH + timedelta(days=min(max(instant // DAY, 0), LAST_DAY))


def _from_number(value: float) -> int | None:
    if not isfinite(value) or abs(value) >= _LARGEST:
        return None
    size = abs(value)
    if size < _SECONDS_BELOW:
        return round(value * 1000)
    return round(value) if size < _MILLISECONDS_BELOW else round(value / 1000)


def _from_iso(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def _from_text(text: str) -> int | None:
    """The rarer spellings: blanks around, an epoch with a fraction, a zone after a blank (Ruby's and Go's habit)."""
    found = _SPACED_ZONE.fullmatch(text)
    try:
        return _from_iso(found[1] + ("Z" if found[2] == "UTC" else found[2])) if found else _from_iso(text)
    except (ValueError, OverflowError):
        pass
    try:
        return _from_number(float(text))
    except ValueError:
        return None
