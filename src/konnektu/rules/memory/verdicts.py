"""Verdicts. In: a rule, what is known of a person, an instant. Out: whether it holds."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any as AnyValue
from typing import Final

from konnektu.rules import normal
from konnektu.rules.figures import Figure
from konnektu.rules.known import Arrival, Known, KnownEvent, Ranked
from konnektu.rules.memory.asked import Asked, lies_in
from konnektu.rules.memory.consents import standing
from konnektu.rules.memory.figures import Result, figure_value
from konnektu.rules.memory.sequences import complete
from konnektu.rules.memory.testing import meets, passes, stands
from konnektu.rules.memory.things import event_thing, events_of
from konnektu.rules.model import (
    All,
    Any,
    Attribute,
    Compare,
    Consent,
    Identified,
    LastEvents,
    Leaf,
    Measured,
    Member,
    Not,
    Rank,
    Rule,
    Segment,
    Sequence,
    Source,
    Tag,
)
from konnektu.rules.reading import Amount, Found, find


def belongs(segment: Segment, known: Known, at: int) -> bool:
    """Whether a person is in a segment without an exit rule at an instant; `latch.stays` says it of one with one."""
    return is_counted(segment, known) and holds(segment.entry, known, at)


def is_counted(segment: Segment, known: Known) -> bool:
    """Whether the segment is of such people at all."""
    return not known.excluded and (known.is_known or segment.people == "all")


def holds(rule: Rule, known: Known, at: int) -> bool:
    """Whether a rule holds of a person at an instant, milliseconds UTC."""
    if isinstance(rule, All):
        return all(holds(one, known, at) for one in rule.rules)
    if isinstance(rule, Any):
        return any(holds(one, known, at) for one in rule.rules)
    if isinstance(rule, Not):
        return not holds(rule.rule, known, at)
    return leaf_holds(rule, Asked(known, at))


def leaf_holds(leaf: Leaf, asked: Asked) -> bool:
    """Whether a leaf holds."""
    return _LEAVES[type(leaf)](leaf, asked)


def _attribute_holds(leaf: Attribute, asked: Asked) -> bool:
    return passes(leaf.test, find(asked.known.attributes, (leaf.name,)), asked)


def _measured_holds(leaf: Measured, asked: Asked) -> bool:
    return passes(leaf.test, Found(figure_value(leaf.figure, asked)), asked)


def _compare_holds(leaf: Compare, asked: Asked) -> bool:
    left, right = (_plain(figure_value(one, asked)) for one in (leaf.left, leaf.right))
    if left is None or right is None:
        return False
    return stands(leaf.op, left, [Fraction(leaf.ratio) * right])


def _plain(value: Result | None) -> Fraction | None:
    """The number of a figure; both sides have one type and currency, which checking sees to."""
    if isinstance(value, Amount):
        return value.units
    return value if isinstance(value, Fraction) else None


def last_events(leaf: LastEvents, asked: Asked) -> list[KnownEvent]:
    """The last events that a leaf looks at, in their order."""
    return events_of(leaf.what, asked)[-leaf.count :]


def _last_hold(leaf: LastEvents, asked: Asked) -> bool:
    last = last_events(leaf, asked)
    if not last or (len(last) < leaf.count and not leaf.fewer):
        return False
    met = [meets(leaf.where, event_thing(one).fields, asked) for one in last]
    if leaf.match == "all":
        return all(met)
    return any(met) if leaf.match == "some" else not any(met)


def _sequence_holds(leaf: Sequence, asked: Asked) -> bool:
    return bool(complete(leaf, asked))


def _consent_holds(leaf: Consent, asked: Asked) -> bool:
    return standing(leaf, asked) == leaf.state


def _tag_holds(leaf: Tag, asked: Asked) -> bool:
    return any(name in asked.known.tags for name in leaf.names)


def _source_holds(leaf: Source, asked: Asked) -> bool:
    return bool(arrivals(leaf, asked))


def arrivals(leaf: Source, asked: Asked) -> list[Arrival]:
    """The arrivals for which a leaf holds."""
    seen = [one for one in asked.known.arrivals if one.side == leaf.side and one.first.time <= asked.at]
    if leaf.which == "first":
        seen = [one for one in seen if one.first == min(other.first for other in seen)]
    if leaf.which == "last":
        seen = [one for one in seen if one.last == max(other.last for other in seen)]
    return [
        one
        for one in seen
        if one.key in leaf.keys
        and lies_in(one.first.time if leaf.which == "first" else one.last.time, leaf.window, asked)
    ]


def _identified_holds(leaf: Identified, asked: Asked) -> bool:
    return any(one.kind in leaf.kinds for one in asked.known.identifiers)


def _member_holds(leaf: Member, asked: Asked) -> bool:
    return any(
        one.segment == leaf.segment and one.entered <= asked.at and (one.left is None or asked.at < one.left)
        for one in asked.known.memberships
    )


def _rank_holds(leaf: Rank, asked: Asked) -> bool:
    latest = computed(leaf, asked)
    return latest is not None and latest.inside


def computed(leaf: Rank, asked: Asked) -> Ranked | None:
    """What the last computation of a rank said."""
    key = normal.key(leaf)
    said = [one for one in asked.known.ranks if one.key == key and one.at <= asked.at]
    return max(said, key=lambda one: one.at, default=None)


def figures_of(leaf: Leaf) -> tuple[Figure, ...]:
    """The figures that a leaf looks at."""
    if isinstance(leaf, Measured):
        return (leaf.figure,)
    return (leaf.left, leaf.right) if isinstance(leaf, Compare) else ()


_LEAVES: Final[Mapping[type, Callable[[AnyValue, Asked], bool]]] = {
    Attribute: _attribute_holds,
    Measured: _measured_holds,
    Compare: _compare_holds,
    LastEvents: _last_hold,
    Sequence: _sequence_holds,
    Consent: _consent_holds,
    Tag: _tag_holds,
    Source: _source_holds,
    Identified: _identified_holds,
    Member: _member_holds,
    Rank: _rank_holds,
}
