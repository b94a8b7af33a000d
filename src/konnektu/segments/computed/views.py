"""What the API says of computed attributes, and what it is asked. In: records. Out: views. Times are in ms UTC."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from konnektu.core.money import major
from konnektu.profiles.api import covered
from konnektu.rules.figures import ValueType
from konnektu.rules.formulas import COMPUTED, Formula, Interest, Made, Measuring, Most, made_of
from konnektu.rules.known import Instant
from konnektu.rules.live.values import Result
from konnektu.rules.reading import Amount
from konnektu.segments.computed.values import Value
from konnektu.segments.formulas.model import Key, Standing, Title
from konnektu.segments.views import NamedView, Note, TextView

FormulaTree = dict[str, Any]
"""A formula as docs/computed.md has it: {"is": "figure", "figure": …}, or of another kind."""


class ComputedView(Struct, frozen=True, kw_only=True):
    """A computed attribute."""

    key: str
    name: str
    """By which rules ask for it, as for an attribute: `computed:` and the key."""
    title: str
    description: str
    unit: str
    formula: FormulaTree
    """Stated last, whether values are read by it yet or not."""
    summary: TextView
    """The formula in words."""
    type: ValueType
    currency: str
    """Of money; empty for others."""
    version: int
    """Of the formula stated last."""
    current: int
    """The version that values are read by; 0 while there is none."""
    building: int
    """The version that is being built; 0 where none is."""
    position: int
    """Place on the log of the last change."""
    changed_at: int
    changed_by: str
    uses: list[NamedView]
    """Other computed attributes that the formula asks for."""
    used_by: list[NamedView]
    """Computed attributes that ask for this one; while anything does, it is not deleted."""
    used_by_segments: list[NamedView]
    """Segments that ask for it, by itself or through others."""


class ComputedChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A computed attribute as it is to be, whole."""

    title: Title
    formula: FormulaTree
    description: Annotated[str, Meta(max_length=2_000)] = ""
    unit: Annotated[str, Meta(max_length=40)] = ""
    note: Note = ""
    """Why, for the history."""
    position: Annotated[int, Meta(ge=0)] = 0
    """`position` of what was changed: refused where somebody has changed it since. 0 does not ask."""


class NewComputed(ComputedChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A computed attribute to be made."""

    key: Key | None = None
    """What rules and the API will name it by, for ever; made up where it is left out."""


class ComputedAccepted(Struct, frozen=True):
    """Where a change of a computed attribute stands."""

    key: str
    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""


class ReadyComputedView(Struct, frozen=True, kw_only=True):
    """A draft that comes with the product."""

    name: str
    title: TextView
    description: TextView
    unit: TextView
    formula: FormulaTree
    summary: TextView


class ComputedVersionView(Struct, frozen=True, kw_only=True):
    """One version of a formula."""

    version: int
    position: int
    at: int
    author: str
    note: str
    summary: TextView


class WeightView(Struct, frozen=True):
    """What a text of an interest weighs."""

    value: Any
    weight: Any
    """A number, rounded to nine places, or money as decimal text."""


class ComputedValueView(Struct, frozen=True, kw_only=True):
    """A value of somebody."""

    key: str
    title: str
    unit: str
    type: ValueType
    currency: str
    value: Any
    """A number, a text, true or false, a day as 2025-12-31, an instant in milliseconds, money as decimal text; null
    where it is missing. Averages are rounded to nine places, money to its minor unit."""
    is_ready: bool
    """False while the history of this person is still being read for it."""
    summary: TextView
    """The formula in words."""
    weights: list[WeightView]
    """Of an interest: the five texts that weigh most at the instant, the heaviest first."""
    weights_in: str
    """Currency of the weights where they are money."""


class PersonComputedView(Struct, frozen=True, kw_only=True):
    """The computed attributes of a person."""

    position: int
    """The last fact that the values rest on."""
    instant: int
    """The values are so at this instant."""
    values: list[ComputedValueView]


class TrialAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A formula to be tried."""

    formula: FormulaTree
    key: str = ""
    """Of the computed attribute that it is to be; empty for a new one."""
    profile: Annotated[str, Meta(max_length=100)] = ""
    """Whose value is wanted: id of the profile; empty for nobody in particular."""


class ShareView(Struct, frozen=True):
    """How many people of a sample have a value."""

    value: Any
    people: int


class TrialView(Struct, frozen=True, kw_only=True):
    """What a formula would give."""

    summary: TextView
    type: ValueType
    currency: str
    position: int
    instant: int
    value: Any
    """Of the person asked about; null where it is missing or nobody was."""
    people: int
    """In the sample, spread over the whole base."""
    without: int
    """Of whom the value is missing."""
    quarters: list[Any]
    """Of values in an order: the least, those that a quarter, half and three quarters do not exceed, the greatest."""
    shares: list[ShareView]
    """Of texts, and of yes and no: the most frequent values, most first."""
    weights: list[WeightView]
    """Of an interest of the person asked about: the five texts that weigh most."""
    weights_in: str
    """Currency of the weights where they are money."""


def tree(formula: Formula) -> FormulaTree:
    """A formula as the API shows it."""
    found: FormulaTree = msgspec.to_builtins(formula)
    return found


def named(one: Standing) -> NamedView:
    """Another computed attribute."""
    return NamedView(one.key, one.stated.title)


def plain(value: Result | None) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Amount):
        return major(_rounded(value.units), value.currency)
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else round(float(value), 9)
    if isinstance(value, Instant):
        return value.ms
    return value.isoformat() if isinstance(value, date) else value


