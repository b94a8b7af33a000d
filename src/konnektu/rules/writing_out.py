"""Conditions on computed attributes, written out. In: rules, formulas by key. Out: rules without them. Pure.

A condition on a value becomes the rule that the value is made of, so that every evaluator answers it exactly and
knows nothing of computed attributes. A condition that does not fit the value is left as it stands;
`checking.misfits` names it.
"""

from collections.abc import Iterator, Mapping
from math import ceil, floor
from typing import Final

from msgspec import structs

from konnektu.rules.checking.formulas import misfit
from konnektu.rules.conditions import (
    DaysSince,
    NumberIs,
    Present,
    Test,
    TextIs,
    TimeIn,
)
from konnektu.rules.formulas import (
    DaysPassed,
    Formula,
    Interest,
    Label,
    Labels,
    Measuring,
    Most,
    asked_for,
    made_of,
)
from konnektu.rules.known import Known
from konnektu.rules.memory import Asked
from konnektu.rules.memory.testing import passes
from konnektu.rules.model import All, Any, Attribute, Measured, Not, Rule, Segment
from konnektu.rules.reading import Found
from konnektu.rules.walking import leaves
from konnektu.rules.windows import Rolling, Span

NEVER: Final = Not(All())
LONGEST: Final = 10_000_000
"""Days of a span."""
Formulas = Mapping[str, Formula]


def mentioned(part: Rule | Segment | Formula) -> tuple[str, ...]:
    """The keys of the computed attributes that a rule or a formula asks for, each once, in its order."""
    if isinstance(part, Labels):
        found = [key for one in part.labels for key in mentioned(one.rule)]
    elif isinstance(part, Measuring | DaysPassed | Most | Interest):
        found = []
    else:
        names = (one.name for one in leaves(part) if isinstance(one, Attribute))
        found = [key for name in names if (key := asked_for(name))]
    return tuple(dict.fromkeys(found))


def segment_written_out(segment: Segment, formulas: Formulas) -> Segment:
    """A definition without conditions on computed attributes; itself where it has none."""
    if not mentioned(segment):
        return segment
    leaving = None if segment.exit is None else written_out(segment.exit, formulas)
    return structs.replace(segment, entry=written_out(segment.entry, formulas), exit=leaving)


def formula_written_out(formula: Formula, formulas: Formulas) -> Formula:
    """A formula whose rules ask for no computed attributes."""
    if not isinstance(formula, Labels):
        return formula
    return Labels(tuple(Label(one.name, written_out(one.rule, formulas)) for one in formula.labels))


def written_out(rule: Rule, formulas: Formulas) -> Rule:
    """A rule without conditions on the computed attributes that are known. None of them asks for itself."""
    if isinstance(rule, All | Any):
        return structs.replace(rule, rules=tuple(written_out(one, formulas) for one in rule.rules))
    if isinstance(rule, Not):
        return Not(written_out(rule.rule, formulas))
    formula = formulas.get(asked_for(rule.name)) if isinstance(rule, Attribute) else None
    if formula is None or not isinstance(rule, Attribute) or misfit(rule.test, made_of(formula)):
        return rule
    return _passing(rule.test, formula_written_out(formula, formulas))


def _passing(test: Test, formula: Formula) -> Rule:
    """The rule that holds of whom the value of a formula passes a test."""
    if isinstance(formula, Labels):
        return _labelled(test, formula)
    if not isinstance(formula, DaysPassed):
        # A most frequent value and an interest fit no test, so that none of their conditions comes this far.
        return Measured(formula.figure, test)
    if isinstance(test, NumberIs):
        return _days(test, formula)
    # Of instants only those that have come; days may lie ahead.
    is_instant = formula.figure.measure.type == "instant"
    return Measured(formula.figure, TimeIn(Rolling()) if is_instant else Present())


def _labelled(test: Test, formula: Labels) -> Rule:
    """Which labels pass is known beforehand: of them one holds, and none of those before it that do not pass."""
    nobody = Asked(Known(), 0)
    found: Rule = NEVER
    for label in reversed(formula.labels):
        if isinstance(test, TextIs) and not passes(test, Found(label.name), nobody):
            found = NEVER if found == NEVER else All((Not(label.rule), *_inside(found, All)))
        else:
            found = label.rule if found == NEVER else Any((label.rule, *_inside(found, Any)))
    return found


def _inside(rule: Rule, group: type[All | Any]) -> tuple[Rule, ...]:
    return rule.rules if isinstance(rule, group) else (rule,)


def _days(test: NumberIs, formula: DaysPassed) -> Rule:
    """A number of whole days, as spans of time or days of the calendar."""
    if test.op == "differs":
        there = _passing(Present(), formula)
        return All((there, Not(_days(NumberIs("equals", test.values), formula))))
    spans = [_span(least, most, formula) for least, most in _bounds(test)]
    found = [one for one in spans if one != NEVER]
    return (Any(tuple(found)) if len(found) > 1 else found[0]) if found else NEVER


def _bounds(test: NumberIs) -> Iterator[tuple[int | None, int | None]]:
    """The whole numbers that pass, as ranges with both ends; None for an open one."""
    value = test.values[0]
    match test.op:
        case "equals":
            yield from ((int(one), int(one)) for one in test.values if one == one.to_integral_value())
        case "at_least":
            yield ceil(value), None
        case "above":
            yield floor(value) + 1, None
        case "at_most":
            yield None, floor(value)
        case "below":
            yield None, ceil(value) - 1
        case _:
            yield ceil(value), floor(test.values[1])


def _span(least: int | None, most: int | None, formula: DaysPassed) -> Rule:
    if least is not None and most is not None and least > most:
        return NEVER
    if formula.figure.measure.type == "date":
        return _of_days(least, most, formula)
    near = max(least or 0, 0)
    if near > LONGEST or (most is not None and most < 0):
        return NEVER
    far = None if most is None or most >= LONGEST else Span(most + 1)
    return Measured(formula.figure, TimeIn(Rolling(far, Span(near))))


def _of_days(least: int | None, most: int | None, formula: DaysPassed) -> Rule:
    if least is not None and most is not None:
        test = DaysSince("between", (least, most))
    else:
        test = DaysSince("at_least", (least,)) if least is not None else DaysSince("at_most", (most or 0,))
    return Measured(formula.figure, test)


__all__ = ["Formulas", "formula_written_out", "mentioned", "segment_written_out", "written_out"]
