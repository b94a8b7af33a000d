"""Facts as rows of the event store: what a sealed fact keeps, and the way back to an entry of the log.

A row holds the fact as it was accepted (body, envelope), where it stands (position, instant), what was
decided about it (atom, marks, visit) and what was derived from it, so that reports read columns and a
rebuild reads bodies. People are resolved at query time: atom → profile, from position (`decision.moved`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from msgspec import Struct

from konnektu.core.records import Decision, Event, Parcel
from konnektu.log.model import Entry

_MS = pa.timestamp("ms", tz="UTC")

FACT_SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("instant", _MS),
        ("time", _MS),
        ("raw_time", pa.int64()),
        ("received_at", pa.int64()),
        ("sent_at", pa.int64()),
        ("source", pa.int32()),
        ("origin", pa.string()),
        ("type", pa.string()),
        ("name", pa.string()),
        ("message_id", pa.string()),
        ("atom", pa.int64()),
        ("marks", pa.uint8()),
        ("visit", pa.int64()),
        ("history", pa.bool_()),
        ("device_type", pa.string()),
        ("os", pa.string()),
        ("browser", pa.string()),
        ("country", pa.string()),
        ("city", pa.string()),
        ("referrer_host", pa.string()),
        ("utm_source", pa.string()),
        ("utm_medium", pa.string()),
        ("utm_campaign", pa.string()),
        ("utm_term", pa.string()),
        ("utm_content", pa.string()),
        ("traffic_source", pa.string()),
        ("ip", pa.string()),
        ("user_agent", pa.string()),
        ("envelope", pa.string()),
        ("body", pa.string()),
    ]
)
"""Columns of table `fact`, as they are inserted and read."""

DECISION_SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("ordinal", pa.int32()),
        ("kind", pa.string()),
        ("atom", pa.int64()),
        ("profile", pa.int64()),
        ("other", pa.int64()),
        ("moved", pa.list_(pa.int64())),
        ("body", pa.string()),
    ]
)
"""Columns of table `decision`; `body` is the whole decision as JSON."""


class Fact(Struct, frozen=True):
    """An event on the log with what was decided about it: one row to be."""

    event: Event
    parcel: Parcel
    atom: int
    visit: int


def fact_table(facts: Sequence[Fact]) -> pa.Table:
    """The rows of these facts, in their order."""
    rows = [_fact_row(fact) for fact in facts]
    columns = zip(*rows, strict=True) if rows else [[] for _ in FACT_SCHEMA]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, FACT_SCHEMA, strict=True)],
        schema=FACT_SCHEMA,
    )


def _fact_row(fact: Fact) -> tuple[Any, ...]:
    event, parcel, derived = fact.event, fact.parcel, fact.event.derived
    return (
        event.position,
        event.instant,
        event.time,
        event.raw_time,
        event.received_at,
        -1 if parcel.sent_at is None else parcel.sent_at,
        event.source,
        event.origin,
        event.type,
        event.name,
        event.message_id,
        fact.atom,
        event.marks,
        fact.visit,
        event.history,
        derived.device_type,
        derived.os,
        derived.browser,
        derived.country,
        derived.city,
        derived.referrer_host,
        derived.utm_source,
        derived.utm_medium,
        derived.utm_campaign,
        derived.utm_term,
        derived.utm_content,
        derived.traffic_source,
        parcel.ip,
        parcel.user_agent,
        parcel.context.decode("utf-8", "replace"),
        event.body.decode("utf-8", "replace"),
    )


def decision_table(decisions: Sequence[Decision], bodies: Sequence[bytes]) -> pa.Table:
    """The rows of these decisions, each with its JSON."""
    rows = [
        (one.position, one.ordinal, one.kind, one.atom, one.profile, one.other, one.moved, body.decode())
        for one, body in zip(decisions, bodies, strict=True)
    ]
    columns = zip(*rows, strict=True) if rows else [[] for _ in DECISION_SCHEMA]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, DECISION_SCHEMA, strict=True)],
        schema=DECISION_SCHEMA,
    )


_READ = (
    "position",
    "instant",
    "atom",
    "marks",
    "visit",
    "source",
    "origin",
    "received_at",
    "sent_at",
    "history",
)
_READ_TEXT = ("body", "envelope", "ip", "user_agent")
ENTRY_COLUMNS = ", ".join(
    f"toUnixTimestamp64Milli({name}) AS {name}" if name == "instant" else name for name in _READ + _READ_TEXT
)
"""What a query selects from `fact` for `entries`."""


def entries(table: pa.Table) -> Iterator[Entry]:
    """The entries that these rows of `fact`, selected as ENTRY_COLUMNS, were."""
    for row in table.to_pylist():
        sent_at = row["sent_at"]
        parcel = Parcel(
            row["source"],
            row["origin"],
            row["received_at"],
            [row["body"].encode()],
            None if sent_at < 0 else sent_at,
            row["envelope"].encode(),
            row["history"],
            row["ip"],
            row["user_agent"],
        )
        yield Entry(row["position"], row["instant"], row["atom"], row["marks"], row["visit"], parcel)
