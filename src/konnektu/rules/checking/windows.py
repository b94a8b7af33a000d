"""Windows and spans that can be. In: a window and its place. Out: faults."""

from konnektu.rules.calendar import is_zone
from konnektu.rules.checking.faults import Fault, Faults, within
from konnektu.rules.windows import UNITS, Absolute, Calendar, Rolling, Span, TimeWindow

LONGEST_SPAN = 200 * 366 * UNITS["day"]
"""Two hundred years, in milliseconds."""


def check_zone(zone: str, place: str) -> Faults:
    """A zone is one that can be found."""
    if zone not in {"workspace", "person"} and not is_zone(zone):
        yield Fault(place, f"there is no time zone {zone!r}; write workspace, person or an IANA name", "zone")


def check_span(span: Span | None, place: str) -> Faults:
    """A span of a length that stores can hold."""
    if span is not None and span.ms > LONGEST_SPAN:
        yield Fault(place, "is longer than 200 years", "long")


def check_window(window: TimeWindow, place: str, *, of_past: bool) -> Faults:
    """A window that can hold something; `of_past`: of what has happened, where windows of the future hold nothing."""
    if isinstance(window, Rolling):
        yield from _check_rolling(window, place, of_past=of_past)
    if isinstance(window, Calendar):
        yield from check_calendar(window, place)
        if of_past and window.last > 0:
            yield Fault(
                within(place, "last"), "is after the present period: nothing has happened there", "periods"
            )
    if isinstance(window, Absolute):
        if window.start is None and window.end is None:
            yield Fault(place, "has neither start nor end; write ever", "no_bounds")
        if window.start is not None and window.end is not None and window.start >= window.end:
            yield Fault(within(place, "end"), "is not after start", "start_end")


def check_calendar(window: Calendar, place: str) -> Faults:
    """Periods in their order, of a zone that can be found."""
    yield from check_zone(window.zone, within(place, "zone"))
    if window.first > window.last:
        yield Fault(within(place, "first"), "is after last", "periods")


def _check_rolling(window: Rolling, place: str, *, of_past: bool) -> Faults:
    yield from check_span(window.far, within(place, "far"))
    yield from check_span(window.near, within(place, "near"))
    if window.far is None and of_past:
        yield Fault(
            within(place, "far"), "is missing: a rolling window has a far edge; write ever for all time"
        )
    if window.far is not None and window.far.ms <= window.near.ms:
        yield Fault(within(place, "far"), "is not farther than near: the window holds nothing", "far_near")
