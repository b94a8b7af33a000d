from decimal import Decimal

import pytest
from hypothesis import given

from konnektu.rules import conditions as c
from konnektu.rules.figures import Events, Measure, What
from konnektu.rules.memory import holds
from konnektu.rules.model import All, Any, Attribute, Measured, Not, Tag
from konnektu.rules.normal import key, normal
from konnektu.rules.windows import Rolling, Span
from tests.rules.making import cases, events_in, leaf_cases, number, property_is

A, B, C = Tag(("a",)), Tag(("b",)), Tag(("c",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Tag(("a", "b")), Tag(("b", "a", "b"))),
        (All((A, All((B, C)))), All((C, A, B, A))),
        (Any((A,)), A),
        (Not(Not(A)), A),
        (events_in(Rolling(Span(1))), events_in(Rolling(Span(24, "hour"), Span(0, "week")))),
        (
            Attribute("x", c.TextIs("equals", ("Ёлка", "red"))),
            Attribute("x", c.TextIs("equals", ("RED", "елка"))),
        ),
        (Attribute("x", number("equals", "1.50", 2)), Attribute("x", number("equals", 2, "1.5"))),
        (Attribute("x", c.DaysSince("above", (3,))), Attribute("x", c.DaysSince("at_least", (4,)))),
        (Attribute("x", c.MoneyIs("below", (3,), "RUB")), Attribute("x", c.MoneyIs("at_most", (2,), "RUB"))),
        (Measured(Events(), number("above", 2)), Measured(Events(), number("at_least", "2.5"))),
        (Measured(Events(), number("below", "2.5")), Measured(Events(), number("at_most", 2))),
        (
            Measured(Events(measure=Measure("count", (), "text", "RUB")), number("equals", 2)),
            Measured(Events(), number("equals", 2)),
        ),
        (
            events_in(Rolling(Span(1)), where=c.AllOf((property_is(c.Present(), "a"),))),
            events_in(Rolling(Span(1)), where=property_is(c.Present(), "a")),
        ),
    ],
)
def test_what_means_the_same_has_one_key(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, B),
        (All((A, B)), Any((A, B))),
        (All(), Not(All())),
        (events_in(Rolling(Span(1))), events_in(Rolling(Span(25, "hour")))),
        (
            Attribute("x", c.TextIs("equals", ("RED",), exact=True)),
            Attribute("x", c.TextIs("equals", ("red",), exact=True)),
        ),
        (Attribute("x", number("above", 2)), Attribute("x", number("at_least", 3))),
        (Attribute("x", number("between", 1, 2)), Attribute("x", number("equals", 1, 2))),
        (events_in(Rolling(Span(1))), events_in(Rolling(Span(1)), marked=("robots",))),
        (
            Measured(Events(measure=Measure("distinct", ("properties", "x"))), number("above", 2)),
            Measured(Events(measure=Measure("distinct", ("properties", "x"), "text")), number("above", 2)),
        ),
    ],
)
def test_what_means_something_else_has_another_key(one, other):
    assert key(one) != key(other)


@given(leaf_cases())
def test_a_normal_leaf_has_the_same_verdicts_and_is_its_own_normal_form(case):
    form = normal(case.rule)
    assert normal(form) == form
    assert key(form) == key(case.rule)
    for at in case.instants:
        assert holds(form, case.known, at) == holds(case.rule, case.known, at)


@given(cases())
def test_a_normal_tree_has_the_same_verdicts(case):
    for at in case.instants:
        assert holds(normal(case.rule), case.known, at) == holds(case.rule, case.known, at)


def test_a_key_does_not_change_from_one_version_to_the_next():
    assert (
        key(
            Measured(
                Events(What(("Order Completed",)), window=Rolling(Span(90))),
                c.NumberIs("at_least", (Decimal(2),)),
            )
        )
        == "0c1ac215411e5adb167a7cce905c5275"
    )
