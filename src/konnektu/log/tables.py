"""The log's tables in the event store: facts as they were accepted and derived, identity decisions, what grew old."""

from konnektu.storage.api import Column, Table

FACT = Table(
    name="fact",
    columns=(
        Column("position", "Int64 CODEC(Delta, ZSTD)"),
        Column("instant", "DateTime64(3, 'UTC') CODEC(Delta, ZSTD)"),
        Column("time", "DateTime64(3, 'UTC') CODEC(Delta, ZSTD)"),
        Column("raw_time", "Int64 CODEC(Delta, ZSTD)"),
        Column("received_at", "Int64 CODEC(Delta, ZSTD)"),
        Column("sent_at", "Int64 CODEC(Delta, ZSTD)"),
        Column("source", "Int32"),
        Column("origin", "LowCardinality(String)"),
        Column("type", "LowCardinality(String)"),
        Column("name", "LowCardinality(String)"),
        Column("message_id", "String CODEC(ZSTD)"),
        Column("atom", "Int64 CODEC(Delta, ZSTD)"),
        Column("marks", "UInt8"),
        Column("visit", "Int64 CODEC(ZSTD)"),
        Column("history", "Bool"),
        Column("device_type", "LowCardinality(String)"),
        Column("os", "LowCardinality(String)"),
        Column("browser", "LowCardinality(String)"),
        Column("country", "LowCardinality(String)"),
        Column("city", "LowCardinality(String)"),
        Column("referrer_host", "LowCardinality(String)"),
        Column("utm_source", "LowCardinality(String)"),
        Column("utm_medium", "LowCardinality(String)"),
        Column("utm_campaign", "LowCardinality(String)"),
        Column("utm_term", "String CODEC(ZSTD)"),
        Column("utm_content", "String CODEC(ZSTD)"),
        Column("traffic_source", "LowCardinality(String)"),
        Column("ip", "String CODEC(ZSTD)"),
        Column("user_agent", "LowCardinality(String)"),
        Column("envelope", "String CODEC(ZSTD)"),
        Column("body", "String CODEC(ZSTD)"),
    ),
    # A person's facts lie together; a year is a partition, so that one insert touches few whatever its times.
    order_by="(atom, time, position)",
    partition_by="toYear(time)",
    indexes=("INDEX by_position position TYPE minmax", "INDEX by_time time TYPE minmax"),
    shard_by="atom",
)

DECISION = Table(
    name="decision",
    columns=(
        Column("position", "Int64 CODEC(Delta, ZSTD)"),
        Column("ordinal", "Int32"),
        Column("kind", "LowCardinality(String)"),
        Column("atom", "Int64"),
        Column("profile", "Int64"),
        Column("other", "Int64"),
        Column("moved", "Array(Int64)"),
        Column("body", "String CODEC(ZSTD)"),
    ),
    order_by="(position, ordinal)",
)

AGED = Table(
    name="aged",
    columns=(
        Column("part", "Int32"),
        Column("position", "Int64 CODEC(Delta, ZSTD)"),
        Column("body", "String CODEC(ZSTD)"),
        Column("envelope", "String CODEC(ZSTD)"),
    ),
    order_by="(part, position)",
)
"""What is to become of facts that grew old, while it is carried out; empty otherwise."""

TABLES = (FACT, DECISION, AGED)
