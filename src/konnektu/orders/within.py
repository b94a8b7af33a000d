"""Which events of a person are within a row limit. In: events of a person whom the limit shows. Out: those to show.

An event is beyond a limit that does not show the order it names, that names other stores, regions or brands than the
event states, or other sources than the one it came from; so is what people decided, which names other people.
"""

from collections.abc import Sequence
from typing import Final

from konnektu.core.records import Event
from konnektu.orders.store import existing
from konnektu.orders.telling import number_named, speaks_of_order, stated_texts
from konnektu.storage.api import Connection, allows

STATED: Final = ("region", "store", "brand")
"""Dimensions that an event states by itself."""
_OF_OTHERS: Final = frozenset(("merge", "cut", "never", "allow"))
"""Facts that name people beside the one whose they are."""


def within(db: Connection, row_limit: str, events: Sequence[Event]) -> list[Event]:
    """The events to show. `db` is the limited caller's own door, which tells of the orders within the limit."""
    numbers = {one.position: number_named(one) for one in events}
    seen = existing(db, {number for number in numbers.values() if number})

    def is_shown(event: Event) -> bool:
        number = numbers[event.position]
        is_of_order = bool(number) or speaks_of_order(event)
        return (not is_of_order or number in seen) and _is_stated_within(event, row_limit)

    return [one for one in events if is_shown(one)]


def _is_stated_within(event: Event, row_limit: str) -> bool:
    stated = stated_texts(event.properties, STATED)
    return (
        event.type not in _OF_OTHERS
        and allows(row_limit, "source", str(event.source))
        and all(allows(row_limit, name, value) for name, value in stated)
    )
