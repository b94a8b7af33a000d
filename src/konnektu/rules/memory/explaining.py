"""Explanations. In: a rule, what is known, an instant. Out: the verdict of every part, with values and evidence."""

from msgspec import Struct

from konnektu.rules.known import Known
from konnektu.rules.memory.asked import Asked
from konnektu.rules.memory.evidence import Evidence, evidence, values
from konnektu.rules.memory.flips import HORIZON, candidates
from konnektu.rules.memory.verdicts import holds, leaf_holds
from konnektu.rules.model import All, Any, Not, Rule


class Reason(Struct, frozen=True):
    """The verdict of a part of a rule, and why."""

    rule: Rule
    holds: bool
    parts: tuple["Reason", ...] = ()
    """Of `all`, `any` and `not`."""
    values: tuple[object, ...] = ()
    """What the leaf compares: the attribute, the figure, both figures; None for a missing one."""
    evidence: tuple[Evidence, ...] = ()


class Explained(Struct, frozen=True):
    """Why a rule holds of a person at an instant, or why not."""

    at: int
    reason: Reason
    changes_at: int | None
    """The next instant at which time alone changes the verdict; None where none does within twelve years."""


def explain(rule: Rule, known: Known, at: int) -> Explained:
    """The verdict on a person at an instant, part by part, and when it will change by itself."""
    return Explained(at, reasoned(rule, Asked(known, at)), changes_at(rule, known, at))


def changes_at(rule: Rule, known: Known, at: int) -> int | None:
    """The next instant at which the verdict is another without a new fact, found by trying."""
    present = holds(rule, known, at)
    tried = candidates(rule, known, at, at + HORIZON)
    return next((one for one in tried if holds(rule, known, one) != present), None)


def reasoned(rule: Rule, asked: Asked) -> Reason:
    """The verdict of every part of a rule."""
    if isinstance(rule, All | Any):
        parts = tuple(reasoned(one, asked) for one in rule.rules)
        joined = all if isinstance(rule, All) else any
        return Reason(rule, joined(one.holds for one in parts), parts)
    if isinstance(rule, Not):
        part = reasoned(rule.rule, asked)
        return Reason(rule, not part.holds, (part,))
    return Reason(rule, leaf_holds(rule, asked), (), values(rule, asked), evidence(rule, asked))
