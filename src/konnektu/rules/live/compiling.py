"""Definitions made ready for facts. In: segments by name. Out: distinct leaves, streams, what touches what. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from hashlib import blake2b
from itertools import chain
from typing import Any as AnyValue
from typing import Final

from msgspec import Struct

from konnektu.rules import normal, walking
from konnektu.rules.figures import What
from konnektu.rules.formulas import Formula, Interest
from konnektu.rules.live import leaves as leaf_closures
from konnektu.rules.live.clock import Clock
from konnektu.rules.live.computing import ValueAt, kept_for, valued
from konnektu.rules.live.computing import parts as parts_of
from konnektu.rules.live.figures import Held
from konnektu.rules.live.interests import WeightsAt, weighed
from konnektu.rules.live.keeping import Keep
from konnektu.rules.live.numbers import Numbers
from konnektu.rules.live.picture import Reads
from konnektu.rules.live.reads import reads
from konnektu.rules.live.state import State
from konnektu.rules.live.streams import Stream, Takes, ValueOf, fits
from konnektu.rules.model import All, Any, Leaf, Member, Not, Rule, Segment

COUNTED, KNOWN = 1, 2
"""Bits of a person: segments count them at all; a fact has named a person."""
FIRST_LEAF: Final = 2
"""Number of the first leaf: its bit stands after those of the person."""

Holds = Callable[[int], bool]
"""Whether a rule holds of the verdicts of leaves, a bit each."""


class CompiledLeaf(Struct, frozen=True, eq=False):
    """One leaf, however many segments use it."""

    number: int
    bit: int
    held: Held
    segments: tuple[int, ...]
    """Places of the segments that use it."""
    is_inside: bool
    """Whether it asks for a segment compiled beside it."""


class CompiledSegment(Struct, frozen=True, eq=False):
    """One segment."""

    name: str
    bit: int
    gate: int
    """Bits of the person that it asks for."""
    care: int
    """Bits of its leaves."""
    entry: Holds
    exit: Holds | None
    since: int | None
    asked_by: CompiledLeaf | None = None
    """The leaf that asks who is in it."""


class Compiled(Struct, frozen=True, eq=False):
    """Definitions made ready."""

    numbers: Numbers
    leaves: Mapping[int, CompiledLeaf]
    streams: Mapping[int, Stream]
    users: Mapping[int, tuple[int, ...]]
    """Leaves by stream."""
    touched: Mapping[str, tuple[int, ...]]
    """Leaves by kind of change."""
    segments: tuple[CompiledSegment, ...]
    """Each after those that it asks for."""
    asked: tuple[tuple[int, CompiledLeaf], ...]
    """The bit of each segment that others ask for, and the leaf that they ask by."""
    starts: tuple[int, ...]
    """Instants at which segments with an exit rule begin."""
    born: tuple[int, ...]
    """Places of segments that may hold of somebody of whom nothing is known."""
    blank: int
    """Verdicts of leaves of somebody of whom nothing is known."""
    reads: Reads
    named: Mapping[str, tuple[Stream, ...]]
    """Streams by the names of events that they ask for; those that ask for any under the empty name."""
    values: Mapping[str, ValueAt] = {}
    """Values of computed attributes, by the names they were given in with."""
    weights: Mapping[str, WeightsAt] = {}
    """Of interests, by the same names: texts with what they weigh."""
    routes: dict[tuple[str, str], tuple[tuple[Stream, tuple[int, ...]], ...]] = {}

    def route(self, kind: str, name: str) -> tuple[tuple[Stream, tuple[int, ...]], ...]:
        """The streams that an event of a type and name can reach, and their leaves."""
        asked = kind, name if name in self.named else ""
        found = self.routes.get(asked)
        if found is None:
            near = (*(self.named.get(asked[1], ()) if asked[1] else ()), *self.named.get("", ()))
            streams = [one for one in near if fits(one.what, *asked)]
            found = self.routes[asked] = tuple((one, self.users.get(one.number, ())) for one in streams)
        return found


class _Plan:
    """Streams given out while leaves are compiled."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self.streams: dict[int, Stream] = {}
        self.used: set[int] = set()

    def stream(
        self, part: tuple[AnyValue, ...], what: What, value: ValueOf | None, keep: Keep, takes: Takes
    ) -> int:
        """The number of the stream for a part of the language."""
        key = blake2b(normal.written(normal.normal(part)), digest_size=16).hexdigest()
        number = self.numbers.stream(key)
        if number not in self.streams:
            self.streams[number] = Stream(number, what, takes, value, keep)
        self.used.add(number)
        return number


