"""Patterns of names, usual sizes, lateness."""

import string
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.transfers.logic import archived, is_late, pattern, unusual
from konnektu.transfers.model import WrongPattern

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("text", "name", "is_meant"),
    [
        ("in/orders_{YYYY}{MM}{DD}*.csv", "orders_20260131-2.csv", True),
        ("in/orders_{YYYY}{MM}{DD}*.csv", "orders_20260231.csv", False),
        ("in/orders_{YYYY}{MM}{DD}*.csv", "orders_2026013.csv", False),
        ("orders_{DD}.{MM}.{YYYY}.csv", "orders_31.01.2026.csv", True),
        ("orders_{DD}.{MM}.{YYYY}.csv", "orders_31x01x2026.csv", False),
        ("o?.csv", "o1.csv", True),
        ("o?.csv", "o.csv", False),
        ("*.csv", "a.csv.ok", False),
        ("{YYYY}/{YYYY}.csv", "", None),
        ("a_{YYYY}_{YYYY}.csv", "a_2025_2026.csv", False),
        ("in/{WW}.csv", "", None),
        ("../secret/*.csv", "", None),
        ("in/", "", None),
        ("in/*/x.csv", "", None),
        ("in/{YYYY.csv", "", None),
    ],
)
def test_a_pattern_means_what_it_says(text: str, name: str, is_meant: bool | None) -> None:
    if is_meant is None:
        with pytest.raises(WrongPattern):
            pattern(text)
    else:
        assert pattern(text).matches(name) is is_meant


def test_days_are_those_of_the_workspace() -> None:
    evening = 1_767_214_800_000  # 2025-12-31T21:00Z, midnight in Moscow
    wanted = pattern("f/{YYYY}-{MM}-{DD}.csv")
    assert wanted.expanded(evening, MOSCOW) == ["f/2025-12-31.csv", "f/2026-01-01.csv"]
    assert wanted.expanded(evening - 1, MOSCOW) == ["f/2025-12-30.csv", "f/2025-12-31.csv"]
    assert pattern("f/all.csv").expanded(evening, MOSCOW) == ["f/all.csv"]


@given(st.text(string.ascii_letters + string.digits + "._- ()+^$[]", min_size=1).filter(str.strip))
def test_a_plain_name_means_itself_alone(name: str) -> None:
    wanted = pattern(f"in/{name}".strip())
    assert wanted.matches(wanted.name)
    assert not wanted.matches(wanted.name + "x")


def test_sizes_are_judged_by_the_middle_of_the_last_ten() -> None:
    assert unusual(1, [100, 110], 3.0) == ""
    assert "middle of the last 3 is 100" in unusual(20, [100, 90, 110], 3.0)
    assert unusual(34, [100] * 10 + [1] * 20, 3.0) == ""
    assert unusual(301, [100] * 10, 3.0)
    assert unusual(301, [100] * 10, 0.0) == ""


def test_late_is_longer_than_allowed() -> None:
    hour = 3_600_000
    assert not is_late(0, 0, 10**12)
    assert not is_late(0, 2, 2 * hour)
    assert is_late(0, 2, 2 * hour + 1)


def test_a_file_is_put_away_under_one_name_whoever_tries() -> None:
    assert archived("in/a/x.csv", "done/", 1_767_214_800_000, 7) == "done/20251231T210000-7-x.csv"
