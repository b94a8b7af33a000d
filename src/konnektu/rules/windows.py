"""Spans and windows of time. In: nothing. Out: what a rule may say of when something happened.

Every window is an interval at the instant t that is asked about. Rolling ones are open on the left and closed on
the right; those of calendars and absolute ones begin with their first millisecond and end before their last.
"""

from typing import Annotated, Literal, Union

from msgspec import Meta, Struct

from konnektu.core.clock import DAY, HOUR, MINUTE, SECOND

SpanUnit = Literal["second", "minute", "hour", "day", "week"]
UNITS: dict[SpanUnit, int] = {
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": 7 * DAY,
}
"""Milliseconds of every unit. A day of a span has 24 hours, whatever a clock on a wall does."""

Period = Literal["day", "week", "month", "quarter", "year"]
"""Of a calendar: from local midnight; a week from Monday, a quarter from the first of January, April, July, October."""

Zone = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="`workspace`, `person` (the workspace's where the person's is not known), or an IANA name.",
    ),
]
Milliseconds = Annotated[int, Meta(ge=-(2**53), le=2**53, description="Since 1970 UTC.")]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rule that stands where nothing else can."""


class Node(Part, frozen=True, tag_field="is"):
    """A part of a rule that is one of several kinds: which one stands in `is`."""


class Span(Part, frozen=True):
    """A length of time."""

    amount: Annotated[int, Meta(ge=0, le=10_000_000)]
    unit: SpanUnit = "day"

    @property
    def ms(self) -> int:
        """The same in milliseconds."""
        return self.amount * UNITS[self.unit]


NO_TIME = Span(0, "second")


class Ever(Node, frozen=True, tag="ever"):
    """All time up to t."""


class Rolling(Node, frozen=True, tag="rolling"):
    """t − far < time ≤ t − near. Without `far`: time ≤ t − near, of a test alone."""

    far: Span | None = None
    near: Span = NO_TIME


class Calendar(Node, frozen=True, tag="calendar"):
    """From the beginning of the period `first` until the end of the period `last`, counted from that of t.

    0 is the period that t lies in, −1 the one before. Of events only what has happened by t is seen.
    """

    unit: Period
    first: Annotated[int, Meta(ge=-1_000, le=1_000)] = 0
    last: Annotated[int, Meta(ge=-1_000, le=1_000)] = 0
    zone: Zone = "workspace"


class Absolute(Node, frozen=True, tag="absolute"):
    """start ≤ time < end; without one of them, no bound on that side."""

    start: Milliseconds | None = None
    end: Milliseconds | None = None


TimeWindow = Union[Ever, Rolling, Calendar, Absolute]  # noqa: UP007  # as the other unions, which name classes ahead
"""Windows that follow from t alone."""
