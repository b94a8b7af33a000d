"""Formulas of computed attributes. In: nothing. Out: what a value may be made of, its type, how rules name it.

A formula gives one value of a person at an instant, or none. In a rule the value is asked for as an attribute whose
name begins with `COMPUTED`; no attribute that anybody states can be called so, for names hold no colon there.
"""

from typing import Annotated, Final, Literal, Union

from msgspec import Meta, Struct

from konnektu.rules.figures import Figure, Name, ValueType
from konnektu.rules.model import Rule
from konnektu.rules.windows import Node, Part, Span

COMPUTED: Final = "computed:"
"""Before the key of a computed attribute, where a rule asks for it."""
MOST_LABELS: Final = 60


class Measuring(Node, frozen=True, tag="figure"):
    """The value of a figure."""

    figure: Figure


class DaysPassed(Node, frozen=True, tag="since"):
    """How many whole days have passed since the instant, or until the local day since the day, that a figure gives.

    A day since an instant has 24 hours. Missing where the figure is, and for an instant that has not come yet.
    """

    figure: Figure


class Most(Node, frozen=True, tag="most"):
    """The text of a field for which the figure of the things that have it is the greatest: a favourite category.

    The figure counts or sums; things without the text are not looked at. Of texts as frequent it is the one whose
    latest thing is the later in the order of things; missing where no thing has a text.
    """

    of: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=16)]
    """The path of the text in the things of the figure."""
    figure: Figure


class Interest(Node, frozen=True, tag="interest"):
    """The text of a field whose things weigh most, each halved with every `half_life` since it happened.

    A thing weighs 1, or the value of the field that the figure sums, at its own time; the figure counts or sums. What
    is forty half-lives old weighs nothing (`rules.decay`). Of texts that weigh the same it is the one met last;
    missing where no thing has a text.
    """

    of: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=16)]
    """The path of the text in the things of the figure."""
    figure: Figure
    half_life: Span = Span(30)


class Label(Part, frozen=True):
    """A value, and of whom it is."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    rule: Rule


class Labels(Node, frozen=True, tag="labels"):
    """The name of the first label whose rule holds; missing where none does."""

    labels: Annotated[tuple[Label, ...], Meta(min_length=1, max_length=MOST_LABELS)]


Formula = Union[Measuring, DaysPassed, Most, Interest, Labels]  # noqa: UP007  # as the other unions, which name classes ahead


class Made(Struct, frozen=True):
    """Of what kind the values of a formula are."""

    type: ValueType
    currency: str = ""
    in_rules: bool = True
    """Whether rules can ask for them: a comparison of every value with every other is no rule."""


def made_of(formula: Formula) -> Made:
    """Of what kind the values of a formula are."""
    if isinstance(formula, Labels):
        return Made("text")
    if isinstance(formula, Most | Interest):
        return Made("text", in_rules=False)
    if isinstance(formula, DaysPassed):
        return Made("number")
    measure = formula.figure.measure
    kind: ValueType = "number" if measure.how in {"count", "distinct"} else measure.type
    return Made(kind, measure.currency if kind == "money" else "")


def asked_for(name: str) -> str:
    """The key of the computed attribute that a name of a rule asks for; empty for an attribute that is stated."""
    return name.removeprefix(COMPUTED) if name.startswith(COMPUTED) else ""


Kind = Literal["figure", "since", "most", "interest", "labels"]
