"""Facts of people as rules ask for them: columns of the event store, bodies only where somebody looks into them.

In: atoms, which facts. Out: outlines of what is sealed, and entries of what is not yet.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa
from msgspec import Struct

from konnektu.core.records import Derived
from konnektu.log import store
from konnektu.log.model import Entry
from konnektu.log.sealing import tail
from konnektu.storage.api import Db, History


class Meant(Struct, frozen=True):
    """Which facts."""

    types: tuple[str, ...]
    """All of these types."""
    names: tuple[str, ...]
    """And those of these names, whatever their type."""
    with_body: bool
    """Whether somebody looks into them."""


class Outline(NamedTuple):
    """A sealed fact without what can be left unread."""

    position: int
    instant: int
    atom: int
    time: int
    type: str
    name: str
    source: int
    origin: str
    marks: int
    body: str
    """As accepted; empty where nobody asked for it."""
    derived: Derived


_PLAIN = (
    "position, toUnixTimestamp64Milli(instant) AS instant, atom, toUnixTimestamp64Milli(fact.time) AS time, type, name,"
    " source, origin, marks"
)
_DERIVED = ", ".join(Derived.__struct_fields__)
_OUTLINES = (
    "SELECT {what}, {body} AS body, {derived} FROM fact"
    " WHERE atom IN {{atoms:Array(Int64)}} AND position <= {{upto:Int64}}"
    " AND (type IN {{types:Array(String)}} OR name IN {{names:Array(String)}})"
    " ORDER BY fact.atom, fact.time, fact.position"
)
_WITH_BODY = _OUTLINES.format(what=_PLAIN, body="fact.body", derived=_DERIVED)
_WITHOUT = _OUTLINES.format(what=_PLAIN, body="''", derived=_DERIVED)


def outlines(
    db: Db, inbox: Db, history: History, atoms: Sequence[int], meant: Meant, upto: int
) -> tuple[Iterator[Outline], Iterator[Entry]]:
    """Facts of these atoms up to a position: the sealed ones that are meant, by atom and time, and all others.

    Raises `Retry` without the event store.
    """
    with db.read() as own:
        sealed = min(store.sealed(own)[0], upto)
    query = _WITH_BODY if meant.with_body else _WITHOUT
    asked = {"atoms": list(atoms), "types": list(meant.types), "names": list(meant.names), "upto": sealed}
    return _rows(history.table(query, asked)), tail(db, inbox, sealed, upto, atoms)


def _rows(table: pa.Table) -> Iterator[Outline]:
    plain = len(Outline._fields) - 1
    columns = [column.to_pylist() for column in table.columns]
    for row in zip(*columns, strict=True):
        yield Outline._make((*row[:plain], _derived(row[plain:])))


@lru_cache(maxsize=1 << 14)
def _derived(values: tuple[str, ...]) -> Derived:
    return Derived(*values)
