"""Whether rules ask for values that name or reach a person. In: rules. Out: yes or no. Pure."""

from collections.abc import Iterator
from typing import Final

from konnektu.core.attributes import standard
from konnektu.profiles.api import PERSONAL, looks_like_contact
from konnektu.rules.conditions import Anniversary, DateIn, ItemHas, Present, Test, YearsSince
from konnektu.rules.model import Attribute, Leaf, Measured, Rule, Segment
from konnektu.rules.walking import fields, leaves, wheres

_COARSE: Final = (ItemHas, Present, YearsSince, Anniversary, DateIn)
"""Tests of personal values that many people pass alike; what is asked of items is looked at by itself."""


def is_personal(rule: Rule | Segment) -> bool:
    """Whether it asks for values that name a person, or names one itself."""
    return any(_asks_closely(leaf) for leaf in leaves(rule)) or any(map(looks_like_contact, _texts(rule)))


def _asks_closely(leaf: Leaf) -> bool:
    return any(standard(name) in PERSONAL and not isinstance(test, _COARSE) for name, test in _tests(leaf))


def _tests(leaf: Leaf) -> Iterator[tuple[str, Test]]:
    """What a leaf asks of values, each with the name under which the value stands."""
    if isinstance(leaf, Attribute):
        yield leaf.name, leaf.test
    if isinstance(leaf, Measured) and leaf.figure.measure.how != "distinct":
        yield from ((name, leaf.test) for name in leaf.figure.measure.field[-1:])
    asked = [field for where in wheres(leaf) for field in fields(where)]
    if isinstance(leaf, Attribute) and isinstance(leaf.test, ItemHas):
        asked += fields(leaf.test.where)
    yield from ((one.path[-1], one.test) for one in asked)


def _texts(rule: Rule | Segment) -> Iterator[str]:
    """The values that texts are compared with."""
    for leaf in leaves(rule):
        for _, test in _tests(leaf):
            yield from (one for one in getattr(test, "values", ()) if isinstance(one, str))
