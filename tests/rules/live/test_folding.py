"""The live evaluator in small stories that can be read."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from konnektu.core.clock import DAY, HOUR
from konnektu.rules.conditions import NumberIs
from konnektu.rules.figures import Events, Measure, Orders, Since, What
from konnektu.rules.known import Instant, KnownEvent, KnownOrder, Money
from konnektu.rules.live import (
    NEVER,
    Flip,
    OrderStands,
    PersonStands,
    State,
    advance,
    compiled,
    fold,
    folding,
    inside,
    next_due,
    packing,
    relived,
    switched,
    unite,
)
from konnektu.rules.model import Absence, All, Compare, Measured, Member, Not, Segment, Sequence, Step
from konnektu.rules.windows import Rolling, Span

NOON = 1_750_000_000_000
CART, ORDER = What(("cart",)), What(("order",))


def _event(name, time, position, instant=None):
    return KnownEvent(
        position=position, instant=time if instant is None else instant, time=time, type="track", name=name
    )


def _at_least(number, what, days=3):
    return Measured(Events(what, window=Rolling(Span(days))), NumberIs("at_least", (Decimal(number),)))


def _all(rule):
    return Segment(rule, people="all")


ABANDONED = Sequence((Step(CART), Absence(ORDER, Span(3, "hour"))), Rolling(Span(3)))


def _told(ready, *facts, until=NOON + 30 * DAY):
    state, flips = State(), []
    for at, *changes in facts:
        flips += advance(ready, state, at)
        flips += fold(ready, state, changes, at)
    return state, [*flips, *advance(ready, state, until)]


def test_an_abandoned_cart_comes_after_its_hours_and_goes_with_its_window():
    ready = compiled({"abandoned": _all(ABANDONED)})
    _, flips = _told(ready, (NOON, _event("cart", NOON, 1)))
    assert flips == [
        Flip("abandoned", NOON + 3 * HOUR, entered=True),
        Flip("abandoned", NOON + 3 * DAY, entered=False),
    ]


def test_a_late_order_makes_the_cart_one_that_was_not_abandoned():
    ready = compiled({"abandoned": _all(ABANDONED)})
    late = _event("order", NOON + HOUR, 2, instant=NOON + 5 * HOUR)
    _, flips = _told(ready, (NOON, _event("cart", NOON, 1)), (NOON + 5 * HOUR, late))
    assert flips[-1] == Flip("abandoned", NOON + 5 * HOUR, entered=False)


def test_an_event_of_the_future_counts_from_its_time():
    ready = compiled({"buyers": _all(_at_least(1, ORDER))})
    state, _ = _told(ready, (NOON, _event("order", NOON + HOUR, 1, instant=NOON)), until=NOON)
    assert inside(ready, state) == frozenset()
    assert next_due(ready, state) == NOON + HOUR
    assert advance(ready, state, NOON + HOUR) == []
    assert advance(ready, state, NOON + HOUR + 1) == [Flip("buyers", NOON + HOUR, entered=True)]


def test_who_did_nothing_is_among_those_who_did_not():
    ready = compiled({"sleeping": Segment(Not(_at_least(1, ORDER)))})
    _, flips = _told(ready, (NOON, PersonStands(is_known=True)))
    assert flips == [Flip("sleeping", NOON, entered=True)]


def test_segments_of_segments_turn_with_each_other_at_one_instant():
    ready = compiled(
        {
            "quiet": _all(All((Member("carts"), Not(Member("buyers"))))),
            "buyers": _all(_at_least(1, ORDER, days=1)),
            "carts": _all(_at_least(1, CART)),
        }
    )
    _, flips = _told(ready, (NOON, _event("cart", NOON, 1)), (NOON, _event("order", NOON, 2)))
    turned = [(one.at, one.entered) for one in flips if one.segment == "quiet"]
    assert turned == [(NOON, True), (NOON, False), (NOON + DAY, True), (NOON + 3 * DAY, False)]


def test_a_lower_version_of_an_order_replaces_nothing():
    rich = Measured(Orders(measure=Measure("sum", ("net",), "money", "RUB")), _more_than(500))
    ready = compiled({"rich": _all(rich)})
    _, flips = _told(ready, (NOON, _order(1_000, version=5)), (NOON + 1, _order(100, version=4)))
    assert flips == [Flip("rich", NOON, entered=True)]


def _more_than(units):
    from konnektu.rules.conditions import MoneyIs

    return MoneyIs("above", (units,), "RUB")


def _order(units, version):
    fields: dict[str, Any] = {"net": Money(units, "RUB"), "currency": "RUB"}
    order = KnownOrder(number="1", stage="paid", ordered_at=NOON - 1, stage_at=NOON - 1, fields=fields)
    return OrderStands("1", version, order)


def test_merges_do_not_depend_on_who_joins_whom():
    ready = compiled({"two": _all(_at_least(2, ORDER))})
    sides = [_told(ready, (NOON, _event("order", NOON, place)), until=NOON)[0] for place in (1, 2)]
    for left, right in (sides, sides[::-1]):
        copies = State.unpack(left.pack()), State.unpack(right.pack())
        merged, flips = unite(ready, *copies, NOON + 1)
        assert flips == [Flip("two", NOON + 1, entered=True)]
        assert advance(ready, merged, NEVER) == [Flip("two", NOON + 3 * DAY, entered=False)]


def test_a_state_comes_back_from_its_bytes():
    ready = compiled({"abandoned": _all(ABANDONED), "buyers": _all(_at_least(1, ORDER))})
    facts = (NOON, _event("cart", NOON, 1)), (NOON, _event("order", NOON + DAY, 2, instant=NOON))
    state, _ = _told(ready, *facts, until=NOON)
    again = State.unpack(state.pack())
    assert again.pack() == state.pack()
    assert advance(ready, again, NEVER) == advance(ready, state, NEVER)


@pytest.mark.parametrize(
    "value",
    [
        "текст",
        True,
        None,
        1.5,
        2**70,
        Decimal("0.1"),
        date(2024, 2, 29),
        Fraction(1, 3),
        Money(5, "RUB"),
        Instant(7),
        ("a", ("b",)),
        frozenset(("x", "y")),
        {"a": [1, {"b": None}]},
        {("k", "1"): 2},
        _event("order", NOON, 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_come_back_from_their_bytes(value):
    again = packing.unpacked(packing.packed(value))
    assert again == value
    assert type(again) is type(value)


def test_who_did_more_than_can_be_remembered_is_in_no_segment(monkeypatch):
    monkeypatch.setattr(folding, "MOST_ENTRIES", 3)
    total = Events(ORDER, Measure("sum", ("source",)), Rolling(Span(3)))
    ready = compiled({"sums": _all(Measured(total, NumberIs("at_least", (Decimal(0),))))})
    facts = [(NOON + place, _event("order", NOON + place, place)) for place in range(5)]
    state, flips = _told(ready, *facts, until=NOON + 5)
    assert flips == [Flip("sums", NOON, entered=True), Flip("sums", NOON + 3, entered=False)]
    assert state.picture.overflows


def test_numbers_of_leaves_stay_over_compilations():
    first = compiled({"a": _all(_at_least(1, ORDER))})
    second = compiled({"b": _all(_at_least(2, CART)), "a": _all(_at_least(1, ORDER))}, numbers=first.numbers)
    assert set(first.leaves) < set(second.leaves)
    assert set(first.streams) < set(second.streams)


def test_what_lay_before_an_event_counts_again_once_that_event_is_no_more():
    views, orders = Events(What(("view",)), window=Since(CART)), Events(ORDER)
    ready = compiled({"s": _all(Compare(views, "above", orders, Decimal(1)))})
    first, seen, last = _event("cart", NOON, 1), _event("view", NOON + 1, 2), _event("cart", NOON + 2, 3)
    state, flips = _told(ready, (NOON, first), (NOON + 1, seen), (NOON + 2, last), until=NOON + 3)
    assert [one.entered for one in flips] == [True, False]
    relived(ready, state, [first, seen], NOON + 3)
    found = switched(ready, state, NOON + 3)
    assert found == [Flip("s", NOON + 3, entered=True)]
