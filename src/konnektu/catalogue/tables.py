"""Tables of the event store that mirror the catalogue, so that reports join it. A later version replaces a row."""

from konnektu.storage.api import Column, Table

ENDING = (Column("state", "LowCardinality(String)"), Column("version", "UInt64"))


def _mirror(name: str, *columns: Column) -> Table:
    return Table(
        name=name,
        columns=(Column("id", "String"), *columns, *ENDING),
        order_by="id",
        engine="ReplacingMergeTree",
        version="version",
        shard_by="cityHash64(id)",
    )


PRODUCT = _mirror(
    "product",
    Column("group_id", "String"),
    Column("name", "String"),
    Column("category", "String"),
    Column("brand", "LowCardinality(String)"),
    Column("price", "Nullable(Int64)"),
    Column("old_price", "Nullable(Int64)"),
    Column("currency", "LowCardinality(String)"),
    Column("sku", "String"),
    Column("available", "Bool"),
)
CATEGORY = _mirror(
    "category", Column("parent", "String"), Column("name", "String"), Column("path", "Array(String)")
)
STORE = _mirror(
    "store",
    Column("name", "String"),
    Column("address", "String"),
    Column("zone", "LowCardinality(String)"),
    Column("region", "LowCardinality(String)"),
    Column("latitude", "Nullable(Float64)"),
    Column("longitude", "Nullable(Float64)"),
)
TABLES = (PRODUCT, CATEGORY, STORE)
