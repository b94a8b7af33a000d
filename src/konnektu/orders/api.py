"""The front door of orders: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from typing import Any

from konnektu.core.entities import values
from konnektu.core.records import Event
from konnektu.orders import store
from konnektu.orders.currencies import Currencies, currencies
from konnektu.orders.known import known
from konnektu.orders.lists import HELD, orders_and_people, own_fields, value_of
from konnektu.orders.logic import shown_lines
from konnektu.orders.model import Figures, Line, OrderRow, OrderState
from konnektu.orders.ranks import Ranks
from konnektu.orders.reading import cursor
from konnektu.orders.store import (
    beginning,
    buried,
    bury,
    erase,
    existing,
    latest_of,
    of_people,
    terms,
    worth_after,
)
from konnektu.orders.store import one as by_number
from konnektu.orders.telling import (
    FACT,
    PRODUCT_NAMES,
    by_name,
    number_of,
    product_in,
    speaks_of_order,
    told_of,
)
from konnektu.orders.within import within
from konnektu.orders.words import EVENTS, FIELDS, LINE_FIELDS, LINES_NAMES, OTHER, STAGES
from konnektu.orders.working import STATUSES, Rank, Working, load, named, owners, save, take
from konnektu.profiles.api import Teller
from konnektu.storage.api import Storage, WorkspaceRecord

_ranks = Ranks()
figures_of = Teller(store.figures_of, store.FIGURES, store.figures_in)
"""The figures of people by currency; of those without orders nothing is told."""


def fields(order: OrderRow) -> dict[str, Any]:
    """What the fields of an order hold, without those that are cleared."""
    return fields_of(order.state)


def fields_of(state: OrderState) -> dict[str, Any]:
    """What the fields of an order's state hold, without those that are cleared."""
    return values(state.fields)


def ranking(storage: Storage, record: WorkspaceRecord) -> Rank:
    """A function that ranks what an event of the workspace says."""

    def rank(event: Event) -> int:
        return _ranks.rank(storage, record, event)

    return rank


__all__ = [
    "EVENTS",
    "FACT",
    "FIELDS",
    "HELD",
    "LINES_NAMES",
    "LINE_FIELDS",
    "OTHER",
    "PRODUCT_NAMES",
    "STAGES",
    "STATUSES",
    "Currencies",
    "Figures",
    "Line",
    "OrderRow",
    "OrderState",
    "Rank",
    "Working",
    "beginning",
    "buried",
    "bury",
    "by_name",
    "by_number",
    "currencies",
    "cursor",
    "erase",
    "existing",
    "fields",
    "fields_of",
    "figures_of",
    "known",
    "latest_of",
    "load",
    "named",
    "number_of",
    "of_people",
    "orders_and_people",
    "own_fields",
    "owners",
    "product_in",
    "ranking",
    "save",
    "shown_lines",
    "speaks_of_order",
    "take",
    "terms",
    "told_of",
    "value_of",
    "within",
    "worth_after",
]
