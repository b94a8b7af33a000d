"""The event store beside the reference: one query a tree over people and instants, and no verdict differs."""

from random import Random

import pytest

from konnektu.bench import drawing
from konnektu.rules.memory import belongs
from konnektu.rules.model import Segment
from konnektu.rules.sql import LEAVES
from konnektu.rules.walking import leaves
from tests.rules.sql.asking import asked, told

EACH, PEOPLE = 2, 8


@pytest.mark.parametrize("group", [("events", "last_events", "sequence", "compare"), ("orders", "lines", "related"),
                                   ("attribute", "product_list", "tag", "identified", "")],
                         ids=["behaviour", "entities", "person"])  # fmt: skip
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


def _compared(history, drawn, case, people):
    """The verdicts of one tree on everybody at each instant."""
    pairs = [(place, at, known) for place, known in enumerate(people, 1) for at in case.instants]
    segment = Segment(case.rule, people=drawn.choice(("known", "all")))
    right = [belongs(segment, known, at) for _, at, known in pairs]
    assert asked(history, segment, pairs) == right, (case.rule, people, pairs)
    return right


def _cases(drawn: Random, kind: str) -> list[drawing.Case]:
    found: list[drawing.Case] = []
    while len(found) < EACH:
        case = drawing.case(drawn, kind)
        if all(type(one) in LEAVES for one in leaves(case.rule)):
            found.append(case)
    return found
