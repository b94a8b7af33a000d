"""Which currency holds for what names none. In: the facts that stated it. Out: the one in force at a position.

An order, and a price on a product list, keep the currency that was in force when they were told of.
"""

from bisect import bisect
from collections.abc import Iterable

from msgspec import Struct

from konnektu.core.money import is_currency
from konnektu.core.records import Event
from konnektu.orders import store
from konnektu.orders.logic import DEFAULT_CURRENCY
from konnektu.storage.api import Connection

CURRENCY = "order_currency"
"""Type of the system's fact that states the currency of orders, and of prices on product lists, that name none."""


class Currencies(Struct, frozen=True):
    """Every one that was stated, in order of positions."""

    stated: tuple[tuple[int, str], ...] = ()

    def at(self, position: int) -> str:
        """The one in force for what stands at a position of the log."""
        place = bisect(self.stated, position, key=lambda one: one[0])
        return self.stated[place - 1][1] if place else DEFAULT_CURRENCY


def currencies(db: Connection, events: Iterable[Event] = ()) -> Currencies:
    """Those that were stated before a batch, and those that its events state."""
    before = store.currencies(db)
    last = before[-1][0] if before else 0
    told = ((one.position, stated_currency(one)) for one in events if one.type == CURRENCY)
    return Currencies((*before, *((at, one) for at, one in told if one is not None and at > last)))


def stated_currency(event: Event) -> str | None:
    """What a fact states; None where it is no currency."""
    stated = event.properties.get("currency")
    return stated if isinstance(stated, str) and is_currency(stated) else None
