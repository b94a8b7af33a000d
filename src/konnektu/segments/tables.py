"""What stands of people besides events, in the event store, so that one query sees it beside behaviour."""

from konnektu.storage.api import Column, Table

MIRROR = Table(
    name="mirror",
    columns=(
        Column("copy", "Int64"),
        Column("profile", "Int64 CODEC(Delta, ZSTD)"),
        Column("kind", "LowCardinality(String)"),
        Column("name", "LowCardinality(String)"),
        Column("id", "String CODEC(ZSTD)"),
        Column("position", "Int64 CODEC(Delta, ZSTD)"),
        Column("instant", "DateTime64(3, 'UTC') CODEC(Delta, ZSTD)"),
        Column("body", "String CODEC(ZSTD)"),
    ),
    order_by="(copy, kind, name, profile, id, position)",
    partition_by="copy",
    shard_by="profile",
)
"""Rows as `rules.sql.mirrors` makes them. A copy is as of one position and is removed whole; copy 0 holds versions, of
which the last one known at an instant stands, an empty body meaning that it is gone."""

TABLES = (MIRROR,)
