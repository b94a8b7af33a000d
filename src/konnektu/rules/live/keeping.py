"""What a stream of events keeps: the least that its window and its measure need. In: entries. Out: kept ones. Pure.

An entry is (time, position, value). What is kept depends on the set of entries alone, not on their order of arrival,
and `unite` of what two disjoint sets leave is what their union leaves. Nothing kept is of the future.
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from konnektu.rules.decay import REACH, Power, counts, power

Entry = tuple[int, int, Any]
"""Time, position, value; no two have one position, so that values are never compared."""
Share = tuple[int, int, int]
"""A sum of weights, and the time and position of the latest entry."""
Decayed = tuple[int, int, dict[int, int]]
"""The time and position of the latest entry; by whole half-lives of their times sums of weights × mantissas."""
Floor = Callable[[int], int] | None
"""The earliest time that still counts at an instant or later; None where every time does."""


class Keep(Protocol):
    """A way to keep entries."""

    kept: ClassVar[Any]
    """What it keeps, as msgspec decodes it."""

    def empty(self) -> Any:
        """What is kept of nothing."""

    def add(self, held: Any, entry: Entry, at: int) -> bool:
        """Takes an entry in, at an instant; False where it can never matter."""

    def unite(self, left: Any, right: Any) -> Any:
        """What is kept of both."""


class KeepAll:
    """Every entry in reach of the window."""

    kept: ClassVar[Any] = list[tuple[int, int, Any]]

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def empty(self) -> list[Entry]:
        """No entries."""
        return []

    def add(self, held: list[Entry], entry: Entry, at: int) -> bool:
        """Puts the entry at its place, and drops what the window has left behind for good."""
        if self.floor is not None:
            least = self.floor(at)
            if held and held[0][0] < least:
                del held[: bisect_left(held, (least,))]
            if entry[0] < least:
                return False
        _put(held, entry)
        return True

    def unite(self, left: list[Entry], right: list[Entry]) -> list[Entry]:
        """All of both."""
        return sorted([*left, *right])


class KeepLatest(KeepAll):
    """The latest entries, as many as a test of their number can tell apart."""

    def __init__(self, most: int, floor: Floor) -> None:
        super().__init__(floor)
        self.most = most

    def add(self, held: list[Entry], entry: Entry, at: int) -> bool:
        """Puts the entry at its place unless enough later ones are there."""
        if len(held) >= self.most and entry < held[0]:
            return False
        if not super().add(held, entry, at):
            return False
        if len(held) > self.most:
            del held[0]
        return True

    def unite(self, left: list[Entry], right: list[Entry]) -> list[Entry]:
        """The latest of both."""
        return super().unite(left, right)[-self.most :]


class KeepFirst(KeepAll):
    """The earliest entry of all time."""

    def __init__(self) -> None:
        super().__init__(None)

    def add(self, held: list[Entry], entry: Entry, at: int) -> bool:
        """Takes the place of a later one."""
        if held and held[0] < entry:
            return False
        held[:] = [entry]
        return True

    def unite(self, left: list[Entry], right: list[Entry]) -> list[Entry]:
        """The earlier of both."""
        return super().unite(left, right)[:1]


class KeepStairs(KeepAll):
    """For the least or greatest value in a window up to now: entries that no later one is at least as good as."""

    def __init__(self, floor: Floor, *, is_max: bool) -> None:
        super().__init__(floor)
        self.is_max = is_max

    def add(self, held: list[Entry], entry: Entry, at: int) -> bool:
        """Puts the entry at its place, and drops the earlier ones that it stands above."""
        place = bisect_left(held, entry)
        if place < len(held) and self._is_as_good(held[place][2], entry[2]):
            return False
        if not super().add(held, entry, at):
            return False
        place = end = bisect_left(held, entry)
        while place and self._is_as_good(entry[2], held[place - 1][2]):
            place -= 1
        del held[place:end]
        return True

    def _is_as_good(self, one: Any, other: Any) -> bool:
        return bool(one >= other) if self.is_max else bool(one <= other)

    def unite(self, left: list[Entry], right: list[Entry]) -> list[Entry]:
        """The stairs of both."""
        held: list[Entry] = []
        for entry in super().unite(left, right):
            while held and self._is_as_good(entry[2], held[-1][2]):
                held.pop()
            held.append(entry)
        return held


class KeepBest:
    """The least or greatest value of all time."""

    kept: ClassVar[Any] = list[Any]

    def __init__(self, *, is_max: bool) -> None:
        self.choose = max if is_max else min

    def empty(self) -> list[Any]:
        """No value."""
        return []

    def add(self, held: list[Any], entry: Entry, at: int) -> bool:
        """Takes the place of a lesser one."""
        best = self.choose([*held, entry[2]])
        if held and best == held[0]:
            return False
        held[:] = [best]
        return True

    def unite(self, left: list[Any], right: list[Any]) -> list[Any]:
        """The better of both."""
        return [self.choose([*left, *right])] if left or right else []


class KeepTotal:
    """The number of entries of all time and the sum of their values; without values the sum is 0."""

    kept: ClassVar[Any] = list[Any]

    def empty(self) -> list[int]:
        """Nothing."""
        return [0, 0]

    def add(self, held: list[int], entry: Entry, at: int) -> bool:
        """Counts the entry."""
        held[0] += 1
        held[1] += entry[2] or 0
        return True

    def unite(self, left: list[int], right: list[int]) -> list[int]:
        """Both together."""
        return [left[0] + right[0], left[1] + right[1]]


class KeepValues:
    """For each value its latest time: for the number of different ones in a window up to now, or of all time."""

    kept: ClassVar[Any] = list[tuple[Any, int]]

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def empty(self) -> dict[Any, int]:
        """No values."""
        return {}

    def add(self, held: dict[Any, int], entry: Entry, at: int) -> bool:
        """Moves the value's latest time; forgets values that the window has left behind."""
        time, _, value = entry
        if held.get(value, time - 1) >= time:
            return False
        held[value] = time
        if self.floor is not None:
            least = self.floor(at)
            for old in [one for one, latest in held.items() if latest < least]:
                del held[old]
        return True

    def unite(self, left: dict[Any, int], right: dict[Any, int]) -> dict[Any, int]:
        """The latest of both for each value."""
        held = dict(left)
        for value, time in right.items():
            held[value] = max(time, held.get(value, time))
        return held


