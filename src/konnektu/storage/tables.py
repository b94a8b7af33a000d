"""In: declarations of event-store tables. Out: the statements that make them, on one server or on a cluster.

A slice declares its tables in `<slice>/tables.py` as `TABLES`; every workspace's database gets them all.
Invariant: a declaration only grows: a column is added at its end, never renamed, retyped or taken away.
"""

import importlib
import importlib.util
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

DEDUPLICATION_WINDOW = 10_000
"""Inserts whose tokens a table remembers; a plain MergeTree remembers none unless told."""


class Column(Struct, frozen=True):
    """One column: its name and ClickHouse type, with codec or default where it has them."""

    name: str
    type: str


class Table(Struct, frozen=True, kw_only=True):
    """One table of the event store."""

    name: str
    columns: tuple[Column, ...]
    order_by: str
    """Expression of the sorting key, as `(atom, time)`."""
    partition_by: str = ""
    """Expression of the partition; empty for one partition. Retention drops partitions whole."""
    engine: Literal["MergeTree", "ReplacingMergeTree"] = "MergeTree"
    version: str = ""
    """Column that says which of two rows of one key is later; for ReplacingMergeTree."""
    indexes: tuple[str, ...] = ()
    """Skipping indexes, as `INDEX by_message message_id TYPE bloom_filter GRANULARITY 4`."""
    shard_by: str = "rand()"
    """Expression that spreads rows over a cluster's shards."""


def make(table: Table, database: str, cluster: str = "") -> list[str]:
    """Return the statements that make the table where it is missing."""
    if not cluster:
        return [_made(table, table.name, database, _engine(table, replicated=False), "")]
    local, on = f"{table.name}_local", f" ON CLUSTER {cluster}"
    spread = f"Distributed({cluster}, {database}, {local}, {table.shard_by})"
    whole = f"CREATE TABLE IF NOT EXISTS {database}.{table.name}{on} AS {database}.{local} ENGINE = {spread}"
    return [_made(table, local, database, _engine(table, replicated=True), on), whole]


def grow(table: Table, present: AbstractSet[str], database: str, cluster: str = "") -> list[str]:
    """Return the statements that add the columns a table lacks."""
    on = f" ON CLUSTER {cluster}" if cluster else ""
    names = [f"{table.name}_local", table.name] if cluster else [table.name]
    missing = [column for column in table.columns if column.name not in present]
    return [
        f"ALTER TABLE {database}.{name}{on} ADD COLUMN IF NOT EXISTS {column.name} {column.type}"
        for column in missing
        for name in names
    ]


def bring(
    tables: Iterable[Table], present: Mapping[str, AbstractSet[str]], database: str, cluster: str = ""
) -> list[str]:
    """Return the statements that bring a database up to its declarations; `present`: table → its columns."""
    return [
        statement
        for table in tables
        for statement in (
            grow(table, present[table.name], database, cluster)
            if table.name in present
            else make(table, database, cluster)
        )
    ]


@cache
def declared() -> tuple[Table, ...]:
    """Return the tables that the slices declare, by the slices' names."""
    spec = importlib.util.find_spec("konnektu")
    roots = spec.submodule_search_locations if spec else None
    slices = sorted(path.parent.name for root in roots or () for path in Path(root).glob("*/tables.py"))
    modules = [importlib.import_module(f"konnektu.{name}.tables") for name in slices]
    return tuple(table for module in modules for table in getattr(module, "TABLES", ()))


def _made(table: Table, name: str, database: str, engine: str, on: str) -> str:
    body = ",\n    ".join([*(f"{column.name} {column.type}" for column in table.columns), *table.indexes])
    partition = f"\nPARTITION BY {table.partition_by}" if table.partition_by else ""
    settings = {
        "non_replicated_deduplication_window": DEDUPLICATION_WINDOW,
        "replicated_deduplication_window": DEDUPLICATION_WINDOW,
        # What is acknowledged must survive a power cut: the hand-over to the event store is sealed on it.
        "fsync_after_insert": 1,
        "fsync_part_directory": 1,
        "min_rows_to_fsync_after_merge": 1,
        "enable_block_number_column": 1,
        "enable_block_offset_column": 1,
    }
    pairs = ", ".join(f"{key} = {value}" for key, value in settings.items())
    return (
        f"CREATE TABLE IF NOT EXISTS {database}.{name}{on} (\n    {body}\n)\nENGINE = {engine}{partition}"
        f"\nORDER BY {table.order_by}\nSETTINGS {pairs}"
    )


def _engine(table: Table, *, replicated: bool) -> str:
    arguments = [table.version] if table.version else []
    if replicated:
        arguments = ["'/clickhouse/tables/{shard}/{database}/{table}'", "'{replica}'", *arguments]
    return f"{'Replicated' if replicated else ''}{table.engine}({', '.join(arguments)})"