def compiled(
    segments: Mapping[str, Segment],
    drafts: Iterable[Segment] = (),
    numbers: Numbers | None = None,
    formulas: Mapping[str, Formula] | None = None,
) -> Compiled:
    """Segments by the names that `Member` uses, ready for facts; leaves of drafts are remembered without verdicts.

    So is what formulas are made of; these ask for no computed attributes.

    `numbers` are those of the compilation before, which states speak of; they are added to.
    """
    numbers = numbers or Numbers()
    plan, places = _Plan(numbers), _in_order(segments)
    used, parts = _users(segments, places)
    formulas = formulas or {}
    remembered = [*map(walking.leaves, drafts), *map(kept_for, formulas.values())]
    drafted = {normal.key(leaf): leaf for several in remembered for leaf in several}
    made, users = _leaves({**drafted, **parts}, used, segments, plan)
    by_key = {numbers_key: made[number] for numbers_key, number in numbers.leaves.items() if number in made}
    ready = tuple(_segment(name, segments[name], by_key, numbers) for name in places)
    read = [*drafted.values(), *parts.values(), *chain.from_iterable(map(parts_of, formulas.values()))]
    blank = _blank(made.values(), plan.streams)
    inside = {one.name: one.bit for one in ready}
    values = {name: valued(one, plan, inside) for name, one in formulas.items()}
    return Compiled(
        values=values,
        weights={name: weighed(one, plan) for name, one in formulas.items() if isinstance(one, Interest)},
        numbers=numbers,
        leaves=made,
        streams=plan.streams,
        users={stream: tuple(one) for stream, one in users.items()},
        touched=_touched(parts, numbers),
        segments=ready,
        asked=tuple((one.bit, one.asked_by) for one in ready if one.asked_by is not None),
        starts=tuple(sorted({one.since for one in ready if one.since is not None})),
        born=_born(ready, blank),
        blank=blank,
        reads=reads(read),
        named=_named(plan.streams.values()),
    )


def _named(streams: Iterable[Stream]) -> dict[str, tuple[Stream, ...]]:
    found: dict[str, list[Stream]] = defaultdict(list)
    for one in streams:
        for name in dict.fromkeys(one.what.names) or ("",):
            found[name].append(one)
    return {name: tuple(several) for name, several in found.items()}


def _in_order(segments: Mapping[str, Segment]) -> dict[str, int]:
    """The place of each segment, after all that it asks for."""
    asks = {
        name: {leaf.segment for leaf in walking.leaves(one) if isinstance(leaf, Member)} & segments.keys()
        for name, one in segments.items()
    }
    return {name: place for place, name in enumerate(TopologicalSorter(asks).static_order())}


def _users(
    segments: Mapping[str, Segment], places: Mapping[str, int]
) -> tuple[dict[str, list[int]], dict[str, Leaf]]:
    """The places of the segments that use a leaf, and the leaves, by key."""
    used: dict[str, list[int]] = defaultdict(list)
    parts: dict[str, Leaf] = {}
    for name, place in places.items():
        for leaf in walking.leaves(segments[name]):
            key = normal.key(leaf)
            parts[key] = leaf
            if place not in used[key]:
                used[key].append(place)
    return used, parts


