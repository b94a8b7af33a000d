"""A condition on a computed attribute holds where the value passes its test, whatever the formula is."""

from decimal import Decimal
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.bench.drawing import people, words
from konnektu.core.clock import DAY
from konnektu.rules.checking import check, formula_of, misfits
from konnektu.rules.conditions import NumberIs, TextIs
from konnektu.rules.formulas import COMPUTED, Label, Labels
from konnektu.rules.memory import Asked, computed_value, holds
from konnektu.rules.memory.testing import passes
from konnektu.rules.model import All, Attribute, Not, Tag
from konnektu.rules.reading import Found
from konnektu.rules.writing_out import formula_written_out, mentioned, written_out
from tests.rules.formulas import fitting, formula
from tests.rules.making import NOON, event, number, person

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
