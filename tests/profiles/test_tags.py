"""Tags: the last word on each holds, whatever atom said it and in what order."""

from random import Random
from typing import Any

import pytest

from konnektu.profiles.model import TagWord
from konnektu.profiles.tags import present_tags, tag_names, tag_words
from tests.profiles.facts import NOW, an_event


def test_words_of_all_atoms_are_heard_in_order_of_time() -> None:
    words = [
        TagWord(1, "vip", True, 10, 1),
        TagWord(2, "vip", False, 20, 2),
        TagWord(1, "new", False, 30, 3),
        TagWord(2, "new", True, 30, 4),
        TagWord(1, "old", True, 5, 9),
    ]
    for seed in range(5):
        assert present_tags(Random(seed).sample(words, len(words))) == ["new", "old"]


def test_a_removal_overrides_an_addition_of_the_same_fact() -> None:
    event = an_event(40, type="tag", properties={"add": [" VIP  client ", "x"], "remove": ["x"]})
    assert tag_words(event, 7) == [
        TagWord(7, "VIP client", True, NOW + 40_000, 40),
        TagWord(7, "x", False, NOW + 40_000, 40),
    ]


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        (None, []),
        ("vip", []),
        (["", "  ", 5, None, "a", "a"], ["a"]),
        (["x" * 101], []),
        ([f"t{i}" for i in range(300)], [f"t{i}" for i in range(200)]),
    ],
)
def test_unusable_tags_are_left_out(stated: Any, names: list[str]) -> None:
    assert tag_names(stated) == names
