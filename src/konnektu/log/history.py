"""The whole history: what is sealed in the event store, then what still lies in PostgreSQL.

Both parts together are every fact up to a position, each once; the border is the sealed position, read
before either part.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from konnektu.log import store
from konnektu.log.facts import ENTRY_COLUMNS, entries
from konnektu.log.model import NOBODY, Entry
from konnektu.log.sealing import tail
from konnektu.storage.api import Db, History

POSITIONS_AT_ONCE = 100_000
WINDOW, WIDER = 100_000, 8
"""Positions that a list looks at first, and how much wider each next look is."""
Wanted = Mapping[str, Any]
"""Conditions of a list by name (`CONDITIONS`), or of a page (`_OF_PAGE`)."""
EVERY: Wanted = {}

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
    "%s ORDER BY time DESC, position DESC LIMIT {limit:UInt32}"
)
_OF_PAGE = {
    "types": "(type IN {types:Array(String)} OR (type = 'track' AND name IN {names:Array(String)}))",
    "texts": "arrayExists(text -> position(body, text) > 0, {texts:Array(String)})",
}
"""Conditions of a page by the parameter that asks for one; `types` comes with `names`."""

_COUNTS = (
    "SELECT atom, toInt64(count()) FROM fact"
    " WHERE atom IN {atoms:Array(Int64)} AND position <= {upto:Int64} GROUP BY atom"
)

CONDITIONS = {
    "name": "name = {name:String}",
    "source": "source = {source:Int64}",
    "atoms": "atom IN {atoms:Array(Int64)}",
    "since": "time >= fromUnixTimestamp64Milli({since:Int64})",
    "until": "time < fromUnixTimestamp64Milli({until:Int64})",
}
WITHIN = "position > {low:Int64} AND position <= {high:Int64}"
THESE = (
    f"SELECT {ENTRY_COLUMNS} FROM fact"  # noqa: S608  constants
    " WHERE atom IN {atoms:Array(Int64)} AND position IN {positions:Array(Int64)}"
)
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


def counts(db: Db, inbox: Db, history: History, atoms: Sequence[int]) -> dict[int, int]:
    """How many facts each of these atoms has; atoms without any are left out."""
    with db.read() as own:
        sealed, upto = store.sealed(own)[0], store.place(own).position
    found = Counter(dict(history.rows(_COUNTS, {"atoms": list(atoms), "upto": sealed})) if sealed else {})
    found.update(entry.atom for entry in tail(db, inbox, sealed, upto, atoms))
    return dict(found)


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


def listed(
    history: History, wanted: Wanted, bounds: tuple[int, int], limit: int, *, is_latest_first: bool
) -> list[Entry]:
    """Sealed facts that meet all that is wanted of them, above one position up to another, in order of positions.

    Places are found first, by narrow columns, and window by window: parts of the store that hold other positions are
    not read. Bodies are read of those facts alone that are returned.
    """
    places: dict[int, int] = {}
    for low, high in windows(wanted, bounds, is_latest_first=is_latest_first):
        asked = " AND ".join([WITHIN, *(CONDITIONS[name] for name in wanted)])
        way = "DESC" if is_latest_first else "ASC"
        found = history.rows(
            f"SELECT position, atom FROM fact WHERE {asked} ORDER BY position {way} LIMIT {{limit:UInt32}}",  # noqa: S608  constants
            {**wanted, "low": low, "high": high, "limit": limit - len(places)},
        )
        places |= dict(found)
        if len(places) >= limit:
            break
    if not places:
        return []
    these = {"positions": list(places), "atoms": sorted(set(places.values()))}
    rows = entries(history.table(THESE, these))
    return sorted(rows, key=lambda one: one.position, reverse=is_latest_first)


def windows(wanted: Wanted, bounds: tuple[int, int], *, is_latest_first: bool) -> Iterator[tuple[int, int]]:
    """Bounds of positions to look within, one after the other, each wider; the facts of few atoms lie together."""
    low, high = bounds
    width = high - low if "atoms" in wanted else WINDOW
    while low < high:
        if is_latest_first:
            yield max(low, high - width), high
            high -= width
        else:
            yield low, min(high, low + width)
            low += width
        width *= WIDER


def page(
    history: History, atoms: Sequence[int], before: tuple[int, int], limit: int, wanted: Wanted = EVERY
) -> list[Entry]:
    """The latest sealed facts of these atoms with (time, position) before the one given, latest first.

    `wanted` may name `types` and `names` (facts of these types, and events of these names), and `texts`, one of which
    a fact's body has to hold.
    """
    time, position = before
    bounds = {"atoms": list(atoms), "time": time, "position": position, "limit": limit, **wanted}
    conditions = "".join(f" AND {condition}" for name, condition in _OF_PAGE.items() if name in wanted)
    return list(entries(history.table(_PAGE % conditions, bounds)))