def _rounded(units: Fraction) -> int:
    exact = Decimal(units.numerator) / Decimal(units.denominator)
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP))


def shown(value: Result | None, formula: Formula, *, is_open: bool) -> Any:
    """A value for a caller: what events brought may be personal, and is covered for who may not see that."""
    field = field_of(formula)
    if is_open or value is None or not field:
        return plain(value)
    return covered(field[-1], plain(value))


def field_of(formula: Formula) -> tuple[str, ...]:
    """The path of the field that a value is read from; empty where it is made."""
    if isinstance(formula, Most | Interest):
        return formula.of
    return formula.figure.measure.field if isinstance(formula, Measuring) else ()


def value_view(
    one: Standing, formula: Formula, value: Value, summary: TextView, *, is_open: bool
) -> ComputedValueView:
    """A value of somebody by the formula that it was made by, as the caller may see it."""
    made: Made = made_of(formula)
    return ComputedValueView(
        key=one.key,
        title=one.stated.title,
        unit=one.stated.unit,
        type=made.type,
        currency=made.currency,
        value=shown(value.value, formula, is_open=is_open),
        is_ready=value.is_ready,
        summary=summary,
        weights=weights_of(value.weights, formula, is_open=is_open),
        weights_in=weighed_in(formula),
    )


def weights_of(weights: Iterable[tuple[str, Result]], formula: Formula, *, is_open: bool) -> list[WeightView]:
    """What texts weigh, for a caller."""
    return [WeightView(shown(text, formula, is_open=is_open), plain(weight)) for text, weight in weights]


def weighed_in(formula: Formula) -> str:
    """The currency of an interest that sums money; empty of everything else."""
    return formula.figure.measure.currency if isinstance(formula, Interest) else ""


def view(
    one: Standing,
    summary: TextView,
    *,
    uses: list[NamedView],
    used_by: list[NamedView],
    used_by_segments: list[NamedView],
) -> ComputedView:
    """A computed attribute as the API shows it."""
    made = made_of(one.stated.formula)
    return ComputedView(
        key=one.key,
        name=COMPUTED + one.key,
        title=one.stated.title,
        description=one.stated.description,
        unit=one.stated.unit,
        formula=tree(one.stated.formula),
        summary=summary,
        type=made.type,
        currency=made.currency,
        version=one.version,
        current=one.current,
        building=one.building,
        position=one.position,
        changed_at=one.instant,
        changed_by=one.author,
        uses=uses,
        used_by=used_by,
        used_by_segments=used_by_segments,
    )
