"""The vocabulary that rules and people share. In: a seeded generator. Out: names, values, spans, instants."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final, TypeVar

from konnektu.core.clock import DAY, HOUR, MINUTE, SECOND
from konnektu.rules.windows import Span

Drawn = TypeVar("Drawn")

EVENTS: Final = ("cart", "order", "view")
SOURCES: Final = (1, 2)
KINDS: Final = ("child", "contract")
LISTS: Final = ("cart", "favourites")
STAGES: Final = ("created", "paid", "received", "cancelled", "returned", "")
TAGS: Final = ("vip", "Staff", "ёлка")
IDENTIFIERS: Final = ("email", "phone", "card")
SEGMENTS: Final = ("sleeping", "blacklist")
CHANNELS: Final = ("", "email", "sms")
ZONES: Final = ("workspace", "person", "Europe/Berlin", "America/Havana", "Asia/Kathmandu")
PEOPLES_ZONES: Final = ("", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns")
CURRENCIES: Final = ("RUB", "JPY")
TEXTS: Final = ("red", "RED", "Красный", "красный", "ёлка", "ЕЛКА", "straße", "STRASSE", "", "5")
NUMBERS: Final = (0, 1, 2, 3, 5, 10.5, 0.1, 0.3, 100, -1, 0.000000001)
SPANS: Final = (
    Span(1, "second"),
    Span(30, "minute"),
    Span(3, "hour"),
    Span(1, "day"),
    Span(25, "hour"),
    Span(3, "day"),
    Span(1, "week"),
    Span(30, "day"),
)
JITTER: Final = (-1, 0, 1)
"""Milliseconds beside an edge."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def at(*clock: int) -> int:
    """Milliseconds of a date and time in UTC."""
    return (datetime(*clock, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)  # type: ignore[misc,arg-type]


BASES: Final = (
    at(2024, 10, 27, 1),
    at(2024, 3, 31, 1),
    at(2024, 10, 26, 22),
    at(2024, 10, 31, 23),
    at(2024, 2, 28, 23),
    at(2023, 2, 28, 23),
    at(2024, 11, 3, 5),
    at(2024, 12, 31, 21),
    at(2025, 6, 2, 12),
)
"""Clocks of Berlin change; a day of 25 hours, a month, a 29 February, a 1 March and a year begin; noon of a Monday."""


def bases(drawn: Random) -> int:
    """An instant around which somebody's history lies."""
    return drawn.choice(BASES)


def past(drawn: Random, base: int) -> int:
    """When something happened: mostly some spans before the base or just after it, at an edge."""
    if drawn.random() < 0.2:
        return base - drawn.randrange(40 * DAY)
    behind = drawn.choice((0, *(one.ms for one in SPANS)))
    ahead = drawn.choice((0, 0, 0, HOUR, DAY, -MINUTE, SECOND))
    return base - behind + ahead + drawn.choice(JITTER)


def day(drawn: Random, base: int) -> date:
    """A day near the base, or its anniversary in another year, or a 29 February."""
    if drawn.random() < 0.2:
        return date(drawn.choice((1996, 2020, 2024)), 2, 29)
    near = (_EPOCH + timedelta(milliseconds=base)).date()
    shifted = near + timedelta(days=drawn.choice((-31, -7, -3, -1, 0, 1, 3, 7, 30)))
    return date(drawn.choice((shifted.year, 1990, 2019)), shifted.month, min(shifted.day, 28))


def json_value(drawn: Random, base: int) -> Any:
    """A value as an event states it, of any type."""
    kind = drawn.randrange(9)
    if kind < 3:
        return drawn.choice(NUMBERS)
    if kind < 5:
        return drawn.choice(TEXTS)
    if kind == 5:
        return drawn.choice((True, False, None))
    if kind == 6:
        return day(drawn, base).isoformat()
    if kind == 7:
        return drawn.choice((past(drawn, base), iso(past(drawn, base))))
    return [drawn.choice(TEXTS) for _ in range(drawn.randrange(3))]


def iso(instant: int) -> str:
    """An instant as ISO 8601 with an offset of three hours."""
    wall = _EPOCH + timedelta(milliseconds=instant, hours=3)
    return wall.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant % SECOND:03d}+03:00"


def some(drawn: Random, words: tuple[Drawn, ...], most: int = 2) -> tuple[Drawn, ...]:
    """One or more different ones."""
    return tuple(drawn.sample(words, drawn.randint(1, min(most, len(words)))))
