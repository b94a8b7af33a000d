"""Definitions in words. In: rules. Out: texts in both languages, and what becomes of the empty ones."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from konnektu.rules.formulas import COMPUTED, Formula
from konnektu.rules.known import Known
from konnektu.rules.memory import holds
from konnektu.rules.model import All, Any, Leaf, Not, Rule
from konnektu.rules.model import Segment as Definition
from konnektu.rules.words import Tongue, formula_summary, rule_summary, segment_summary
from konnektu.rules.writing_out import Formulas, written_out
from konnektu.segments.formulas.model import Standing as Computed
from konnektu.segments.model import Standing
from konnektu.segments.views import LeafView, TextView

NOBODY = Known()
_PASS = TextView("Those without it pass.", "Те, у кого этого нет, проходят.")
_FAIL = TextView("Those without it do not pass.", "Те, у кого этого нет, не проходят.")
_IN = TextView(
    "People of whom nothing is known yet are in.",
    "Клиенты, о которых ещё ничего не известно, входят в сегмент.",
)
_OUT = TextView(
    "People of whom nothing is known yet are not in.",
    "Клиенты, о которых ещё ничего не известно, в сегмент не входят.",
)


class Placed(Struct, frozen=True):
    """A leaf with its place in a definition."""

    place: str
    leaf: Leaf
    is_negated: bool
    """Whether the `not`s around it turn it round."""


class Teller(Struct, frozen=True):
    """How a workspace calls what its rules name."""

    zone: str
    labels: Mapping[str, str] = {}

    def segment(self, definition: Definition) -> TextView:
        """A definition in words."""
        return TextView(*(segment_summary(definition, one) for one in self._tongues()))

    def rule(self, rule: Rule) -> TextView:
        """A rule in words."""
        return TextView(*(rule_summary(rule, one) for one in self._tongues()))

    def formula(self, formula: Formula) -> TextView:
        """A formula in words."""
        return TextView(*(formula_summary(formula, one) for one in self._tongues()))

    def as_of(self, at: int | None) -> TextView:
        """Which instant a rank is of; None of one that is not computed yet."""
        if at is None:
            return TextView(*(one.say("not_computed") for one in self._tongues()))
        return TextView(*(one.say("as_of", at=one.instant(at)) for one in self._tongues()))

    def leaves(self, definition: Definition, at: int, formulas: Formulas | None = None) -> list[LeafView]:
        """Every leaf in words, with what becomes of people without what it asks for."""
        return [self._leaf(one, at, formulas or {}) for one in placed(definition)]

    def _leaf(self, one: Placed, at: int, formulas: Formulas) -> LeafView:
        passes = holds(written_out(one.leaf, formulas), NOBODY, at) != one.is_negated
        return LeafView(
            place=one.place, text=self.rule(one.leaf), passes=passes, empties=_PASS if passes else _FAIL
        )

    def _tongues(self) -> tuple[Tongue, Tongue]:
        return Tongue("en", self.zone, self.labels), Tongue("ru", self.zone, self.labels)


def teller(
    zone: str, segments: Mapping[str, Standing], computed: Mapping[str, Computed] | None = None
) -> Teller:
    """A teller that knows the names of segments and of computed attributes."""
    values = {COMPUTED + one.key: one.stated.title for one in (computed or {}).values()}
    return Teller(zone, values | {one.key: one.stated.name for one in segments.values()})


def empties(definition: Definition, at: int) -> TextView:
    """What becomes of people of whom nothing is known."""
    return _IN if holds(definition.entry, NOBODY, at) else _OUT


def placed(definition: Definition) -> Iterator[Placed]:
    """The leaves of a definition with their places, as faults name them."""
    yield from _placed(definition.entry, "entry", is_negated=False)
    if definition.exit is not None:
        yield from _placed(definition.exit, "exit", is_negated=False)


def _placed(rule: Rule, place: str, *, is_negated: bool) -> Iterator[Placed]:
    if isinstance(rule, All | Any):
        for number, one in enumerate(rule.rules):
            yield from _placed(one, f"{place}.rules[{number}]", is_negated=is_negated)
    elif isinstance(rule, Not):
        yield from _placed(rule.rule, f"{place}.rule", is_negated=not is_negated)
    else:
        yield Placed(place, rule, is_negated)


def parts(rule: Rule, place: str = "entry") -> Iterator[tuple[str, Rule]]:
    """Every group, row and `not` of a rule with its place, from the outside inward."""
    yield place, rule
    if isinstance(rule, All | Any):
        for number, one in enumerate(rule.rules):
            yield from parts(one, f"{place}.rules[{number}]")
    elif isinstance(rule, Not):
        yield from parts(rule.rule, f"{place}.rule")
