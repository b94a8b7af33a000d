"""A tree of conditions as somebody asks a list by it. In: JSON, or the key of a kept tree. Out: a tree. Pure.

A tree is a rule (docs/rules.md). Its key is that of its normal form.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from konnektu.core.errors import Unprocessable
from konnektu.core.section import Tree
from konnektu.profiles.api import asks_closely, looks_like_contact
from konnektu.rules.checking import rule_of
from konnektu.rules.conditions import ItemHas, Test
from konnektu.rules.model import Attribute, Leaf, Rule
from konnektu.rules.normal import key
from konnektu.rules.walking import fields, leaves, wheres

_KEY: Final = re.compile("[0-9a-f]{32}")


def read(said: Any) -> Tree:
    """The tree that is asked for. Raises `Unprocessable` for what is no rule and no key."""
    if isinstance(said, str):
        return _kept(said)
    if not isinstance(said, dict):
        raise Unprocessable("A tree is a rule, as docs/rules.md has it, or the key of a kept one.")
    return of_rule(rule_of(said))


def _kept(said: str) -> Tree:
    if not _KEY.fullmatch(said):
        raise Unprocessable("The key of a kept tree has 32 hexadecimal digits.")
    # What it asks for is not known here: it counts as naming somebody until it is read.
    return Tree(said, "", is_personal=True)


def of_rule(rule: Rule) -> Tree:
    """The tree of a rule."""
    return Tree(key(rule), msgspec.json.encode(rule).decode(), is_personal(rule))


def is_personal(rule: Rule) -> bool:
    """Whether it asks for values that name a person, or names one itself."""
    return any(_asks_closely(leaf) for leaf in leaves(rule)) or any(map(looks_like_contact, _texts(rule)))


def _asks_closely(leaf: Leaf) -> bool:
    return any(asks_closely(name, test) for name, test in _tests(leaf))


def _tests(leaf: Leaf) -> Iterator[tuple[str, Test]]:
    """What a leaf asks of values, each with the name under which the value stands."""
    if isinstance(leaf, Attribute):
        yield leaf.name, leaf.test
    asked = [field for where in wheres(leaf) for field in fields(where)]
    if isinstance(leaf, Attribute) and isinstance(leaf.test, ItemHas):
        asked += fields(leaf.test.where)
    yield from ((one.path[-1], one.test) for one in asked)


def _texts(rule: Rule) -> Iterator[str]:
    """The values that texts are compared with."""
    for leaf in leaves(rule):
        for _, test in _tests(leaf):
            yield from (one for one in getattr(test, "values", ()) if isinstance(one, str))
