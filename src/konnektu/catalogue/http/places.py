"""Routes of stores and of stock."""

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from konnektu.access.api import After, Caller, Limit, require
from konnektu.catalogue import api, views
from konnektu.catalogue.http.words import BATCH_BYTES, External, Gone, Text, became, by, seen
from konnektu.core.clock import Clock
from konnektu.core.errors import NotFound
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.storage.api import Db

SEPARATOR = "\x1f"
"""Between the parts of a cursor; no external id holds it."""


@get("/stores", guards=[require("catalogue.read")], sync_to_thread=True)
def list_stores(
    db: NamedDependency[Db],
    region: Text = "",
    gone: Gone = False,  # noqa: FBT002  a query parameter
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.StoreView]:
    """Stores in the order of their making."""
    with db.read() as conn:
        rows = api.looking.stores(conn, seen(after), limit + 1, region=region, with_gone=gone)
        loads = api.looking.told_by(conn, rows)
    told = list(zip(rows, loads, strict=True))
    return page(told, limit, lambda pair: views.of_store(*pair), lambda pair: str(pair[0].number))


@put("/stores", guards=[require("catalogue.write")], request_max_body_size=BATCH_BYTES, sync_to_thread=True)
def put_stores(
    data: JSONBody[views.Stores],
    db: NamedDependency[Db],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.Put:
    """Make or replace up to 1,000 stores."""
    return became(db, api.put(db, "stores", data.stores, by=by(caller), now=clock.now_ms))


@get("/stores/{store:str}", guards=[require("catalogue.read")], sync_to_thread=True)
def get_store(store: External, db: NamedDependency[Db]) -> views.StoreView:
    """One store, gone or not."""
    with db.read() as conn:
        row = api.store_(conn, store)
        return views.of_store(row, api.looking.told_by(conn, [row])[0])


@delete("/stores/{store:str}", status_code=200, guards=[require("catalogue.write")], sync_to_thread=True)
def delete_store(
    store: External,
    db: NamedDependency[Db],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.Put:
    """Mark a store as gone."""
    return became(db, api.remove(db, "stores", store, by=by(caller), now=clock.now_ms))


@get("/stock", guards=[require("catalogue.read")], sync_to_thread=True)
def list_stock(
    db: NamedDependency[Db],
    product: Text = "",
    store: Text = "",
    region: Text = "",
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.StockView]:
    """Stock by product, store and region; narrowed to one of each where it is named."""
    parts = tuple(after.split(SEPARATOR)) if after else ("", "", "")
    if len(parts) != 3:
        raise NotFound("There is no such page.")
    with db.read() as conn:
        rows = api.looking.stock(
            conn, product=product, store=store, region=region, after=parts, limit=limit + 1
        )
        loads = api.looking.told_by(conn, rows)
    told = list(zip(rows, loads, strict=True))
    return page(told, limit, lambda pair: views.of_stock(*pair), lambda pair: _place(pair[0]))


@put("/stock", guards=[require("catalogue.write")], request_max_body_size=BATCH_BYTES, sync_to_thread=True)
def put_stock(
    data: JSONBody[views.StockRows],
    db: NamedDependency[Db],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.Put:
    """Set the stock of up to 1,000 products in places."""
    return became(db, api.put(db, "stock", data.stock, by=by(caller), now=clock.now_ms))


def _place(row: api.StockRow) -> str:
    return SEPARATOR.join((row.stock.product, row.stock.store, row.stock.region))


handlers = [list_stores, put_stores, get_store, delete_store, list_stock, put_stock]
