"""Values of computed attributes as closures over states. In: formulas without others in them. Out: values. Pure.

A value is read when somebody asks: nothing is decided for it in time, and no instant is due. What it is made of is
remembered like the leaves of rules, and shared with them.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any as AnyValue

from konnektu.core.clock import DAY
from konnektu.rules import normal, walking
from konnektu.rules.conditions import Present
from konnektu.rules.formulas import DaysPassed, Formula, Interest, Labels, Most
from konnektu.rules.known import Instant
from konnektu.rules.live import leaves as leaf_closures
from konnektu.rules.live.clock import Clock
from konnektu.rules.live.favourites import most, read_by
from konnektu.rules.live.figures import Streams
from konnektu.rules.live.interests import weighed
from konnektu.rules.live.values import Result
from konnektu.rules.model import All, Any, Leaf, Measured, Member, Not, Rule

ValueAt = Callable[[AnyValue, Clock], Result | None]
"""Of a state at an instant that is not before the one at which it was decided."""
Inside = Mapping[str, int]
"""The bit of each segment compiled beside, by name."""
Is = Callable[[AnyValue, Clock], bool]


def parts(formula: Formula) -> Iterator[Leaf]:
    """Leaves that look at what a formula is made of."""
    if isinstance(formula, Labels):
        for one in formula.labels:
            yield from walking.leaves(one.rule)
    elif isinstance(formula, Most | Interest):
        yield from read_by(formula)
    else:
        yield Measured(formula.figure, Present())


def kept_for(formula: Formula) -> Iterator[Leaf]:
    """Leaves whose streams remember what a formula is made of; what texts weigh has a stream of its own."""
    if not isinstance(formula, Most | Interest):
        yield from parts(formula)


def valued(formula: Formula, plan: Streams, inside: Inside) -> ValueAt:
    """The closure of a formula."""
    if isinstance(formula, Labels):
        named = [(_rule(one.rule, plan, inside), one.name) for one in formula.labels]
        return lambda state, clock: next((name for holds, name in named if holds(state, clock)), None)
    if isinstance(formula, Most):
        return most(formula, plan)
    if isinstance(formula, Interest):
        found = weighed(formula, plan)
        return lambda state, clock: next((text for text, _ in found(state, clock)), None)
    value = leaf_closures.figure(normal.normal(formula.figure), plan)
    if isinstance(formula, DaysPassed):
        return lambda state, clock: _days(value(state, clock)[0], clock)
    return lambda state, clock: value(state, clock)[0]


def _days(value: Result | None, clock: Clock) -> Fraction | None:
    if value is None:
        return None
    if isinstance(value, Instant):
        return Fraction((clock.at - value.ms) // DAY) if value.ms <= clock.at else None
    return Fraction((clock.today(clock.home) - value).days)  # type: ignore[operator]  # else it is a day


def _rule(rule: Rule, plan: Streams, inside: Inside) -> Is:
    if isinstance(rule, Not):
        inner = _rule(rule.rule, plan, inside)
        return lambda state, clock: not inner(state, clock)
    if isinstance(rule, All | Any):
        several = tuple(_rule(one, plan, inside) for one in rule.rules)
        together = all if isinstance(rule, All) else any
        return lambda state, clock: together(one(state, clock) for one in several)
    if isinstance(rule, Member) and rule.segment in inside:
        bit = inside[rule.segment]
        return lambda state, _clock: bool(state.inside & bit)
    held = leaf_closures.held(normal.normal(rule), plan)
    return lambda state, clock: held(state, clock)[0]
