"""The live evaluator beside the reference, over stories drawn at random: no verdict and no instant differs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.bench.drawing import LEAF_KINDS
from konnektu.bench.exactness import comparing
from konnektu.bench.exactness.stories import HAZARDS

BUDGET = 2_000


def test_a_fixed_budget_of_stories():
    told = comparing.compare(seed=20_000, comparisons=BUDGET)
    assert told.found == ()
    assert told.differences == 0
    assert told.comparisons >= BUDGET
    assert told.true_share >= 0.3
    assert told.boundary_share >= 0.35
    assert set(told.by_leaf_kind) == set(LEAF_KINDS)
    assert min(told.by_leaf_kind.values()) >= 0.02
    assert set(told.by_hazard) == set(HAZARDS)
    assert min(told.by_hazard.values()) >= 0.02
    assert told.transitions_compared > BUDGET / 20


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0, max_value=2**40))
def test_any_story(seed):
    assert list(comparing.differences([seed])) == []
