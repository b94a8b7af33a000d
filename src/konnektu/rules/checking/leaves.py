"""Leaves that can hold. In: a leaf and its place. Out: faults."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from konnektu.core.attributes import AttributeType, attribute_type
from konnektu.rules.checking.conditions import OBJECT, check_where
from konnektu.rules.checking.faults import Fault, Faults, within
from konnektu.rules.checking.figures import EVENT, check_figure, check_what, is_numeric, value_type
from konnektu.rules.checking.tests import TYPE_OF, check_number, check_test
from konnektu.rules.checking.windows import check_span, check_window, check_zone
from konnektu.rules.conditions import ItemHas, MoneyIs
from konnektu.rules.model import (
    Absence,
    Attribute,
    Compare,
    LastEvents,
    Leaf,
    Measured,
    Rank,
    Sequence,
    Source,
    Step,
)

_STANDARD: Final[Mapping[AttributeType, tuple[str, ...]]] = {
    "text": ("text",),
    "phone": ("text",),
    "email": ("text",),
    "sex": ("text",),
    "number": ("number",),
    "boolean": ("yes_no",),
    "list": ("list", "items"),
    "date": ("date", "instant"),
}
"""What the values of standard attributes can be read as."""
_DAYS_ALONE: Final = frozenset(("birth_date",))
MOST_PERCENT = 100


def check_leaf(leaf: Leaf, place: str) -> Faults:
    """Everything that can be wrong with a leaf."""
    check = _CHECKS.get(type(leaf))
    if check is not None:
        yield from check(leaf, place)


def _check_attribute(leaf: Attribute, place: str) -> Faults:
    test, at = leaf.test, within(place, "test")
    wanted, standard = TYPE_OF.get(type(test), ""), attribute_type(leaf.name)
    allowed = _STANDARD[standard] if standard else ()
    allowed = ("date",) if leaf.name in _DAYS_ALONE else allowed
    if wanted and allowed and wanted not in allowed:
        yield Fault(at, f"{leaf.name} is of type {' or '.join(allowed)}, not {wanted}", "type")
    yield from check_test(test, at)
    if isinstance(test, ItemHas):
        yield from check_where(test.where, OBJECT, within(at, "where"))


def _check_measured(leaf: Measured, place: str) -> Faults:
    measure, test, at = leaf.figure.measure, leaf.test, within(place, "test")
    yield from check_figure(leaf.figure, within(place, "figure"))
    yield from check_test(test, at)
    wanted, made = TYPE_OF.get(type(test), ""), value_type(measure)
    if wanted and wanted != made:
        yield Fault(at, f"the figure is of type {made}, and the test is of type {wanted}", "type")
    if isinstance(test, MoneyIs) and measure.type == "money" and test.currency != measure.currency:
        yield Fault(within(at, "currency"), f"the figure is in {measure.currency}", "currency")


def _check_compare(leaf: Compare, place: str) -> Faults:
    for name, figure in (("left", leaf.left), ("right", leaf.right)):
        yield from check_figure(figure, within(place, name))
        if not is_numeric(figure.measure):
            yield Fault(within(place, f"{name}.measure"), "only numbers and amounts are compared", "numeric")
    left, right = leaf.left.measure, leaf.right.measure
    if (value_type(left), left.currency) != (value_type(right), right.currency):
        yield Fault(within(place, "right"), "is of another type or currency than left", "currency")
    yield from check_number(leaf.ratio, within(place, "ratio"))


def _check_last(leaf: LastEvents, place: str) -> Faults:
    yield from check_what(leaf.what, within(place, "what"))
    yield from check_where(leaf.where, EVENT, within(place, "where"))


def _check_sequence(leaf: Sequence, place: str) -> Faults:
    yield from check_window(leaf.window, within(place, "window"), of_past=True)
    for number, one in enumerate(leaf.steps):
        at = within(place, f"steps[{number}]")
        yield from check_what(one.what, within(at, "what"))
        yield from _check_step(one, number, at) if isinstance(one, Step) else _check_absence(one, number, at)
    last = leaf.steps[-1]
    if isinstance(last, Absence) and last.span is None:
        yield Fault(
            within(place, f"steps[{len(leaf.steps) - 1}].span"),
            "is missing: no step ends this absence",
            "absence_end",
        )


def _check_step(step: Step, number: int, place: str) -> Faults:
    at = within(place, "within")
    yield from check_span(step.within, at)
    if number == 0 and step.within is not None:
        yield Fault(at, "the window binds the first step; it follows nothing")
    if number > 0 and step.within is None:
        yield Fault(at, "is missing: every step says how long after the one before it may come")


def _check_absence(absence: Absence, number: int, place: str) -> Faults:
    yield from check_span(absence.span, within(place, "span"))
    if number == 0:
        yield Fault(
            place, "a sequence begins with a step: nothing says from when on this is absent", "absence_first"
        )
    if absence.span is not None and absence.span.ms == 0:
        yield Fault(within(place, "span"), "is empty", "span")


def _check_source(leaf: Source, place: str) -> Faults:
    yield from check_window(leaf.window, within(place, "window"), of_past=True)
    if leaf.side == "technical":
        for number, key in enumerate(leaf.keys):
            if not (key.isascii() and key.isdecimal()):
                yield Fault(within(place, f"keys[{number}]"), "is no id of a source of data")


def _check_rank(leaf: Rank, place: str) -> Faults:
    yield from check_figure(leaf.by, within(place, "by"))
    yield from check_zone(leaf.moments.zone, within(place, "moments.zone"))
    if leaf.moments.zone == "person":
        yield Fault(within(place, "moments.zone"), "a rank is computed for everybody at one moment")
    if not is_numeric(leaf.by.measure):
        yield Fault(within(place, "by.measure"), "people are ordered by numbers and amounts alone", "numeric")
    if leaf.unit == "percent" and leaf.top > MOST_PERCENT:
        yield Fault(within(place, "top"), "is more than 100 percent", "percent")


_CHECKS: Final[Mapping[type, Callable[[Any, str], Faults]]] = {
    Attribute: _check_attribute,
    Measured: _check_measured,
    Compare: _check_compare,
    LastEvents: _check_last,
    Sequence: _check_sequence,
    Source: _check_source,
    Rank: _check_rank,
}
"""The others are right as soon as they can be read."""
