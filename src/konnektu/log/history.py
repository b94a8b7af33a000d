"""The whole history: what is sealed in the event store, then what still lies in PostgreSQL.

Both parts together are every fact up to a position, each once; the border is the sealed position, read
before either part.
"""

from collections.abc import Iterator, Sequence

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


def page(history: History, atoms: Sequence[int], before: tuple[int, int], limit: int) -> list[Entry]:
    """The latest sealed facts of these atoms with (time, position) before the one given, latest first."""
    time, position = before
    bounds = {"atoms": list(atoms), "time": time, "position": position, "limit": limit}
    return list(entries(history.table(_PAGE, bounds)))
