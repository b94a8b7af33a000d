"""A mapping tried on the last rows of a file. In: both. Out: each row before and after. Nothing is written."""

from collections import deque
from collections.abc import Callable
from collections.abc import Mapping as Named
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.collect.api import Options
from konnektu.core.records import Event, Parcel
from konnektu.imports.chunks import judged, left_out
from konnektu.imports.model import Mapping
from konnektu.imports.rows import converter
from konnektu.imports.stepping import stepped
from konnektu.reading.api import BadRow, Layout, Row, read
from konnektu.related import api as related

SHOWN = 100
"""Rows that are shown: the last ones, which tell most of what will come."""
LOOKED_AT = 200_000
"""Rows of a long file that are passed at most; the last of them are shown."""
Kinds = Named[str, related.Kind]
"""Kinds of the project's records by name."""
NOBODY = 1
"""Source of the parcel that is made up to judge rows."""


class TriedRow(Struct, frozen=True):
    """One row on its way."""

    number: int
    before: Named[str, Any]
    """Its cells in the file; empty where it cannot be read."""
    after: Named[str, Any]
    """Its cells after the steps; empty where a step refuses."""
    events: list[Named[str, Any]]
    """What it would put on the log."""
    reason: str
    """Why it would be rejected; empty where it would not."""
    detail: str
    """What is wrong; of a row that is taken, which of its values are left out."""


class Trial(Struct, frozen=True):
    """The last rows of a file under a mapping."""

    rows: list[TriedRow]
    passed: int
    """Rows that were read."""
    is_whole: bool
    """The file was read to its end."""


def trial(
    path: Path, layout: Layout, mapping: Mapping, options: Options, *, key: bytes, now: int, kinds: Kinds
) -> Trial:
    """Try a mapping on the last rows. `key` is that of keyed hashes, `kinds` are those of the project's records. The
    mapping was checked.
    """
    last: deque[Row | BadRow] = deque(maxlen=SHOWN)
    rows, passed = read(path, layout), 0
    for row in islice(rows, LOOKED_AT):
        last.append(row)
        passed += 1
    is_whole = next(rows, None) is None
    convert = converter(mapping, file=str(path.name), as_of=now)

    def envelope(events: list[bytes]) -> Parcel:
        return Parcel(NOBODY, "import", now, events, history=True)

    after = list(stepped(last, mapping.steps, mapping.zone, key))
    made = [(row, row if isinstance(row, BadRow) else convert(row)) for row in after]
    fates = _fates(made, envelope, options, kinds)
    return Trial([_tried(*three) for three in zip(last, after, fates, strict=True)], passed, is_whole)


def _fates(
    made: list[tuple[Row | BadRow, list[bytes] | BadRow]],
    envelope: Callable[[list[bytes]], Parcel],
    options: Options,
    kinds: Kinds,
) -> list[list[Event] | BadRow]:
    whole = [(row, one) for row, one in made if not isinstance(one, BadRow)]
    good = iter(judged(whole, envelope, options, kinds))
    return [one if isinstance(one, BadRow) else next(good) for _, one in made]


def _tried(before: Row | BadRow, after: Row | BadRow, fate: list[Event] | BadRow) -> TriedRow:
    shown = before.cells if isinstance(before, Row) else {}
    left = after.cells if isinstance(after, Row) else {}
    if isinstance(fate, BadRow):
        return TriedRow(before.number, shown, left, [], fate.reason, fate.detail)
    partial = left_out(after, fate)
    events = [msgspec.json.decode(event.body) for event in fate]
    return TriedRow(before.number, shown, left, events, "", partial.detail if partial else "")
