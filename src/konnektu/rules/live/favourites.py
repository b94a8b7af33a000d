"""Most frequent values as closures over states. In: a formula. Out: the text, or none. Pure.

Of events the texts and weights in reach of the window are remembered; of all time, one sum a text.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from msgspec import structs

from konnektu.rules import normal, reading
from konnektu.rules.conditions import Present
from konnektu.rules.figures import Events, Measure, Since
from konnektu.rules.formulas import Interest, Most
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import conditions, spans, streams, things
from konnektu.rules.live.clock import Clock
from konnektu.rules.live.figures import Streams, begun, latest_of, reach
from konnektu.rules.live.keeping import Keep, KeepAll, KeepShares
from konnektu.rules.model import Leaf, Measured
from konnektu.rules.reading import Found

Chosen = Callable[[Any, Clock], str | None]
"""Of a state."""
Weighed = tuple[str, int]
"""A text, and the weight of one thing that has it."""
_NOTHING: Final = 0
"""The weight of a thing whose field is missing: it adds nothing."""


def read_by(formula: Most | Interest) -> Iterator[Leaf]:
    """Leaves that look at what the formula looks at."""
    text = Measure("last", formula.of, "text")
    yield Measured(formula.figure, Present())
    yield Measured(structs.replace(formula.figure, measure=text), Present())


def most(formula: Most, plan: Streams) -> Chosen:
    """The closure of a formula."""
    figure = normal.normal(formula.figure)
    if isinstance(figure, Events):
        return _of_events(figure, formula.of, plan)
    take, weigh = conditions.in_fields(formula.of), things.value_of(figure.measure)
    found = things.read(figure, plan, lambda thing: weighed(take(thing.fields, ""), weigh(thing)))
    return lambda state, clock: _greatest(one for one in found(state, clock)[0] if one is not None)


def weighed(found: Found, weight: int | None) -> Weighed | None:
    """A thing with its text; None of one without."""
    text = reading.text(found.raw)
    return (text, _NOTHING if weight is None else weight) if text else None


def _greatest(weighed: Iterable[Weighed]) -> str | None:
    """Of things in their order."""
    shares: dict[str, tuple[int, int]] = {}
    for place, (text, weight) in enumerate(weighed):
        shares[text] = shares.get(text, (0, 0))[0] + weight, place
    return max(shares, key=shares.__getitem__, default=None)


def _of_events(figure: Events, of: tuple[str, ...], plan: Streams) -> Chosen:
    window, keep = figure.window, _keep(figure)
    takes = streams.within(streams.taker(figure.what), window)
    stream = plan.stream(("most", figure, of), figure.what, value_of(figure.measure, of), keep, takes)
    if isinstance(window, Since):
        latest = latest_of(window.what, plan)
        return lambda state, _clock: _since(state.held(stream), state.held(latest))
    if isinstance(keep, KeepShares):
        return lambda state, _clock: _of_shares(state.held(stream))
    bounds = spans.bounds(window)

    def chosen(state: Any, clock: Clock) -> str | None:
        held = state.held(stream)
        first, after = reach(held, bounds(clock))
        return _greatest(one[2] for one in held[first:after])

    return chosen


def _keep(figure: Events) -> Keep:
    if isinstance(figure.window, Since):
        return KeepAll(None)
    return KeepShares() if spans.is_timeless(figure.window) else KeepAll(spans.floor(figure.window))


def value_of(measure: Measure, of: tuple[str, ...]) -> streams.ValueOf:
    """What is remembered of an event: its text and weight."""
    take, weigh = conditions.in_event(of), streams.value_of(measure)

    def value(event: KnownEvent) -> Weighed | None:
        return weighed(take(event, ""), 1 if weigh is None else weigh(event))

    return value


def _since(held: list[Any], latest: list[Any]) -> str | None:
    return _greatest(one[2] for one in held[begun(held, latest) :])


def _of_shares(held: dict[str, tuple[int, int, int]]) -> str | None:
    return max(held, key=held.__getitem__, default=None)