class KeepShares:
    """For each text the sum of its weights and its latest (time, position), of all time."""

    kept: ClassVar[Any] = list[tuple[Any, Any]]

    def empty(self) -> dict[str, Share]:
        """No texts."""
        return {}

    def add(self, held: dict[str, Share], entry: Entry, at: int) -> bool:
        """Adds the weight of an entry, whose value is (text, weight)."""
        text, weight = entry[2]
        held[text] = _together(held.get(text), (weight, entry[0], entry[1]))
        return True

    def unite(self, left: dict[str, Share], right: dict[str, Share]) -> dict[str, Share]:
        """Both together."""
        return {**left, **{text: _together(left.get(text), share) for text, share in right.items()}}


class KeepDecayed:
    """For each text sums of weights that halve with time, of all time that still weighs anything (`rules.decay`)."""

    kept: ClassVar[Any] = list[tuple[Any, Any]]

    def __init__(self, half_life: int) -> None:
        self.half_life = half_life

    def empty(self) -> dict[str, Decayed]:
        """No texts."""
        return {}

    def add(self, held: dict[str, Decayed], entry: Entry, at: int) -> bool:
        """Adds the weight of an entry, whose value is (text, weight); forgets what weighs nothing any more."""
        time, position, (text, weight) = entry
        one, now = power(time, self.half_life), power(at, self.half_life)
        if not counts(one, now):
            return False
        was = held.get(text)
        if was is None:
            for old in [name for name, (latest, _, _) in held.items() if not self._weighs(latest, now)]:
                del held[old]
        whole = _added(was, (time, position, {one.whole: weight * one.mantissa}))
        held[text] = (
            *whole[:2],
            {place: total for place, total in whole[2].items() if now.whole - place < REACH},
        )
        return True

    def _weighs(self, time: int, now: Power) -> bool:
        return counts(power(time, self.half_life), now)

    def unite(self, left: dict[str, Decayed], right: dict[str, Decayed]) -> dict[str, Decayed]:
        """Both together."""
        return {**left, **{text: _added(left.get(text), one) for text, one in right.items()}}


def _added(one: Decayed | None, other: Decayed) -> Decayed:
    if one is None:
        return other
    sums = dict(one[2])
    for whole, total in other[2].items():
        sums[whole] = sums.get(whole, 0) + total
    return (*max(one[:2], other[:2]), sums)


def _together(one: Share | None, other: Share) -> Share:
    if one is None:
        return other
    return (one[0] + other[0], *max(one[1:], other[1:]))


def _put(held: list[Entry], entry: Entry) -> None:
    """Nearly every entry is the latest."""
    if not held or held[-1] < entry:
        held.append(entry)
    else:
        insort(held, entry)
