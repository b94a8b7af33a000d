"""The three evaluators over a fixed budget of lives: nothing differs, and nothing that is known to break is missed."""

from konnektu.bench.drawing import LEAF_KINDS
from konnektu.bench.exactness import comparing

SEED, LIVES = 30_030, 2
BATCHES = len(LEAF_KINDS)
"""One of each kind of leaf."""


def test_a_fixed_budget_of_lives(history):
    told = comparing.tallied(range(SEED, SEED + BATCHES), 10**6, history, LIVES).told(SEED)
    assert told.missed() == []
    assert told.found == ()
    assert told.compared_by["clickhouse"] > told.compared_by["reference"] / 2
    assert told.transitions_compared > told.comparisons / 20
