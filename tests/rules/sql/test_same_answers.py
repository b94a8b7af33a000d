"""The event store beside the reference: one query a tree over people and instants, and no verdict differs."""

from random import Random

import pytest
from msgspec import structs

from konnektu.bench import drawing
from konnektu.rules.memory import Asked, belongs, place_by, top
from konnektu.rules.memory.verdicts import is_counted
from konnektu.rules.model import Rank, Segment
from konnektu.rules.sql import LEAVES, VERSIONED
from konnektu.rules.walking import leaves
from tests.rules.sql.asking import asked, counted, first, told

EACH, PEOPLE = 2, 8
OF_VERSIONS = ("consent", "source", "member", "rank")
"""Kinds that are asked of versions alone; a count has their verdicts in its copy."""


@pytest.mark.parametrize("group", [("events", "last_events", "sequence", "compare"), ("orders", "lines", "related"),
                                   ("attribute", "product_list", "tag", "identified", ""),
                                   OF_VERSIONS],
                         ids=["behaviour", "entities", "person", "versions"])  # fmt: skip
def test_every_verdict(history, group):
    drawn = Random(f"sql {group}")
    found: list[bool] = []
    for kind in group:
        cases = _cases(drawn, kind)
        people = [case.known for case in cases]
        people += [drawing.known(drawn, cases[0].base) for _ in range(PEOPLE - EACH)]
        told(history, people)
        found += [one for case in cases for one in _compared(history, drawn, case, people)]
    assert len(found) / 10 < sum(found) < len(found)


def test_the_order_over_everybody(history):
    drawn, wide = Random("sql order"), 0
    case = drawing.case(drawn, "rank")
    people = [drawing.known(drawn, case.base) for _ in range(5 * PEOPLE)]
    told(history, people)
    for unit in ("percent", "people") * 12:
        leaf = drawing.leaf(drawn, case.base, "rank")
        assert isinstance(leaf, Rank)
        rank = structs.replace(leaf, top=drawn.choice((3, 40)), unit=unit)
        segment, at = Segment(rank), drawn.choice(case.instants)
        figures = {
            place: place_by(rank, Asked(one, at)) if is_counted(segment, one) else None
            for place, one in enumerate(people, 1)
        }
        inside, placed = top(rank, figures), sum(one is not None for one in figures.values())
        assert first(history, rank, people, at) == (placed, inside), (rank, people, at)
        assert set(counted(history, segment, people, at).sample) == set(sorted(inside)[:10])
        wide += 0 < len(inside) < placed
    assert wide > 6


def _compared(history, drawn, case, people):
    """The verdicts of one tree on everybody at each instant."""
    pairs = [(place, at, known) for place, known in enumerate(people, 1) for at in case.instants]
    segment = Segment(case.rule, people=drawn.choice(("known", "all")))
    right = [belongs(segment, known, at) for _, at, known in pairs]
    assert asked(history, segment, pairs) == right, (case.rule, people, pairs)
    if any(type(one) in VERSIONED for one in leaves(case.rule)):
        return right
    at = drawn.choice(case.instants)
    inside = [place for place, one in enumerate(people, 1) if belongs(segment, one, at)]
    base = sum(is_counted(segment, one) for one in people)
    found = counted(history, segment, people, at)
    assert (found.base, found.people, list(found.sample)) == (base, len(inside), inside), (
        case.rule,
        people,
        at,
    )
    assert list(found.parts) == [len(inside), base - len(inside)]
    return right


def _cases(drawn: Random, kind: str) -> list[drawing.Case]:
    found: list[drawing.Case] = []
    while len(found) < EACH:
        case = drawing.case(drawn, kind)
        is_counted = all(type(one) in LEAVES for one in leaves(case.rule))
        if is_counted or kind in OF_VERSIONS:
            found.append(case)
    return found
