from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from konnektu.core.clock import DAY, HOUR
from konnektu.rules import conditions as c
from konnektu.rules import reading
from konnektu.rules.known import Instant, Known, Money
from konnektu.rules.memory import holds
from konnektu.rules.model import Attribute, Not
from konnektu.rules.reading import Found, find
from konnektu.rules.windows import Absolute, Calendar, Ever, Rolling, Span
from tests.rules.making import NOON, at, edge, number, person


def passes(test, value, instant=NOON, zone=""):
    known = Known(attributes={"x": value}, workspace_zone="Europe/Moscow", zone=zone)
    return holds(Attribute("x", test), known, instant)


ALL_TESTS = (
    c.TextIs("equals", ("a",)),
    c.TextIs("differs", ("a",)),
    number("differs", 5),
    c.MoneyIs("differs", (5,), "RUB"),
    c.YesNoIs(False),
    c.DateIs("differs", (date(2024, 1, 1),)),
    c.DateIn(Calendar("year", -1000, 1000)),
    c.DaysSince("differs", (5,)),
    c.YearsSince("differs", (5,)),
    c.Anniversary(366),
    c.TimeIn(Ever()),
    c.TimeAhead(),
    c.Present(),
    c.ListHas(("a",)),
    c.ItemHas(c.NotOf(c.Field(("a",), c.Present()))),
)


@pytest.mark.parametrize("test", ALL_TESTS, ids=lambda test: type(test).__name__)
def test_what_is_missing_passes_no_test_and_its_negation_is_true(test):
    for known in (person(), person(attributes={"x": None})):
        assert not holds(Attribute("x", test), known, NOON)
        assert holds(Not(Attribute("x", test)), known, NOON)


SAMPLES = {
    "text": "red",
    "number": 7,
    "yes_no": True,
    "list": ["red"],
    "object": {"a": 1},
}


@pytest.mark.parametrize(
    ("test", "kind"),
    [
        (c.TextIs("differs", ("a",)), {"text"}),
        (number("differs", 5), {"number"}),
        (c.YesNoIs(True), {"yes_no"}),
        (c.MoneyIs("differs", (5,), "RUB"), set()),
        (c.DateIs("differs", (date(2024, 1, 1),)), set()),
        (c.TimeIn(Ever()), {"number"}),
        (c.ListHas(("red",)), {"list"}),
        (c.ItemHas(c.NotOf(c.Field(("a",), c.Present()))), set()),
        (c.Present(), set(SAMPLES)),
    ],
)
def test_types_never_mix(test, kind):
    assert {name for name, value in SAMPLES.items() if passes(test, value)} == kind


@pytest.mark.parametrize(
    ("op", "true"),
    [
        ("equals", [5]),
        ("differs", [4, 6]),
        ("below", [4]),
        ("at_most", [4, 5]),
        ("above", [6]),
        ("at_least", [5, 6]),
    ],
)
def test_operators_at_their_edges(op, true):
    assert [value for value in (4, 5, 6) if passes(number(op, 5), value)] == true
    assert [value for value in (4, 5, 6) if passes(number(op, "5.000000000"), float(value))] == true


def test_between_takes_both_ends():
    assert [value for value in (2, 3, 4, 5, 6) if passes(number("between", 3, 5), value)] == [3, 4, 5]


def test_equals_is_any_and_differs_is_none_of_several():
    assert [value for value in (1, 2, 3) if passes(number("equals", 1, 3), value)] == [1, 3]
    assert [value for value in (1, 2, 3) if passes(number("differs", 1, 3), value)] == [2]


def test_numbers_compare_as_decimals_of_nine_places():
    assert passes(number("equals", "0.3"), 0.3)
    assert passes(number("equals", "0.3"), 0.30000000000000004)
    assert passes(number("above", "0.3"), 0.300000001)
    assert not passes(number("above", "0.3"), 0.3000000001)
    assert passes(number("equals", "9007199254740993"), 9007199254740993)
    assert not passes(number("equals", "9007199254740992"), 9007199254740993)


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), 1e29, Decimal(10) ** 29, True, "5", None, [5]])
def test_what_is_no_number_of_38_digits_is_missing(raw):
    assert reading.number(raw) is None


def test_texts_compare_without_case_and_with_e_for_yo_unless_exact():
    fir = c.TextIs("equals", ("ёлка",))
    assert [text for text in ("ЁЛКА", "елка", "Ёлка", "ёлк") if passes(fir, text)] == ["ЁЛКА", "елка", "Ёлка"]
    exact = c.TextIs("equals", ("ёлка",), exact=True)
    assert [text for text in ("ЁЛКА", "елка", "ёлка") if passes(exact, text)] == ["ёлка"]
    assert passes(c.TextIs("equals", ("straße",)), "STRASSE")


