"""The live evaluator beside the reference, over stories drawn at random: no verdict and no instant differs."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.bench.drawing import LEAF_KINDS
from konnektu.bench.exactness import comparing
from konnektu.bench.exactness.stories import setting, story
from konnektu.bench.exactness.timelines import Live, lively, of_reference, under


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0, max_value=2**40))
def test_any_story(seed):
    assert list(comparing.differences([seed])) == []


def test_what_was_parked_before_a_draft_is_told_to_it_after_an_erasure():
    drawn = Random(10)
    shared = setting(drawn, LEAF_KINDS[10])
    definitions = lively(story(drawn, shared), shared.pool, most=True)
    drawn = Random("10 154")
    told = under(definitions, story(drawn, shared))
    assert {"edit", "erasure", "future"} <= told.hazards
    assert Live(told, drawn).told() == of_reference(told)
