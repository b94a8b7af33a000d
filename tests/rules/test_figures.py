from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from konnektu.core.clock import DAY, HOUR
from konnektu.core.records import ROBOT, STAFF, TEST, Derived
from konnektu.rules import conditions as c
from konnektu.rules.figures import Events, Lines, Measure, Orders, ProductList, Related, Since, What
from konnektu.rules.known import Instant, KnownItem, KnownLine, KnownRecord, Money
from konnektu.rules.memory import figure_value, holds
from konnektu.rules.memory.asked import Asked
from konnektu.rules.model import Measured
from konnektu.rules.reading import Amount
from konnektu.rules.windows import Rolling, Span
from tests.rules.making import NOON, edge, event, number, order, person, property_is, some

TOTAL = ("properties", "total")


def value(figure, *events, at=NOON + DAY, **more):
    return figure_value(figure, Asked(person(*events, **more), at))


def totals(*values):
    return [event(NOON + place, properties={"total": one}) for place, one in enumerate(values)]


def of(how, field=TOTAL, kind="number", currency="", window=None):
    figure = Events(What(), Measure(how, field, kind, currency))
    return figure if window is None else Events(figure.what, figure.measure, window)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("sum", Fraction("6.3")),
        ("min", Fraction("0.3")),
        ("max", 5),
        ("average", Fraction("2.1")),
        ("first", 5),
        ("last", Fraction("0.3")),
        ("distinct", 3),
    ],
)
def test_measures_look_at_the_values_that_can_be_read(how, expected):
    assert value(of(how), *totals(5, "7", None, 1, True, 0.3)) == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("count", 0),
        ("sum", 0),
        ("distinct", 0),
        ("min", None),
        ("max", None),
        ("average", None),
        ("first", None),
        ("last", None),
    ],
)
def test_count_sum_and_distinct_of_nothing_are_zero_and_the_others_are_missing(how, expected):
    figure = Events() if how == "count" else of(how)
    assert value(figure) == expected
    if how != "count":
        assert value(figure, *totals("text", None)) == expected


def test_a_missing_figure_passes_no_test_and_count_zero_is_true_of_people_without_events():
    assert not holds(Measured(of("max"), number("differs", 5)), person(), NOON)
    assert holds(Measured(Events(), number("equals", 0)), person(), NOON)
    assert holds(Measured(of("sum"), number("below", 100)), person(), NOON)


def test_an_average_is_compared_exactly():
    third = Measured(of("average"), number("at_most", "0.333333333"))
    assert not holds(third, person(*totals(0, 0, 1)), NOON + DAY)
    assert holds(Measured(of("average"), number("equals", "0.1")), person(*totals(0.1, 0.1, 0.1)), NOON + DAY)


def test_sums_are_exact_however_long():
    assert value(of("sum"), *totals(*[0.1] * 1000)) == 100
    assert value(of("sum"), *totals(1e28, 0.000000001, -1e28)) == Fraction("0.000000001")


def test_money_is_summed_in_one_currency():
    spent = [
        event(NOON, position=1, properties={"total": 10.5, "currency": "RUB"}),
        event(NOON, position=2, properties={"total": 7, "currency": "USD"}),
        event(NOON, position=3, properties={"total": 1}),
        event(NOON, position=4, properties={"total": 1, "currency": "rub"}),
    ]
    assert value(of("sum", kind="money", currency="RUB"), *spent) == Amount(Fraction(1150), "RUB")
    assert value(of("sum", kind="money", currency="JPY"), *spent) == Amount(Fraction(0), "JPY")
    rule = Measured(of("average", kind="money", currency="RUB"), c.MoneyIs("equals", (575,), "RUB"))
    assert holds(rule, person(*spent), NOON)


def test_first_and_last_go_by_time_and_then_position_not_by_arrival():
    late = event(NOON, position=9, properties={"total": 1})
    early = event(NOON - 1, position=20, properties={"total": 2})
    same = event(NOON, position=10, properties={"total": 3})
    assert value(of("first"), late, early, same) == 2
    assert value(of("last"), late, early, same) == 3


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("text", "red", "red"),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("instant", NOON, Instant(NOON)),
        ("yes_no", False, False),
        ("number", 1, 1),
    ],
)
def test_first_and_last_are_of_any_type(kind, raw, expected):
    found = value(of("last", kind=kind), event(NOON, properties={"total": raw}))
    assert found == expected
    assert type(found) is type(expected) or kind == "number"


