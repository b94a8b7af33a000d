"""The clock. In: nothing. Out: milliseconds since 1970 UTC.

Only here is the machine's time read; everything else takes it as an argument.
"""

import time
from typing import Protocol, runtime_checkable

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""Lengths of time in milliseconds."""


@runtime_checkable
class Clock(Protocol):
    """Something that knows what time it is."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""


class SystemClock:
    """The machine's clock. It may step back when the machine is corrected: order by position, not by time."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._now_ms

    def advance(self, milliseconds: int) -> None:
        """Move on; a negative step moves back, as a corrected machine does."""
        self._now_ms += milliseconds
