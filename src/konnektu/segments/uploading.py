"""People named by a file. In: rows with identifiers or ids of profiles. Out: who they are, and which rows lead nowhere.

A column is read by its name; a file with one column and no name for it is tried as every kind of identifier.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from msgspec import Struct, field

from konnektu.core.attributes import standard
from konnektu.core.errors import NotFound, TooLarge, Unprocessable
from konnektu.core.identifiers import Kind
from konnektu.core.ids import internal_id
from konnektu.core.text import fold
from konnektu.identity import api as identity
from konnektu.reading import api as reading
from konnektu.segments.naming import pieces
from konnektu.segments.views import LineView
from konnektu.storage.api import Connection

MOST_ROWS: Final = 200_000
"""Of one file."""
AT_ONCE: Final = 5_000
"""Rows looked up at once."""
MOST_SHOWN: Final = 100
PROFILE: Final = "profile"
PROFILE_NAMES: Final = frozenset({"profile", "profile id", "id", "клиент", "профиль"})
ANYTHING: Final = ""

Pair = tuple[str, Any]
"""(kind, value as spelt); `PROFILE` for ids, `ANYTHING` where every kind is tried."""


class Line(Struct, frozen=True):
    """One row: what it says of who is meant."""

    row: int
    pairs: tuple[Pair, ...]

    @property
    def text(self) -> str:
        """The row for people."""
        return ", ".join(str(value) for _, value in self.pairs)


class Named(Struct):
    """Who is named by a file, row by row."""

    rows: int = 0
    found: int = 0
    people: set[int] = field(default_factory=set)
    missing: list[Line] = field(default_factory=list)
    """Rows that lead to nobody."""
    ambiguous: int = 0
    unreadable: int = 0
    lines: list[LineView] = field(default_factory=list)

    def leads_nowhere(self, row: int, value: str, why: Any) -> None:
        """Note a row for people."""
        if len(self.lines) < MOST_SHOWN:
            self.lines.append(LineView(row, value[:200], why))


def lines(body: bytes, kinds: Sequence[Kind], kind: str) -> tuple[list[Line], list[int]]:
    """What the rows of a file say, and the numbers of those that cannot be read or say nothing.

    `kind` says what the first column holds; empty where its name says so. Raises `Unprocessable` for a file without
    such a column, `TooLarge`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people"
        path.write_bytes(body)
        layout = reading.inspect(path, lambda name: bool(_kind_of(name, kinds)))
        columns = _columns(layout, kinds, kind)
        return _read(path, layout, columns)


def _columns(layout: reading.Layout, kinds: Sequence[Kind], kind: str) -> dict[str, str]:
    """The kind of what stands in each column that says who is meant."""
    if kind:
        if kind != PROFILE and kind not in {one.name for one in kinds}:
            raise Unprocessable(f"{kind} is no kind of identifier here.")
        return {layout.columns[0]: kind}
    named = {name: found for name in layout.columns if (found := _kind_of(name, kinds))}
    if not named and len(layout.columns) > 1:
        known = ", ".join((PROFILE, *(one.name for one in kinds)))
        raise Unprocessable(f"No column says who is meant. Name one of them {known}.")
    return named or {layout.columns[0]: ANYTHING}


def _kind_of(name: str, kinds: Sequence[Kind]) -> str:
    if fold(name).strip() in PROFILE_NAMES:
        return PROFILE
    known = standard(name)
    return known if known in {one.name for one in kinds} else ""


def _read(path: Path, layout: reading.Layout, columns: Mapping[str, str]) -> tuple[list[Line], list[int]]:
    found: list[Line] = []
    unreadable: list[int] = []
    for row in reading.read(path, layout):
        if len(found) + len(unreadable) >= MOST_ROWS:
            raise TooLarge(f"A file names {MOST_ROWS} people at most. Send a larger one in parts.")
        pairs = _pairs(row, columns) if isinstance(row, reading.Row) else ()
        if pairs:
            found.append(Line(row.number, pairs))
        else:
            unreadable.append(row.number)
    return found, unreadable


def _pairs(row: reading.Row, columns: Mapping[str, str]) -> tuple[Pair, ...]:
    cells = ((kind, row.cells.get(name)) for name, kind in columns.items())
    return tuple(
        (kind, value) for kind, value in cells if isinstance(value, str | int) and str(value).strip()
    )


def who(db: Connection, said: Sequence[Line], kinds: Sequence[Kind]) -> Named:
    """The people whom rows name: three statements for some thousand rows."""
    found = Named()
    for some in pieces(said, AT_ONCE):
        found.rows += len(some)
        for line, people in _looked_up(db, some, [one.name for one in kinds]):
            _note(found, line, people)
    return found


def _note(found: Named, line: Line, people: set[int]) -> None:
    if len(people) == 1:
        found.found += 1
        found.people |= people
    elif people:
        found.ambiguous += 1
        found.leads_nowhere(line.row, line.text, "ambiguous")
    else:
        found.missing.append(line)


def _looked_up(db: Connection, some: Sequence[Line], kinds: Sequence[str]) -> Iterator[tuple[Line, set[int]]]:
    asked = {line.row: list(_tried(line, kinds)) for line in some}
    pairs = {pair for tried in asked.values() for pair in tried if pair[0] != PROFILE}
    by_pair = identity.find_many(db, pairs)
    ids = {pair[1]: number for tried in asked.values() for pair in tried if pair[0] == PROFILE
           if (number := _inside(pair[1]))}  # fmt: skip
    present = identity.current_many(db, set(ids.values())) if ids else {}
    for line in some:
        hits = (
            present.get(ids.get(value, 0)) if kind == PROFILE else by_pair.get((kind, value))
            for kind, value in asked[line.row]
        )
        yield line, {one for one in hits if one}


def _tried(line: Line, kinds: Sequence[str]) -> Iterator[Pair]:
    for kind, value in line.pairs:
        if kind == ANYTHING:
            yield from ((name, value) for name in (PROFILE, *kinds))
        else:
            yield kind, value


def _inside(value: Any) -> int:
    try:
        return internal_id(value)
    except NotFound:
        return 0