def test_the_time_of_the_last_event_is_tested_as_an_instant():
    asleep = Measured(
        Events(What(("order",)), Measure("last", ("time",), "instant")), c.TimeIn(Rolling(near=Span(30)))
    )
    known = person(event(NOON, position=1), event(NOON - DAY, position=2))
    assert edge(asleep, known, NOON + 30 * DAY) == (False, True, True)
    assert not holds(asleep, person(), NOON)


@pytest.mark.parametrize(
    ("marked", "seen"),
    [((), 1), (("robots",), 2), (("robots", "staff"), 4), (("robots", "staff", "tests"), 5)],
)
def test_events_of_robots_staff_and_tests_are_out_unless_asked_for(marked, seen):
    marks = (0, ROBOT, STAFF, ROBOT | STAFF, TEST)
    events = [event(NOON, position=place, marks=mark) for place, mark in enumerate(marks)]
    assert value(Events(What(marked=marked)), *events) == seen


def test_what_people_do_is_tracks_pages_and_screens():
    types = ("track", "page", "screen", "identify", "group", "alias")
    events = [event(NOON, position=place, type=kind) for place, kind in enumerate(types)]
    assert value(Events(), *events) == 3
    assert value(Events(What(types=("identify", "alias"))), *events) == 2


def test_events_are_chosen_by_name_source_and_conditions():
    events = [
        event(NOON, "order", 1, source=1, derived=Derived(city="Тула"), properties={"total": 5}),
        event(NOON, "Order", 2, source=2, derived=Derived(utm_source="vk"), properties={"total": 6}),
    ]
    city = c.Field(("derived", "city"), c.TextIs("equals", ("тула",)))
    assert value(Events(What(("order",))), *events) == 1
    assert value(Events(What(sources=(2,))), *events) == 1
    assert value(Events(What(where=city)), *events) == 1
    assert value(Events(What(where=c.NotOf(city))), *events) == 1
    assert value(Events(What(where=c.Field(("derived", "city"), c.Present()))), *events) == 1
    assert value(Events(What(where=property_is(number("above", 5), "total"))), *events) == 1
    assert value(Events(What(where=c.Field(("source",), number("equals", 2)))), *events) == 1
    assert value(Events(What(where=c.Field(("name",), c.TextIs("equals", ("ORDER",))))), *events) == 2


def test_orders_are_purchases_unless_all_are_asked_for():
    orders = tuple(
        order(str(place), stage=stage)
        for place, stage in enumerate(("paid", "cancelled", "returned", "partly_returned", ""))
    )
    assert value(Orders(), orders=orders) == 3
    assert value(Orders("all"), orders=orders) == 5
    paid = c.Field(("stage",), c.TextIs("equals", ("paid",)))
    assert value(Orders("all", paid), orders=orders) == 1


def test_orders_are_seen_from_the_time_they_were_made_or_came_to_their_stage():
    known = person(orders=(order(ordered_at=NOON, stage_at=NOON + HOUR),))
    assert edge(some(Orders()), known, NOON) == (False, True, True)
    staged = Orders(window=Rolling(Span(1)), at="stage_at")
    assert edge(some(staged), known, NOON + HOUR) == (False, True, True)
    assert edge(some(staged), known, NOON + HOUR + DAY) == (True, False, False)


def test_money_of_orders_is_summed_in_one_currency():
    orders = (
        order("1", fields={"net": Money(1000, "RUB")}),
        order("2", fields={"net": Money(500, "RUB")}),
        order("3", fields={"net": Money(7, "USD")}),
    )
    assert value(Orders(measure=Measure("sum", ("net",), "money", "RUB")), orders=orders) == Amount(
        Fraction(1500), "RUB"
    )


