"""What the API says of the catalogue. In: records. Out: views; ids of loads and feeds leave as UUIDs."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from konnektu.catalogue.looking import Standing, StockRow
from konnektu.catalogue.model import (
    MAX_BATCH,
    Category,
    Fault,
    Feed,
    Kind,
    Load,
    LoadState,
    Numbers,
    Product,
    Scope,
    State,
    Store,
)
from konnektu.core.ids import public_id

Batch = Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MAX_BATCH)]


class ProductView(Struct, frozen=True, kw_only=True):
    """A product as it stands."""

    id: str
    name: str
    group: str
    category: str
    brand: str
    price: int | None
    """Minor units of `currency`."""
    old_price: int | None
    currency: str
    pictures: tuple[str, ...]
    link: str
    barcodes: tuple[str, ...]
    sku: str
    available: bool
    description: str
    params: dict[str, str]
    state: State
    load: str
    """The load that told it last."""


class CategoryView(Struct, frozen=True, kw_only=True):
    """A category with its place in the tree."""

    id: str
    name: str
    parent: str
    path: tuple[str, ...]
    """Ids from the top down to the category itself."""
    state: State
    load: str


class StoreView(Struct, frozen=True, kw_only=True):
    """A store as it stands."""

    code: str
    name: str
    address: str
    zone: str
    region: str
    latitude: float | None
    longitude: float | None
    opening_hours: str
    state: State
    load: str


class StockView(Struct, frozen=True, kw_only=True):
    """Stock of a product in a store, in a region, or in all."""

    product: str
    store: str
    region: str
    quantity: int
    load: str


class LoadView(Struct, frozen=True, kw_only=True):
    """One telling of the catalogue, and what became of it."""

    id: str
    feed: str
    """Empty for the API and the command line."""
    kind: Kind
    name: str
    scope: Scope
    state: LoadState
    products: Numbers
    categories: Numbers
    stores: Numbers
    stock: Numbers
    rejected: int
    remarks: int
    reason: str
    started_at: int
    started_by: str
    finished_at: int | None


class FaultView(Struct, frozen=True):
    """What is wrong with one row."""

    row: int
    id: str
    reason: str
    detail: str
    is_kept: bool
    text: str


class Put(Struct, frozen=True):
    """What became of a batch."""

    load: LoadView
    faults: list[FaultView]


class Products(Struct, frozen=True, forbid_unknown_fields=True):
    """Products to be made or replaced, each a whole product; one that is wrong is refused alone."""

    products: Batch


class Categories(Struct, frozen=True, forbid_unknown_fields=True):
    """Categories to be made or replaced."""

    categories: Batch


class Stores(Struct, frozen=True, forbid_unknown_fields=True):
    """Stores to be made or replaced."""

    stores: Batch


class StockRows(Struct, frozen=True, forbid_unknown_fields=True):
    """Stock to be set."""

    stock: Batch


def of_product(row: Standing, load: tuple[int, int]) -> ProductView:
    """A product with who told it."""
    one = row.thing
    assert isinstance(one, Product)  # noqa: S101 - what a list of products holds
    return ProductView(
        id=one.id, name=one.name, group=one.group, category=one.category, brand=one.brand, price=one.price,
        old_price=one.old_price, currency=one.currency, pictures=one.pictures, link=one.link, barcodes=one.barcodes,
        sku=one.sku, available=one.available, description=one.description, params=one.params, state=row.state,
        load=load_id(load),
    )  # fmt: skip


def of_category(row: Standing, load: tuple[int, int]) -> CategoryView:
    """A category with who told it."""
    one = row.thing
    assert isinstance(one, Category)  # noqa: S101 - what a list of categories holds
    return CategoryView(
        id=one.id, name=one.name, parent=one.parent, path=row.path, state=row.state, load=load_id(load)
    )


def of_store(row: Standing, load: tuple[int, int]) -> StoreView:
    """A store with who told it."""
    one = row.thing
    assert isinstance(one, Store)  # noqa: S101 - what a list of stores holds
    return StoreView(
        code=one.code, name=one.name, address=one.address, zone=one.zone, region=one.region, latitude=one.latitude,
        longitude=one.longitude, opening_hours=one.opening_hours, state=row.state, load=load_id(load),
    )  # fmt: skip


def of_stock(row: StockRow, load: tuple[int, int]) -> StockView:
    """Stock with who told it."""
    one = row.stock
    return StockView(
        product=one.product, store=one.store, region=one.region, quantity=one.quantity, load=load_id(load)
    )


def of_load(load: Load, feeds: dict[int, str]) -> LoadView:
    """A load; `feeds` has the public ids of feeds."""
    return LoadView(
        id=load_id((load.id, load.started_at)), feed=feeds.get(load.feed, ""), kind=load.kind, name=load.name,
        scope=load.scope, state=load.state, products=load.products, categories=load.categories, stores=load.stores,
        stock=load.stock, rejected=load.rejected, remarks=load.remarks, reason=load.reason,
        started_at=load.started_at, started_by=load.started_by, finished_at=load.finished_at,
    )  # fmt: skip


def of_fault(fault: Fault) -> FaultView:
    """A fault with its row."""
    return FaultView(fault.number, fault.id, fault.reason, fault.detail, fault.is_kept, fault.text)


def load_id(load: tuple[int, int]) -> str:
    """The public id of a load: (id, start)."""
    return public_id(load[1], load[0])


def feed_id(feed: Feed) -> str:
    """The public id of a feed."""
    return public_id(feed.created_at, feed.id)


def feed_ids(feeds: Sequence[Feed]) -> dict[int, str]:
    """Public ids of feeds by their own."""
    return {feed.id: feed_id(feed) for feed in feeds}
