"""The parts of a tree, from left to right. In: a rule, a definition, a leaf. Out: its leaves, figures, events."""

from collections.abc import Iterator

from konnektu.rules.conditions import AllOf, AnyOf, Field, ItemHas, NotOf, Where
from konnektu.rules.figures import Events, Figure, Lines, Since, What
from konnektu.rules.model import (
    All,
    Any,
    Compare,
    LastEvents,
    Leaf,
    Measured,
    Not,
    Rank,
    Rule,
    Segment,
    Sequence,
)


def leaves(rule: Rule | Segment) -> Iterator[Leaf]:
    """The leaves of a rule; of a segment those of its entry, then those of its exit."""
    if isinstance(rule, Segment):
        yield from leaves(rule.entry)
        if rule.exit is not None:
            yield from leaves(rule.exit)
    elif isinstance(rule, All | Any):
        for one in rule.rules:
            yield from leaves(one)
    elif isinstance(rule, Not):
        yield from leaves(rule.rule)
    else:
        yield rule


def figures(leaf: Leaf) -> tuple[Figure, ...]:
    """The figures of a leaf."""
    if isinstance(leaf, Measured):
        return (leaf.figure,)
    if isinstance(leaf, Compare):
        return leaf.left, leaf.right
    return (leaf.by,) if isinstance(leaf, Rank) else ()


def whats(leaf: Leaf) -> Iterator[What]:
    """Every description of events in a leaf."""
    if isinstance(leaf, LastEvents):
        yield leaf.what
    if isinstance(leaf, Sequence):
        yield from (one.what for one in leaf.steps)
    for figure in figures(leaf):
        if isinstance(figure, Events):
            yield figure.what
        window = getattr(figure, "window", None)
        if isinstance(window, Since):
            yield window.what


def wheres(leaf: Leaf) -> Iterator[Where]:
    """Every condition on things in a leaf, whole."""
    yield from (one.where for one in whats(leaf) if one.where is not None)
    if isinstance(leaf, LastEvents):
        yield leaf.where
    for figure in figures(leaf):
        if not isinstance(figure, Events) and figure.where is not None:
            yield figure.where
        if isinstance(figure, Lines) and figure.order is not None:
            yield figure.order


def fields(where: Where) -> Iterator[Field]:
    """The conditions on fields within a condition, those on items of lists among them."""
    if isinstance(where, AllOf | AnyOf):
        for one in where.conditions:
            yield from fields(one)
    elif isinstance(where, NotOf):
        yield from fields(where.condition)
    else:
        yield where
        if isinstance(where.test, ItemHas):
            yield from fields(where.test.where)