def _leaves(
    parts: Mapping[str, Leaf],
    used: Mapping[str, list[int]],
    segments: Mapping[str, Segment],
    plan: _Plan,
) -> tuple[dict[int, CompiledLeaf], dict[int, list[int]]]:
    """Compiled leaves by number, and the leaves by stream; a leaf of drafts alone is in no stream's list."""
    made: dict[int, CompiledLeaf] = {}
    users: dict[int, list[int]] = defaultdict(list)
    for key, part in parts.items():
        number = plan.numbers.leaves.setdefault(key, len(plan.numbers.leaves) + FIRST_LEAF)
        plan.used.clear()
        leaf: AnyValue = normal.normal(part)
        held = leaf_closures.held(leaf, plan)
        if key not in used:
            continue
        is_inside = isinstance(leaf, Member) and leaf.segment in segments
        made[number] = CompiledLeaf(number, 1 << number, held, tuple(used[key]), is_inside)
        for stream in plan.used:
            users[stream].append(number)
    return made, users


def _touched(parts: Mapping[str, Leaf], numbers: Numbers) -> dict[str, tuple[int, ...]]:
    touched: dict[str, list[int]] = defaultdict(list)
    for key, leaf in parts.items():
        for kind in leaf_closures.kinds(leaf):
            touched[kind].append(numbers.leaves[key])
    return {kind: tuple(numbered) for kind, numbered in touched.items()}


def _segment(
    name: str, segment: Segment, by_key: Mapping[str, CompiledLeaf], numbers: Numbers
) -> CompiledSegment:
    care = 0
    for leaf in walking.leaves(segment):
        care |= by_key[normal.key(leaf)].bit
    number = numbers.segments.setdefault(name, len(numbers.segments))
    return CompiledSegment(
        name=name,
        bit=1 << number,
        gate=COUNTED if segment.people == "all" else COUNTED | KNOWN,
        care=care,
        entry=_holds(segment.entry, by_key),
        exit=None if segment.exit is None else _holds(segment.exit, by_key),
        since=segment.since if segment.exit is not None else None,
        asked_by=by_key.get(normal.key(Member(name))),
    )


def _holds(rule: Rule, by_key: Mapping[str, CompiledLeaf]) -> Holds:
    """A rule over bits: the leaves of a group are looked at all at once."""
    if isinstance(rule, Not):
        inner = _holds(rule.rule, by_key)
        return lambda truth: not inner(truth)
    if isinstance(rule, All | Any):
        return _group(rule, by_key)
    bit = by_key[normal.key(rule)].bit
    return lambda truth: bool(truth & bit)


def _group(rule: All | Any, by_key: Mapping[str, CompiledLeaf]) -> Holds:
    bits = 0
    others: list[Holds] = []
    for one in rule.rules:
        if isinstance(one, All | Any | Not):
            others.append(_holds(one, by_key))
        else:
            bits |= by_key[normal.key(one)].bit
    rest = tuple(others)
    if isinstance(rule, All):
        return lambda truth: truth & bits == bits and all(one(truth) for one in rest)
    return lambda truth: bool(truth & bits) or any(one(truth) for one in rest)


def _blank(made: Iterable[CompiledLeaf], streams: Mapping[int, Stream]) -> int:
    """Nothing that is known moves with time, so that any instant will do."""
    nobody, clock = State(), Clock(0)
    nobody.knows(streams)
    return sum(one.bit for one in made if not one.is_inside and one.held(nobody, clock)[0])


def _born(segments: Iterable[CompiledSegment], blank: int) -> tuple[int, ...]:
    """Segments that hold of nobody in particular, those whose beginning decides, and those that ask for either."""
    found, asked = [], 0
    for place, one in enumerate(segments):
        is_open = one.exit is not None or bool(one.care & asked) or one.entry(blank)
        if is_open:
            found.append(place)
            asked |= one.asked_by.bit if one.asked_by is not None else 0
    return tuple(found)
