"""The front door of the catalogue: load it, look at it, keep its feeds, carry it to the event store."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from konnektu.catalogue import batches, loading, looking, store
from konnektu.catalogue.feeds import (
    SCRATCH,
    Shape,
    add_feed,
    change_feed,
    drop_feed,
    fetch_and_load,
    fetcher,
    find_feed,
    give_up,
    is_late,
    latest_loads,
    list_feeds,
    subjects_of,
    told,
)
from konnektu.catalogue.following import JOB, follow, forget, load_now, problem_key
from konnektu.catalogue.loading import Beginning, Now, confirm, discard
from konnektu.catalogue.loading import find as find_load
from konnektu.catalogue.looking import Filters, Standing, StockRow
from konnektu.catalogue.mirror import mirror, mirror_anew, waits
from konnektu.catalogue.model import (
    Category,
    Fault,
    Feed,
    Field,
    Gone,
    Load,
    Mapping,
    Numbers,
    Placed,
    Product,
    Scope,
    Stock,
    Store,
    Subject,
)
from konnektu.core.errors import NotFound
from konnektu.storage.api import Connection, Db


def load_file(
    db: Db, path: Path, *, kind: Literal["yml", "csv"], by: str, now: Now, mapping: Mapping | None = None,
    scope: Scope = "full", is_forced: bool = False,
) -> Load:  # fmt: skip
    """Load a file of this machine. What became of it is in the answer; only a broken world is raised."""
    columns = mapping or Mapping()
    beginning = Beginning(
        kind=kind,
        name=path.name,
        by=by,
        scope=scope,
        subjects=subjects_of(kind, columns),
        is_forced=is_forced,
    )
    return loading.load(db, beginning, told(path, kind, columns), now)


def put(db: Db, subject: Subject, rows: Sequence[dict[str, Any]], *, by: str, now: Now) -> Load:
    """Make or replace up to `MAX_BATCH` things of one subject; those not named stay."""
    beginning = Beginning(kind="api", name=subject, by=by, subjects=(subject,))
    return loading.load(db, beginning, batches.told(subject, rows), now)


def remove(
    db: Db, subject: Literal["products", "stores", "categories"], identity: str, *, by: str, now: Now
) -> Load:
    """Take one thing away; it is marked as gone. Raises `NotFound` where it does not stand."""
    with db.read() as conn:
        found = {"products": product, "stores": store_, "categories": category}[subject](conn, identity)
    if found.state == "gone":
        raise NotFound
    beginning = Beginning(kind="api", name=subject, by=by, subjects=(subject,))
    return loading.load(db, beginning, [Placed(1, Gone(subject, identity))], now)


def product(db: Connection, identity: str) -> Standing:
    """One product, gone or not; raises `NotFound`."""
    found = looking.products_by_ids(db, [identity]).get(identity)
    if found is None:
        raise NotFound("There is no such product.")
    return found


def products(db: Connection, ids: Sequence[str]) -> dict[str, Product]:
    """Products by external id, gone ones too; unknown ids are absent."""
    return {
        identity: row.thing
        for identity, row in looking.products_by_ids(db, ids).items()
        if isinstance(row.thing, Product)
    }


def category(db: Connection, identity: str) -> Standing:
    """One category, gone or not; raises `NotFound`."""
    found = looking.category(db, identity)
    if found is None:
        raise NotFound("There is no such category.")
    return found


def store_(db: Connection, code: str) -> Standing:
    """One store, gone or not; raises `NotFound`."""
    found = looking.store(db, code)
    if found is None:
        raise NotFound("There is no such store.")
    return found


def loads(db: Connection, before: int, limit: int, feed: int | None = None) -> list[Load]:
    """Loads with ids below `before`, the latest first; of one feed or of all."""
    return store.list_loads(db, before, limit, feed)


def faults(db: Connection, load: int, after: int, limit: int) -> list[tuple[int, Fault]]:
    """(Ordinal, fault) of a load behind `after`."""
    return store.list_faults(db, load, after, limit)


__all__ = [
    "JOB",
    "SCRATCH",
    "Beginning",
    "Category",
    "Fault",
    "Feed",
    "Field",
    "Filters",
    "Load",
    "Mapping",
    "Numbers",
    "Product",
    "Scope",
    "Shape",
    "Standing",
    "Stock",
    "StockRow",
    "Store",
    "Subject",
    "add_feed",
    "category",
    "change_feed",
    "confirm",
    "discard",
    "drop_feed",
    "faults",
    "fetch_and_load",
    "fetcher",
    "find_feed",
    "find_load",
    "follow",
    "forget",
    "give_up",
    "is_late",
    "latest_loads",
    "list_feeds",
    "load_file",
    "load_now",
    "loads",
    "looking",
    "mirror",
    "mirror_anew",
    "problem_key",
    "product",
    "products",
    "put",
    "remove",
    "store_",
    "subjects_of",
    "waits",
]
