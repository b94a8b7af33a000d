"""Leaves as closures. In: a leaf. Out: whether it holds of a state at t, until when, and what can touch it. Pure."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import Any as AnyValue
from typing import Final

from msgspec import Struct

from konnektu.rules import normal
from konnektu.rules.conditions import NumberIs
from konnektu.rules.figures import Events, Figure, Lines, Orders, ProductList
from konnektu.rules.live import figures, picture, spans
from konnektu.rules.live.clock import NEVER, Clock, Verdict, during
from konnektu.rules.live.conditions import in_event, meets, test_at
from konnektu.rules.live.consents import consent
from konnektu.rules.live.figures import Held, Streams, Value
from konnektu.rules.live.keeping import KeepLatest
from konnektu.rules.live.sequences import sequence
from konnektu.rules.live.streams import taker
from konnektu.rules.live.testing import comparison
from konnektu.rules.live.things import things
from konnektu.rules.model import (
    Attribute,
    Compare,
    Consent,
    Identified,
    LastEvents,
    Leaf,
    Measured,
    Member,
    Rank,
    Sequence,
    Source,
    Tag,
)
from konnektu.rules.reading import Amount, Found, find

MOST_COUNTED: Final = 10_000
"""Of a test of a number of events: above this, every entry is kept rather than the latest."""


def held(leaf: Leaf, plan: Streams) -> Held:
    """The closure of a leaf."""
    return _LEAVES[type(leaf)](leaf, plan)


def kinds(leaf: Leaf) -> Iterator[str]:
    """The kinds of change, other than events, that can touch a leaf."""
    if isinstance(leaf, Attribute):
        yield picture.attribute_kind(leaf.name)
        yield picture.attribute_kind("currency")
    if type(leaf) in _TOLD:
        yield _TOLD[type(leaf)]
    for figure in _figures(leaf):
        if not isinstance(figure, Events):
            yield _THINGS.get(type(figure), "records")
    if _has_zone(leaf):
        yield "zones"


def _figures(leaf: Leaf) -> tuple[Figure, ...]:
    if isinstance(leaf, Measured):
        return (leaf.figure,)
    return (leaf.left, leaf.right) if isinstance(leaf, Compare) else ()


def _has_zone(part: AnyValue) -> bool:
    """Whether a part looks at local days."""
    if isinstance(part, tuple):
        return any(_has_zone(one) for one in part)
    if not isinstance(part, Struct):
        return False
    return hasattr(part, "zone") or any(_has_zone(getattr(part, name)) for name in part.__struct_fields__)


def _attribute(leaf: Attribute, _plan: Streams) -> Held:
    passes, path = test_at(leaf.test), (leaf.name,)
    return lambda state, clock: passes(find(state.picture.attributes, path), clock)


def figure(figure: Figure, plan: Streams) -> Value:
    """The closure of a figure."""
    return figures.events(figure, plan) if isinstance(figure, Events) else things(figure, plan)


def _measured(leaf: Measured, plan: Streams) -> Held:
    most = _most(leaf)
    if most and isinstance(leaf.figure, Events) and isinstance(leaf.test, NumberIs):
        return figures.counted(leaf.figure, most, comparison(leaf.test.op, leaf.test.values), plan)
    value, passes = figure(leaf.figure, plan), test_at(leaf.test)

    def holds(state: AnyValue, clock: Clock) -> Verdict:
        found, until = value(state, clock)
        verdict, end = passes(Found(found), clock)
        return verdict, min(until, end)

    return holds


def _most(leaf: Measured) -> int:
    """The least number that a test of a count does not tell from any greater one; 0 where it is no such test."""
    if leaf.figure.measure.how != "count" or not isinstance(leaf.test, NumberIs):
        return 0
    most = max(floor(max(leaf.test.values)) + 1, 1)
    return most if most <= MOST_COUNTED else 0


def _compare(leaf: Compare, plan: Streams) -> Held:
    left, right, ratio = figure(leaf.left, plan), figure(leaf.right, plan), Fraction(leaf.ratio)

    def holds(state: AnyValue, clock: Clock) -> Verdict:
        one, until = left(state, clock)
        other, end = right(state, clock)
        numbers = _plain(one), _plain(other)
        if numbers[0] is None or numbers[1] is None:
            return False, min(until, end)
        return comparison(leaf.op, (ratio * numbers[1],))(numbers[0]), min(until, end)

    return holds


def _plain(value: AnyValue) -> Fraction | None:
    if isinstance(value, Amount):
        return value.units
    return value if isinstance(value, Fraction) else None


def _last_events(leaf: LastEvents, plan: Streams) -> Held:
    met = meets(leaf.where, in_event)
    keep = KeepLatest(leaf.count, None)
    stream = plan.stream(
        ("last", leaf.what, leaf.where, leaf.count),
        leaf.what,
        lambda event: met(event, ""),
        keep,
        taker(leaf.what),
    )
    least = 1 if leaf.fewer else leaf.count
    stands: Callable[[list[bool]], bool] = {"all": all, "some": any, "none": lambda of: not any(of)}[
        leaf.match
    ]

    def holds(state: AnyValue, _clock: Clock) -> Verdict:
        last = state.held(stream)
        return len(last) >= least and stands([one[2] for one in last]), NEVER

    return holds


def _tag(leaf: Tag, _plan: Streams) -> Held:
    return lambda state, _clock: (not state.picture.tags.isdisjoint(leaf.names), NEVER)


def _identified(leaf: Identified, _plan: Streams) -> Held:
    names = frozenset(leaf.kinds)
    return lambda state, _clock: (any(one.kind in names for one in state.picture.identifiers), NEVER)


def _source(leaf: Source, _plan: Streams) -> Held:
    held_at, keys = spans.spans(leaf.window), frozenset(leaf.keys)

    def holds(state: AnyValue, clock: Clock) -> Verdict:
        ours = [one for one in state.picture.arrivals if one.side == leaf.side]
        seen = [one for one in ours if one.first.time <= clock.at]
        ends = [one.first.time for one in ours if one.first.time > clock.at]
        verdict = False
        for moment in _arrived(leaf.which, seen, keys):
            inside, end = during(*held_at(moment.time, clock), clock.at)
            verdict = verdict or inside
            ends.append(end)
        return verdict, min(ends, default=NEVER)

    return holds


def _arrived(which: str, seen: AnyValue, keys: frozenset[str]) -> Iterator[AnyValue]:
    """The moments that the window is asked about."""
    if which == "first":
        first = min((one.first for one in seen), default=None)
        yield from (one.first for one in seen if one.key in keys and one.first == first)
        return
    last = max((one.last for one in seen), default=None)
    for one in seen:
        if one.key in keys and (which == "any" or one.last == last):
            yield one.last


def _rank(leaf: Rank, _plan: Streams) -> Held:
    key = normal.key(leaf)

    def holds(state: AnyValue, clock: Clock) -> Verdict:
        said = [one for one in state.picture.ranks if one.key == key]
        latest = max((one for one in said if one.at <= clock.at), key=lambda one: one.at, default=None)
        until = min((one.at for one in said if one.at > clock.at), default=NEVER)
        return latest is not None and latest.inside, until

    return holds


def _member(leaf: Member, _plan: Streams) -> Held:
    """Of an uploaded list. Whether somebody is in a segment compiled beside this one, `folding` says itself."""
    name = leaf.segment

    def holds(state: AnyValue, clock: Clock) -> Verdict:
        verdicts = [
            during(one.entered, NEVER if one.left is None else one.left, clock.at)
            for one in state.picture.memberships
            if one.segment == name
        ]
        return any(inside for inside, _ in verdicts), min((end for _, end in verdicts), default=NEVER)

    return holds


_LEAVES: Final[Mapping[type, Callable[[AnyValue, Streams], Held]]] = {
    Attribute: _attribute,
    Measured: _measured,
    Compare: _compare,
    LastEvents: _last_events,
    Sequence: sequence,
    Consent: lambda leaf, _plan: consent(leaf),
    Tag: _tag,
    Source: _source,
    Identified: _identified,
    Member: _member,
    Rank: _rank,
}
_TOLD: Final[Mapping[type, str]] = {
    Consent: "statements",
    Tag: "tags",
    Source: "arrivals",
    Identified: "identifiers",
    Member: "memberships",
    Rank: "ranks",
}
_THINGS: Final[Mapping[type, str]] = {Orders: "orders", Lines: "orders", ProductList: "items"}
