"""Lives as rows of the event store. In: what is known of people, fact by fact. Out: facts, decisions, mirrors.

Rows are those that the way out writes: events as accepted, with their atoms; identity as decisions that move atoms;
everything else as versions (copy 0).
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import pyarrow as pa

from konnektu.core.records import Decision
from konnektu.log.api import FACT_SCHEMA, decision_table
from konnektu.rules.known import KnownEvent
from konnektu.rules.sql import MirrorRow
from konnektu.storage.api import History

MIRROR_SCHEMA: Final = pa.schema(
    [
        ("copy", pa.int64()),
        ("profile", pa.int64()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("id", pa.string()),
        ("position", pa.int64()),
        ("instant", pa.timestamp("ms", tz="UTC")),
        ("body", pa.string()),
    ]
)
_USUAL: Final = {field.name: "" if pa.types.is_string(field.type) else 0 for field in FACT_SCHEMA}


def clear(history: History) -> None:
    """Nobody is known."""
    for table in ("fact", "mirror", "decision"):
        history.command(f"TRUNCATE TABLE {table}")


def write_events(history: History, told: Iterable[tuple[int, int, KnownEvent]]) -> None:
    """Add events, each with its atom and position."""
    rows = [_event(*one) for one in told]
    if rows:
        history.insert("fact", pa.Table.from_pylist(rows, FACT_SCHEMA), None)


def write_mirrors(history: History, rows: Sequence[MirrorRow], copies: Sequence[int] = (0,)) -> None:
    """Add rows of mirrors; of copy 0 they are versions."""
    told = [{"copy": copy, **one._asdict()} for one in rows for copy in copies]
    if told:
        history.insert("mirror", pa.Table.from_pylist(told, MIRROR_SCHEMA), None)


def write_decisions(history: History, made: Sequence[Decision]) -> None:
    """Add decisions of identity."""
    if made:
        history.insert("decision", decision_table(made, [b"{}"] * len(made)), None)


def erase(history: History, positions: Sequence[int]) -> None:
    """Events are no more."""
    if positions:
        history.command(
            "ALTER TABLE fact DELETE WHERE position IN {positions:Array(Int64)} SETTINGS mutations_sync = 2",
            {"positions": list(positions)},
        )


def _event(atom: int, position: int, event: KnownEvent) -> dict[str, object]:
    stated = {
        name: getattr(event, name)
        for name in ("instant", "time", "type", "name", "source", "origin", "marks")
    }
    return {
        **_USUAL,
        **stated,
        **msgspec.structs.asdict(event.derived),
        "position": position,
        "history": False,
        "atom": atom,
        "body": msgspec.json.encode({"properties": event.properties}).decode(),
    }
