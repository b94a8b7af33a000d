"""The mirror: what loads told is carried to the event store after they took effect.

In: the version up to which it is known there. Out: the version that stands. Invariant: carrying the same rows
twice changes nothing, because a row of one version replaces itself; while the event store is away nothing is
lost, the next call carries all.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from konnektu.catalogue.looking import Q
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

PAGE = 50_000
"""Rows of one insert."""

PRODUCT = pa.schema([
    ("id", pa.string()), ("group_id", pa.string()), ("name", pa.string()), ("category", pa.string()),
    ("brand", pa.string()), ("price", pa.int64()), ("old_price", pa.int64()), ("currency", pa.string()),
    ("sku", pa.string()), ("available", pa.bool_()), ("state", pa.string()), ("version", pa.uint64()),
])  # fmt: skip
CATEGORY = pa.schema([
    ("id", pa.string()), ("parent", pa.string()), ("name", pa.string()), ("path", pa.list_(pa.string())),
    ("state", pa.string()), ("version", pa.uint64()),
])  # fmt: skip
STORE = pa.schema([
    ("id", pa.string()), ("name", pa.string()), ("address", pa.string()), ("zone", pa.string()),
    ("region", pa.string()), ("latitude", pa.float64()), ("longitude", pa.float64()), ("state", pa.string()),
    ("version", pa.uint64()),
])  # fmt: skip

Rows = Callable[[int], Sequence[Sequence[Any]]]


def mirror(storage: Storage, workspace: WorkspaceRecord) -> int:
    """Carry what the event store does not know; how many rows. Raises `Retry` while it is away."""
    db = storage.workspace(workspace)
    with db.read() as conn:
        standing, known = Q.mirrored(conn)
    if standing == known:
        return 0
    history = storage.history(workspace)
    carried = 0
    for table, schema in (("category", CATEGORY), ("store", STORE), ("product", PRODUCT)):
        for rows in _pages(storage, workspace, table, known, standing):
            history.insert(table, _columns(rows, schema), None)
            carried += len(rows)
    with db.transaction() as conn:
        Q.set_mirrored(conn, version=standing)
    return carried


def mirror_anew(conn: Connection) -> None:
    """Let the next call carry everything, to an event store that knows nothing of the catalogue."""
    Q.mirror_anew(conn)


def waits(storage: Storage, workspace: WorkspaceRecord) -> bool:
    """Whether the event store has yet to learn of a load."""
    with storage.workspace(workspace).read() as conn:
        standing, known = Q.mirrored(conn)
    return bool(standing > known)


def _pages(
    storage: Storage, workspace: WorkspaceRecord, table: str, known: int, standing: int
) -> Iterator[Sequence[Sequence[Any]]]:
    query = {"category": Q.categories_since, "store": Q.stores_since, "product": Q.products_since}[table]
    after = 0
    while True:
        with storage.workspace(workspace).read() as conn:
            rows = list(query(conn, version=known, upto=standing, after=after, limit=PAGE))
        if not rows:
            return
        yield rows
        after = rows[-1][0]


def _columns(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows without their numbers as columns."""
    columns = list(zip(*rows, strict=True))[1:]
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema
    )