@pytest.mark.parametrize(
    ("op", "true"),
    [
        ("contains", ["красный шар", "шар", "ШАРФ"]),
        ("begins", ["шар", "ШАРФ"]),
        ("ends", ["красный шар", "шар"]),
    ],
)
def test_parts_of_texts(op, true):
    assert [
        text for text in ("красный шар", "шар", "ШАРФ", "куб") if passes(c.TextIs(op, ("Шар",)), text)
    ] == true


def test_an_empty_text_is_a_text():
    assert passes(c.Present(), "")
    assert passes(c.TextIs("differs", ("a",)), "")


def test_money_is_in_one_currency_and_rounds_half_up_to_its_minor_unit():
    ten = c.MoneyIs("equals", (1000,), "RUB")
    assert passes(ten, {"amount": 10, "currency": "rub"})
    assert passes(ten, {"amount": 9.995, "currency": "RUB"})
    assert not passes(ten, {"amount": 9.994, "currency": "RUB"})
    assert not passes(c.MoneyIs("differs", (1000,), "RUB"), {"amount": 10, "currency": "USD"})
    assert not passes(ten, {"amount": "10", "currency": "RUB"})
    assert not passes(ten, 10)
    assert passes(c.MoneyIs("equals", (10,), "JPY"), {"amount": 10, "currency": "JPY"})
    assert passes(c.MoneyIs("equals", (-1000,), "RUB"), {"amount": -9.995, "currency": "RUB"})


def test_the_currency_of_a_number_is_that_of_the_nearest_object_around_it():
    event = {
        "currency": "RUB",
        "cart": {"total": 10, "gift": {"currency": "JPY", "total": 10}},
        "products": [{"price": 3}],
    }
    assert find(event, ("cart", "total")) == Found(10, "RUB")
    assert find(event, ("cart", "gift", "total")) == Found(10, "JPY")
    assert reading.amount(find(event, ("cart", "gift", "total")), "JPY") == (Fraction(10), "JPY")
    has = c.Field(("products",), c.ItemHas(c.Field(("price",), c.MoneyIs("equals", (300,), "RUB"))))
    assert holds(
        Attribute("x", c.ItemHas(c.Field(("products",), has.test))), person(attributes={"x": [event]}), NOON
    )


def test_typed_money_is_read_as_it_is():
    assert reading.amount(Found(Money(5, "RUB")), "RUB") == (Fraction(5), "RUB")
    assert reading.amount(Found(Money(5, "RUB")), "USD") is None


def test_a_path_leads_into_objects_only():
    assert find({"a": {"b": 1}}, ("a", "b")).raw == 1
    assert find({"a": [{"b": 1}]}, ("a", "b")).raw is None
    assert find({"a": 1}, ("a", "b")).raw is None


@pytest.mark.parametrize(
    "raw",
    [
        "2024-02-30",
        "2024-2-3",
        "20240203",
        "2024-02-03T00:00:00Z",
        "1899-12-31",
        "2300-01-01",
        20240203,
        " 2024-02-03",
    ],
)
def test_what_is_no_day_is_missing(raw):
    assert reading.day(raw) is None


@pytest.mark.parametrize(
    ("raw", "ms"),
    [
        ("2025-06-15T15:06:40Z", NOON),
        ("2025-06-15T18:06:40+03:00", NOON),
        ("2025-06-15T05:36:40.0009999-09:30", NOON),
        ("2025-06-15T15:06:40.123456789Z", NOON + 123),
        ("2025-06-15T15:06:40.5Z", NOON + 500),
        (NOON, NOON),
        (Instant(NOON), NOON),
        ("2025-06-15T15:06:40", None),
        ("2025-06-15 15:06:40Z", None),
        ("2025-06-15T24:00:00Z", None),
        ("2025-06-31T15:06:40Z", None),
        ("2025-06-15", None),
        (float(NOON), None),
        (True, None),
        (10**15, None),
        (-(10**15), None),
    ],
)
def test_instants_are_whole_milliseconds_or_iso_with_an_offset(raw, ms):
    assert reading.instant(raw) == ms


def test_a_list_has_any_or_all_of_some_texts_whatever_else_stands_in_it():
    held = ["Красный", 5, None, "шар"]
    assert passes(c.ListHas(("красный", "куб")), held)
    assert not passes(c.ListHas(("красный", "куб"), every=True), held)
    assert passes(c.ListHas(("красный", "ШАР"), every=True), held)
    assert not passes(c.ListHas(("красный",), exact=True), held)


