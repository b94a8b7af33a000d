"""The table of the event store that keeps entries and exits, so that reports join them and ask who was in when."""

from konnektu.storage.api import Column, Table

MEMBERSHIP = Table(
    name="membership",
    columns=(
        Column("id", "Int64 CODEC(Delta, ZSTD)"),
        Column("segment", "Int64"),
        Column("version", "Int32"),
        Column("profile", "Int64 CODEC(Delta, ZSTD)"),
        Column("entered", "Bool"),
        Column("fact", "Int64 CODEC(Delta, ZSTD)"),
        Column("instant", "DateTime64(3, 'UTC') CODEC(Delta, ZSTD)"),
        Column("cause", "LowCardinality(String)"),
    ),
    # Carrying a row twice changes nothing: it replaces itself.
    order_by="(segment, profile, id)",
    engine="ReplacingMergeTree",
    version="id",
    shard_by="profile",
)
"""`id` is the place of an entry or exit among all of the workspace, `fact` the position of what did it, 0 of time."""

TABLES = (MEMBERSHIP,)
