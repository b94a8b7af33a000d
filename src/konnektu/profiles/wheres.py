"""Conditions that lists are asked by: whether they name somebody, and those on the rows of a list as a filter. Pure."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

import msgspec

from konnektu.core.attributes import standard
from konnektu.core.errors import Unprocessable
from konnektu.core.section import Filter, Tree
from konnektu.profiles.masking import PERSONAL, looks_like_contact
from konnektu.rules.checking import Sort, where_of
from konnektu.rules.conditions import (
    Anniversary,
    DateIn,
    Field,
    ItemHas,
    NumberIs,
    Present,
    Test,
    TextIs,
    Where,
    YearsSince,
)
from konnektu.rules.subjects import OTHER, PROPERTIES
from konnektu.rules.walking import fields

_COARSE: Final = (ItemHas, Present, YearsSince, Anniversary, DateIn)
"""Tests of personal values that many people pass alike; what is asked of items is looked at by itself."""
_LONGEST: Final = 6_000
"""Characters of conditions on rows: a link has to hold them."""
_PHONE: Final = 10**9
"""A number that is greater may be a phone."""


def asks_closely(name: str, test: Test) -> bool:
    """Whether a test of what stands under a name tells people apart by a personal value."""
    return standard(name) in PERSONAL and not isinstance(test, _COARSE)


def where_filter(sort: Sort, ru: str = "Ещё условия", en: str = "More conditions") -> Filter:
    """The filter by conditions on the rows of a list."""
    return Filter(
        name="where", en=en, ru=ru, kind="tree", of=sort, right="segments.read", tree=lambda said: _read(said, sort)
    )  # fmt: skip


def _read(said: Any, sort: Sort) -> Tree:
    if not isinstance(said, dict):
        raise Unprocessable("Conditions on rows are those on things in figures, as docs/rules.md has them.")
    where = where_of(said, sort)
    text = msgspec.json.encode(where).decode()
    if len(text) > _LONGEST:
        raise Unprocessable(f"Conditions on rows have at most {_LONGEST} characters; make a folder of fewer.")
    return Tree(sha256(text.encode()).hexdigest()[:32], text, is_personal=_is_personal(where))


def _is_personal(where: Where) -> bool:
    return any(_tells_apart(one) for one in fields(where)) or any(map(looks_like_contact, _texts(where)))


def _tells_apart(one: Field) -> bool:
    """Whether a covered value could be guessed by it; what the projects themselves name may hold one."""
    is_own = one.path[0] == PROPERTIES or one.path[0].startswith(OTHER)
    if is_own and isinstance(one.test, TextIs) and one.test.op in {"contains", "begins", "ends"}:
        return True
    if isinstance(one.test, NumberIs) and any(abs(value) > _PHONE for value in one.test.values):
        return True
    return asks_closely(one.path[-1], one.test)


def _texts(where: Where) -> Iterator[str]:
    for one in fields(where):
        yield from (value for value in getattr(one.test, "values", ()) if isinstance(value, str))
