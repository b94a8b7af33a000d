"""In: a connection to a workspace's schema. Out: loads as records, what is staged and what stands.

Invariant: one short function per statement or per group of like statements; no decisions.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from konnektu.catalogue.model import Fault, Kind, Load, LoadState, Numbers, Scope, Subject
from konnektu.storage.api import Connection

L: Any = aiosql.from_path(Path(__file__).with_name("loading.sql"), "psycopg")

SUBJECTS: tuple[Subject, ...] = ("products", "categories", "stores", "stock")
STAGED: Mapping[str, tuple[str, ...]] = {
    "staged_product": (
        "load", "number", "id", "name", "group_id", "category", "brand", "price", "old_price", "currency",
        "pictures", "link", "barcodes", "sku", "available", "description", "params", "words", "hash",
    ),
    "staged_category": ("load", "number", "id", "name", "parent", "hash"),
    "staged_store": (
        "load", "number", "id", "name", "address", "zone", "region", "latitude", "longitude", "opening_hours",
        "hash",
    ),
    "staged_stock": ("load", "number", "product", "store", "region", "quantity"),
    "staged_gone": ("load", "number", "subject", "id"),
    "catalogue_fault": ("load", "number", "id", "reason", "detail", "is_kept", "text"),
}  # fmt: skip
"""Tables that a load is copied to, with their columns in order."""


def copy_rows(db: Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into one of the tables of `STAGED`."""
    columns = SQL(", ").join(map(Identifier, STAGED[table]))
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), columns)
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def analyze_staged(db: Connection) -> None:
    """Let the planner know what is staged."""
    db.execute("ANALYZE staged_product, staged_category, staged_store, staged_stock")


def analyze_standing(db: Connection) -> None:
    """Let the planner know what stands."""
    db.execute("ANALYZE product, category, store, stock")


def begin_load(
    db: Connection, *, feed: int, kind: Kind, name: str, scope: Scope, sha256: str, now: int, by: str
) -> int:
    """A load in state running; its id."""
    number: int = L.begin_load(
        db, feed=feed, kind=kind, name=name, scope=scope, sha256=sha256, now=now, by=by
    )
    return number


def end_load(  # noqa: PLR0913 - each is a column
    db: Connection, number: int, *, state: LoadState, now: int, version: int | None = None,
    numbers: Mapping[Subject, Numbers] | None = None, staged: int = 0, rejected: int = 0, remarks: int = 0,
    reason: str = "",
) -> None:  # fmt: skip
    """What became of a load."""
    L.end_load(
        db, id=number, state=state, version=version, numbers=Jsonb(msgspec.to_builtins(numbers or {})), staged=staged,
        rejected=rejected, remarks=remarks, reason=reason, now=now,
    )  # fmt: skip


def find_load(db: Connection, number: int) -> Load | None:
    """One load, or None."""
    row = L.find_load(db, id=number)
    return load_of(row) if row else None


def lock_load(db: Connection, number: int) -> tuple[LoadState, int] | None:
    """State and number of staged rows of a load, locked; None where there is none."""
    row = L.lock_load(db, id=number)
    return (row[0], row[1]) if row else None


def list_loads(db: Connection, before: int, limit: int, feed: int | None = None) -> list[Load]:
    """Loads with ids below `before`, the latest first."""
    return [load_of(row) for row in L.list_loads(db, before=before, limit=limit, feed=feed)]


def list_faults(db: Connection, load: int, after: int, limit: int) -> list[tuple[int, Fault]]:
    """(Ordinal, fault) behind `after`, in the order of the source."""
    rows = L.list_faults(db, load=load, after=after, limit=limit)
    return [(row[0], Fault(*row[1:])) for row in rows]


def refuse_repeated(db: Connection, load: int) -> None:
    """Refuse rows whose id an earlier row has."""
    for subject in SUBJECTS:
        getattr(L, f"refuse_repeated_{subject}")(db, load=load)


def staged_counts(db: Connection, load: int) -> dict[str, int]:
    """Staged rows by subject, and `gone`."""
    return dict(zip((*SUBJECTS, "gone"), L.staged_counts(db, load=load), strict=True))


def write_subject(
    db: Connection, subject: Subject, load: int, *, feed: int, version: int, is_full: bool, staged: int
) -> Numbers:
    """Lay what is staged of one subject over what stands; how much of it is new, changed, unchanged and gone."""
    changed: int = getattr(L, f"change_{subject}")(db, load=load, feed=feed, version=version)
    getattr(L, f"touch_{subject}")(db, load=load, feed=feed, version=version, is_full=is_full)
    new: int = getattr(L, f"add_{subject}")(db, load=load, feed=feed, version=version)
    gone = 0
    if is_full and subject == "stock":
        gone = L.drop_unnamed_stock(db, load=load, feed=feed)
    elif is_full:
        gone = getattr(L, f"drop_unnamed_{subject}")(db, load=load, feed=feed, version=version)
    if subject != "stock":
        gone += getattr(L, f"drop_named_{subject}")(db, load=load, version=version)
    return Numbers(new, changed, staged - new - changed, gone)


def forget_staged(db: Connection, loads: Sequence[int]) -> None:
    """Remove what is staged of these loads."""
    for subject in (*SUBJECTS, "gone"):
        getattr(L, f"forget_staged_{subject}")(db, loads=list(loads))


def discard_loads(db: Connection, loads: Sequence[int], *, state: LoadState, reason: str, now: int) -> None:
    """End loads that will not take effect, with all that is staged of them."""
    if loads:
        L.discard_loads(db, loads=list(loads), state=state, reason=reason, now=now)
        forget_staged(db, loads)


def numbers_column(rows: Iterable[Sequence[Any]]) -> list[int]:
    """The one column of an answer."""
    return list(chain.from_iterable(rows))


def load_of(row: Sequence[Any]) -> Load:
    """A row of `find_load` as a record."""
    numbers = {subject: msgspec.convert(row[7].get(subject, {}), Numbers) for subject in SUBJECTS}
    return Load(
        id=row[0], feed=row[1], kind=row[2], name=row[3], scope=row[4], state=row[5], version=row[6], **numbers,
        rejected=row[9], remarks=row[10], reason=row[11], sha256=row[12], started_at=row[13], started_by=row[14],
        finished_at=row[15],
    )  # fmt: skip
