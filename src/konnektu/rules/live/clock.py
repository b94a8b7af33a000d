"""The instant asked about, and how long an answer stands. In: instants. Out: verdicts with their end. Pure."""

from datetime import date

from konnektu.rules.calendar import day_of

NEVER = 2**62
"""Later than any instant, in milliseconds."""

Verdict = tuple[bool, int]
"""Whether it holds at t, and an instant > t before which that cannot change without new facts."""


class Clock:
    """An instant, and the zones of the workspace and of the person."""

    __slots__ = ("_days", "at", "home", "own")

    def __init__(self, at: int, home: str = "UTC", own: str = "") -> None:
        self.at, self.home, self.own = at, home, own or home
        self._days: dict[str, date] = {}

    def zone(self, named: str) -> str:
        """The IANA name of a zone that a rule names."""
        if named == "workspace":
            return self.home
        return self.own if named == "person" else named

    def today(self, zone: str) -> date:
        """The local day of the instant in a zone by its IANA name."""
        found = self._days.get(zone)
        if found is None:
            found = self._days[zone] = day_of(self.at, zone)
        return found


def during(start: int, end: int, at: int) -> Verdict:
    """What holds from `start` until before `end`."""
    if start <= at < end:
        return True, end
    return False, start if at < start < end else NEVER


def both(one: Verdict, other: Verdict) -> Verdict:
    """Both hold."""
    if one[0] and other[0]:
        return True, min(one[1], other[1])
    return False, max(end for holds, end in (one, other) if not holds)


def opposite(verdict: Verdict) -> Verdict:
    """It does not hold."""
    return not verdict[0], verdict[1]
