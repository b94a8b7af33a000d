"""Birth dates as forms, tables and programs write them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from konnektu.core.names import BirthDate, birth_date, birth_dates_conflict

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "raw",
    [
        "1985-03-12", "1985-03-12T00:00:00", "1985-03-12 00:00:00", "12.03.1985", "12/03/1985", "12-03-1985", " 12.3.1985 ",
        "12 марта 1985", "12 марта 1985 г.", "12 мар 1985", "12 March 1985", "19850312", "1985/03/12", "1985.03.12",
        479433600, "479433600", 479433600000, "1985-03-11T21:00:00.000Z", "1985-03-11T20:00:00Z", "1985-03-12T05:00:00Z",
        "1985-03-12T00:00:00+03:00", "12.03.1985 0:00", date(1985, 3, 12), 479433600.0, 479433600 - 3 * 3600,
    ],
)  # fmt: skip
def test_one_day_in_many_spellings(raw: Any) -> None:
    assert birth_date(raw, TODAY) == BirthDate("1985-03-12")


def test_a_month_above_twelve_is_a_day() -> None:
    assert birth_date("03/25/1985", TODAY) == BirthDate("1985-03-25")


@pytest.mark.parametrize("raw", ["11.11.1911", "1970-01-01", "01.01.1980", "2000-01-01"])
def test_fillers_are_marked(raw: Any) -> None:
    found = birth_date(raw)
    assert found
    assert found.is_filler


@pytest.mark.parametrize(
    "raw",
    ["", "нет", "31.02.1990", "1899-12-30", "0001-01-01", "2050-01-01", "2026-11-22", "1901-05-05", None, True, [], float("nan"),
     float("inf"), 10**400, "99.99.9999", 0.5e300, "9999-12-31T23:00:00Z", "12 тринадцатого 1985"],
)  # fmt: skip
def test_no_date_or_none_alive(raw: Any) -> None:
    assert birth_date(raw, TODAY) is None


@pytest.mark.parametrize(
    ("left", "right", "conflict"),
    [
        ("1985-03-12", "1985-03-12", False), ("1985-03-12", "1985-12-03", False), ("1985-03-12", "1985-03-17", False),
        ("1985-03-12", "1958-03-12", False), ("1985-03-12", "1995-04-12", False), ("1985-03-12", "1991-07-30", True),
        ("1985-03-12", "2010-03-25", True), ("1985-03-12", "1970-01-01", False), ("", "1985-03-12", False),
    ],
)  # fmt: skip
def test_dates_conflict_beyond_two_edits(left: str, right: str, conflict: bool) -> None:
    assert birth_dates_conflict(left, right) == conflict
    assert birth_dates_conflict(right, left) == conflict


@given(st.text(st.characters(), max_size=40) | st.floats() | st.integers() | st.dates().map(str))
@example("\x00")
@example("\ud800")
@example("1" * 1_000_000)
@example("١٢.٠٣.١٩٨٥")
def test_anything_gives_a_date_that_stays_or_none(raw: Any) -> None:
    found = birth_date(raw, TODAY)
    if found:
        assert birth_date(found.value, TODAY) == found
