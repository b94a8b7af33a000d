"""Values that many people carry."""

from typing import Any

import pytest

from konnektu.core.contacts import is_blocked


@pytest.mark.parametrize(
    "value",
    ["", "  ", "0", "000-000", "00000000-0000-0000-0000-000000000000", "-1", "NULL", "None", "undefined", "NaN",
     "Anonymous", "test", "{{user.id}}", "${id}", "%USER_ID%", "[object Object]", "не указано", "---", "\x00", "???"],
)  # fmt: skip
def test_fillers_are_blocked(value: Any) -> None:
    assert is_blocked(value)


@pytest.mark.parametrize("value", ["42", "u-1", "anna", "7f3a", "10", "testov", "nulla", "100500"])
def test_real_ids_are_not(value: Any) -> None:
    assert not is_blocked(value)
