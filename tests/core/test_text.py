"""Text at the door, and distances between words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.text import clean, edits, fold, squeeze, within_one_edit

WORDS = st.text("abc", max_size=6)


def test_unstorable_characters_are_replaced_and_seen() -> None:
    assert clean("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    assert clean("и\u0306") == "й"
    assert squeeze("  a \u00a0\n b ") == "a b"
    assert fold("ЁЛКА") == "елка"


@given(st.text(st.characters()))
def test_clean_text_stays_and_can_be_stored(text: str) -> None:
    found = clean(text)
    assert clean(found) == found
    assert "\x00" not in found
    assert found.encode().decode() == found


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("", "", 0),
        ("abc", "acb", 1),
        ("abc", "abd", 1),
        ("abc", "ab", 1),
        ("kitten", "sitting", 3),
        ("ca", "abc", 3),
    ],
)
def test_distance(left: str, right: str, distance: int) -> None:
    assert edits(left, right) == distance


@given(WORDS, WORDS)
def test_the_quick_answer_agrees_with_the_distance(left: str, right: str) -> None:
    assert within_one_edit(left, right) == (edits(left, right) <= 1)
    assert edits(left, right) == edits(right, left)
