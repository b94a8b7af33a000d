"""Sequences as a closure over streams of their steps. In: a sequence. Out: whether one is complete, until when. Pure.

For every event of the first step there is an instant from which a sequence that begins with it is complete for good,
as long as nothing more is told: absences only come true while time passes.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any, NamedTuple

from konnektu.rules.live import spans
from konnektu.rules.live.absences import absent_after, fits
from konnektu.rules.live.clock import NEVER, Clock, Verdict
from konnektu.rules.live.figures import Held, Holder, Streams
from konnektu.rules.live.keeping import Entry, KeepAll
from konnektu.rules.live.streams import taker
from konnektu.rules.model import Absence, Sequence, Step
from konnektu.rules.windows import TimeWindow

Ready = list[int]
"""For every event of a step, from when on a sequence that goes on with it is complete; NEVER for never."""


class _Stretch(NamedTuple):
    """A step, and what is to be absent after it: streams."""

    stream: int
    within: int
    """Of the step, after the one before."""
    for_spans: tuple[tuple[int, int], ...]
    """Streams with their span."""
    until_next: tuple[int, ...]


def sequence(leaf: Sequence, plan: Streams) -> Held:
    """Whether a sequence is complete."""
    stretches = _stretches(leaf, plan)
    if len(stretches) == 1 and fits(leaf.window):
        return absent_after(stretches[0].stream, stretches[0].for_spans, leaf.window)
    held_at = spans.spans(leaf.window)

    def holds(state: Holder, clock: Clock) -> Verdict:
        ready: Ready = []
        following: list[Entry] = []
        for place in range(len(stretches) - 1, -1, -1):
            within = stretches[place + 1].within if place + 1 < len(stretches) else None
            ready = _ready(stretches[place], state, following, ready, within)
            following = state.held(stretches[place].stream)
        return _decided(following, ready, held_at, clock)

    return holds


def _decided(firsts: list[Entry], ready: Ready, held_at: spans.Spans, clock: Clock) -> Verdict:
    """Of the intervals in which some beginning counts: whether one is now, and what comes next."""
    until = NEVER
    for entry, since in zip(firsts, ready, strict=True):
        start, end = held_at(entry[0], clock)
        start = max(start, since)
        if start <= clock.at < end:
            return True, end
        if clock.at < start < end:
            until = min(until, start)
    return False, until


def _stretches(leaf: Sequence, plan: Streams) -> list[_Stretch]:
    found: list[_Stretch] = []
    for one in leaf.steps:
        stream = _stream(one, leaf.window, plan)
        if isinstance(one, Step):
            found.append(_Stretch(stream, NEVER if one.within is None else one.within.ms, (), ()))
        elif one.span is None:
            found[-1] = found[-1]._replace(until_next=(*found[-1].until_next, stream))
        else:
            found[-1] = found[-1]._replace(for_spans=(*found[-1].for_spans, (stream, one.span.ms)))
    return found


def _stream(one: Step | Absence, window: TimeWindow, plan: Streams) -> int:
    """Nothing earlier than the first step matters, and that one is bound by the window."""
    keep = KeepAll(spans.floor(window))
    return plan.stream(("step", one.what, window), one.what, None, keep, taker(one.what))


def _ready(here: _Stretch, state: Holder, following: list[Entry], ready: Ready, within: int | None) -> Ready:
    absent = _absences(here, state)
    bare_until = _bare(here, state)
    found: Ready = []
    for entry in state.held(here.stream):
        since = absent(entry)
        if since < NEVER and within is not None:
            since = max(since, _next(entry, following, ready, (entry[0] + within, bare_until(entry))))
        found.append(since)
    return found


def _next(entry: Entry, following: list[Entry], ready: Ready, ends: tuple[int, tuple[int, int]]) -> int:
    """The earliest instant from which one of the next steps is complete."""
    last_time, barred = ends
    best = NEVER
    for place in range(bisect_right(following, (entry[0], entry[1] + 1)), len(following)):
        time, position, _ = following[place]
        if time > last_time or (time, position) > barred:
            break
        best = min(best, ready[place])
    return best


def _absences(here: _Stretch, state: Holder) -> Callable[[Entry], int]:
    """From when on everything that has a span has been absent after an event."""
    checks = [(state.held(stream), span) for stream, span in here.for_spans]

    def since(entry: Entry) -> int:
        passed = -NEVER
        for held, span in checks:
            place = bisect_right(held, (entry[0], entry[1] + 1))
            if place < len(held) and held[place][0] <= entry[0] + span:
                return NEVER
            passed = max(passed, entry[0] + span)
        return passed

    return since


def _bare(here: _Stretch, state: Holder) -> Callable[[Entry], tuple[int, int]]:
    """Until which (time, position) nothing stands that is to be absent until the next step."""
    checks: list[Any] = [state.held(stream) for stream in here.until_next]

    def until(entry: Entry) -> tuple[int, int]:
        barred = (NEVER, 0)
        for held in checks:
            place = bisect_right(held, (entry[0], entry[1] + 1))
            if place < len(held):
                barred = min(barred, held[place][:2])
        return barred

    return until
