"""Streams: which events a part of a leaf remembers, and what of them. In: descriptions of events. Out: streams."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from konnektu.core.records import ROBOT, STAFF, TEST
from konnektu.rules.figures import Measure, Since, What, Window
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import conditions, spans, values
from konnektu.rules.live.keeping import (
    Keep,
    KeepAll,
    KeepBest,
    KeepFirst,
    KeepLatest,
    KeepStairs,
    KeepTotal,
    KeepValues,
)

MARKS: Final = {"robots": ROBOT, "staff": STAFF, "tests": TEST}
Takes = Callable[[KnownEvent], bool]
ValueOf = Callable[[KnownEvent], Any]


class Stream(Struct, frozen=True, eq=False):
    """Events that are remembered for one or more leaves."""

    number: int
    """Its name in states; kept over later compilations."""
    what: What
    takes: Takes
    """Whether the event is one of these; types and names are known to fit."""
    value: ValueOf | None
    """What is kept of an event beside its time and position; None of which is missing. Without it, nothing."""
    keep: Keep

    @property
    def looks_inside(self) -> bool:
        """Whether it asks for what an event says beside its type, name, time, source and marks."""
        return self.value is not None or self.what.where is not None


def taker(what: What) -> Takes:
    """Whether an event whose type and name fit is one of those meant."""
    refused = ~sum(MARKS[mark] for mark in set(what.marked))
    sources = frozenset(what.sources)
    where = None if what.where is None else conditions.meets(what.where, conditions.in_event)

    def takes(event: KnownEvent) -> bool:
        return (
            not event.marks & refused
            and (not sources or event.source in sources)
            and (where is None or where(event, ""))
        )

    return takes


def fits(what: What, kind: str, name: str) -> bool:
    """Whether events of a type and name can be meant."""
    return kind in what.types and (not what.names or name in what.names)


def value_of(measure: Measure) -> ValueOf | None:
    """What a measure reads of an event."""
    if measure.how == "count":
        return None
    take, read = conditions.in_event(measure.field), values.reader(measure)
    return lambda event: read(take(event, ""))


def within(takes: Takes, window: Window) -> Takes:
    """Of those meant, the ones that an absolute window ever holds."""
    admits = None if isinstance(window, Since) else spans.admission(window)
    return takes if admits is None else lambda event: admits(event.time) and takes(event)


def keep_of(measure: Measure, window: Window, most: int = 0) -> Keep:
    """The least that is enough; `most` is how many things a test of their number can tell apart, 0 for all."""
    if isinstance(window, Since):
        return KeepLatest(most, None) if most else KeepAll(None)
    if spans.is_timeless(window):
        return _keep_ever(measure)
    floor = spans.floor(window)
    if spans.is_recent(window):
        if most or measure.how == "last":
            return KeepLatest(most or 1, floor)
        if measure.how in {"min", "max"}:
            return KeepStairs(floor, is_max=measure.how == "max")
        if measure.how == "distinct":
            return KeepValues(floor)
    return KeepAll(floor)


def _keep_ever(measure: Measure) -> Keep:
    match measure.how:
        case "count" | "sum" | "average":
            return KeepTotal()
        case "min" | "max":
            return KeepBest(is_max=measure.how == "max")
        case "distinct":
            return KeepValues(None)
        case "first":
            return KeepFirst()
        case _:
            return KeepLatest(1, None)
