"""Windows, turned round: when does a window hold a time? In: a window. Out: closures over times and the clock. Pure.

For every time there is one interval of instants t at which the window of t holds it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from konnektu.core.clock import DAY
from konnektu.rules.calendar import day_of, day_start, period_after, period_of
from konnektu.rules.live.clock import NEVER, Clock
from konnektu.rules.windows import Absolute, Calendar, Rolling, TimeWindow

Interval = tuple[int, int]
"""From the first instant until before the second."""
Spans = Callable[[int, Clock], Interval]
"""The instants at which the window holds a time."""
Bounds = Callable[[Clock], Interval]
"""The times that the window holds at the clock's instant."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TWO_DAYS = timedelta(days=2)


def spans(window: TimeWindow) -> Spans:
    """When a window holds a time. What is never held has an interval that ends before it begins."""
    if isinstance(window, Rolling):
        near, far = window.near.ms, NEVER if window.far is None else window.far.ms
        return lambda time, _clock: (time + near, time + far)
    if isinstance(window, Calendar):
        return _calendar_spans(window)
    admits = admission(window)
    return lambda time, _clock: (-NEVER, NEVER) if admits is None or admits(time) else (NEVER, -NEVER)


def _calendar_spans(window: Calendar) -> Spans:
    unit, first, last, named = window.unit, window.first, window.last, window.zone

    def held(time: int, clock: Clock) -> Interval:
        zone = clock.zone(named)
        own = period_of(day_of(time, zone), unit)
        start, end = period_after(own, unit, -last), period_after(own, unit, 1 - first)
        return day_start(start, zone), day_start(end, zone)

    return held


def bounds(window: TimeWindow) -> Bounds:
    """The times that a window holds."""
    if isinstance(window, Rolling):
        near, far = window.near.ms, NEVER if window.far is None else window.far.ms
        return lambda clock: (clock.at - far + 1, clock.at - near + 1)
    if isinstance(window, Calendar):
        return _calendar_bounds(window)
    return lambda _clock: (-NEVER, NEVER)


def days(window: Calendar, today: date) -> tuple[date, date]:
    """The first day of a window of the calendar, and the first day after it."""
    current = period_of(today, window.unit)
    return (
        period_after(current, window.unit, window.first),
        period_after(current, window.unit, window.last + 1),
    )


def _calendar_bounds(window: Calendar) -> Bounds:
    def held(clock: Clock) -> Interval:
        zone = clock.zone(window.zone)
        first, after = days(window, clock.today(zone))
        return day_start(first, zone), day_start(after, zone)

    return held


def admission(window: TimeWindow) -> Callable[[int], bool] | None:
    """Which times an absolute window ever holds; None where the window does not decide that."""
    if not isinstance(window, Absolute):
        return None
    start = -NEVER if window.start is None else window.start
    end = NEVER if window.end is None else window.end
    return lambda time: start <= time < end


def floor(window: TimeWindow) -> Callable[[int], int] | None:
    """The earliest time that the window may hold at an instant or later, in any zone; None for all time."""
    if isinstance(window, Rolling) and window.far is not None:
        far = window.far.ms
        return lambda at: at - far + 1
    if isinstance(window, Calendar):
        return _calendar_floor(window)
    return None


def _calendar_floor(window: Calendar) -> Callable[[int], int]:
    """No zone is more than a day away from UTC; the last answer is kept, for it changes once a day."""
    known: dict[int, int] = {}

    def earliest(at: int) -> int:
        number = at // DAY
        if number not in known:
            known.clear()
            today = (_EPOCH + timedelta(days=number)).date() - _TWO_DAYS
            first, _ = days(window, today)
            known[number] = (first - _EPOCH.date()).days * DAY - 2 * DAY
        return known[number]

    return earliest


def is_timeless(window: TimeWindow) -> bool:
    """Whether what is once within stays within."""
    return not isinstance(window, Rolling | Calendar) or (
        isinstance(window, Rolling) and window.far is None and window.near.ms == 0
    )


def is_recent(window: TimeWindow) -> bool:
    """Whether the window reaches up to now, so that a time enters it as it comes and leaves it once."""
    if isinstance(window, Rolling):
        return window.near.ms == 0
    return isinstance(window, Calendar) and window.first <= 0 <= window.last
