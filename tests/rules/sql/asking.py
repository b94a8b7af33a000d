"""Asking the event store of drawn people. In: people as they are known. Out: rows in the event store, and verdicts."""

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from konnektu.log.facts import FACT_SCHEMA
from konnektu.rules.known import Known, KnownEvent
from konnektu.rules.model import Segment
from konnektu.rules.sql import MirrorRow, Pair, membership, mirrored
from konnektu.storage.api import History

MIRROR_SCHEMA = pa.schema(
    [
        ("profile", pa.int64()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("id", pa.string()),
        ("position", pa.int64()),
        ("instant", pa.timestamp("ms", tz="UTC")),
        ("body", pa.string()),
    ]
)
BORN = 1_500_000_000_000
"""From when on everything but events is known."""


def told(history: History, people: Sequence[Known]) -> None:
    """Make these the only people; the profile of each is its place, from 1."""
    for table in ("fact", "mirror"):
        history.command(f"TRUNCATE TABLE {table}")
    events = [_row(place, one) for place, known in enumerate(people, 1) for one in known.events]
    rows = [row for place, known in enumerate(people, 1) for row in mirrored(place, None, known, 1, BORN)]
    if events:
        history.insert("fact", pa.Table.from_pylist(events, FACT_SCHEMA), None)
    insert_mirrors(history, rows)


def insert_mirrors(history: History, rows: Sequence[MirrorRow]) -> None:
    """Add rows of mirrors."""
    history.insert("mirror", pa.Table.from_pylist([one._asdict() for one in rows], MIRROR_SCHEMA), None)


def _row(profile: int, event: KnownEvent) -> dict[str, object]:
    usual = {field.name: "" for field in FACT_SCHEMA if pa.types.is_string(field.type)}
    whole = {field.name: 0 for field in FACT_SCHEMA if not pa.types.is_string(field.type)}
    stated = {
        name: getattr(event, name)
        for name in ("position", "time", "type", "name", "source", "origin", "marks")
    }
    body = msgspec.json.encode({"properties": event.properties}).decode()
    return {
        **usual,
        **whole,
        **stated,
        **msgspec.structs.asdict(event.derived),
        "history": False,
        "instant": min(event.instant, event.time),
        "atom": profile,
        "body": body,
    }


def asked(history: History, segment: Segment, pairs: Sequence[tuple[int, int, Known]]) -> list[bool]:
    """The verdicts on (profile, instant) pairs, each with what is known of the person."""
    whom = [Pair(profile, at, known.zone) for profile, at, known in pairs]
    statement = membership(segment, whom, 2**62, "Europe/Moscow")
    return [bool(row[1]) for row in sorted(history.rows(statement.sql, statement.parameters))]
