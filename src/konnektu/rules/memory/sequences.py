"""Sequences. In: steps and absences, a person, an instant. Out: the events of one that is complete, or none.

Every choice of events is tried; nothing is pruned.
"""

from typing import NamedTuple

from konnektu.rules.known import KnownEvent
from konnektu.rules.memory.asked import Asked, lies_in
from konnektu.rules.memory.things import events_of
from konnektu.rules.model import Absence, Sequence, Step


class _Stretch(NamedTuple):
    """A step with its events, and what is to be absent after it."""

    step: Step
    events: list[KnownEvent]
    absences: list[tuple[Absence, list[KnownEvent]]]


def complete(sequence: Sequence, asked: Asked) -> tuple[KnownEvent, ...]:
    """The events of the first sequence that is complete; empty where none is."""
    stretches = _stretches(sequence, asked)
    for first in stretches[0].events:
        if lies_in(first.time, sequence.window, asked):
            found = _from(first, stretches, asked)
            if found:
                return found
    return ()


def _stretches(sequence: Sequence, asked: Asked) -> list[_Stretch]:
    found: list[_Stretch] = []
    for one in sequence.steps:
        events = events_of(one.what, asked)
        if isinstance(one, Step):
            found.append(_Stretch(one, events, []))
        else:
            found[-1].absences.append((one, events))
    return found


def _from(event: KnownEvent, stretches: list[_Stretch], asked: Asked) -> tuple[KnownEvent, ...]:
    """The events of a complete sequence that begins with this event at the first of these stretches; or empty."""
    here, rest = stretches[0], stretches[1:]
    if not all(_is_absent(absence, events, event, asked) for absence, events in here.absences):
        return ()
    if not rest:
        return (event,)
    for coming in rest[0].events:
        if _follows(coming, event, rest[0].step) and _is_bare(event, coming, here):
            found = _from(coming, rest, asked)
            if found:
                return (event, *found)
    return ()


def _is_absent(absence: Absence, events: list[KnownEvent], after: KnownEvent, asked: Asked) -> bool:
    """Whether the span has passed, and nothing has happened within it; without a span the next step will say."""
    if absence.span is None:
        return True
    end = after.time + absence.span.ms
    return asked.at >= end and not any(one.moment > after.moment and one.time <= end for one in events)


def _follows(coming: KnownEvent, event: KnownEvent, step: Step) -> bool:
    """Whether an event comes after another, and soon enough."""
    is_soon = step.within is None or coming.time <= event.time + step.within.ms
    return coming.moment > event.moment and is_soon


def _is_bare(event: KnownEvent, coming: KnownEvent, here: _Stretch) -> bool:
    """Whether nothing lies between two events that is to be absent until the second."""
    return not any(
        event.moment < one.moment < coming.moment
        for absence, events in here.absences
        if absence.span is None
        for one in events
    )
