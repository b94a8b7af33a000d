"""Weights that halve with time: exact at half-lives, the same in any order, nothing after forty of them."""

from fractions import Fraction

import pytest

from konnektu.core.clock import DAY
from konnektu.rules.decay import REACH, counts, grown, left, power
from konnektu.rules.figures import Events, Measure, What
from konnektu.rules.formulas import Interest
from konnektu.rules.known import KnownEvent
from konnektu.rules.live.keeping import KeepDecayed
from konnektu.rules.memory import Asked, interests
from konnektu.rules.windows import Span
from tests.rules.making import NOON, event, person

WEEK = 7 * DAY


def test_a_weight_is_halved_exactly_with_every_half_life_and_ends_with_the_fortieth() -> None:
    for passed in range(REACH):
        then, now = power(NOON, WEEK), power(NOON + passed * WEEK, WEEK)
        assert counts(then, now)
        assert left(grown([(then.whole, 3 * then.mantissa)], now), now) == Fraction(3, 2**passed)
    assert not counts(power(NOON, WEEK), power(NOON + REACH * WEEK, WEEK))


@pytest.mark.parametrize("rest", [0, 1, WEEK // 3, WEEK // 2, WEEK - 1])
def test_between_half_lives_it_falls_evenly(rest: int) -> None:
    since = NOON - NOON % WEEK
    one = power(since + rest, WEEK)
    assert (1 << 40) <= one.mantissa < (1 << 41)
    assert abs(one.mantissa / 2**40 - 2 ** (rest / WEEK)) < 1e-9


def viewed(days: float, colour: str, place: int, total: int = 1) -> KnownEvent:
    return event(NOON - int(days * DAY), "viewed", place, properties={"colour": colour, "total": total})


def test_what_was_looked_at_lately_outweighs_what_was_looked_at_more_often() -> None:
    often = [viewed(60 + place, "red", place) for place in range(3)]
    known = person(*often, viewed(1, "blue", 9))
    formula = Interest(("properties", "colour"), Events(What(("viewed",))), Span(30))
    (first, heavy), (second, light) = interests(formula, Asked(known, NOON))
    assert isinstance(light, Fraction) and isinstance(heavy, Fraction)
    assert (first, second) == ("blue", "red") and Fraction(1, 2) < light < Fraction(3, 4) < heavy < 1
    (same, _), _ = interests(formula, Asked(known, NOON + 300 * DAY))
    assert same == "blue"
    summed = Interest(
        ("properties", "colour"), Events(What(("viewed",)), Measure("sum", ("properties", "total"))), Span(1)
    )
    bought = person(viewed(2, "red", 1, 40), viewed(1, "blue", 2, 10), viewed(1, "", 3, 100))
    assert interests(summed, Asked(bought, NOON)) == [("red", Fraction(10)), ("blue", Fraction(5))]


def test_of_texts_that_weigh_the_same_the_one_met_last_comes_first() -> None:
    formula = Interest(("properties", "colour"), Events(What(("viewed",))))
    known = person(viewed(1, "red", 1), viewed(1, "blue", 2))
    assert [text for text, _ in interests(formula, Asked(known, NOON))] == ["blue", "red"]


def test_what_is_kept_does_not_depend_on_the_order_of_arrival_or_on_how_it_is_parted() -> None:
    keep = KeepDecayed(WEEK)
    entries = [(NOON - place * DAY, place, ("ab"[place % 2], place + 1)) for place in range(50)]
    whole, turned, odd, even = keep.empty(), keep.empty(), keep.empty(), keep.empty()
    for one in entries:
        keep.add(whole, one, NOON)
        keep.add(odd if one[1] % 2 else even, one, NOON)
    for one in reversed(entries):
        keep.add(turned, one, NOON)
    assert whole == turned == keep.unite(odd, even) == keep.unite(even, odd)
    assert not keep.add(whole, (NOON - (REACH + 1) * WEEK, 99, ("a", 1)), NOON)
    keep.add(whole, (NOON + (REACH + 9) * WEEK, 100, ("c", 1)), NOON + (REACH + 9) * WEEK)
    assert set(whole) == {"c"}
