"""Rules in plain words, Russian and English. In: a rule, a segment, a figure. Out: a sentence that people can check."""

from konnektu.rules.conditions import Present
from konnektu.rules.figures import Figure
from konnektu.rules.formulas import DaysPassed, Formula, Interest, Label, Labels, Most
from konnektu.rules.model import All, Any, Attribute, Not, Rule, Segment
from konnektu.rules.words.conditions import path
from konnektu.rules.words.figures import field_of, figure_text
from konnektu.rules.words.leaves import leaf_text
from konnektu.rules.words.tongue import Language, Tongue
from konnektu.rules.words.windows import span

__all__ = ["Language", "Tongue", "figure_summary", "formula_summary", "rule_summary", "segment_summary"]


def rule_summary(rule: Rule, tongue: Tongue) -> str:
    """A rule as one sentence: Совершил «Заказ» не менее 2 раз за 90 дней, где сумма > 1000."""
    return _sentence(_text(rule, tongue))


def figure_summary(figure: Figure, tongue: Tongue) -> str:
    """A figure as a title."""
    said = figure_text(figure, tongue)
    return said[:1].upper() + said[1:]


def formula_summary(formula: Formula, tongue: Tongue) -> str:
    """A formula as a title; labels in their order, as sentences."""
    if isinstance(formula, Labels):
        said = "; ".join(_labelled(one, tongue) for one in formula.labels)
        return f"{said}."
    said = figure_text(formula.figure, tongue)
    if isinstance(formula, DaysPassed):
        said = tongue.say("days_passed", figure=said)
    if isinstance(formula, Most | Interest):
        said = _chosen(formula, said, tongue)
    return said[:1].upper() + said[1:]


def _chosen(formula: Most | Interest, figure: str, tongue: Tongue) -> str:
    named = field_of(formula.figure, formula.of, tongue) or path(formula.of, tongue)
    if isinstance(formula, Most):
        return tongue.say("most_frequent", field=named, figure=figure)
    return tongue.say("interest", field=named, figure=figure, half_life=span(formula.half_life, tongue))


def _labelled(one: Label, tongue: Tongue) -> str:
    return tongue.say("labelled", label=tongue.quoted(one.name), rule=_text(one.rule, tongue))


def segment_summary(segment: Segment, tongue: Tongue) -> str:
    """A definition as a few sentences: who enters, who leaves, which people."""
    said = [rule_summary(segment.entry, tongue)]
    if segment.exit is not None:
        said.append(_sentence(tongue.say("leaves", exit=_text(segment.exit, tongue))))
    return " ".join([*said, _sentence(tongue.say(segment.people))])


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def _text(rule: Rule, tongue: Tongue, *, inside: bool = False) -> str:
    """A rule; in brackets where it is a group within another."""
    if isinstance(rule, All | Any):
        joined = tongue.say("and" if isinstance(rule, All) else "or").join(
            _text(one, tongue, inside=True) for one in rule.rules
        )
        is_group = inside and len(rule.rules) > 1
        return f"({joined})" if is_group else joined or tongue.say("everybody")
    return _negated(rule.rule, tongue) if isinstance(rule, Not) else leaf_text(rule, tongue)


def _negated(rule: Rule, tongue: Tongue) -> str:
    if isinstance(rule, Attribute) and isinstance(rule.test, Present):
        return f"{tongue.label(rule.name)} {tongue.say('absent')}"
    return tongue.say("not", rule=_text(rule, tongue, inside=True))
