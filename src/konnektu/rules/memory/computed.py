"""Values of computed attributes. In: a formula without others in it, a person, an instant. Out: the value, or none."""

from fractions import Fraction

from konnektu.core.clock import DAY
from konnektu.rules.formulas import DaysPassed, Formula, Labels
from konnektu.rules.known import Instant
from konnektu.rules.memory.asked import Asked
from konnektu.rules.memory.figures import Result, figure_value
from konnektu.rules.memory.verdicts import holds


def computed_value(formula: Formula, asked: Asked) -> Result | None:
    """The value of a formula that asks for no computed attributes; None where it is missing."""
    if isinstance(formula, Labels):
        return next((one.name for one in formula.labels if holds(one.rule, asked.known, asked.at)), None)
    value = figure_value(formula.figure, asked)
    return days_passed(value, asked) if isinstance(formula, DaysPassed) else value


def days_passed(value: Result | None, asked: Asked) -> Fraction | None:
    """Whole days since an instant that has come, or until the workspace's day since a day."""
    if value is None:
        return None
    if isinstance(value, Instant):
        return Fraction((asked.at - value.ms) // DAY) if value.ms <= asked.at else None
    return Fraction((asked.today("workspace") - value).days)  # type: ignore[operator]  # else it is a day
