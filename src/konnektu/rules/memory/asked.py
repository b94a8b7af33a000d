"""The question: of whom, as of when. In: a person, an instant, a window. Out: days, intervals. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct

from konnektu.rules.calendar import day_of, day_start, period_after, period_of
from konnektu.rules.known import Known
from konnektu.rules.windows import Absolute, Calendar, Ever, Rolling, TimeWindow

FOREVER = 2**62
"""Later than any instant, in milliseconds."""


class Asked(Struct, frozen=True):
    """A person and an instant."""

    known: Known
    at: int

    def zone(self, named: str) -> str:
        """The IANA name of a zone that a rule names."""
        if named == "person":
            return self.known.zone or self.known.workspace_zone
        return self.known.workspace_zone if named == "workspace" else named

    def today(self, zone: str) -> date:
        """The local day of the instant."""
        return day_of(self.at, self.zone(zone))


class Thing(NamedTuple):
    """Something that a rule looks at: an event, an order, a line, a product on a list, a related record."""

    kind: str
    key: tuple[str, ...]
    """What it is known by."""
    time: int
    rank: tuple[Any, ...]
    """Its place among those of the same time."""
    fields: Mapping[str, Any]

    @property
    def moment(self) -> tuple[int, tuple[Any, ...]]:
        """Its place in the order of first and last."""
        return self.time, self.rank


def days(window: Calendar, today: date) -> tuple[date, date]:
    """The first day of a window of the calendar, and the first day after it."""
    current = period_of(today, window.unit)
    return (
        period_after(current, window.unit, window.first),
        period_after(current, window.unit, window.last + 1),
    )


def interval(window: TimeWindow, asked: Asked) -> tuple[int, int]:
    """The first instant of a window, and the first after it."""
    if isinstance(window, Ever):
        return -FOREVER, FOREVER
    if isinstance(window, Absolute):
        return (
            -FOREVER if window.start is None else window.start,
            FOREVER if window.end is None else window.end,
        )
    if isinstance(window, Rolling):
        start = -FOREVER if window.far is None else asked.at - window.far.ms + 1
        return start, asked.at - window.near.ms + 1
    zone = asked.zone(window.zone)
    first, after = days(window, asked.today(window.zone))
    return day_start(first, zone), day_start(after, zone)


def lies_in(time: int, window: TimeWindow, asked: Asked) -> bool:
    """Whether an instant lies in a window."""
    start, end = interval(window, asked)
    return start <= time < end