def test_the_first_of_orders_made_at_once_is_that_of_the_lowest_number():
    orders = (
        order("10", fields={"store": "b"}),
        order("2", fields={"store": "c"}),
        order("1", fields={"store": "a"}),
    )
    assert value(Orders(measure=Measure("first", ("store",), "text")), orders=orders) == "a"
    assert value(Orders(measure=Measure("last", ("store",), "text")), orders=orders) == "c"


def lines_of_two_orders():
    def line(place, category, quantity, total):
        fields = {"category": category, "quantity": Decimal(quantity), "total": Money(total, "RUB")}
        return KnownLine(place, fields)

    return (
        order(
            "1", fields={"store": "Тула"}, lines=(line("a", "shoes", "2", 500), line("b", "hats", "1", 100))
        ),
        order("2", fields={"store": "Орёл"}, lines=(line("a", "shoes", "0.5", 700),)),
        order("3", stage="cancelled", lines=(line("a", "shoes", "9", 900),)),
    )


def test_lines_are_chosen_by_their_own_fields_and_by_those_of_their_order():
    shoes = c.Field(("category",), c.TextIs("equals", ("shoes",)))
    tula = c.Field(("store",), c.TextIs("equals", ("тула",)))
    orders = lines_of_two_orders()
    assert value(Lines(where=shoes), orders=orders) == 2
    assert value(Lines(order=tula, where=shoes), orders=orders) == 1
    assert value(Lines("all", where=shoes), orders=orders) == 3
    assert value(Lines(where=shoes, measure=Measure("sum", ("quantity",))), orders=orders) == Fraction("2.5")
    assert value(Lines(measure=Measure("distinct", ("category",), "text")), orders=orders) == 2
    assert value(
        Lines(order=tula, measure=Measure("max", ("total",), "money", "RUB")), orders=orders
    ) == Amount(Fraction(500), "RUB")


def test_products_on_a_list_are_counted_by_when_they_came_there():
    item = KnownItem(
        list="cart",
        product="p1",
        first=NOON,
        last=NOON + HOUR,
        fields={"price": Money(500, "RUB"), "quantity": Decimal(2)},
    )
    known = person(items=(item, KnownItem(list="viewed", product="p1", first=NOON, last=NOON)))
    left = ProductList("cart", window=Rolling(Span(3), Span(3, "hour")))
    assert edge(some(left), known, NOON + 4 * HOUR) == (False, True, True)
    assert edge(some(left), known, NOON + HOUR + 3 * DAY) == (True, False, False)
    by_first = ProductList("cart", window=Rolling(Span(3), Span(3, "hour")), at="first")
    assert edge(some(by_first), known, NOON + 3 * HOUR) == (False, True, True)
    assert edge(some(by_first), known, NOON + 3 * DAY) == (True, False, False)
    assert value(
        ProductList("cart", measure=Measure("sum", ("price",), "money", "RUB")), items=known.items
    ) == Amount(Fraction(500), "RUB")


def test_all_conditions_hold_of_the_same_related_record():
    def child(number, sex, born):
        return KnownRecord("child", number, {"sex": sex, "born": born})

    daughter = c.AllOf(
        (c.Field(("sex",), c.TextIs("equals", ("f",))), c.Field(("born",), c.YearsSince("between", (3, 5))))
    )
    rule = some(Related("child", daughter))
    one = child("1", "f", date(2021, 6, 15))
    assert holds(rule, person(records=(one,)), NOON)
    assert not holds(
        rule, person(records=(child("1", "f", date(2010, 1, 1)), child("2", "m", date(2021, 6, 15)))), NOON
    )
    assert not holds(rule, person(records=(KnownRecord("car", "1", one.fields),)), NOON)
    assert value(Related("child"), records=(one, child("2", "m", date(2020, 1, 1)))) == 2


def test_since_an_event_orders_are_those_made_after_it():
    rule = some(Orders(window=Since(What(("cart",)))))
    made = order(ordered_at=NOON)
    assert not holds(rule, person(event(NOON, "cart"), orders=(made,)), NOON)
    assert holds(rule, person(event(NOON - 1, "cart"), orders=(made,)), NOON)
    assert not holds(
        rule, person(event(NOON - 1, "cart", 1), event(NOON + 1, "cart", 2), orders=(made,)), NOON + 1
    )
