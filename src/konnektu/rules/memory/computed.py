"""Values of computed attributes. In: a formula without others in it, a person, an instant. Out: the value, or none."""

from fractions import Fraction

from konnektu.core.clock import DAY
from konnektu.rules import decay, reading
from konnektu.rules.figures import Measure
from konnektu.rules.formulas import DaysPassed, Formula, Interest, Labels, Most
from konnektu.rules.known import Instant
from konnektu.rules.memory.asked import Asked, Thing
from konnektu.rules.memory.figures import Result, figure_value, measured
from konnektu.rules.memory.things import things_of
from konnektu.rules.memory.verdicts import holds
from konnektu.rules.reading import Amount, find


def computed_value(formula: Formula, asked: Asked) -> Result | None:
    """The value of a formula that asks for no computed attributes; None where it is missing."""
    if isinstance(formula, Labels):
        return next((one.name for one in formula.labels if holds(one.rule, asked.known, asked.at)), None)
    if isinstance(formula, Most):
        return most_frequent(formula, asked)
    if isinstance(formula, Interest):
        return next((text for text, _ in interests(formula, asked)), None)
    value = figure_value(formula.figure, asked)
    return days_passed(value, asked) if isinstance(formula, DaysPassed) else value


def most_frequent(formula: Most, asked: Asked) -> str | None:
    """The text with the greatest figure, of several the one met last."""
    having: dict[str, list[Thing]] = {}
    latest: dict[str, int] = {}
    for place, thing in enumerate(things_of(formula.figure, asked)):
        if text := reading.text(find(thing.fields, formula.of).raw):
            having.setdefault(text, []).append(thing)
            latest[text] = place

    def weight(text: str) -> tuple[Fraction, int]:
        value = measured(formula.figure.measure, having[text])
        return value.units if isinstance(value, Amount) else value, latest[text]  # type: ignore[return-value]  # it counts or sums

    return max(having, key=weight, default=None)


def interests(formula: Interest, asked: Asked) -> list[tuple[str, Fraction | Amount]]:
    """Texts with what they weigh at the instant, the heaviest first, of several the one met last."""
    half_life, measure = formula.half_life.ms, formula.figure.measure
    now = decay.power(asked.at, half_life)
    weights: dict[str, Fraction] = {}
    latest: dict[str, int] = {}
    for place, thing in enumerate(things_of(formula.figure, asked)):
        one, text = decay.power(thing.time, half_life), reading.text(find(thing.fields, formula.of).raw)
        if text and decay.counts(one, now):
            halved = Fraction(one.mantissa, now.mantissa) / 2 ** (now.whole - one.whole)
            weights[text] = weights.get(text, Fraction(0)) + _own_weight(measure, thing) * halved
            latest[text] = place
    first = sorted(weights, key=lambda text: (weights[text], latest[text]), reverse=True)
    is_money = measure.how == "sum" and measure.type == "money"
    return [(one, Amount(weights[one], measure.currency) if is_money else weights[one]) for one in first]


def _own_weight(measure: Measure, thing: Thing) -> Fraction:
    """What a thing weighs at its own time."""
    value = measured(measure, [thing])
    return value.units if isinstance(value, Amount) else value  # type: ignore[return-value]  # it counts or sums


def days_passed(value: Result | None, asked: Asked) -> Fraction | None:
    """Whole days since an instant that has come, or until the workspace's day since a day."""
    if value is None:
        return None
    if isinstance(value, Instant):
        return Fraction((asked.at - value.ms) // DAY) if value.ms <= asked.at else None
    return Fraction((asked.today("workspace") - value).days)  # type: ignore[operator]  # else it is a day
