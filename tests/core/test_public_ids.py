"""Public ids: one UUID an inside id, and back; anything else is refused."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.errors import NotFound
from konnektu.core.ids import internal_id, public_id


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**62 - 1))
def test_there_and_back(instant, inside):
    text = public_id(instant, inside)
    assert internal_id(text) == internal_id(text.upper()) == inside
    assert uuid.UUID(text).version == 7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "00000000-0000-0000-0000-000000000000",
        str(uuid.UUID(int=2**127 + 5)),
        "x" * 36,
        None,
        7,
        [],
        {},
    ],
)
def test_anything_else_is_not_found(text):
    with pytest.raises(NotFound):
        internal_id(text)


def test_a_mistyped_id_is_not_found():
    text = public_id(1_760_000_000_000, 4711 << 5)
    with pytest.raises(NotFound):
        internal_id(text[:-1] + ("1" if text[-1] != "1" else "2"))
