"""Routes of products and of the category tree."""

from typing import Annotated

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from konnektu.access.api import After, Caller, Limit, require
from konnektu.catalogue import api, views
from konnektu.catalogue.http.words import BATCH_BYTES, External, Gone, became, by, seen
from konnektu.core.clock import Clock
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.storage.api import Db

Category = Annotated[
    str | None, QueryParameter(max_length=200, description="Id of a category; with all below it.")
]
Brand = Annotated[str | None, QueryParameter(max_length=500, description="Brand, as it is written.")]
Group = Annotated[str | None, QueryParameter(max_length=200, description="Id that variants share.")]
Available = Annotated[bool | None, QueryParameter(description="Whether it can be bought.")]
Price = Annotated[int | None, QueryParameter(ge=0, le=2**53, description="Minor units.")]
Currency = Annotated[str | None, QueryParameter(max_length=3, description="ISO 4217.")]
Words = Annotated[
    str | None,
    QueryParameter(
        max_length=200,
        description="Words of name, brand, article, id or barcode; the last may be a beginning.",
    ),
]


@get("/products", guards=[require("catalogue.read")], sync_to_thread=True)
def list_products(  # noqa: PLR0913, PLR0917  query parameters
    db: NamedDependency[Db],
    category: Category = None,
    brand: Brand = None,
    group: Group = None,
    available: Available = None,
    price_from: Price = None,
    price_to: Price = None,
    currency: Currency = None,
    text: Words = None,
    gone: Gone = False,  # noqa: FBT002  a query parameter
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.ProductView]:
    """Products in the order of their making."""
    filters = api.Filters(
        category=category, brand=brand, group=group, available=available, price_from=price_from, price_to=price_to,
        currency=currency, text=text, state=None if gone else "active",
    )  # fmt: skip
    with db.read() as conn:
        rows = api.looking.products(conn, filters, seen(after), limit + 1)
        loads = api.looking.told_by(conn, rows)
    told = list(zip(rows, loads, strict=True))
    return page(told, limit, lambda pair: views.of_product(*pair), lambda pair: str(pair[0].number))


@put("/products", guards=[require("catalogue.write")], request_max_body_size=BATCH_BYTES, sync_to_thread=True)
def put_products(
    data: JSONBody[views.Products],
    db: NamedDependency[Db],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.Put:
    """Make or replace up to 1,000 products."""
    return became(db, api.put(db, "products", data.products, by=by(caller), now=clock.now_ms))


@get("/products/{product:str}", guards=[require("catalogue.read")], sync_to_thread=True)
def get_product(product: External, db: NamedDependency[Db]) -> views.ProductView:
    """One product, gone or not."""
    with db.read() as conn:
        row = api.product(conn, product)
        return views.of_product(row, api.looking.told_by(conn, [row])[0])


@delete("/products/{product:str}", status_code=200, guards=[require("catalogue.write")], sync_to_thread=True)
def delete_product(
    product: External,
    db: NamedDependency[Db],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.Put:
    """Mark a product as gone; orders and reports may still speak of it."""
    return became(db, api.remove(db, "products", product, by=by(caller), now=clock.now_ms))


@get("/categories", guards=[require("catalogue.read")], sync_to_thread=True)
def list_categories(
    db: NamedDependency[Db],
    gone: Gone = False,  # noqa: FBT002  a query parameter
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.CategoryView]:
    """The category tree: each category with its path from the top."""
    with db.read() as conn:
        rows = api.looking.categories(conn, seen(after), limit + 1, with_gone=gone)
        loads = api.looking.told_by(conn, rows)
    told = list(zip(rows, loads, strict=True))
    return page(told, limit, lambda pair: views.of_category(*pair), lambda pair: str(pair[0].number))


@put(
    "/categories", guards=[require("catalogue.write")], request_max_body_size=BATCH_BYTES, sync_to_thread=True
)
def put_categories(
    data: JSONBody[views.Categories],
    db: NamedDependency[Db],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.Put:
    """Make or replace up to 1,000 categories; those that would stand in a circle are refused with it."""
    return became(db, api.put(db, "categories", data.categories, by=by(caller), now=clock.now_ms))


@delete(
    "/categories/{category:str}", status_code=200, guards=[require("catalogue.write")], sync_to_thread=True
)
def delete_category(
    category: External,
    db: NamedDependency[Db],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.Put:
    """Mark a category as gone; what stands below it moves to the top."""
    return became(db, api.remove(db, "categories", category, by=by(caller), now=clock.now_ms))


handlers = [
    list_products,
    put_products,
    get_product,
    delete_product,
    list_categories,
    put_categories,
    delete_category,
]
