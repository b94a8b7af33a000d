"""Routes of orders under /api/{workspace}: reading, statements that become facts, the mapping of statuses.

In: requests. Out: views. Invariant: thin; nothing here changes an order, every statement is appended.
"""

from typing import Annotated

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import After, Author, Caller, Limit, Wait, require
from konnektu.core.paging import LIMIT_USUAL, Page
from konnektu.orders import reading, views, writing
from konnektu.orders.model import Stage
from konnektu.orders.reading import Asked
from konnektu.storage.api import Db, Storage

BODY_MOST = 8 * 1024 * 1024
"""Bytes of a thousand statements."""
FARTHEST = 2**53

Id = Annotated[
    str,
    PathParameter(max_length=100, description="Id of the profile; a former one leads to the present one."),
]
Of = Annotated[str, QueryParameter(max_length=100, description="Only orders of this profile.")]
Number = Annotated[str, QueryParameter(min_length=1, max_length=200, description="The order's number.")]
StageIs = Annotated[Stage, QueryParameter(description="Only orders that stand at this stage.")]
StoreIs = Annotated[str, QueryParameter(max_length=1000, description="Only orders of this store.")]
CurrencyIs = Annotated[str, QueryParameter(max_length=3, description="Only orders in this currency.")]
Since = Annotated[
    int, QueryParameter(ge=0, le=FARTHEST, description="Ordered at or after; milliseconds since 1970 UTC.")
]
Until = Annotated[int, QueryParameter(ge=0, le=FARTHEST, description="Ordered before; milliseconds.")]


@get("/orders", guards=[require("orders.read")], sync_to_thread=True)
def list_orders(  # noqa: PLR0913, PLR0917 - each is one filter
    db: NamedDependency[Db],
    stage: StageIs = "",
    store: StoreIs = "",
    currency: CurrencyIs = "",
    since: Since = 0,
    until: Until = FARTHEST,
    profile: Of = "",
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.OrderView]:
    """Orders, the latest first."""
    asked = Asked(stage=stage, store=store, currency=currency, since=since, until=until)
    return Page(*reading.listed(db, asked, profile, after, limit))


@get("/orders/find", guards=[require("orders.read")], sync_to_thread=True)
def find_order(caller: NamedDependency[Caller], db: NamedDependency[Db], number: Number) -> views.OrderDetail:
    """One order by its number, with its lines, the history of its statuses and its refunds."""
    return reading.one(db, number, is_open=caller.may("profiles.personal"))


@get("/profiles/{profile:str}/orders", guards=[require("orders.read")], sync_to_thread=True)
def list_orders_of_profile(
    profile: Id,
    db: NamedDependency[Db],
    stage: StageIs = "",
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> views.PersonOrders:
    """The orders of a person, the latest first, and what they come to by currency."""
    return reading.of_person(db, profile, Asked(stage=stage), after, limit)


@put(
    "/orders",
    status_code=202,
    guards=[require("orders.write")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def state_orders(
    data: JSONBody[views.OrdersStated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.OrdersAccepted:
    """Say what is known of up to 1,000 orders. Each statement needs only the fields that it knows."""
    return writing.state_orders(Author(storage, caller, now, wait), data)


@get("/orders/statuses", guards=[require("orders.read")], sync_to_thread=True)
def get_order_statuses(db: NamedDependency[Db]) -> views.StatusesView:
    """The stages, how the project's statuses are mapped to them, and which are mapped to none."""
    return reading.statuses(db)


@put("/orders/statuses", status_code=202, guards=[require("settings.manage")], sync_to_thread=True)
def map_order_statuses(
    data: JSONBody[views.StatusesChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.StatusesAccepted:
    """Map the project's statuses to stages. It holds for every order there is, and changes their figures."""
    return writing.map_statuses(Author(storage, caller, now, wait), data)


@get("/orders/currency", guards=[require("orders.read")], sync_to_thread=True)
def get_order_currency(db: NamedDependency[Db]) -> views.Currency:
    """The currency of orders that name none."""
    return reading.currency(db)


@put("/orders/currency", status_code=202, guards=[require("settings.manage")], sync_to_thread=True)
def state_order_currency(
    data: JSONBody[views.Currency],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.StatusesAccepted:
    """State the currency of orders that name none. It holds for orders that are first told of from here on."""
    return writing.state_currency(Author(storage, caller, now, wait), data)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_orders,
            find_order,
            list_orders_of_profile,
            state_orders,
            get_order_statuses,
            map_order_statuses,
            get_order_currency,
            state_order_currency,
        ],
        tags=["orders"],
    )
]
