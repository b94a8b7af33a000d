"""The whole history: what is sealed in the event store, then what still lies in PostgreSQL.

Both parts together are every fact up to a position, each once; the border is the sealed position, read
before either part.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from konnektu.log import store
from konnektu.log.facts import ENTRY_COLUMNS, entries
from konnektu.log.model import NOBODY, Entry
from konnektu.log.sealing import tail
from konnektu.storage.api import Db, History

POSITIONS_AT_ONCE = 100_000

_BY_POSITION = (
    f"SELECT {ENTRY_COLUMNS} FROM fact"  # noqa: S608  constants
    " WHERE position > {after:Int64} AND position <= {upto:Int64} ORDER BY position"
)
_BY_ATOMS = (
    f"SELECT {ENTRY_COLUMNS} FROM fact"  # noqa: S608  constants
    " WHERE atom IN {atoms:Array(Int64)} AND position <= {upto:Int64} ORDER BY position"
)
_PAGE = (
    f"SELECT {ENTRY_COLUMNS} FROM fact"  # noqa: S608  constants
    " WHERE atom IN {atoms:Array(Int64)}"
    " AND (time, position) < (fromUnixTimestamp64Milli({time:Int64}), {position:Int64})"
    " ORDER BY time DESC, position DESC LIMIT {limit:UInt32}"
)

_CONDITIONS = {
    "name": "name = {name:String}",
    "source": "source = {source:Int64}",
    "atoms": "atom IN {atoms:Array(Int64)}",
    "since": "time >= fromUnixTimestamp64Milli({since:Int64})",
    "until": "time < fromUnixTimestamp64Milli({until:Int64})",
    "after": "position > {after:Int64}",
    "before": "position < {before:Int64}",
}
_AT = f"SELECT {ENTRY_COLUMNS} FROM fact WHERE position IN {{positions:Array(Int64)}}"  # noqa: S608  constants
_OF_NOBODY = (
    f"SELECT {ENTRY_COLUMNS} FROM fact"  # noqa: S608  constants
    " WHERE atom = 0 AND position <= {upto:Int64}"
    " AND (type IN {types:Array(String)} OR name IN {names:Array(String)})"
    " AND arrayExists(text -> position(body, text) > 0, {texts:Array(String)}) ORDER BY position"
)

_BY_TYPES = (
    f"SELECT {ENTRY_COLUMNS} FROM fact"  # noqa: S608  constants
    " WHERE atom = 0 AND type IN {types:Array(String)} AND position <= {upto:Int64} ORDER BY position"
)


def everything(db: Db, inbox: Db, history: History, upto: int, after: int = 0) -> Iterator[Entry]:
    """Every fact above one position up to another, in order of positions, in memory for a part at a time."""
    with db.read() as own:
        sealed = min(store.sealed(own)[0], upto)
    for start in range(after, sealed, POSITIONS_AT_ONCE):
        bounds = {"after": start, "upto": min(start + POSITIONS_AT_ONCE, sealed)}
        yield from entries(history.table(_BY_POSITION, bounds))
    yield from tail(db, inbox, max(sealed, after), upto)


def of_atoms(db: Db, inbox: Db, history: History, atoms: Sequence[int], upto: int) -> list[Entry]:
    """The facts of these atoms up to a position, in order of positions."""
    with db.read() as own:
        sealed = min(store.sealed(own)[0], upto)
    found = list(entries(history.table(_BY_ATOMS, {"atoms": list(atoms), "upto": sealed})))
    return found + list(tail(db, inbox, sealed, upto, atoms))


def of_types(db: Db, inbox: Db, history: History, types: Sequence[str], upto: int) -> list[Entry]:
    """The facts of these types that are nobody's, up to a position, in order; what is not sealed is of any type."""
    with db.read() as own:
        sealed = min(store.sealed(own)[0], upto)
    found = list(entries(history.table(_BY_TYPES, {"types": list(types), "upto": sealed})))
    return found + list(tail(db, inbox, sealed, upto, [NOBODY]))


def of_nobody(
    history: History, types: Sequence[str], names: Sequence[str], texts: Sequence[str], upto: int
) -> list[Entry]:
    """The sealed facts up to a position that are nobody's, of these types or names, with one of these texts in them."""
    asked = {"types": list(types), "names": list(names), "texts": list(texts), "upto": upto}
    return list(entries(history.table(_OF_NOBODY, asked)))


def listed(history: History, wanted: Mapping[str, Any], limit: int, *, is_latest_first: bool) -> list[Entry]:
    """Sealed facts in the order of positions that meet all that is wanted of them (`_CONDITIONS`).

    Positions are found first, by narrow columns: bodies are read of those facts alone that are returned.
    """
    way = "DESC" if is_latest_first else "ASC"
    asked = " AND ".join([_CONDITIONS[name] for name in wanted] or ["1"])
    found = history.rows(
        f"SELECT position FROM fact WHERE {asked} ORDER BY position {way} LIMIT {{limit:UInt32}}",  # noqa: S608  constants
        {**wanted, "limit": limit},
    )
    positions = [row[0] for row in found]
    if not positions:
        return []
    rows = entries(history.table(_AT, {"positions": positions}))
    return sorted(rows, key=lambda one: one.position, reverse=is_latest_first)


def page(history: History, atoms: Sequence[int], before: tuple[int, int], limit: int) -> list[Entry]:
    """The latest sealed facts of these atoms with (time, position) before the one given, latest first."""
    time, position = before
    bounds = {"atoms": list(atoms), "time": time, "position": position, "limit": limit}
    return list(entries(history.table(_PAGE, bounds)))
