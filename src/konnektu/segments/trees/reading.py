"""A tree of conditions as somebody asks a list by it. In: JSON, or the key of a kept tree. Out: a tree. Pure.

A tree is a rule (docs/rules.md). Its key is that of its normal form.
"""

import re
from typing import Any, Final

import msgspec

from konnektu.core.errors import Unprocessable
from konnektu.core.section import Tree
from konnektu.rules.checking import rule_of
from konnektu.rules.model import Rule
from konnektu.rules.normal import key
from konnektu.segments.personal import is_personal

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
