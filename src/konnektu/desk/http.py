"""Routes of the operator's desk under /api/{workspace}/desk. In: requests. Out: views.

Invariant: thin; what of a person is read or changed stands behind an opening, which travels in a header: addresses
are kept by proxies and browsers.
"""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter, JSONBody

from konnektu.access.api import After, Caller, Wait, require
from konnektu.desk import finding, serving, views
from konnektu.desk.operator import Desk
from konnektu.profiles.api import ConsentsStated
from konnektu.storage.api import Storage

OpeningIs = Annotated[
    str,
    HeaderParameter(
        name="X-Desk-Opening",
        max_length=1000,
        description="`opening` of POST /desk/open, of the same session.",
    ),
]


@post("/desk/find", status_code=200, guards=[require("desk.use")], sync_to_thread=True)
def find_customer(data: JSONBody[views.Sought], desk: NamedDependency[Desk]) -> views.FoundView:
    """How many people a phone or the number of an order leads to, under covered names."""
    return finding.find(desk, data.text)


@post("/desk/open", status_code=200, guards=[require("desk.use")], sync_to_thread=True)
def open_customer(data: JSONBody[views.Verifying], desk: NamedDependency[Desk]) -> views.OpenedView:
    """The customer, for ten minutes, where the last four digits of another number of theirs are right."""
    opening, opened = finding.open_person(desk, data)
    return views.OpenedView(opening, serving.person(desk, opened))


@get("/desk/person", guards=[require("desk.use")], sync_to_thread=True)
def get_customer(desk: NamedDependency[Desk], opening: OpeningIs = "") -> views.DeskPerson:
    """The customer who is open: latest orders, and where their consents stand."""
    return serving.person(desk, serving.opening_of(desk, opening))


@get("/desk/orders", guards=[require("desk.use")], sync_to_thread=True)
def list_customer_orders(
    desk: NamedDependency[Desk], opening: OpeningIs = "", after: After = ""
) -> views.DeskOrders:
    """Orders of the customer who is open, the latest first."""
    return serving.more_orders(desk, serving.opening_of(desk, opening), after)


@post("/desk/consents", status_code=202, guards=[require("desk.consents")], sync_to_thread=True)
def state_customer_consents(
    data: JSONBody[ConsentsStated], desk: NamedDependency[Desk], opening: OpeningIs = "", wait: Wait = 0
) -> views.ConsentTaken:
    """State consents and refusals of the customer who is open. A refusal is obeyed from the answer on."""
    return serving.state_consents(desk, serving.opening_of(desk, opening), data, wait)


def desk_of(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> Desk:
    """Return who serves, with the doors."""
    return Desk(storage, caller, now)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            find_customer,
            open_customer,
            get_customer,
            list_customer_orders,
            state_customer_consents,
        ],
        tags=["desk"],
        dependencies={"desk": Provide(desk_of, sync_to_thread=False)},
    )
]