def test_conditions_on_items_hold_of_the_same_item():
    cheap_red = c.ItemHas(
        c.AllOf(
            (c.Field(("colour",), c.TextIs("equals", ("red",))), c.Field(("price",), number("below", 10)))
        )
    )
    assert passes(cheap_red, [{"colour": "red", "price": 5}])
    assert not passes(cheap_red, [{"colour": "red", "price": 50}, {"colour": "blue", "price": 5}])


def test_days_since_count_local_days():
    born, midnight = "2025-06-10", at("2025-06-15T00:00+03:00")
    five = Attribute("x", c.DaysSince("at_least", (5,)))
    assert edge(five, person(attributes={"x": born}), midnight) == (False, True, True)
    ahead = Attribute("x", c.DaysSince("between", (-7, 0)))
    assert edge(ahead, person(attributes={"x": "2025-06-22"}), midnight) == (False, True, True)
    assert edge(ahead, person(attributes={"x": "2025-06-15"}), midnight + DAY) == (True, False, False)


def test_an_age_changes_at_local_midnight_of_the_birthday():
    adult = Attribute("birth_date", c.YearsSince("at_least", (18,), "person"))
    known = person(attributes={"birth_date": "2007-10-27"}, zone="Europe/Berlin")
    assert edge(adult, known, at("2025-10-27T00:00+01:00")) == (False, True, True)


@pytest.mark.parametrize(("leap", "day"), [("1 March", "2025-03-01"), ("28 February", "2025-02-28")])
def test_who_was_born_on_29_february_comes_of_age_on_the_stated_day(leap, day):
    adult = Attribute("birth_date", c.YearsSince("at_least", (18,), leap=leap))
    known = person(attributes={"birth_date": "2007-02-28"} | {"birth_date": "2004-02-29"})
    young = Attribute("birth_date", c.YearsSince("at_least", (21,), leap=leap))
    assert holds(adult, known, at("2022-03-01T00:00+03:00"))
    assert edge(young, known, at(f"{day}T00:00+03:00")) == (False, True, True)


@pytest.mark.parametrize(("leap", "day"), [("1 March", "2025-03-01"), ("28 February", "2025-02-28")])
def test_a_birthday_in_the_next_seven_days_also_of_29_february(leap, day):
    soon = Attribute("birth_date", c.Anniversary(7, leap=leap))
    known = person(attributes={"birth_date": "2004-02-29"})
    birthday = at(f"{day}T00:00+03:00")
    assert edge(soon, known, birthday - 7 * DAY) == (False, True, True)
    assert edge(soon, known, birthday + DAY) == (True, False, False)
    leap_day = at("2024-02-29T00:00+03:00")
    assert edge(soon, known, leap_day - 7 * DAY) == (False, True, True)
    assert edge(soon, known, leap_day + DAY) == (True, False, False)


def test_a_birthday_next_week_may_lie_in_the_next_year():
    soon = Attribute("birth_date", c.Anniversary(7, least=1))
    known = person(attributes={"birth_date": "1990-01-03"})
    assert edge(soon, known, at("2024-12-27T00:00+03:00")) == (False, True, True)
    assert edge(soon, known, at("2025-01-03T00:00+03:00")) == (True, False, False)


def test_a_day_lies_in_periods_of_the_calendar_also_of_those_to_come():
    next_month = Attribute("x", c.DateIn(Calendar("month", 1, 1)))
    known = person(attributes={"x": "2025-07-31"})
    assert edge(next_month, known, at("2025-06-01T00:00+03:00")) == (False, True, True)
    assert edge(next_month, known, at("2025-07-01T00:00+03:00")) == (True, False, False)


def test_instants_are_tested_by_the_windows_of_events():
    known = person(attributes={"x": NOON})
    assert edge(Attribute("x", c.TimeIn(Rolling(Span(3)))), known, NOON + 3 * DAY) == (True, False, False)
    assert edge(Attribute("x", c.TimeIn(Rolling(near=Span(3)))), known, NOON + 3 * DAY) == (False, True, True)
    assert edge(Attribute("x", c.TimeIn(Absolute(NOON, NOON + 1))), known, 0) == (True, True, True)
    assert edge(Attribute("x", c.TimeIn(Calendar("day"))), known, at("2025-06-15T00:00+03:00")) == (
        False,
        True,
        True,
    )


def test_what_lies_ahead_is_open_on_the_left_and_closed_on_the_right():
    soon = Attribute("x", c.TimeAhead(most=Span(3, "hour")))
    known = person(attributes={"x": NOON})
    assert edge(soon, known, NOON - 3 * HOUR) == (False, True, True)
    assert edge(soon, known, NOON) == (True, False, False)
    later = Attribute("x", c.TimeAhead(Span(1, "hour")))
    assert edge(later, known, NOON - HOUR) == (True, False, False)
