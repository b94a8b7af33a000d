"""A condition on a computed attribute holds where the value passes its test, whatever the formula is."""

from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.bench.drawing import people, words
from konnektu.core.clock import DAY
from konnektu.rules.checking import RuleRefused, check, formula_of, misfits
from konnektu.rules.conditions import NumberIs, TextIs
from konnektu.rules.formulas import COMPUTED, Label, Labels
from konnektu.rules.known import KnownLine
from konnektu.rules.memory import Asked, computed_value, holds
from konnektu.rules.memory.testing import passes
from konnektu.rules.model import All, Attribute, Not, Tag
from konnektu.rules.reading import Found
from konnektu.rules.writing_out import formula_written_out, mentioned, written_out
from tests.rules.formulas import fitting, formula
from tests.rules.making import NOON, event, number, order, person

KINDS = ("figure", "since", "labels")


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=2**40), st.sampled_from(KINDS))
def test_a_condition_and_the_value_agree(seed: int, kind: str) -> None:
    drawn = Random(seed)
    base = words.bases(drawn)
    made, known = formula(drawn, base, kind), people.known(drawn, base)
    for _ in range(4):
        test = fitting(drawn, base, made)
        rule = written_out(Attribute(COMPUTED + "x", test), {"x": made})
        assert mentioned(rule) == ()
        at = base + drawn.choice((-1, 0, 1)) + drawn.choice((0, 0, DAY, 3 * DAY))
        asked = Asked(known, at)
        value = computed_value(made, asked)
        assert holds(rule, known, at) is passes(test, Found(value), asked), (value, test, rule)


def test_days_that_have_passed_to_the_millisecond() -> None:
    figure = {"is": "events", "measure": {"how": "last", "field": ["time"], "type": "instant"}}
    made, base = formula_of({"is": "since", "figure": figure}), NOON
    known = person(event(base, "visit"))
    ops = ("equals", "below", "at_most", "above", "at_least", "differs")
    for ms, op, days in product((-1, 0, DAY - 1, DAY, 3 * DAY - 1, 3 * DAY), ops, ("0", "1", "2.5", "3")):
        test, asked = number(op, days), Asked(known, base + ms)  # type: ignore[arg-type]  # one of the words
        value = computed_value(made, asked)
        assert value == (None if ms < 0 else ms // DAY)
        rule = written_out(Attribute(COMPUTED + "x", test), {"x": made})
        assert holds(rule, known, base + ms) is passes(test, Found(value), asked), (ms, op, days)


def test_formulas_ask_for_others_and_what_does_not_fit_is_named() -> None:
    inner = Labels((Label("A", Tag(("a",))), Label("B", All())))
    outer = Labels((Label("X", Not(Attribute(COMPUTED + "inner", TextIs("equals", ("B",))))),))
    written = formula_written_out(outer, {"inner": inner, "outer": outer})
    assert isinstance(written, Labels)
    assert mentioned(written) == ()
    assert mentioned(outer) == ("inner",)
    assert check(written.labels[0].rule) == ()
    wrong = Attribute(COMPUTED + "inner", NumberIs("equals", (Decimal(1),)))
    assert [
        str(one)
        for one in misfits(
            All((wrong, Attribute(COMPUTED + "no", TextIs("equals", ("B",))))), {"inner": inner}
        )
    ] == [
        "rules[0].test: the computed attribute is of type text, and the test is of type number",
        "rules[1].name: there is no computed attribute no",
    ]


LINES = {"is": "lines", "window": {"is": "rolling", "far": {"amount": 5}}}
UNITS = {**LINES, "measure": {"how": "sum", "field": ["quantity"]}}
BOUGHT = ((0, "shoes", 1), (0, "", 50), (1, "hats", 2), (1, "shoes", 1), (2, "hats", 3), (6, "belts", 1))
"""The day, the category, how many."""


@pytest.mark.parametrize(
    ("figure", "day", "wanted"),
    [(LINES, 1, "shoes"), (LINES, 2, "hats"), (UNITS, 1, "shoes"), (LINES, 7, "belts"), (UNITS, 6, "hats"),
     (LINES, 20, None)],
)  # fmt: skip
def test_of_values_as_frequent_the_later_one_is_the_favourite(
    figure: dict[str, Any], day: int, wanted: str | None
) -> None:
    made = formula_of({"is": "most", "of": ["category"], "figure": figure})
    orders = tuple(
        order(str(number), NOON + at * DAY, lines=(line(category, quantity),))
        for number, (at, category, quantity) in enumerate(BOUGHT)
    )
    assert computed_value(made, Asked(person(orders=orders), NOON + day * DAY)) == wanted


def line(category: str, quantity: int) -> KnownLine:
    return KnownLine("1", {"category": category, "quantity": Decimal(quantity)})


def test_interests_that_cannot_be() -> None:
    for raw, said in (
        ({"figure": {"is": "related", "kind": "pet"}}, "figure: related records have no order"),
        ({"figure": LINES, "half_life": {"amount": 0}}, "half_life: is 0"),
        ({"figure": LINES, "half_life": {"amount": 100_000}}, "half_life: is longer than 200 years"),
    ):
        with pytest.raises(RuleRefused) as refused:
            formula_of({"is": "interest", "of": ["category"], **raw})
        assert said in str(refused.value.faults[0]), refused.value.faults


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"of": ["category"], "figure": {**LINES, "measure": {"how": "last", "field": ["name"], "type": "text"}}},
         "figure.measure.how: the most frequent value is found by count or sum"),
        ({"of": ["colour"], "figure": {"is": "related", "kind": "pet"}}, "figure: related records have no order"),
        ({"of": ["shade"], "figure": LINES}, "of: "),
        ({"of": ["quantity"], "figure": LINES}, "of: "),
        ({"of": [], "figure": LINES}, "of: "),
    ],
)  # fmt: skip
def test_most_frequent_values_that_cannot_be(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleRefused) as refused:
        formula_of({"is": "most", **raw})
    assert said in str(refused.value.faults[0]), refused.value.faults


def test_a_most_frequent_value_is_not_asked_for_in_rules() -> None:
    most = formula_of({"is": "most", "of": ["category"], "figure": LINES})
    asks = Attribute(COMPUTED + "favourite", TextIs("equals", ("shoes",)))
    assert written_out(asks, {"favourite": most}) == asks
    (fault,) = misfits(Labels((Label("A", asks),)), {"favourite": most})
    assert fault.place == "labels[0].rule.test"
    assert "ask how many of the things have the value that is meant" in fault.message
