"""Facts that grew old, in the event store: looked for, and taken out or given another body, all in one step.

In: what is asked of facts, then what is to become of each. Out: pages of entries; an event store without what was
taken out. What is to become of facts is written into the table `aged` first, so that one statement carries it out for
all: each part of the table `fact` is rewritten once, and no reader ever misses a fact that stays or meets it twice.
Every step may be repeated.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa
from msgspec import Struct

from konnektu.core.records import Parcel
from konnektu.log.facts import ENTRY_COLUMNS, entries
from konnektu.log.model import Entry
from konnektu.storage.api import History

CHANGED_AT_ONCE = 20_000
"""Bodies that one statement changes: all of them are in the event store's memory."""
FIRST = (-(2**62), 0, 0)


class Old(Struct, frozen=True, kw_only=True):
    """Which facts are looked for; what is not given does not matter."""

    types: Sequence[str] = ()
    names: Sequence[str] = ()
    """Of track events."""
    mentions: str = ""
    """Text that stands in the body or in what its parcel shared."""
    before: int
    """Happened before, milliseconds."""
    upto: int
    """The last position."""
    known_before: int = 0
    """Of facts that happened before this those up to `known_upto` were looked at already."""
    known_upto: int = 0


class Changed(Struct, frozen=True):
    """What becomes of a fact."""

    position: int
    parcel: Parcel | None
    """The fact with another body; None where it is taken out."""


_WHERE = (
    "position <= {upto:Int64} AND time < fromUnixTimestamp64Milli({before:Int64})"
    " AND (time >= fromUnixTimestamp64Milli({known_before:Int64}) OR position > {known_upto:Int64})"
    " AND (has({types:Array(String)}, type) OR (type = 'track' AND has({names:Array(String)}, name))"
    " OR (empty({types:Array(String)}) AND empty({names:Array(String)})))"
    " AND ({mentions:String} = '' OR position(body, {mentions:String}) > 0"
    " OR position(envelope, {mentions:String}) > 0)"
)
_PAGE = (
    f"SELECT {ENTRY_COLUMNS}, toUnixTimestamp64Milli(time) AS at FROM fact"  # noqa: S608  constants
    f" WHERE {_WHERE} AND atom >= {{atom:Int64}}"
    " AND (atom, time, position) > ({atom:Int64}, fromUnixTimestamp64Milli({time:Int64}), {position:Int64})"
    " ORDER BY atom, fact.time, position LIMIT {limit:UInt32}"
)
AGED_SCHEMA = pa.schema(
    [
        ("part", pa.int32()),
        ("position", pa.int64()),
        ("body", pa.string()),
        ("envelope", pa.string()),
    ]
)
_OF_PART = (
    "(SELECT groupArray({column})"
    " FROM (SELECT {column} FROM aged WHERE part = {{part:Int32}} ORDER BY position))"
)
_POSITIONS = _OF_PART.format(column="position")
_REMOVE = (
    "ALTER TABLE fact DELETE WHERE position IN (SELECT position FROM aged WHERE part = 0)"
    " SETTINGS mutations_sync = 2"
)
_CHANGE = (
    "ALTER TABLE fact UPDATE"  # noqa: S608  constants
    f" body = transform(position, {_POSITIONS}, {_OF_PART.format(column='body')}, body),"
    f" envelope = transform(position, {_POSITIONS}, {_OF_PART.format(column='envelope')}, envelope)"
    " WHERE position IN (SELECT position FROM aged WHERE part = {part:Int32}) SETTINGS mutations_sync = 2"
)


def old_facts(history: History, asked: Old, page: int) -> Iterator[list[Entry]]:
    """The sealed facts asked for, by atom and time, so many at a time."""
    bounds = {
        "types": list(asked.types),
        "names": list(asked.names),
        "mentions": asked.mentions,
        "before": asked.before,
        "upto": asked.upto,
        "known_before": asked.known_before,
        "known_upto": asked.known_upto,
        "limit": page,
    }
    atom, time, position = FIRST
    while True:
        place = {"atom": atom, "time": time, "position": position}
        rows = history.table(_PAGE, bounds | place, priority="backfill")
        found = list(entries(rows))
        if found:
            yield found
        if len(found) < page:
            return
        atom, time, position = found[-1].atom, rows.column("at")[-1].as_py(), found[-1].position


def forget_aged(history: History) -> None:
    """Begin anew with what is to become of facts."""
    history.command("TRUNCATE TABLE aged")


def keep_aged(history: History, changed: Sequence[Changed], first_part: int) -> int:
    """Write down what is to become of these facts; returns the number of the next part.

    Part 0 is what is taken out; the others, from `first_part` on, get other bodies.
    """
    removed = [(0, one.position, "", "") for one in changed if one.parcel is None]
    kept = [(one.position, one.parcel) for one in changed if one.parcel is not None]
    rows = removed + [
        (first_part + place // CHANGED_AT_ONCE, position, _text(parcel.events[0]), _text(parcel.context))
        for place, (position, parcel) in enumerate(kept)
    ]
    if rows:
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, AGED_SCHEMA, strict=True)]
        history.insert(
            "aged", pa.Table.from_arrays(arrays, schema=AGED_SCHEMA), token=None, priority="backfill"
        )
    return first_part + -(-len(kept) // CHANGED_AT_ONCE)


def carry_out_aged(history: History) -> None:
    """Take out and change what was written down; it has taken effect when this returns."""
    if history.scalar("SELECT count() FROM aged WHERE part = 0"):
        history.command(_REMOVE, priority="backfill")
    for (part,) in history.rows("SELECT DISTINCT part FROM aged WHERE part > 0 ORDER BY part"):
        history.command(_CHANGE, {"part": part}, priority="backfill")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
