"""Figures of orders, lines, products on lists and related records. In: a figure. Out: its value, and until when.

These stand in the picture as they were last told; windows and conditions that move say when they next count
differently.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from konnektu.rules.conditions import Where
from konnektu.rules.figures import Lines, Measure, Orders, ProductList, Related, Since
from konnektu.rules.known import Instant, KnownItem, KnownOrder
from konnektu.rules.live import conditions, spans
from konnektu.rules.live.clock import NEVER, Clock, Verdict, during
from konnektu.rules.live.figures import Streams, Value, Valued, latest_of
from konnektu.rules.live.picture import Picture
from konnektu.rules.live.values import measured, reader

NOT_BOUGHT: Final = frozenset(("cancelled", "returned"))
"""Stages of orders that are no purchases."""


class Thing(NamedTuple):
    """A thing as a figure sees it."""

    time: int
    rank: tuple[Any, ...]
    """Its place among those of the same time."""
    fields: Mapping[str, Any]
    order: Mapping[str, Any]
    """Of a line, the fields of its order."""


Seen = Callable[[Thing, Any, Clock], Verdict]
"""Whether a thing counts, of a state and the clock."""
ValueOf = Callable[[Thing], Any]
Values = Callable[[Any, Clock], tuple[list[Any], int]]
"""Of a state: what was read, and an instant before which it cannot change without new facts."""
Figured = Orders | Lines | ProductList | Related


def things(figure: Figured, plan: Streams) -> Value:
    """A figure of things that stand in the picture."""
    values = read(figure, plan, value_of(figure.measure))

    def value(state: Any, clock: Clock) -> Valued:
        found, until = values(state, clock)
        return measured(figure.measure, [one for one in found if one is not None]), until

    return value


def read(figure: Figured, plan: Streams, value_of: ValueOf) -> Values:
    """What is read of each thing that counts, in the order of things."""
    found, checks = _finder(figure), tuple(_checks(figure, plan))

    def values(state: Any, clock: Clock) -> tuple[list[Any], int]:
        until, counted = NEVER, []
        for thing in found(state.picture):
            holds, end = conditions.together((one(thing, state, clock) for one in checks), is_all=True)
            until = min(until, end)
            if holds:
                counted.append((thing.time, thing.rank, value_of(thing)))
        counted.sort(key=lambda one: one[:2])
        return [one[2] for one in counted], until

    return values


def value_of(measure: Measure) -> ValueOf:
    """What a measure reads of a thing; None is missing."""
    if measure.how == "count":
        return lambda _thing: 1
    take, kept = conditions.in_fields(measure.field), reader(measure)
    return lambda thing: kept(take(thing.fields, ""))


def _checks(figure: Figured, plan: Streams) -> Iterator[Seen]:
    if not isinstance(figure, Related):
        yield (
            _after(latest_of(figure.window.what, plan))
            if isinstance(figure.window, Since)
            else _in(figure.window)
        )
    if figure.where is not None:
        yield _meets(figure.where)
    if isinstance(figure, Lines) and figure.order is not None:
        of_order = conditions.meets_at(figure.order)
        yield lambda thing, _state, clock: of_order(thing.order, "", clock)


def _meets(where: Where) -> Seen:
    of_thing = conditions.meets_at(where)
    return lambda thing, _state, clock: of_thing(thing.fields, "", clock)


def _in(window: Any) -> Seen:
    """Within the window, and not of the future."""
    held_at = spans.spans(window)

    def seen(thing: Thing, _state: Any, clock: Clock) -> Verdict:
        start, end = held_at(thing.time, clock)
        return during(max(start, thing.time), end, clock.at)

    return seen


def _after(latest: int) -> Seen:
    """After the latest beginning."""

    def seen(thing: Thing, state: Any, clock: Clock) -> Verdict:
        beginning = state.held(latest)
        if not beginning or thing.time <= beginning[0][0]:
            return False, NEVER
        return during(thing.time, NEVER, clock.at)

    return seen


def _finder(figure: Figured) -> Callable[[Picture], Iterable[Thing]]:
    if isinstance(figure, Orders):
        is_made = figure.at == "ordered_at"
        return lambda picture: (
            Thing(one.ordered_at if is_made else one.stage_at, (one.number,), order_fields(one), {})
            for one in _standing(figure, picture)
        )
    if isinstance(figure, Lines):
        return lambda picture: (line for order in _standing(figure, picture) for line in _lines(order))
    if isinstance(figure, ProductList):
        return lambda picture: _items(figure, picture)
    kind = figure.kind
    return lambda picture: (
        Thing(0, (one.id,), one.fields, {})
        for _, one in picture.records.values()
        if one is not None and one.kind == kind
    )


def _standing(figure: Orders | Lines, picture: Picture) -> Iterator[KnownOrder]:
    for _, order in picture.orders.values():
        if order is not None and (figure.stand == "all" or order.stage not in NOT_BOUGHT):
            yield order


def order_fields(order: KnownOrder) -> Mapping[str, Any]:
    """An order as conditions see it."""
    stated = {"stage": order.stage} if order.stage else {}
    times = {"ordered_at": Instant(order.ordered_at), "stage_at": Instant(order.stage_at)}
    return {**order.fields, **stated, **times, "number": order.number}


def _lines(order: KnownOrder) -> Iterator[Thing]:
    whole = order_fields(order)
    for place, line in enumerate(order.lines):
        yield Thing(order.ordered_at, (order.number, place), {**line.fields, "id": line.id}, whole)


def _items(figure: ProductList, picture: Picture) -> Iterator[Thing]:
    for _, item in picture.items.values():
        if item is not None and item.list == figure.list:
            yield _item(item, item.first if figure.at == "first" else item.last)


def _item(item: KnownItem, time: int) -> Thing:
    variant = {"variant": item.variant} if item.variant else {}
    times = {"first": Instant(item.first), "last": Instant(item.last)}
    return Thing(
        time, (item.product, item.variant), {**item.fields, **variant, **times, "product": item.product}, {}
    )
