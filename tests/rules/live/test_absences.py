"""One step and what is absent after it, beside the plain definition, over lives drawn at random."""

from random import Random
from typing import Any

import pytest

from konnektu.rules.live.absences import absent_after
from konnektu.rules.live.clock import Clock
from konnektu.rules.windows import Calendar, Ever, Rolling, Span, TimeWindow

SECOND, HALF, DAY = 1_000, 500, 86_400_000
STEP = 0
WINDOWS: dict[str, TimeWindow] = {
    "recent": Rolling(Span(9, "second")),
    "between": Rolling(Span(12, "second"), Span(4, "second")),
    "ever": Ever(),
    "today": Calendar("day"),
    "yesterday": Calendar("day", first=-1, last=-1),
}
ABSENCES = ((1, 3 * SECOND), (2, 5 * SECOND))
NOON = 1_760_000_000_000 - 1_760_000_000_000 % DAY


class Streams:
    """What is kept of each stream."""

    def __init__(self, drawn: Random, unit: int) -> None:
        kept: dict[int, list[Any]] = {0: [], 1: [], 2: []}
        for position in range(drawn.choice((3, 12, 30))):
            time = NOON + drawn.randrange(60) * unit
            for stream in drawn.sample(sorted(kept), drawn.choice((1, 1, 1, 2))):
                kept[stream].append((time, position, None))
        self.kept = {stream: sorted(several) for stream, several in kept.items()}

    def held(self, stream: int) -> Any:
        return self.kept[stream]

    def upto(self, at: int) -> "Streams":
        self.kept = {stream: [one for one in held if one[0] <= at] for stream, held in self.kept.items()}
        return self


def is_in(window: TimeWindow, time: int, at: int) -> bool:
    """By the day where a day is a window, else by what has passed."""
    if isinstance(window, Calendar):
        return time // DAY - at // DAY == window.first
    if isinstance(window, Ever):
        return True
    assert isinstance(window, Rolling)
    assert window.far is not None
    return at - window.far.ms < time <= at - window.near.ms


def plainly(window: TimeWindow, told: Streams, absences: Any, at: int) -> bool:
    passed = max((span for _, span in absences), default=0)
    return any(
        is_in(window, time, at)
        and time + passed <= at
        and not any(
            (time, position) < other[:2] and other[0] <= time + span
            for stream, span in absences
            for other in told.held(stream)
        )
        for time, position, _ in told.held(STEP)
    )


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("number", [0, 1, 2], ids=["nothing-absent", "one-absent", "two-absent"])
def test_verdicts_are_those_of_the_definition_until_they_say(name: str, number: int) -> None:
    window, absences = WINDOWS[name], ABSENCES[:number]
    holds = absent_after(STEP, absences, window)
    verdicts = set()
    for seed in range(150):
        drawn = Random(seed)
        unit = HALF if isinstance(window, Rolling | Ever) else DAY // 24
        at = NOON + drawn.randrange(30 * unit) + drawn.choice((0, 30 * unit))
        told = Streams(drawn, unit).upto(at)
        verdict, until = holds(told, Clock(at))
        verdicts.add(verdict)
        assert until > at
        assert verdict is plainly(window, told, absences, at)
        later = [
            time + more + beside
            for time, _, _ in told.held(STEP)
            for more in (0, 3 * SECOND, 5 * SECOND, 4 * SECOND, 9 * SECOND, 12 * SECOND)
            for beside in (-1, 0, 1)
        ]
        midnights = [NOON + day * DAY + beside for day in range(5) for beside in (-1, 0)]
        for moment in (one for one in (*later, *midnights) if at < one < until):
            assert plainly(window, told, absences, moment) is verdict, (seed, at, moment, until)
    assert verdicts == {False, True}
