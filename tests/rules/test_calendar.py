from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.clock import DAY, HOUR
from konnektu.rules.calendar import (
    anniversary,
    day_of,
    day_start,
    days_until_anniversary,
    full_years,
    hour_start,
    is_zone,
    period_after,
    period_of,
)
from tests.rules.making import at

ZONES = st.sampled_from(
    ("Europe/Berlin", "Europe/Moscow", "America/Havana", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia",
     "Asia/Beirut", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe", "UTC")
)  # fmt: skip
INSTANTS = st.integers(at("1995-01-01"), at("2035-01-01"))


@given(INSTANTS, ZONES)
def test_every_instant_lies_in_one_local_day(instant, zone):
    day = day_of(instant, zone)
    assert day_start(day, zone) <= instant < day_start(day + timedelta(days=1), zone)


@given(st.dates(date(1995, 1, 1), date(2035, 1, 1)), ZONES)
def test_days_follow_each_other_and_none_has_more_than_25_hours(day, zone):
    length = day_start(day + timedelta(days=1), zone) - day_start(day, zone)
    assert 0 <= length <= 25 * HOUR
    assert length >= 22 * HOUR or (zone, day) == ("Pacific/Apia", date(2011, 12, 30))


def test_a_day_whose_midnight_was_jumped_over_begins_with_the_jump():
    assert day_start(date(2024, 3, 10), "America/Havana") == at("2024-03-10T05:00")
    assert day_start(date(2018, 11, 4), "America/Sao_Paulo") == at("2018-11-04T03:00")


def test_a_day_begins_with_a_jump_from_before_midnight_to_after_it():
    assert day_start(date(1919, 3, 31), "America/Toronto") == at("1919-03-31T04:30")


def test_a_day_that_was_left_out_has_no_length():
    assert day_start(date(2011, 12, 30), "Pacific/Apia") == day_start(date(2011, 12, 31), "Pacific/Apia")
    assert day_of(at("2011-12-30T10:00"), "Pacific/Apia") == date(2011, 12, 31)


def test_midnight_that_comes_twice_begins_the_day_the_first_time():
    first = at("2024-11-03T04:00")
    assert day_start(date(2024, 11, 3), "America/Havana") == first
    assert day_of(first + HOUR, "America/Havana") == date(2024, 11, 3)


def test_an_hour_that_clocks_jump_over_is_when_they_jump():
    assert hour_start(date(2024, 3, 31), 2, "Europe/Berlin") == at("2024-03-31T01:00")
    assert hour_start(date(2024, 10, 27), 2, "Europe/Berlin") == at("2024-10-27T00:00")


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        ("day", date(2024, 2, 29)),
        ("week", date(2024, 2, 26)),
        ("month", date(2024, 2, 1)),
        ("quarter", date(2024, 1, 1)),
        ("year", date(2024, 1, 1)),
    ],
)
def test_a_period_begins_on_its_first_day(unit, first):
    assert period_of(date(2024, 2, 29), unit) == first


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from(("day", "week", "month", "quarter", "year")),
    st.integers(-30, 30),
)
def test_periods_are_counted_there_and_back(day, unit, periods):
    first = period_of(day, unit)
    moved = period_after(first, unit, periods)
    assert period_of(moved, unit) == moved
    assert period_after(moved, unit, -periods) == first


def test_who_was_born_on_29_february_has_the_stated_day_in_other_years():
    born = date(2000, 2, 29)
    assert anniversary(born, 2024, "1 March") == date(2024, 2, 29)
    assert anniversary(born, 2023, "1 March") == date(2023, 3, 1)
    assert anniversary(born, 2023, "28 February") == date(2023, 2, 28)
    assert [full_years(born, date(2023, month, day), "1 March") for month, day in ((2, 28), (3, 1))] == [
        22,
        23,
    ]
    assert [full_years(born, date(2023, month, day), "28 February") for month, day in ((2, 27), (2, 28))] == [
        22,
        23,
    ]


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from(("28 February", "1 March")),
)
def test_the_next_anniversary_is_the_first_day_from_today_on_that_is_one(day, today, leap):
    left = days_until_anniversary(day, today, leap)
    ones = [
        one
        for ahead in range(400)
        if anniversary(day, (one := today + timedelta(days=ahead)).year, leap) == one
    ]
    assert today + timedelta(days=left) == ones[0]


def test_zones_are_those_of_the_database():
    assert is_zone("Europe/Berlin")
    assert not is_zone("Berlin")
    assert not is_zone("../etc/passwd")


def test_local_days_agree_with_the_clock_away_from_changes():
    noon = datetime(2024, 7, 1, 12, tzinfo=UTC)
    assert day_of(round(noon.timestamp() * 1000), "Asia/Kathmandu") == date(2024, 7, 1)
    assert day_start(date(2024, 7, 1), "Asia/Kathmandu") == at("2024-06-30T18:15")
    assert (
        day_start(date(2024, 7, 2), "Asia/Kathmandu") - day_start(date(2024, 7, 1), "Asia/Kathmandu") == DAY
    )
