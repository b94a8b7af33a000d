"""Staging: what a source tells is copied aside, in short transactions, before any of it takes effect.

In: what was told, in order. Out: staged rows of a load and its faults. Invariant: memory holds one chunk.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.catalogue import store
from konnektu.catalogue.finding import words
from konnektu.catalogue.logic import digest
from konnektu.catalogue.model import Category, Fault, Gone, Placed, Product, Stock, Store
from konnektu.storage.api import Db

CHUNK = 5_000
"""Rows copied in one transaction."""
MOST_FAULTS = 10_000
"""Faults of one load that are kept with their reasons; the others are counted."""

_json = msgspec.json.Encoder().encode


class Staged(Struct):
    """How much was told so far."""

    rows: int = 0
    rejected: int = 0
    remarks: int = 0


def stage(db: Db, load: int, source: Iterable[Placed]) -> Staged:
    """Copy everything that the source tells; raises what the source raises."""
    told, staged = iter(source), Staged()
    while chunk := list(islice(told, CHUNK)):
        faults = _counted(chunk, staged)
        with db.transaction() as conn:
            for table, rows in (*_tables(load, chunk), ("catalogue_fault", _fault_rows(load, faults))):
                if rows:
                    store.copy_rows(conn, table, rows)
    return staged


def _counted(chunk: list[Placed], staged: Staged) -> list[Fault]:
    """Count what a chunk holds; the faults of it that are kept with their reasons."""
    faults = [placed.told for placed in chunk if isinstance(placed.told, Fault)]
    room = max(0, MOST_FAULTS - staged.rejected - staged.remarks)
    staged.rows += len(chunk) - len(faults)
    staged.remarks += sum(fault.is_kept for fault in faults)
    staged.rejected += sum(not fault.is_kept for fault in faults)
    return faults[:room]


def _tables(load: int, chunk: list[Placed]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    rows: dict[type, list[tuple[Any, ...]]] = {kind: [] for kind in TABLES}
    for number, told in chunk:
        if not isinstance(told, Fault):
            rows[type(told)].append((load, number, *ROWS[type(told)](told)))
    for kind, table in TABLES.items():
        yield table, rows[kind]


def _fault_rows(load: int, faults: list[Fault]) -> list[tuple[Any, ...]]:
    return [
        (load, one.number, one.id, one.reason, one.detail, one.is_kept, one.text.replace("\x00", "")[:500])
        for one in faults
    ]


def _product(one: Product) -> tuple[Any, ...]:
    lexemes = " ".join(f"'{word}'" for word in words(one))
    return (
        one.id, one.name, one.group, one.category, one.brand, one.price, one.old_price, one.currency,
        list(one.pictures), one.link, list(one.barcodes), one.sku, one.available, one.description,
        _json(one.params).decode(), lexemes, digest(one),
    )  # fmt: skip


def _category(one: Category) -> tuple[Any, ...]:
    return one.id, one.name, one.parent, digest(one)


def _store(one: Store) -> tuple[Any, ...]:
    return (
        one.code, one.name, one.address, one.zone, one.region, one.latitude, one.longitude, one.opening_hours,
        digest(one),
    )  # fmt: skip


def _stock(one: Stock) -> tuple[Any, ...]:
    return one.product, one.store, one.region, one.quantity


def _gone(one: Gone) -> tuple[Any, ...]:
    return one.subject, one.id


ROWS: dict[type, Any] = {
    Product: _product,
    Category: _category,
    Store: _store,
    Stock: _stock,
    Gone: _gone,
}
TABLES: dict[type, str] = {
    Product: "staged_product",
    Category: "staged_category",
    Store: "staged_store",
    Stock: "staged_stock",
    Gone: "staged_gone",
}
