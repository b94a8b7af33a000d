"""Facts of the event store as Parquet files, and back. In: a sealed position. Out: files cut by position.

What is sealed changes by erasures and by retention alone, and a backup holds retention back, so it needs no snapshot;
the hash of each row is computed by the server in the very query that reads it. Loading repeats no row: a file whose
rows are there already is left out, and one that is there in part is taken out first. Tables that are filled again are
not kept.
Invariant: a loaded file was counted and summed by the server.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from konnektu.keeping.folder import Source, Target
from konnektu.keeping.logic import SIP_WIDTH
from konnektu.keeping.model import Damaged, Facts
from konnektu.storage.api import History, Table, declared_tables

POSITIONS_AT_ONCE = 200_000
WITHIN = "WHERE position > {after:Int64} AND position <= {upto:Int64}"
MIRRORS = frozenset({"product", "category", "store", "membership"})
"""Tables that are filled again by the way out from PostgreSQL."""
PASSING = frozenset({"aged", "mirror"})
"""Tables of this moment: what is being taken out, copies that counts are made by."""


def write_facts(history: History, target: Target, sealed: int) -> Iterator[Facts]:
    """Write every table of facts up to a position."""
    for table in (each for each in declared_tables() if each.name not in MIRRORS | PASSING):
        for after in range(0, sealed, POSITIONS_AT_ONCE):
            yield from _write(history, target, table, after, min(after + POSITIONS_AT_ONCE, sealed))


def load_facts(history: History, source: Source, kept: Facts) -> None:
    """Load one file and compare. Raises `Damaged` where the rows are not those of the backup."""
    if measured(history, kept) == (kept.rows, kept.hash):
        return
    _remove(history, kept)
    rows = pq.read_table(pa.BufferReader(b"".join(source.read(kept.file, packed=False))))
    history.insert(kept.table, rows, token=None, priority="backfill")
    found = measured(history, kept)
    if found != (kept.rows, kept.hash):
        message = (
            f"The event store has {found[0]} rows of {kept.file} with hash {found[1]}; the backup says"
            f" {kept.rows} with {kept.hash}. Repeat the restore, or use another backup."
        )
        raise Damaged(message)


def measured(history: History, kept: Facts) -> tuple[int, str]:
    """Count and sum of the rows of a file as the event store has them."""
    query = (
        f"SELECT count(), sum({_row_hash(kept.columns)}) FROM {kept.table}"  # noqa: S608 - names of declared tables
        f" {WITHIN}"
    )
    count, total = history.rows(query, {"after": kept.after, "upto": kept.upto}, priority="backfill")[0]
    return int(count), _shown(int(total))


def _write(history: History, target: Target, table: Table, after: int, upto: int) -> Iterator[Facts]:
    columns = tuple(column.name for column in table.columns)
    query = (
        f"SELECT {', '.join(columns)}, {_row_hash(columns)} AS row_hash FROM {table.name}"  # noqa: S608 - declared names
        f" {WITHIN} ORDER BY {table.order_by}"
    )
    rows = history.table(query, {"after": after, "upto": upto}, priority="backfill")
    if not rows.num_rows:
        return
    total = int(np.sum(rows.column("row_hash").to_numpy(), dtype=np.uint64))
    name = f"events/{table.name}/{after:015d}.parquet"
    with target.file(name, packed=False) as file:
        file.write(_parquet(rows.drop_columns("row_hash")))
    yield Facts(
        table=table.name,
        file=name,
        columns=columns,
        after=after,
        upto=upto,
        rows=rows.num_rows,
        hash=_shown(total),
    )


def _parquet(rows: pa.Table) -> bytes:
    packed = BytesIO()
    plain = [
        pc.cast(column, column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in rows.columns
    ]
    pq.write_table(pa.table(plain, names=rows.column_names), packed, compression="zstd")
    return packed.getvalue()


def _remove(history: History, kept: Facts) -> None:
    bounds = {"after": kept.after, "upto": kept.upto}
    history.command(f"ALTER TABLE {kept.table} DELETE {WITHIN}", bounds, priority="backfill")


def _row_hash(columns: Sequence[str]) -> str:
    return f"sipHash64({', '.join(columns)})"


def _shown(total: int) -> str:
    return f"{total % SIP_WIDTH:016x}"
