"""Looking at the catalogue. In: filters and a cursor. Out: rows in the order of their making.

Invariant: a filter is a fixed piece of text with parameters; which load told a row last follows from the row's
version and from the last full load of its feed, so that an unchanged reload writes nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
from msgspec import Struct, structs
from psycopg.sql import SQL

from konnektu.catalogue.finding import query_of
from konnektu.catalogue.model import Category, Product, State, Stock, Store
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

PRODUCT = SQL(
    "SELECT number, id, name, group_id, category, brand, price, old_price, currency, pictures, link, barcodes, sku,"
    " available, description, params, state, feed, version FROM product WHERE number > %(after)s"
)
CONDITIONS = {
    "categories": SQL(" AND category = ANY(%(categories)s)"),
    "brand": SQL(" AND brand = %(brand)s"),
    "group": SQL(" AND group_id = %(group)s"),
    "available": SQL(" AND available = %(available)s"),
    "price_from": SQL(" AND price >= %(price_from)s"),
    "price_to": SQL(" AND price <= %(price_to)s"),
    "currency": SQL(" AND currency = %(currency)s"),
    "text": SQL(" AND words @@ CAST(%(text)s AS tsquery)"),
    "state": SQL(" AND state = %(state)s"),
}
END = SQL(" ORDER BY number LIMIT %(limit)s")


class Filters(Struct, frozen=True, kw_only=True):
    """Which products are wanted; None for any."""

    category: str | None = None
    """With everything below it."""
    brand: str | None = None
    group: str | None = None
    available: bool | None = None
    price_from: int | None = None
    """Minor units."""
    price_to: int | None = None
    currency: str | None = None
    text: str | None = None
    """Words of name, brand, article, id or barcode, in any order; the last may be a beginning."""
    state: State | None = "active"


class Standing(Struct, frozen=True):
    """What stands, where in the list, and who told it."""

    number: int
    thing: Product | Category | Store
    state: State
    feed: int
    version: int
    path: tuple[str, ...] = ()
    """Of a category: ids from the top down to itself."""


class StockRow(Struct, frozen=True):
    """Stock in one place, and who told it."""

    stock: Stock
    feed: int
    version: int


def products(db: Connection, filters: Filters, after: int, limit: int) -> list[Standing]:
    """Products that fit, behind number `after`."""
    wanted = {name: value for name, value in structs.asdict(filters).items() if value is not None}
    if "category" in wanted:
        wanted["categories"] = [row[0] for row in Q.subtree(db, category=wanted.pop("category"))]
    if "text" in wanted and not (text := query_of(wanted["text"])):
        return []
    if "text" in wanted:
        wanted["text"] = text
    statement = SQL("").join([PRODUCT, *(CONDITIONS[name] for name in wanted), END])
    rows = db.execute(statement, {**wanted, "after": after, "limit": limit})
    return [_product(row) for row in rows]


def products_by_ids(db: Connection, ids: Sequence[str]) -> dict[str, Standing]:
    """Products by external id, gone ones too."""
    return {row[1]: _product(row) for row in Q.products_by_ids(db, ids=list(ids))}


def category(db: Connection, identity: str) -> Standing | None:
    """One category, or None."""
    row = Q.find_category(db, id=identity)
    return _category(row) if row else None


def categories(db: Connection, after: int, limit: int, *, with_gone: bool = False) -> list[Standing]:
    """Categories behind number `after`."""
    return [_category(row) for row in Q.list_categories(db, after=after, limit=limit, with_gone=with_gone)]


def store(db: Connection, code: str) -> Standing | None:
    """One store, or None."""
    row = Q.find_store(db, id=code)
    return _store(row) if row else None


def stores(
    db: Connection, after: int, limit: int, *, region: str = "", with_gone: bool = False
) -> list[Standing]:
    """Stores behind number `after`."""
    rows = Q.list_stores(db, after=after, limit=limit, region=region, with_gone=with_gone)
    return [_store(row) for row in rows]


def stock(
    db: Connection, *, product: str = "", store: str = "", region: str = "", after: tuple[str, str, str], limit: int
) -> list[StockRow]:  # fmt: skip
    """Stock behind (product, store, region)."""
    rows = Q.list_stock(
        db, product=product, store=store, region=region, after_product=after[0], after_store=after[1],
        after_region=after[2], limit=limit,
    )  # fmt: skip
    return [
        StockRow(Stock(product=row[0], store=row[1], region=row[2], quantity=row[3]), row[4], row[5])
        for row in rows
    ]


def told_by(db: Connection, rows: Sequence[Standing | StockRow]) -> list[tuple[int, int]]:
    """(Id, start) of the load that told each row last, in the order of the rows."""
    origins = dict(Q.origins(db))
    versions = [last_version(row, origins) for row in rows]
    loads = {row[0]: (row[1], row[2]) for row in Q.loads_of_versions(db, versions=list(set(versions)))}
    return [loads[version] for version in versions]


def last_version(row: Standing | StockRow, origins: Mapping[int, int]) -> int:
    """The version that told a row last: its own, or its feed's last full load while the row stands."""
    if isinstance(row, Standing) and row.state == "gone":
        return row.version
    return max(row.version, origins.get(row.feed, 0))


def product_of(row: Sequence[Any]) -> Product:
    """The product of a row of the columns that `PRODUCT` selects."""
    return Product(
        id=row[1], name=row[2], group=row[3], category=row[4], brand=row[5], price=row[6], old_price=row[7],
        currency=row[8], pictures=tuple(row[9]), link=row[10], barcodes=tuple(row[11]), sku=row[12],
        available=row[13], description=row[14], params=row[15],
    )  # fmt: skip


def store_of(row: Sequence[Any]) -> Store:
    """The store of a row of the columns that `list_stores` selects."""
    return Store(
        code=row[1], name=row[2], address=row[3], zone=row[4], region=row[5], latitude=row[6], longitude=row[7],
        opening_hours=row[8],
    )  # fmt: skip


def _product(row: Sequence[Any]) -> Standing:
    return Standing(row[0], product_of(row), row[16], row[17], row[18])


def _category(row: Sequence[Any]) -> Standing:
    thing = Category(id=row[1], name=row[2], parent=row[3])
    return Standing(row[0], thing, row[5], row[6], row[7], tuple(row[4]))


def _store(row: Sequence[Any]) -> Standing:
    return Standing(row[0], store_of(row), row[9], row[10], row[11])
