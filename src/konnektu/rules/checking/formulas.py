"""Formulas that can be, and conditions that fit their values. In: JSON, formulas by key. Out: faults with places."""

from collections.abc import Mapping
from typing import Any as AnyValue
from typing import Final

from konnektu.core.text import fold
from konnektu.rules.checking.faults import MOST_LEAVES, Fault, Faults, within
from konnektu.rules.checking.figures import check_field, check_figure, value_type
from konnektu.rules.checking.tests import TYPE_OF
from konnektu.rules.checking.trees import MOST_SHOWN, RuleRefused, check_rule, decoded
from konnektu.rules.checking.windows import check_span
from konnektu.rules.conditions import MoneyIs, Test
from konnektu.rules.figures import Related
from konnektu.rules.formulas import DaysPassed, Formula, Interest, Labels, Made, Most, asked_for, made_of
from konnektu.rules.model import All, Any, Attribute, Not, Rule, Segment
from konnektu.rules.walking import leaves

_TIMES: Final = ("date", "instant")


def formula_of(raw: AnyValue) -> Formula:
    """A formula of JSON, decoded or not. Raises `RuleRefused`."""
    formula: Formula = decoded(raw, Formula)  # type: ignore[arg-type]  # a union is no type to mypy
    faults = check_formula(formula)
    if faults:
        raise RuleRefused(faults)
    return formula


def check_formula(formula: Formula) -> tuple[Fault, ...]:
    """What is wrong with a formula, at most twenty faults."""
    return tuple(fault for fault, _ in zip(_check(formula), range(MOST_SHOWN), strict=False))


def _check(formula: Formula) -> Faults:
    if isinstance(formula, Labels):
        yield from _check_labels(formula)
        return
    yield from check_figure(formula.figure, "figure")
    if isinstance(formula, DaysPassed) and value_type(formula.figure.measure) not in _TIMES:
        yield Fault("figure.measure", "days are counted since an instant or a day")
    if isinstance(formula, Most | Interest):
        yield from _check_most(formula)
    if isinstance(formula, Interest):
        yield from check_span(formula.half_life, "half_life")
        if formula.half_life.amount == 0:
            yield Fault("half_life", "is 0: nothing would weigh anything")


def _check_most(formula: Most | Interest) -> Faults:
    if formula.figure.measure.how not in {"count", "sum"}:
        yield Fault("figure.measure.how", "the most frequent value is found by count or sum")
    if isinstance(formula.figure, Related):
        yield Fault("figure", "related records have no order; take events, orders, lines or lists")
    yield from check_field(formula.figure, formula.of, "text", "of")


def _check_labels(formula: Labels) -> Faults:
    seen: set[str] = set()
    for number, one in enumerate(formula.labels):
        at = f"labels[{number}]"
        if not one.name.strip():
            yield Fault(within(at, "name"), "is blank")
        if fold(one.name.strip()) in seen:
            yield Fault(within(at, "name"), "is the name of a label before it")
        seen.add(fold(one.name.strip()))
        yield from check_rule(one.rule, within(at, "rule"))
    if sum(1 for one in formula.labels for _ in leaves(one.rule)) > MOST_LEAVES:
        yield Fault("labels", f"have more than {MOST_LEAVES} leaves")


def misfits(part: Rule | Segment | Formula, formulas: Mapping[str, Formula]) -> Faults:
    """Conditions on computed attributes that are not there, or whose values are never so."""
    if isinstance(part, Labels):
        for number, one in enumerate(part.labels):
            yield from _misfits(one.rule, f"labels[{number}].rule", formulas)
    elif isinstance(part, Segment):
        yield from _misfits(part.entry, "entry", formulas)
        if part.exit is not None:
            yield from _misfits(part.exit, "exit", formulas)
    elif isinstance(part, All | Any | Not | Attribute):
        yield from _misfits(part, "", formulas)


def _misfits(rule: Rule, place: str, formulas: Mapping[str, Formula]) -> Faults:
    if isinstance(rule, All | Any):
        for number, one in enumerate(rule.rules):
            yield from _misfits(one, within(place, f"rules[{number}]"), formulas)
    elif isinstance(rule, Not):
        yield from _misfits(rule.rule, within(place, "rule"), formulas)
    elif isinstance(rule, Attribute) and (key := asked_for(rule.name)):
        if key not in formulas:
            yield Fault(within(place, "name"), f"there is no computed attribute {key}")
        elif wrong := misfit(rule.test, made_of(formulas[key])):
            yield Fault(within(place, "test"), wrong)


def misfit(test: Test, made: Made) -> str:
    """Why a value cannot be asked so; empty where it can."""
    if not made.in_rules:
        return (
            "a most frequent value cannot be asked for, nor can an interest;"
            " ask how many of the things have the value that is meant"
        )
    wanted = TYPE_OF.get(type(test), "")
    if wanted and wanted != made.type:
        return f"the computed attribute is of type {made.type}, and the test is of type {wanted}"
    if isinstance(test, MoneyIs) and test.currency != made.currency:
        return f"the computed attribute is in {made.currency}"
    return ""
