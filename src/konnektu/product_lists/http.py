"""Routes of product lists under /api/{workspace}: a person's lists, and changes that become facts.

In: requests. Out: views. Invariant: thin; nothing here changes a list, every statement is appended.
"""

from typing import Annotated

from litestar import Router, get, patch, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from konnektu.access.api import Author, Caller, Wait, require
from konnektu.product_lists import reading, views, writing
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage

Id = Annotated[
    str,
    PathParameter(max_length=100, description="Id of the profile; a former one leads to the present one."),
]
Name = Annotated[
    str,
    PathParameter(max_length=100, description="cart, viewed, favourites, or a list of the project's own."),
]


@get("/profiles/{profile:str}/product-lists", guards=[require("profiles.read")], sync_to_thread=True)
def list_product_lists(
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.PersonLists:
    """The product lists of a person: cart, viewed, favourites, bought, and the project's own."""
    sources = profiles.Reader(storage, caller.workspace, now, is_open=False)
    reader = reading.Reader(
        db=storage.workspace(caller.workspace),
        source=sources.source,
        sees_orders=caller.may("orders.read"),
        sees_catalogue=caller.may("catalogue.read"),
    )
    return reading.of_person(reader, profile)


@put(
    "/profiles/{profile:str}/product-lists/{name:str}",
    status_code=202,
    guards=[require("profiles.write")],
    sync_to_thread=True,
)
def replace_product_list(
    data: JSONBody[views.ListReplaced],
    profile: Id,
    name: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> writing.Accepted:
    """Say all that stands on a list; what it held before is off it."""
    return writing.replace(Author(storage, caller, now, wait), profile, name, data)


@patch(
    "/profiles/{profile:str}/product-lists/{name:str}",
    status_code=202,
    guards=[require("profiles.write")],
    sync_to_thread=True,
)
def change_product_list(
    data: JSONBody[views.ListChange],
    profile: Id,
    name: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> writing.Accepted:
    """Add products to a list, set how many of them stand on it, remove them, or clear it."""
    return writing.change(Author(storage, caller, now, wait), profile, name, data)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[list_product_lists, replace_product_list, change_product_list],
        tags=["product lists"],
    )
]
