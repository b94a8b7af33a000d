"""The things that figures look at. In: a figure and what is known. Out: things, those in the window, in their order.

Nothing with a time later than the instant asked about is seen.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from konnektu.core.records import ROBOT, STAFF, TEST
from konnektu.rules.figures import Events, Figure, Lines, Orders, ProductList, Related, Since, What, Window
from konnektu.rules.known import Instant, Known, KnownEvent, KnownItem, KnownLine, KnownOrder
from konnektu.rules.memory.asked import Asked, Thing, lies_in
from konnektu.rules.memory.testing import meets

MARKS = {"robots": ROBOT, "staff": STAFF, "tests": TEST}
NOT_BOUGHT = ("cancelled", "returned")
"""Stages of orders that are no purchases."""


def event_thing(event: KnownEvent) -> Thing:
    """An event as conditions see it; what could not be derived is missing."""
    derived = {name: value for name, value in msgspec.structs.asdict(event.derived).items() if value}
    fields: dict[str, Any] = {
        "properties": event.properties,
        "derived": derived,
        "name": event.name,
        "type": event.type,
        "origin": event.origin,
        "source": event.source,
        "time": Instant(event.time),
    }
    return Thing("event", (str(event.position),), event.time, (event.position,), fields)


def is_one_of(event: KnownEvent, what: What, asked: Asked) -> bool:
    """Whether an event is one of those that are meant."""
    taken = sum(MARKS[mark] for mark in set(what.marked))
    return (
        event.type in what.types
        and (not what.names or event.name in what.names)
        and (not what.sources or event.source in what.sources)
        and event.marks & ~taken == 0
        and meets(what.where, event_thing(event).fields, asked)
    )


def events_of(what: What, asked: Asked) -> list[KnownEvent]:
    """The events meant that have happened, in the order of (time, position)."""
    found = [one for one in asked.known.events if one.time <= asked.at and is_one_of(one, what, asked)]
    return sorted(found, key=lambda one: one.moment)


def things_of(figure: Figure, asked: Asked) -> list[Thing]:
    """The things that a figure is made of, in their order."""
    if isinstance(figure, Events):
        events = [event_thing(one) for one in events_of(figure.what, asked)]
        return [one for one in events if _is_within(one, figure.window, asked)]
    found = [one for one in candidates(figure, asked.known) if meets(figure.where, one.fields, asked)]
    if isinstance(figure, Lines):
        found = [one for one in found if meets(figure.order, one.fields[ORDER_OF_LINE], asked)]
    if isinstance(figure, Related):
        return found
    seen = [one for one in found if one.time <= asked.at and _is_within(one, figure.window, asked)]
    return sorted(seen, key=lambda one: one.moment)


ORDER_OF_LINE = "\0order"
"""Under which a line holds the fields of its order; no path can name it, for texts hold no NUL."""


def candidates(figure: Figure, known: Known) -> list[Thing]:
    """Everything of the sort that a figure is made of, before conditions on fields and windows."""
    match figure:
        case Events():
            return [event_thing(one) for one in known.events]
        case Orders():
            return [
                _order_thing(one, one.stage_at if figure.at == "stage_at" else one.ordered_at)
                for one in _standing(figure, known)
            ]
        case Lines():
            return [
                _line_thing(order, number, line)
                for order in _standing(figure, known)
                for number, line in enumerate(order.lines)
            ]
        case ProductList():
            items = [one for one in known.items if one.list == figure.list]
            return [_item_thing(one, one.first if figure.at == "first" else one.last) for one in items]
        case Related():
            records = [one for one in known.records if one.kind == figure.kind]
            return [Thing("record", (one.kind, one.id), 0, (one.id,), one.fields) for one in records]


def _standing(figure: Orders | Lines, known: Known) -> list[KnownOrder]:
    """The orders that are looked at."""
    return [one for one in known.orders if figure.stand == "all" or one.stage not in NOT_BOUGHT]


def order_fields(order: KnownOrder) -> Mapping[str, Any]:
    """The fields of an order as conditions see them."""
    stated = {"stage": order.stage} if order.stage else {}
    times = {"ordered_at": Instant(order.ordered_at), "stage_at": Instant(order.stage_at)}
    return {**order.fields, **stated, **times, "number": order.number}


def _order_thing(order: KnownOrder, time: int) -> Thing:
    return Thing("order", (order.number,), time, (order.number,), order_fields(order))


def _line_thing(order: KnownOrder, number: int, line: KnownLine) -> Thing:
    fields = {**line.fields, "id": line.id, ORDER_OF_LINE: order_fields(order)}
    return Thing("line", (order.number, line.id), order.ordered_at, (order.number, number), fields)


def _item_thing(item: KnownItem, time: int) -> Thing:
    variant = {"variant": item.variant} if item.variant else {}
    times = {"first": Instant(item.first), "last": Instant(item.last)}
    fields = {**item.fields, **variant, **times, "product": item.product}
    key = (item.product, item.variant)
    return Thing("item", (item.list, *key), time, key, fields)


def _is_within(thing: Thing, window: Window, asked: Asked) -> bool:
    """Whether a thing lies in a window; events of one time go by their positions."""
    if not isinstance(window, Since):
        return lies_in(thing.time, window, asked)
    begun = events_of(window.what, asked)
    if not begun:
        return False
    latest = begun[-1].moment
    if thing.kind == "event":
        return (thing.time, thing.rank[0]) > latest
    return thing.time > latest.time
