"""Visits of one cookie."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.records import Derived
from konnektu.profiles.visits import GAP, Visit, advance, campaign_key

MINUTE = 60_000
DIRECT = Derived(traffic_source="direct")
INSIDE = Derived()
WINTER = Derived(traffic_source="campaign", utm_source="ya", utm_campaign="winter")
SUMMER = Derived(traffic_source="campaign", utm_source="ya", utm_campaign="summer")


def walk(*steps: tuple[int, Derived, str]) -> Visit:
    visit = None
    for time, derived, url in steps:
        visit = advance(visit, time, derived, is_page=bool(url), url=url)
    assert visit is not None
    return visit


def test_a_visit_counts_its_pages_and_lasts_from_first_to_last_event() -> None:
    visit = walk((0, DIRECT, "/a"), (5 * MINUTE, INSIDE, "/b"), (6 * MINUTE, INSIDE, ""))
    assert visit == Visit(1, 0, 6 * MINUTE, 2, 3, "/a", "", "direct", "")
    assert visit.duration == 6 * MINUTE


def test_thirty_minutes_of_silence_end_it() -> None:
    assert GAP == 30 * MINUTE
    assert walk((0, DIRECT, "/a"), (GAP, INSIDE, "/b")).number == 1
    assert walk((0, DIRECT, "/a"), (GAP + 1, INSIDE, "/b")) == Visit(
        2, GAP + 1, GAP + 1, 1, 1, "/b", "", "", ""
    )


def test_another_campaign_begins_another_visit() -> None:
    assert walk((0, WINTER, "/a"), (MINUTE, INSIDE, "/b"), (2 * MINUTE, WINTER, "/a")).number == 1
    visit = walk((0, WINTER, "/a"), (MINUTE, SUMMER, "/s"))
    assert (visit.number, visit.start, visit.landing, visit.campaign) == (
        2,
        MINUTE,
        "/s",
        campaign_key(SUMMER),
    )


def test_late_events_join_it_or_leave_it_alone() -> None:
    visit = walk((GAP * 3, DIRECT, "/a"), (GAP * 3 + MINUTE, INSIDE, "/b"))
    between = advance(visit, GAP * 3 + 1, INSIDE)
    assert (between.number, between.events, between.last) == (1, 3, visit.last)
    earlier = advance(visit, GAP * 3 - MINUTE, Derived(traffic_source="search"), is_page=True, url="/0")
    assert (earlier.start, earlier.landing, earlier.traffic_source) == (GAP * 3 - MINUTE, "/0", "search")
    assert advance(visit, GAP, INSIDE, is_page=True, url="/old") == visit
    assert advance(visit, GAP * 3 - MINUTE, WINTER) == visit


def test_the_first_event_that_tells_names_the_source() -> None:
    assert walk((0, INSIDE, ""), (MINUTE, DIRECT, "/a")).traffic_source == "direct"


times = st.lists(st.integers(0, 10 * GAP), min_size=1, max_size=30)


@given(times)
def test_in_order_visits_are_the_gaps(sequence: list[int]) -> None:
    ordered = sorted(sequence)
    expected = 1 + sum(later - sooner > GAP for sooner, later in itertools.pairwise(ordered))
    assert walk(*((time, INSIDE, "") for time in ordered)).number == expected


@given(times)
def test_in_any_order_a_visit_is_whole(sequence: list[int]) -> None:
    visit = None
    for time in sequence:
        visit = advance(visit, time, INSIDE)
        assert visit.start <= visit.last
    assert visit is not None
    assert visit.last == max(sequence)


@given(st.lists(st.integers(0, GAP), min_size=1, max_size=10))
def test_within_one_visit_order_does_not_matter(sequence: list[int]) -> None:
    in_order = walk(*((time, INSIDE, "") for time in sorted(sequence)))
    as_came = walk(*((time, INSIDE, "") for time in sequence))
    assert (as_came.start, as_came.last, as_came.events) == (in_order.start, in_order.last, in_order.events)
