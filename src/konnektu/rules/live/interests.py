"""Interests as closures over states. In: a formula. Out: texts with what they weigh, the heaviest first. Pure.

Of events of all time one sum for each text and half-life is remembered (`KeepDecayed`), of others the texts and
weights in reach of the window. Nothing is due: what is read weighs as of the instant that it is read for.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from konnektu.rules import normal
from konnektu.rules.decay import Power, counts, grown, left, power
from konnektu.rules.figures import Events, Measure, Since
from konnektu.rules.formulas import Interest
from konnektu.rules.live import conditions, spans, streams, things
from konnektu.rules.live.clock import Clock
from konnektu.rules.live.favourites import value_of
from konnektu.rules.live.favourites import weighed as with_text
from konnektu.rules.live.figures import Streams, begun, latest_of, reach
from konnektu.rules.live.keeping import Decayed, Entry, KeepAll, KeepDecayed
from konnektu.rules.live.things import Thing
from konnektu.rules.live.values import told
from konnektu.rules.reading import Amount

Weights = list[tuple[str, Fraction | Amount]]
WeightsAt = Callable[[Any, Clock], Weights]
"""Of a state at an instant that is not before the one at which it was decided."""
Sums = dict[str, tuple[tuple[int, ...], dict[int, int]]]
"""By text: the place of its latest thing; by whole half-lives sums of weights × mantissas."""


def weighed(formula: Interest, plan: Streams) -> WeightsAt:
    """The closure of a formula."""
    figure, half_life = normal.normal(formula.figure), formula.half_life.ms
    sums = (
        _of_events(figure, formula, plan) if isinstance(figure, Events) else _of_things(figure, formula, plan)
    )

    def weights(state: Any, clock: Clock) -> Weights:
        now = power(clock.at, half_life)
        found = {
            text: (grown(totals.items(), now), latest)
            for text, (latest, totals) in sums(state, clock, now).items()
        }
        first = sorted(found, key=found.__getitem__, reverse=True)
        return [(text, _told(figure.measure, left(found[text][0], now))) for text in first]

    return weights


def _told(measure: Measure, weight: Fraction) -> Fraction | Amount:
    return weight if measure.how == "count" else told(measure, weight)  # type: ignore[return-value]  # it sums


SumsAt = Callable[[Any, Clock, Power], Sums]


def _of_things(figure: Any, formula: Interest, plan: Streams) -> SumsAt:
    take, weigh, half_life = (
        conditions.in_fields(formula.of),
        things.value_of(figure.measure),
        formula.half_life.ms,
    )

    def entry(thing: Thing) -> tuple[int, Any]:
        return thing.time, with_text(take(thing.fields, ""), weigh(thing))

    found = things.read(figure, plan, entry)

    def sums(state: Any, clock: Clock, now: Power) -> Sums:
        read = enumerate(found(state, clock)[0])
        return _summed(((time, place, one) for place, (time, one) in read if one is not None), half_life, now)

    return sums


def _summed(entries: Iterable[Entry], half_life: int, now: Power) -> Sums:
    """Entries in their order."""
    found: Sums = {}
    for time, place, (text, weight) in entries:
        one = power(time, half_life)
        if counts(one, now):
            totals = found[text][1] if text in found else {}
            totals[one.whole] = totals.get(one.whole, 0) + weight * one.mantissa
            found[text] = (time, place), totals
    return found


def _of_events(figure: Events, formula: Interest, plan: Streams) -> SumsAt:
    window, half_life = figure.window, formula.half_life.ms
    is_timeless = not isinstance(window, Since) and spans.is_timeless(window)
    keep = KeepDecayed(half_life) if is_timeless else KeepAll(_floor(window))
    takes = streams.within(streams.taker(figure.what), window)
    named = ("interest", figure, formula.of, formula.half_life)
    stream = plan.stream(named, figure.what, value_of(figure.measure, formula.of), keep, takes)
    if isinstance(window, Since):
        latest = latest_of(window.what, plan)
        return lambda state, _clock, now: _summed(
            state.held(stream)[begun(state.held(stream), state.held(latest)) :], half_life, now
        )
    if is_timeless:
        return lambda state, _clock, now: _reaching(state.held(stream), half_life, now)
    bounds = spans.bounds(window)

    def sums(state: Any, clock: Clock, now: Power) -> Sums:
        held = state.held(stream)
        first, after = reach(held, bounds(clock))
        return _summed(held[first:after], half_life, now)

    return sums


def _floor(window: Any) -> Callable[[int], int] | None:
    return None if isinstance(window, Since) else spans.floor(window)


def _reaching(held: dict[str, Decayed], half_life: int, now: Power) -> Sums:
    return {
        text: ((time, position), totals)
        for text, (time, position, totals) in held.items()
        if counts(power(time, half_life), now)
    }
