import pytest

from konnektu.core.clock import DAY, HOUR
from konnektu.rules.figures import Since, What
from konnektu.rules.memory.asked import Asked, interval
from konnektu.rules.windows import Absolute, Calendar, Ever, Rolling, Span
from tests.rules.making import NOON, at, edge, event, events_in, person

WEEK = Rolling(Span(7))


def test_an_event_enters_a_rolling_window_when_it_happens_and_leaves_exactly_a_span_later():
    known = person(event(NOON))
    assert edge(events_in(WEEK), known, NOON) == (False, True, True)
    assert edge(events_in(WEEK), known, NOON + 7 * DAY) == (True, False, False)


def test_between_seven_and_three_days_ago_is_open_on_the_left_and_closed_on_the_right():
    known, window = person(event(NOON)), Rolling(Span(7), Span(3))
    assert edge(events_in(window), known, NOON + 3 * DAY) == (False, True, True)
    assert edge(events_in(window), known, NOON + 7 * DAY) == (True, False, False)


@pytest.mark.parametrize(
    ("unit", "length"), [("second", 1_000), ("minute", 60_000), ("hour", HOUR), ("week", 7 * DAY)]
)
def test_every_unit_of_a_span_has_its_length(unit, length):
    known = person(event(NOON))
    assert edge(events_in(Rolling(Span(1, unit))), known, NOON + length) == (True, False, False)


def test_a_day_of_a_rolling_window_has_24_hours_though_the_local_day_has_25():
    before = at("2024-10-26T12:00+02:00")
    assert edge(events_in(Rolling(Span(1))), person(event(before)), before + 24 * HOUR) == (
        True,
        False,
        False,
    )


def test_what_lies_in_the_future_is_not_seen_in_any_window():
    known = person(event(NOON))
    for window in (Ever(), WEEK, Calendar("day"), Absolute(NOON - 1), Absolute(None, NOON + 1)):
        assert edge(events_in(window), known, NOON) == (False, True, True), window


def test_today_begins_with_local_midnight_and_ends_before_the_next():
    today = Calendar("day", zone="Europe/Berlin")
    midnight = at("2024-10-27T00:00+02:00")
    early = person(event(midnight))
    late = person(event(midnight - 1))
    assert edge(events_in(today), early, midnight) == (False, True, True)
    assert edge(events_in(today), early, midnight + 25 * HOUR) == (True, False, False)
    assert edge(events_in(today), late, midnight) == (True, False, False)


@pytest.mark.parametrize(
    ("begins", "hours"),
    [("2024-10-27T00:00+02:00", 25), ("2024-03-31T00:00+01:00", 23), ("2024-06-01T00:00+02:00", 24)],
)
def test_a_local_day_may_have_23_or_25_hours(begins, hours):
    start = at(begins)
    asked = Asked(person(), start + HOUR)
    assert interval(Calendar("day", zone="Europe/Berlin"), asked) == (start, start + hours * HOUR)


@pytest.mark.parametrize(
    ("window", "begins", "ends"),
    [
        (Calendar("week"), "2025-06-09T00:00+03:00", "2025-06-16T00:00+03:00"),
        (Calendar("month"), "2025-06-01T00:00+03:00", "2025-07-01T00:00+03:00"),
        (Calendar("month", -1, -1), "2025-05-01T00:00+03:00", "2025-06-01T00:00+03:00"),
        (Calendar("month", -3, -1), "2025-03-01T00:00+03:00", "2025-06-01T00:00+03:00"),
        (Calendar("quarter"), "2025-04-01T00:00+03:00", "2025-07-01T00:00+03:00"),
        (Calendar("quarter", -2, -1), "2024-10-01T00:00+03:00", "2025-04-01T00:00+03:00"),
        (Calendar("year", -1, 0), "2024-01-01T00:00+03:00", "2026-01-01T00:00+03:00"),
        (Calendar("day", -1, -1), "2025-06-14T00:00+03:00", "2025-06-15T00:00+03:00"),
    ],
)
def test_periods_are_counted_from_the_present_one(window, begins, ends):
    assert interval(window, Asked(person(), NOON)) == (at(begins), at(ends))


def test_a_window_may_go_by_the_persons_own_zone_and_by_the_workspaces_where_it_is_not_known():
    window, far_east = Calendar("day", zone="person"), at("2025-06-15T00:00+12:00")
    there = person(zone="Asia/Kamchatka")
    assert interval(window, Asked(there, far_east))[0] == far_east
    assert interval(window, Asked(person(), far_east))[0] == at("2025-06-14T00:00+03:00")


def test_an_absolute_window_begins_with_its_first_instant_and_ends_before_its_last():
    window = Absolute(NOON, NOON + 10)
    inside = [events_in(window), person]
    seen = [edge(inside[0], person(event(NOON + beside)), NOON + 100)[1] for beside in (-1, 0, 9, 10)]
    assert seen == [False, True, True, False]


def test_since_begins_after_the_latest_event_known_by_time_and_then_position():
    rule = events_in(Since(What(("cart",))))
    cart, later = event(NOON, "cart", 5), event(NOON, "cart", 8)
    assert not edge(rule, person(event(NOON, position=4), cart), NOON)[1]
    assert edge(rule, person(event(NOON, position=6), cart), NOON) == (False, True, True)
    assert not edge(rule, person(event(NOON, position=6), cart, later), NOON)[1]


def test_the_event_that_begins_a_window_does_not_lie_in_it():
    rule = events_in(Since(What(("order",))))
    assert edge(rule, person(event(NOON, position=1), event(NOON - 1, position=2)), NOON) == (
        False,
        False,
        False,
    )


def test_since_an_event_that_never_was_the_window_holds_nothing():
    rule = events_in(Since(What(("cart",))))
    assert edge(rule, person(event(NOON)), NOON + 1) == (False, False, False)
