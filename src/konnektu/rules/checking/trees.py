"""Whole trees. In: JSON. Out: a rule, a figure or a segment without faults; else `RuleRefused`, which names them."""

import re
from typing import Any as AnyValue
from typing import TypeVar

import msgspec

from konnektu.core.errors import Unprocessable
from konnektu.core.text import clean
from konnektu.rules.checking.faults import DEEPEST, MOST_CONDITIONS, MOST_LEAVES, Fault, Faults, within
from konnektu.rules.checking.figures import check_figure
from konnektu.rules.checking.leaves import check_leaf
from konnektu.rules.figures import Events, Figure, Lines, Orders, ProductList, Related
from konnektu.rules.model import All, Any, Leaf, Not, Rule, Segment
from konnektu.rules.walking import fields, leaves, wheres

MOST_SHOWN = 20
"""Faults that one refusal names."""
_PLACE = re.compile(r"^(.*?) - (?:key )?at `\$\.?(.*)`$", re.DOTALL)
_EMPTY = re.compile("of length >= 1$")
_CALENDAR_UNITS = re.compile(r"Invalid enum value '(month|quarter|year)s?'")

Tree = TypeVar("Tree")


class RuleRefused(Unprocessable):
    """The rule cannot be; every fault names its place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)) + ".")
        self.faults = faults


def rule_of(raw: AnyValue) -> Rule:
    """A rule of JSON, decoded or not. Raises `RuleRefused`."""
    return _checked(decoded(raw, Rule))  # type: ignore[arg-type]  # a union is no type to mypy


def segment_of(raw: AnyValue) -> Segment:
    """A definition of JSON, decoded or not. Raises `RuleRefused`."""
    return _checked(decoded(raw, Segment))


def figure_of(raw: AnyValue) -> Figure:
    """A figure of JSON, decoded or not. Raises `RuleRefused`."""
    return _checked(decoded(raw, Figure))  # type: ignore[arg-type]  # a union is no type to mypy


def check(tree: Rule | Segment | Figure) -> tuple[Fault, ...]:
    """What is wrong with a tree, at most twenty faults; nothing where every evaluator can take it."""
    found = _check_segment(tree) if isinstance(tree, Segment) else _check_part(tree)
    return tuple(fault for fault, _ in zip(found, range(MOST_SHOWN), strict=False))


def _checked(tree: Tree) -> Tree:
    faults = check(tree)  # type: ignore[arg-type]  # one of the three
    if faults:
        raise RuleRefused(faults)
    return tree


def decoded(raw: AnyValue, kind: type[Tree]) -> Tree:
    """A tree of JSON, decoded or not, that is not checked yet. Raises `RuleRefused`."""
    try:
        plain = msgspec.json.decode(raw) if isinstance(raw, bytes | str) else raw
        return msgspec.convert(_cleaned(plain), kind)
    except RecursionError:
        raise RuleRefused((Fault("", f"lies more than {DEEPEST} groups deep", "deep"),)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RuleRefused((_of_decoding(str(error)),)) from None


def _cleaned(raw: AnyValue) -> AnyValue:
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, dict):
        return {clean(key): _cleaned(value) for key, value in raw.items()}
    return [_cleaned(one) for one in raw] if isinstance(raw, list) else raw


def _of_decoding(message: str) -> Fault:
    """What the decoder says, with the place first."""
    found = _PLACE.match(message)
    place, said = (found[2], found[1]) if found else ("", message)
    if _CALENDAR_UNITS.match(said) and not place.endswith("window.unit"):
        said = "a span is in seconds, minutes, hours, days or weeks; months and years are windows of the calendar"
    return Fault(place, said[:1].lower() + said[1:], "empty" if _EMPTY.search(said) else "other")


def _check_segment(segment: Segment) -> Faults:
    yield from check_rule(segment.entry, "entry")
    if segment.exit is not None:
        yield from check_rule(segment.exit, "exit")
    if (segment.exit is None) != (segment.since is None):
        yield Fault("since", "belongs to an exit rule: from when on the history decides")


def _check_part(tree: Rule | Figure) -> Faults:
    if isinstance(tree, Events | Orders | Lines | ProductList | Related):
        yield from check_figure(tree, "")
    else:
        yield from check_rule(tree, "")


def check_rule(rule: Rule, place: str) -> Faults:
    """Everything that is wrong with a rule at a place."""
    found = list(leaves(rule))
    if len(found) > MOST_LEAVES:
        yield Fault(place, f"has more than {MOST_LEAVES} leaves", "many")
    if sum(map(_conditions, found)) > MOST_CONDITIONS:
        yield Fault(place, f"has more than {MOST_CONDITIONS} conditions on fields", "many")
    yield from _check_group(rule, place, 0)


def _check_group(rule: Rule, place: str, depth: int) -> Faults:
    if depth > DEEPEST:
        yield Fault(place, f"lies more than {DEEPEST} groups deep", "deep")
    elif isinstance(rule, All | Any):
        for number, one in enumerate(rule.rules):
            yield from _check_group(one, within(place, f"rules[{number}]"), depth + 1)
    elif isinstance(rule, Not):
        yield from _check_group(rule.rule, within(place, "rule"), depth + 1)
    else:
        yield from check_leaf(rule, place)


def _conditions(leaf: Leaf) -> int:
    """How many conditions on fields a leaf holds."""
    return sum(1 for where in wheres(leaf) for _ in fields(where))
