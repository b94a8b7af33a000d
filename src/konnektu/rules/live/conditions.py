"""Conditions on the fields of one thing as closures. In: a condition. Out: whether it is met, and until when. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from konnektu.core.records import Derived
from konnektu.rules import reading
from konnektu.rules.conditions import AllOf, AnyOf, Field, ItemHas, NotOf, Test, Where
from konnektu.rules.known import Instant, KnownEvent
from konnektu.rules.live import testing
from konnektu.rules.live.clock import NEVER, Clock, Verdict
from konnektu.rules.reading import NOTHING, Found, find

Fields = Mapping[str, Any]
Take = Callable[[Any, str], Found]
"""The value that a path leads to in a thing, given the currency around it."""
Takes = Callable[[Sequence[str]], Take]
"""How a path finds its value in things of one sort."""
Meets = Callable[[Any, str], bool]
"""Whether a thing meets a condition that does not look at the clock."""
MeetsAt = Callable[[Any, str, Clock], Verdict]


def in_fields(path: Sequence[str]) -> Take:
    """A path into fields."""
    steps = tuple(path)
    return lambda fields, currency: find(fields, steps, currency)


def in_event(path: Sequence[str]) -> Take:
    """A path into an event."""
    first, rest = path[0], tuple(path[1:])
    if first == "properties":
        return (
            (lambda event, currency: find(event.properties, rest, currency))
            if rest
            else (lambda event, currency: Found(event.properties, currency))
        )
    if first == "derived":
        return _in_derived(rest)
    if rest or first not in {"name", "type", "origin", "source", "time"}:
        return lambda _event, _currency: NOTHING
    if first == "time":
        return lambda event, currency: Found(Instant(event.time), currency)
    return lambda event, currency: Found(getattr(event, first), currency)


def _in_derived(rest: tuple[str, ...]) -> Take:
    if not rest:
        return lambda event, currency: Found(_derived(event), currency)
    name = rest[0]
    if len(rest) > 1 or name not in Derived.__struct_fields__:
        return lambda _event, _currency: NOTHING
    return lambda event, currency: Found(getattr(event.derived, name) or None, currency)


def _derived(event: KnownEvent) -> Fields:
    return {name: value for name, value in msgspec.structs.asdict(event.derived).items() if value}


def is_still(where: Where | None) -> bool:
    """Whether a condition gives the same answer at every instant."""
    if where is None:
        return True
    if isinstance(where, AllOf | AnyOf):
        return all(is_still(one) for one in where.conditions)
    if isinstance(where, NotOf):
        return is_still(where.condition)
    return _is_still_test(where.test)


def _is_still_test(test: Test) -> bool:
    return is_still(test.where) if isinstance(test, ItemHas) else testing.is_still(test)


def meets(where: Where, takes: Takes = in_fields) -> Meets:
    """A condition that does not look at the clock."""
    if isinstance(where, AllOf | AnyOf):
        inner = tuple(meets(one, takes) for one in where.conditions)
        if isinstance(where, AllOf):
            return lambda thing, currency: all(one(thing, currency) for one in inner)
        return lambda thing, currency: any(one(thing, currency) for one in inner)
    if isinstance(where, NotOf):
        hidden = meets(where.condition, takes)
        return lambda thing, currency: not hidden(thing, currency)
    return _field(where, takes)


def _field(where: Field, takes: Takes) -> Meets:
    take = takes(where.path)
    if isinstance(where.test, ItemHas):
        has = _has_item(where.test)
        return lambda thing, currency: has(take(thing, currency))
    passes = testing.still(where.test)
    return lambda thing, currency: passes(take(thing, currency))


def _has_item(test: ItemHas) -> testing.Still:
    inner = meets(test.where)
    return lambda found: any(inner(item, found.currency) for item in reading.objects(found.raw))


def meets_at(where: Where, takes: Takes = in_fields) -> MeetsAt:
    """Any condition."""
    if is_still(where):
        still = meets(where, takes)
        return lambda thing, currency, _clock: (still(thing, currency), NEVER)
    if isinstance(where, AllOf | AnyOf):
        return _together(tuple(meets_at(one, takes) for one in where.conditions), isinstance(where, AllOf))
    if isinstance(where, NotOf):
        hidden = meets_at(where.condition, takes)

        def turned(thing: Any, currency: str, clock: Clock) -> Verdict:
            holds, until = hidden(thing, currency, clock)
            return not holds, until

        return turned
    take, passes = takes(where.path), test_at(where.test)
    return lambda thing, currency, clock: passes(take(thing, currency), clock)


def _together(inner: tuple[MeetsAt, ...], is_all: bool) -> MeetsAt:  # noqa: FBT001  # which of two groups it is
    def met(thing: Any, currency: str, clock: Clock) -> Verdict:
        return together((one(thing, currency, clock) for one in inner), is_all=is_all)

    return met


def together(verdicts: Any, *, is_all: bool) -> Verdict:
    """All hold, or any does: the first that decides the group does so until its own end."""
    until = NEVER
    for holds, end in verdicts:
        if holds is not is_all:
            return holds, end
        until = min(until, end)
    return is_all, until


def test_at(test: Test) -> testing.Moving:
    """Any test, one of the items of a list among them."""
    if not isinstance(test, ItemHas):
        return testing.moving(test)
    inner = meets_at(test.where)

    def passes(found: Found, clock: Clock) -> Verdict:
        items = reading.objects(found.raw)
        return together((inner(item, found.currency, clock) for item in items), is_all=False)

    return passes
