"""Batches of the API. In: rows as JSON objects. Out: what they tell; a wrong one is a fault beside the others."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.catalogue import logic
from konnektu.catalogue.model import Category, Fault, Placed, Product, Stock, Store, Subject, Told
from konnektu.core.text import clean


class StoreRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A store as the API takes it: a code, and a name where it has one."""

    code: str
    name: str = ""
    address: str = ""
    zone: str = ""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    opening_hours: str = ""


class StockRow(Struct, frozen=True, forbid_unknown_fields=True):
    """Stock as the API takes it."""

    product: str
    quantity: int
    store: str = ""
    region: str = ""


class CategoryRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A category as the API takes it."""

    id: str
    name: str
    parent: str = ""


class ProductRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A product as the API takes it: prices in minor units."""

    id: str
    name: str
    group: str = ""
    category: str = ""
    brand: str = ""
    price: int | None = None
    old_price: int | None = None
    currency: str = ""
    pictures: tuple[str, ...] = ()
    link: str = ""
    barcodes: tuple[str, ...] = ()
    sku: str = ""
    available: bool = True
    description: str = ""
    params: dict[str, str] = {}


def told(subject: Subject, rows: Sequence[dict[str, Any]]) -> Iterator[Placed]:
    """What the rows of a batch tell, in their order; rows count from 1."""
    kind, one = READERS[subject]
    for number, row in enumerate(rows, 1):
        try:
            read = msgspec.convert(row, kind)
        except msgspec.ValidationError as error:
            identity = str(row.get("id", row.get("code", row.get("product", ""))))[:100]
            yield Placed(number, Fault(number, clean(identity), "wrong_value", str(error)[:500]))
            continue
        yield from (Placed(number, each) for each in one(read, number))


def _product(row: Any, number: int) -> Iterator[Told]:
    return logic.checked(Product(**msgspec.structs.asdict(row)), number)


def _category(row: Any, number: int) -> Iterator[Told]:
    yield logic.category_of(Category(**msgspec.structs.asdict(row)), number)


def _store(row: Any, number: int) -> Iterator[Told]:
    return logic.store_of(Store(**msgspec.structs.asdict(row)), number)


def _stock(row: Any, number: int) -> Iterator[Told]:
    stated = Stock(**msgspec.structs.asdict(row))
    yield logic.stock_of(number, stated.product, str(stated.quantity), stated.store, stated.region)


READERS: dict[Subject, tuple[type[Struct], Callable[[Any, int], Iterator[Told]]]] = {
    "products": (ProductRow, _product),
    "categories": (CategoryRow, _category),
    "stores": (StoreRow, _store),
    "stock": (StockRow, _stock),
}
