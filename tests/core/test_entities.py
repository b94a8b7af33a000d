"""What a thing holds does not depend on the order in which it is told of, nor on how often."""

from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.entities import CLIENT, SYSTEM, Fields, Version, state, values

statements = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 3)), min_size=1),
        st.sampled_from((CLIENT, SYSTEM)),
        st.integers(0, 5),
    ),
    max_size=12,
)


@given(statements, st.randoms(use_true_random=False), st.data())
def test_any_order_and_repetition_give_one_state(told, random, data):
    facts = [(stated, Version(rank, time, n)) for n, (stated, rank, time) in enumerate(told)]
    again = facts + (data.draw(st.lists(st.sampled_from(facts), max_size=5)) if facts else [])
    random.shuffle(again)
    one: Fields = {}
    other: Fields = {}
    for fact in facts:
        state(one, *fact)
    for fact in again:
        state(other, *fact)
    assert one == other
    for name, held in one.items():
        assert held.version == max(version for stated, version in facts if name in stated)


def test_a_system_stands_above_a_browser_and_the_later_above_the_earlier():
    fields: Fields = {}
    assert state(fields, {"total": 100, "city": "Тверь"}, Version(SYSTEM, 10, 1)) == {"total", "city"}
    assert state(fields, {"total": 1}, Version(CLIENT, 99, 2)) == frozenset()
    assert state(fields, {"total": 90}, Version(SYSTEM, 11, 3)) == {"total"}
    assert state(fields, {"total": 95}, Version(SYSTEM, 9, 4)) == frozenset()
    assert values(fields) == {"total": 90, "city": "Тверь"}


def test_what_was_cleared_stays_cleared():
    fields: Fields = {}
    state(fields, {"note": None}, Version(SYSTEM, 10, 2))
    state(fields, {"note": "old"}, Version(SYSTEM, 5, 3))
    assert values(fields) == {}
