"""The event store beside the reference: one query a tree over people and instants, and no verdict differs."""

from random import Random

import pytest

from konnektu.bench import drawing
from konnektu.rules.memory import belongs
from konnektu.rules.model import Segment
from konnektu.rules.sql import LEAVES
from konnektu.rules.walking import leaves

from tests.rules.sql.asking import asked, told

WRITTEN = [kind for kind in drawing.LEAF_KINDS if kind not in {"consent", "source", "member", "rank"}]
EACH = 12


@pytest.mark.parametrize("kind", [*WRITTEN, ""], ids=[*WRITTEN, "tree"])
def test_every_verdict(history, kind):
    drawn, compared, true = Random(f"sql {kind}"), 0, 0
    cases = _cases(drawn, kind)
    told(history, [case.known for case in cases])
    for place, case in enumerate(cases, 1):
        beside = (place % len(cases)) + 1
        pairs = [(place, at, case.known) for at in case.instants]
        pairs += [(beside, at, cases[beside - 1].known) for at in case.instants]
        segment = Segment(case.rule, people=drawn.choice(("known", "all")))
        right = [belongs(segment, known, at) for _, at, known in pairs]
        assert asked(history, segment, pairs) == right, (kind, place, case.rule, case.known, pairs)
        compared, true = compared + len(right), true + sum(right)
    assert compared > EACH
    assert true


def _cases(drawn, kind):
    found = []
    while len(found) < EACH:
        case = drawing.case(drawn, kind)
        if all(type(one) in LEAVES for one in leaves(case.rule)):
            found.append(case)
    return found
