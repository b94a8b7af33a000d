"""Rules drawn at random. In: a seeded generator, an instant around which people live. Out: leaves, rules, segments."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any as AnyValue
from typing import Final

from konnektu.bench.drawing import conditions, figures, words
from konnektu.rules.checking.figures import value_type
from konnektu.rules.conditions import NumberIs, Op, Present, Test
from konnektu.rules.figures import Figure, What
from konnektu.rules.model import (
    Absence,
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
    Step,
    Tag,
)
from konnektu.rules.windows import Ever

ATTRIBUTES: Final[Mapping[str, str]] = {
    "colour": "text",
    "score": "number",
    "is_open": "yes_no",
    "birth_date": "date",
    "created_at": "instant",
    "interests": "list",
    "wallet": "money",
}
"""Attributes of people, with the type that they mostly hold."""
ODD: Final = ("colour", "score", "is_open")
"""Those that hold any type, and are asked for any."""


def attribute(drawn: Random, base: int) -> Attribute:
    """An attribute and a test of it."""
    name = drawn.choice(tuple(ATTRIBUTES))
    is_odd = name in ODD and drawn.random() < 0.2
    return Attribute(
        name, drawn.choice(conditions.MOVING["any" if is_odd else ATTRIBUTES[name]])(drawn, base)
    )


def measured(drawn: Random, base: int, sort: str) -> Measured:
    """A figure and a test of its type."""
    found = figures.figure(drawn, base, sort)
    return Measured(found, _test(drawn, base, found))


def _test(drawn: Random, base: int, figure: Figure) -> Test:
    measure = figure.measure
    if drawn.random() < 0.05:
        return Present()
    if measure.how in {"count", "distinct"}:
        op: Op = drawn.choice((*conditions.OPS, "at_least", "equals"))
        return NumberIs(op, conditions.values(drawn, op, lambda: Decimal(drawn.choice((0, 1, 1, 1, 2, 3)))))
    made = value_type(measure)
    if made == "money":
        return conditions.money(drawn, base, measure.currency)
    return drawn.choice(conditions.MOVING[made])(drawn, base)


def compare(drawn: Random, base: int) -> Compare:
    """One figure over two windows, or two figures of one type."""
    sort = drawn.choice(figures.SORTS)
    left = figures.figure(drawn, base, sort, numeric=True)
    right = left
    for _ in range(20):
        found = figures.figure(drawn, base, sort, numeric=True)
        same = value_type(found.measure), found.measure.currency
        if same == (value_type(left.measure), left.measure.currency):
            right = found
            break
    op: AnyValue = drawn.choice(("below", "at_most", "above", "at_least", "equals", "differs"))
    return Compare(left, op, right, drawn.choice((Decimal(1), Decimal("0.5"), Decimal(2), Decimal("0.3"))))


def last_events(drawn: Random, base: int) -> LastEvents:
    """The last few events, and what is to be true of them."""
    match: AnyValue = drawn.choice(("none", "some", "all"))
    where = conditions.where(drawn, base, figures.EVENT, still=True)
    return LastEvents(figures.what(drawn, base), drawn.choice((1, 2, 3)), match, where, drawn.random() < 0.6)


def sequence(drawn: Random, base: int) -> Sequence:
    """Up to three steps, with and without absences."""
    steps: list[Step | Absence] = [Step(_plain(drawn, base))]
    for _ in range(drawn.randrange(3)):
        if drawn.random() < 0.3:
            steps.append(
                Absence(_plain(drawn, base), None if drawn.random() < 0.5 else drawn.choice(words.SPANS))
            )
        steps.append(Step(_plain(drawn, base), drawn.choice(words.SPANS)))
    if drawn.random() < 0.5:
        steps.append(Absence(_plain(drawn, base), drawn.choice(words.SPANS)))
    window = Ever() if drawn.random() < 0.5 else conditions.window(drawn, base)
    return Sequence(tuple(steps), window)


def _plain(drawn: Random, base: int) -> AnyValue:
    """Events of a sequence: mostly by their name alone, so that some follow each other."""
    found = figures.what(drawn, base)
    return found if drawn.random() < 0.2 else What(found.names)


def consent(drawn: Random, _base: int) -> Consent:
    """A use, and where its consent stands."""
    state: AnyValue = drawn.choice(("given", "refused", "unknown"))
    return Consent(state, channel=drawn.choice(words.CHANNELS), category=drawn.choice(("", "news")))


def tag(drawn: Random, _base: int) -> Tag:
    """Some tags."""
    return Tag(words.some(drawn, words.TAGS))


def source(drawn: Random, base: int) -> Source:
    """Sources of either side."""
    which: AnyValue = drawn.choice(("first", "last", "any"))
    window = conditions.window(drawn, base)
    if drawn.random() < 0.5:
        return Source("marketing", words.some(drawn, ("spring", "partner")), which, window)
    return Source("technical", words.some(drawn, ("1", "2")), which, window)


def identified(drawn: Random, _base: int) -> Identified:
    """Some kinds of identifiers."""
    return Identified(words.some(drawn, words.IDENTIFIERS))


def member(drawn: Random, _base: int) -> Member:
    """Another segment."""
    return Member(drawn.choice(words.SEGMENTS))


def rank(drawn: Random, base: int) -> Rank:
    """People with the highest or lowest of some figure."""
    order: AnyValue = drawn.choice(("highest", "lowest"))
    by = figures.figure(drawn, base, drawn.choice(figures.SORTS), numeric=True)
    return Rank(by, drawn.choice((10, 25, 50)), "percent", order)


_DRAWS: Final[Mapping[str, Callable[[Random, int], Leaf]]] = {
    "attribute": attribute,
    **{sort: partial(measured, sort=sort) for sort in figures.SORTS},
    "compare": compare,
    "last_events": last_events,
    "sequence": sequence,
    "consent": consent,
    "tag": tag,
    "source": source,
    "identified": identified,
    "member": member,
    "rank": rank,
}
LEAF_KINDS: Final = tuple(_DRAWS)
"""Every kind of leaf; those that test a figure by the sort of its things."""


def leaf(drawn: Random, base: int, kind: str = "") -> Leaf:
    """A leaf of a kind, or of any."""
    return _DRAWS[kind or drawn.choice(LEAF_KINDS)](drawn, base)


def kind_of(leaf: Rule) -> str:
    """The kind of a leaf, a word of `LEAF_KINDS`; of a group its own."""
    tested = leaf.figure if isinstance(leaf, Measured) else leaf
    return str(tested.__struct_config__.tag)


def rule(drawn: Random, base: int, depth: int = 2) -> Rule:
    """A tree of leaves and groups."""
    kind = drawn.randrange(6) if depth else 0
    if kind < 3:
        return leaf(drawn, base)
    if kind == 3:
        return Not(rule(drawn, base, depth - 1))
    inner = tuple(rule(drawn, base, depth - 1) for _ in range(drawn.choice((1, 2, 2, 3))))
    return All(inner) if kind == 4 else Any(inner)


def segment(drawn: Random, base: int) -> Segment:
    """A definition; every third one with an exit rule."""
    people: AnyValue = drawn.choice(("known", "all"))
    if drawn.random() < 0.7:
        return Segment(rule(drawn, base), people=people)
    return Segment(rule(drawn, base), rule(drawn, base, 1), people, words.past(drawn, base))
