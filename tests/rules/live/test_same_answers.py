"""The live evaluator beside the reference, over stories drawn at random: no verdict and no instant differs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.bench.exactness import comparing


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0, max_value=2**40))
def test_any_story(seed):
    assert list(comparing.differences([seed])) == []
