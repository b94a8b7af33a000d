"""The fold of product lists against a naive oracle: in any order, cut anywhere, split between atoms."""

import random
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.records import Event
from konnektu.product_lists import logic, tail
from konnektu.product_lists.logic import bound, figures, items, take, united
from konnektu.product_lists.model import ListState, Said, Told
from konnektu.product_lists.tail import words
from tests.product_lists.oracle import Fact, Truth, truth

_said = st.builds(
    Said,
    st.tuples(st.sampled_from(["a", "b", "c", "d", "e"]), st.sampled_from(["", "v"])),
    st.sampled_from(["add", "add", "set", "take", "drop"]),
    st.sampled_from(["1", "2", "0.5", "0"]),
    st.sampled_from(["", "10", "99.90"]),
)
_facts = st.lists(
    st.tuples(
        st.builds(
            Told,
            st.just("cart"),
            st.lists(_said, max_size=4).map(tuple),
            st.sampled_from([False, False, False, True]),
        ),
        st.integers(1, 12),
        st.integers(1, 3),
    ),
    max_size=30,
)


def kept(facts: list[Fact], batch: int) -> tuple[bytes, bytes]:
    """State and tail of one atom's list, as the writer leaves them after batches of this size."""
    state = told = b""
    for start in range(0, len(facts), batch):
        told += b"".join(words(heard(one), one.told) for one in facts[start : start + batch])
        state, told = tail.folded(state, told)
    return state, told


def heard(fact: Fact) -> Event:
    """A fact as the event that brings it."""
    return Event(
        position=fact.position,
        instant=fact.time,
        source=fact.source,
        origin="wire",
        type="track",
        name="",
        message_id="",
        time=fact.time,
        raw_time=fact.time,
        received_at=fact.time,
    )


def shown(state: ListState) -> Truth:
    return {
        (one.product, one.variant): (Decimal(one.quantity), one.price, one.first, one.last)
        for one in items(state)
    }


@pytest.mark.parametrize(
    ("products", "most", "whole"), [(200, 50, 1000), (3, 50, 1000), (200, 2, 9), (3, 2, 5)]
)
@pytest.mark.parametrize("longest", [0, 60, 10_000])
@given(stated=_facts, seed=st.integers(0, 10**6), batch=st.integers(1, 5))
def test_the_fold_is_the_oracle_in_any_order(
    products: int,
    most: int,
    whole: int,
    longest: int,
    stated: list[tuple[Told, int, int]],
    seed: int,
    batch: int,
) -> None:
    facts = [Fact(told, time, position, 1, atom) for position, (told, time, atom) in enumerate(stated, 1)]
    expected = truth(facts, products, most, whole)
    chance = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logic, "MOST_PRODUCTS", products)
        patch.setattr(logic, "MOST_ENTRIES", most)
        patch.setattr(logic, "MOST_OF_LIST", whole)
        patch.setattr(tail, "LONGEST_TAIL", longest)
        states = []
        for _ in range(2):
            arrived = chance.sample(facts, len(facts))
            state, told = kept(arrived, batch)
            assert (state, told) == kept(arrived, 1)
            states.append(bound(tail.whole(state, told)))
            assert shown(states[-1]) == expected
            by_atom = [kept([one for one in arrived if one.atom == atom], batch) for atom in (1, 2, 3)]
            assert shown(united(tail.whole(*each) for each in by_atom)) == expected
    assert msgspec.msgpack.encode(states[0]) == msgspec.msgpack.encode(states[1])


def test_what_a_list_comes_to() -> None:
    state = ListState()
    said = (
        Said(("a", ""), "add", "2", "10.005", "RUB"),
        Said(("b", ""), "add", "1", "3", "USD"),
        Said(("c", ""), "add", "1.5"),
    )
    take(state, Told("cart", said), 1, 1, 7)
    found = figures("cart", items(bound(state)))
    assert (found.products, found.quantity, found.sums) == (3, "4.5", (("RUB", 2_001), ("USD", 300)))
