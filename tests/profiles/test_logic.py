"""Any order, any cut into blocks, any tree of merges: one state."""

from decimal import Decimal
from functools import reduce
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.records import ROBOT, TEST, Derived, Identifier, Resolved
from konnektu.profiles.logic import DEFAULT_FOLDING, fold_attributes, fold_basics, refold, unite
from konnektu.profiles.model import ProfileState
from tests.profiles.facts import DAY, NOW, a_fact, fact_lists


def folded(facts: list[Resolved]) -> ProfileState:
    state = ProfileState()
    for fact in facts:
        fold_basics(state.basics, fact.event, DEFAULT_FOLDING)
        fold_attributes(state, fact.event, DEFAULT_FOLDING)
    return state


def tree_of_merges(parts: list[ProfileState], random: Random) -> ProfileState:
    while len(parts) > 1:
        left, right = (parts.pop(random.randrange(len(parts))) for _ in range(2))
        parts.append(unite(left, right))
    return parts[0] if parts else ProfileState()


@given(fact_lists(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(facts: list[Resolved], random: Random) -> None:
    shuffled = random.sample(facts, len(facts))
    assert folded(shuffled) == folded(facts) == refold(shuffled)


@given(fact_lists(atoms=5), st.randoms(use_true_random=False))
def test_any_tree_of_merges_gives_the_state_of_all_facts(facts: list[Resolved], random: Random) -> None:
    parts = [folded([fact for fact in facts if fact.atom == atom]) for atom in range(1, 6)]
    assert tree_of_merges(parts, random) == folded(facts)


@given(fact_lists(max_size=20), st.integers(0, 20), st.randoms(use_true_random=False))
def test_facts_after_a_merge_fold_as_if_it_had_always_been(
    facts: list[Resolved], at: int, random: Random
) -> None:
    before, after = facts[:at], facts[at:]
    state = tree_of_merges([folded([f for f in before if f.atom == atom]) for atom in range(1, 5)], random)
    for fact in after:
        fold_basics(state.basics, fact.event, DEFAULT_FOLDING)
        fold_attributes(state, fact.event, DEFAULT_FOLDING)
    assert state == folded(facts)


@given(fact_lists())
def test_uniting_changes_neither_side(facts: list[Resolved]) -> None:
    half = len(facts) // 2
    left, right = folded(facts[:half]), folded(facts[half:])
    unite(left, right)
    unite(right, left)
    assert (left, right) == (folded(facts[:half]), folded(facts[half:]))


def test_bounds_keep_the_same_whatever_the_order() -> None:
    facts = [
        a_fact(
            32 + i,
            name=f"Event {i % 300}",
            traits={f"size_{i}": i},
            derived=Derived(os=f"OS {i % 50}", country="RU", city=f"City {i % 41}"),
        )
        for i in range(700)
    ]
    expected = folded(facts)
    assert len(expected.basics.by_name) == 256
    assert len(expected.attributes) == 500
    assert len(expected.basics.devices) == 32
    random = Random(7)
    for _ in range(3):
        shuffled = random.sample(facts, len(facts))
        assert folded(shuffled) == expected
        thirds = [folded(shuffled[i::3]) for i in range(3)]
        assert reduce(unite, thirds) == expected
    assert all(basics.count in (2, 3) for basics in expected.basics.by_name.values()), (
        "kept names are counted in full"
    )


def test_robots_staff_and_tests_are_counted_apart() -> None:
    state = folded([a_fact(32), a_fact(33, marks=ROBOT), a_fact(34, marks=TEST), a_fact(35, marks=TEST)])
    assert state.basics.events == 1
    assert state.basics.apart == {ROBOT: 1, TEST: 2}
    assert state.basics.by_name["Product Viewed"].count == 1
    assert state.basics.last == (NOW + 32_000, 32)


@pytest.mark.parametrize(
    ("kind", "known"),
    [("email", True), ("user_id", True), ("anonymous_id", False), ("landline", False), ("push_token", False)],
)
def test_a_profile_is_known_once_an_identifier_names_a_person(kind: str, known: bool) -> None:
    state = folded([a_fact(32, identifiers=(Identifier(kind, "x"),)), a_fact(33)])
    assert state.basics.known is known


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        ([0.1, 0.2], "0.3"),
        ([0.1] * 10, "1"),
        ([19.99, 5], "24.99"),
        ([10**15, 0.01], "1000000000000000.01"),
        (["12", True, None, {"a": 1}, 3], "3"),
        ([1e-10, 1], "1"),
        ([1e300, 1], "1"),
        ([-5, 5], "0"),
    ],
)
def test_sums_are_exact_and_take_numbers_only(amounts: list[Any], total: str) -> None:
    state = folded([a_fact(32 + i, properties={"revenue": one}) for i, one in enumerate(amounts)])
    assert state.basics.by_name["Product Viewed"].totals["revenue", ""].sum == Decimal(total)


def test_sums_are_kept_by_currency() -> None:
    state = folded(
        [
            a_fact(32, properties={"revenue": 5, "currency": "RUB"}),
            a_fact(33, properties={"revenue": 7, "currency": "rub"}),
            a_fact(34, properties={"revenue": 1, "currency": "USD"}),
            a_fact(35, properties={"revenue": 2, "currency": "rubles"}),
        ]
    )
    totals = state.basics.by_name["Product Viewed"].totals
    assert {key: (total.count, int(total.sum)) for key, total in totals.items()} == {
        ("revenue", "RUB"): (2, 12),
        ("revenue", "USD"): (1, 1),
        ("revenue", ""): (1, 2),
    }


def test_first_traffic_is_the_earliest_and_last_the_latest_that_was_not_direct() -> None:
    ways = ["direct", "search", "campaign", "direct", ""]
    state = folded([a_fact(32 + i, derived=Derived(traffic_source=way)) for i, way in enumerate(ways)])
    assert state.basics.first_traffic is not None
    assert state.basics.last_traffic is not None
    assert state.basics.first_traffic.traffic_source == "direct"
    assert state.basics.last_traffic.traffic_source == "campaign"


def test_visits_follow_the_cookie_through_a_login() -> None:
    cookie = Identifier("anonymous_id", "c1")
    minutes = [0, 5, 10, 90, 95]
    facts = [
        a_fact(
            32 + i,
            atom=1 if i < 2 else 2,
            profile=1,
            time=NOW + minute * 60_000,
            identifiers=(cookie,),
            type="page",
            name="page",
        )
        for i, minute in enumerate(minutes)
    ]
    state = folded(facts)
    visit = state.basics.visits["c1"]
    assert (visit.number, visit.start, visit.pages) == (2, NOW + 90 * 60_000, 2)
    left, right = folded(facts[:3]), folded(facts[3:])
    assert unite(left, right).basics.visits == unite(right, left).basics.visits == state.basics.visits


def test_a_late_event_of_an_ended_visit_belongs_to_none_that_is_kept() -> None:
    cookie = (Identifier("anonymous_id", "c1"),)
    state = ProfileState()
    starts = [
        fold_basics(state.basics, a_fact(32 + i, identifiers=cookie, time=NOW + at).event, DEFAULT_FOLDING)
        for i, at in enumerate([0, DAY, 60_000])
    ]
    assert starts == [NOW, NOW + DAY, 0]
