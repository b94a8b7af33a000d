"""The normal form of rules. In: a rule or a part of one. Out: the same without what means nothing; and its key.

Equal keys mean equal verdicts. Order and repetition within lists that mean sets, the unit of a span, nested groups,
letters of texts that are compared without case and ways to write one bound are made one.
"""

from collections.abc import Callable
from decimal import Decimal
from hashlib import blake2b
from math import ceil, floor
from typing import Any as AnyValue
from typing import Final

import msgspec
from msgspec import Struct, structs

from konnektu.core.clock import SECOND
from konnektu.core.money import shortest
from konnektu.core.text import fold
from konnektu.rules.conditions import (
    AllOf,
    AnyOf,
    DaysSince,
    ListHas,
    MoneyIs,
    NotOf,
    NumberIs,
    Op,
    TextIs,
    YearsSince,
)
from konnektu.rules.figures import Measure, What
from konnektu.rules.model import All, Any, Identified, Measured, Not, Source, Tag
from konnektu.rules.windows import Span

_SETS: Final[dict[type, tuple[str, ...]]] = {
    What: ("names", "types", "sources", "marked"),
    Tag: ("names",),
    Source: ("keys",),
    Identified: ("kinds",),
}
"""Fields whose order means nothing."""
_OF_SETS: Final = ("equals", "differs")
"""Tests whose values are a set."""
_GROUPS: Final[dict[type, str]] = {All: "rules", Any: "rules", AllOf: "conditions", AnyOf: "conditions"}


def key(part: Struct) -> str:
    """The key of a part: 32 hexadecimal digits, BLAKE2b of its normal form."""
    return blake2b(written(normal(part)), digest_size=16).hexdigest()


def written(part: AnyValue) -> bytes:
    """The one JSON text of a part in normal form."""
    return msgspec.json.encode(part, order="deterministic")


def normal(part: AnyValue) -> AnyValue:
    """The same part in normal form."""
    if isinstance(part, tuple):
        return tuple(normal(one) for one in part)
    if isinstance(part, Decimal):
        return Decimal(shortest(part))
    if not isinstance(part, Struct):
        return part
    inner = {name: normal(getattr(part, name)) for name in part.__struct_fields__}
    return _tidied(structs.replace(part, **inner))


def _tidied(part: AnyValue) -> AnyValue:
    """A part whose own parts are in normal form."""
    kind: type = type(part)
    if kind in _SETS:
        part = structs.replace(part, **{name: _set(getattr(part, name)) for name in _SETS[kind]})
    if kind in _GROUPS:
        return _group(part, _GROUPS[kind])
    tidy = _TIDIERS.get(kind)
    if tidy is not None:
        return tidy(part)
    is_of_set = getattr(part, "op", "") in _OF_SETS and hasattr(part, "values")
    return structs.replace(part, values=_set(part.values)) if is_of_set else part


def _set(values: tuple[AnyValue, ...]) -> tuple[AnyValue, ...]:
    return tuple(sorted(set(values)))


def _group(part: AnyValue, name: str) -> AnyValue:
    """A group without groups of its own kind, without repetition, in one order; a group of one is that one."""
    inner: list[AnyValue] = []
    for one in getattr(part, name):
        inner += getattr(one, name) if type(one) is type(part) else [one]
    by_text = {written(one): one for one in inner}
    ordered = tuple(by_text[one] for one in sorted(by_text))
    return ordered[0] if len(ordered) == 1 else structs.replace(part, **{name: ordered})


def _not(part: AnyValue) -> AnyValue:
    name = "rule" if isinstance(part, Not) else "condition"
    inner = getattr(part, name)
    return getattr(inner, name) if type(inner) is type(part) else part


def _text(part: AnyValue) -> AnyValue:
    """A test of texts; what any of the values means, each of them means once."""
    values = part.values if part.exact else tuple(fold(one) for one in part.values)
    return structs.replace(part, values=_set(values))


def _span(part: Span) -> Span:
    """A span in seconds: the smallest unit, so that it is whole."""
    return Span(part.ms // SECOND, "second")


def _measure(part: Measure) -> Measure:
    """A measure without what it does not look at."""
    if part.how == "count":
        return Measure()
    return part if part.type == "money" else structs.replace(part, currency="")


def _whole(part: AnyValue) -> AnyValue:
    """A test of whole numbers, its open bounds closed."""
    if part.op == "above":
        return structs.replace(part, op="at_least", values=(part.values[0] + 1,))
    if part.op == "below":
        return structs.replace(part, op="at_most", values=(part.values[0] - 1,))
    return structs.replace(part, values=_set(part.values)) if part.op in _OF_SETS else part


def _measured(part: Measured) -> Measured:
    """A test of a number of things: above 2, at least 3 and at least 2.5 are one."""
    test = part.test
    if part.figure.measure.how not in {"count", "distinct"} or not isinstance(test, NumberIs):
        return part
    value = test.values[0]
    closed: dict[str, tuple[Op, int]] = {
        "above": ("at_least", floor(value) + 1),
        "at_least": ("at_least", ceil(value)),
        "below": ("at_most", ceil(value) - 1),
        "at_most": ("at_most", floor(value)),
    }
    if test.op not in closed:
        return part
    op, bound = closed[test.op]
    return structs.replace(part, test=NumberIs(op, (Decimal(bound),)))


_TIDIERS: Final[dict[type, Callable[[AnyValue], AnyValue]]] = {
    Span: _span,
    Not: _not,
    NotOf: _not,
    TextIs: _text,
    ListHas: _text,
    Measure: _measure,
    MoneyIs: _whole,
    DaysSince: _whole,
    YearsSince: _whole,
    Measured: _measured,
}
