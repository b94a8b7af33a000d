"""What streams keep: the same whatever the order of arrival, and however disjoint sets are united."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.rules.live.keeping import (
    KeepAll,
    KeepBest,
    KeepFirst,
    KeepLatest,
    KeepShares,
    KeepStairs,
    KeepTotal,
    KeepValues,
)

NOW = 100


def _floor(at):
    return at - 60


KEEPS: dict[str, Callable[[], Any]] = {
    "all": partial(KeepAll, _floor),
    "all of all time": partial(KeepAll, None),
    "latest": partial(KeepLatest, 3, _floor),
    "first": KeepFirst,
    "stairs of the greatest": partial(KeepStairs, _floor, is_max=True),
    "stairs of the least": partial(KeepStairs, _floor, is_max=False),
    "greatest": partial(KeepBest, is_max=True),
    "least": partial(KeepBest, is_max=False),
    "total": KeepTotal,
    "values": partial(KeepValues, _floor),
}
ENTRIES = st.lists(st.tuples(st.integers(0, NOW), st.integers(0, 4)), max_size=14).map(
    lambda drawn: [(time, position, value) for position, (time, value) in enumerate(drawn)]
)


def _kept(keep, entries):
    held = keep.empty()
    for entry in entries:
        keep.add(held, entry, NOW)
    return held


def _in_reach(held):
    """What a window may still ask for: what lies below the floor may stay until the next entry."""
    if isinstance(held, dict):
        return {value: time for value, time in held.items() if time >= _floor(NOW)}
    return [one for one in held if not isinstance(one, tuple) or one[0] >= _floor(NOW)]


@pytest.mark.parametrize("name", KEEPS)
@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_means_nothing(name, entries, drawn):
    keep = KEEPS[name]()
    shuffled = list(entries)
    drawn.shuffle(shuffled)
    assert _in_reach(_kept(keep, shuffled)) == _in_reach(_kept(keep, entries))


@pytest.mark.parametrize("name", KEEPS)
@given(ENTRIES, st.integers(0, 14))
def test_what_two_disjoint_sets_leave_is_what_their_union_leaves(name, entries, cut):
    keep = KEEPS[name]()
    left, right = _kept(keep, entries[:cut]), _kept(keep, entries[cut:])
    whole = _in_reach(_kept(keep, entries))
    assert _in_reach(keep.unite(left, right)) == whole
    assert _in_reach(keep.unite(right, left)) == whole


@given(ENTRIES)
def test_stairs_hold_the_greatest_of_every_later_window(entries):
    held = _kept(KeepStairs(None, is_max=True), entries)
    for start in range(NOW + 1):
        inside = [value for time, _, value in entries if time >= start]
        on_stairs = next((value for time, _, value in held if time >= start), None)
        assert on_stairs == max(inside, default=None)


@given(ENTRIES, st.integers(0, 14))
def test_shares_sum_the_weights_of_a_text_and_know_its_latest_entry(entries, cut):
    keep = KeepShares()
    weighed = [(time, position, (f"t{value}", time)) for time, position, value in entries]
    whole = {
        text: (sum(one[2][1] for one in its), *max(one[:2] for one in its))
        for text in {one[2][0] for one in weighed}
        if (its := [one for one in weighed if one[2][0] == text])
    }
    assert _kept(keep, weighed) == _kept(keep, weighed[::-1]) == whole
    assert keep.unite(_kept(keep, weighed[:cut]), _kept(keep, weighed[cut:])) == whole
