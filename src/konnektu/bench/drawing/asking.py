"""When to ask, and whom. In: a seeded generator. Out: a rule, somebody it is not indifferent to, instants at edges."""

from random import Random

from msgspec import Struct

from konnektu.bench.drawing import people, trees, words
from konnektu.core.clock import DAY
from konnektu.rules.known import Known
from konnektu.rules.memory.flips import candidates
from konnektu.rules.memory.verdicts import holds
from konnektu.rules.model import Leaf, Rank, Rule, Segment
from konnektu.rules.normal import key
from konnektu.rules.walking import leaves

BEFORE, AFTER = 10 * DAY, 40 * DAY
"""How far from the base edges are looked for."""


def edges(rule: Rule | Segment, known: Known, base: int) -> list[int]:
    """Instants near the base at which time alone may change a verdict, in their order."""
    return candidates(rule, known, base - BEFORE, base + AFTER)


def asked_at(drawn: Random, rule: Rule | Segment, known: Known, base: int) -> int:
    """An instant to ask about: mostly an edge, or the millisecond before or after it."""
    found = edges(rule, known, base)
    if not found or drawn.random() < 0.2:
        return base + drawn.choice((0, *(one.ms for one in words.SPANS))) + drawn.choice(words.JITTER)
    return drawn.choice(found) + drawn.choice(words.JITTER)


class Case(Struct, frozen=True):
    """Something to ask."""

    rule: Rule
    known: Known
    base: int
    instants: tuple[int, ...]
    """In their order: the millisecond before, at and after edges."""
    flips: frozenset[int]
    """Those at which the verdict is another than a millisecond before."""


def case(drawn: Random, kind: str = "", tries: int = 6) -> Case:
    """A rule and somebody, of some that are drawn the first whose verdict changes with time; the last where none does.

    `kind` names the one leaf that the rule is; without it the rule is a tree.
    """
    made = _case(drawn, kind)
    for _ in range(tries - 1):
        if made.flips:
            break
        made = _case(drawn, kind)
    return made


def _case(drawn: Random, kind: str) -> Case:
    base = words.bases(drawn)
    rule = trees.leaf(drawn, base, kind) if kind else trees.rule(drawn, base)
    known = people.known(drawn, base, rank_keys(rule))
    found = edges(rule, known, base)
    flips = [one for one in found if holds(rule, known, one) != holds(rule, known, one - 1)]
    asked = flips[:4] or drawn.sample(found, min(len(found), 2)) or [base]
    instants = {one + beside for one in asked for beside in words.JITTER}
    return Case(rule, known, base, tuple(sorted(instants)), frozenset(flips))


def rank_keys(rule: Rule | Segment) -> tuple[str, ...]:
    """The keys of the ranks that a rule asks for."""
    found: list[Leaf] = [one for one in leaves(rule) if isinstance(one, Rank)]
    return tuple(dict.fromkeys(key(one) for one in found))
