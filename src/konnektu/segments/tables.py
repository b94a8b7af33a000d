"""Tables of the event store: what stands of people besides events, and who was in segments when."""

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

TABLES = (MIRROR, MEMBERSHIP)
