"""One step and what is absent after it, as a closure. In: streams, spans, a window. Out: verdicts, until when. Pure.

«Added to the cart, and no order within three hours» over a long window: events between two that bar them fare alike, so
that a decision looks at such runs, the latest first, and not at each event.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from konnektu.rules.live import spans
from konnektu.rules.live.clock import NEVER, Clock, Verdict
from konnektu.rules.live.figures import Held, Holder
from konnektu.rules.live.keeping import Entry
from konnektu.rules.windows import Absolute, TimeWindow

Check = tuple[list[Entry], int]
"""Events that are to be absent after a step, and for how long."""


def fits(window: TimeWindow) -> bool:
    """Whether a window holds times in their order: none that it has left is held again."""
    return not isinstance(window, Absolute)


def absent_after(step: int, absences: Sequence[tuple[int, int]], window: TimeWindow) -> Held:
    """Whether some event of a step has been followed by none of the absent ones; these with their spans, by stream."""
    bounds, held_at = spans.bounds(window), spans.spans(window)
    passed = max((span for _, span in absences), default=0)

    def holds(state: Holder, clock: Clock) -> Verdict:
        steps = state.held(step)
        checks = [(state.held(stream), span) for stream, span in absences]
        low, high = bounds(clock)
        ripe = min(high, clock.at - passed + 1)
        until, last = NEVER, len(steps) - 1
        while last >= 0 and steps[last][0] >= low:
            first, is_barred = _run(steps, last, checks)
            if not is_barred:
                turn = bisect_left(steps, (ripe,), first, last + 1)
                if turn > first and steps[turn - 1][0] >= low:
                    return True, held_at(steps[turn - 1][0], clock)[1]
                until = min(until, _coming(steps[turn : last + 1], passed, held_at, clock))
            last = first - 1
        return False, until

    return holds


def _run(steps: list[Entry], last: int, checks: Sequence[Check]) -> tuple[int, bool]:
    """The place of the first event of the run that ends with one, and whether something came too early after them."""
    time, position, _ = steps[last]
    first = 0
    for held, span in checks:
        place = bisect_right(held, (time, position + 1))
        if place < len(held) and held[place][0] <= time + span:
            return bisect_left(steps, (held[place][0] - span,)), True
        if place:
            first = max(first, bisect_left(steps, held[place - 1][:2]))
    return first, False


def _coming(steps: Sequence[Entry], passed: int, held_at: spans.Spans, clock: Clock) -> int:
    """When the first of these, none of which counts yet, will."""
    for time, _, _ in steps:
        start, end = held_at(time, clock)
        start = max(start, time + passed)
        if start < end:
            return start
    return NEVER
