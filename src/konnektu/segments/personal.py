"""Whether rules ask for values that name or reach a person. In: rules. Out: yes or no. Pure."""

from collections.abc import Iterator

from konnektu.profiles.api import asks_closely, looks_like_contact
from konnektu.rules.conditions import ItemHas, Test
from konnektu.rules.model import Attribute, Leaf, Measured, Rule, Segment
from konnektu.rules.walking import fields, leaves, wheres


def is_personal(rule: Rule | Segment) -> bool:
    """Whether it asks for values that name a person, or names one itself."""
    return any(_asks_closely(leaf) for leaf in leaves(rule)) or any(map(looks_like_contact, _texts(rule)))


def _asks_closely(leaf: Leaf) -> bool:
    return any(asks_closely(name, test) for name, test in _tests(leaf))


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
