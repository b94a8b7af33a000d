"""Routes of the catalogue under /api/{workspace}: what people sell, and the loads and feeds that tell it.

In: requests. Out: views. Invariant: thin; a change is a load, and says what became of each row.
"""

from litestar import Router

from konnektu.catalogue.http import feeds, loads, places, products

routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[*products.handlers, *places.handlers, *loads.handlers, *feeds.handlers],
        tags=["catalogue"],
    )
]
