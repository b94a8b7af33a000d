"""Steps over rows. In: rows of a file and the steps of its mapping. Out: rows as the mapping reads them, bad rows.

Pure: the same row gives the same cells, whatever came before it; the key of hashes is an argument.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from konnektu.core.secrets import keyed_hash
from konnektu.imports.steps import (
    Case,
    Constant,
    Dates,
    Drop,
    Hash,
    Join,
    Rename,
    Split,
    Step,
    Translate,
    Trim,
)
from konnektu.imports.values import WrongValue, as_text, instant
from konnektu.reading.api import BadRow, Row

Cells = dict[str, Any]
_Change = Callable[[Cells], Cells]
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encode = msgspec.json.Encoder(enc_hook=str).encode


def stepped(
    rows: Iterable[Row | BadRow], steps: Sequence[Step], zone: str, key: bytes
) -> Iterator[Row | BadRow]:
    """The rows after all steps. `zone` is that of times without one, `key` that of keyed hashes.

    What a step drops or hashes stands in no bad row either: a row that could not be read at all loses its text.
    """
    if not steps:
        return iter(rows)
    changes = [_change(step, ZoneInfo(zone), key) for step in steps]
    secret = secret_columns(steps)
    return (_stepped(row, changes, secret) for row in rows)


def _stepped(row: Row | BadRow, changes: Sequence[_Change], secret: frozenset[str]) -> Row | BadRow:
    if isinstance(row, BadRow):
        return row._replace(text="") if secret else row
    return _changed(row, changes, secret)


def columns_after(columns: Iterable[str], steps: Sequence[Step]) -> tuple[list[str], str]:
    """The columns that the mapping will find, and what is wrong with the steps; empty where nothing is."""
    known = list(columns)
    for step in steps:
        missing = [name for name in _reads(step) if name not in known]
        if missing:
            return known, f"The step {step.__struct_config__.tag} finds no column {missing[0]!r}."
        known = [name for name in known if name not in _removes(step)]
        known += [name for name in _writes(step) if name not in known]
    return known, ""


def secret_columns(steps: Sequence[Step]) -> frozenset[str]:
    """Columns of the file that are dropped or hashed, under whatever names they had on the way.

    A column that was joined or cut from a secret one is no secret of its own: whoever hides a value drops what was
    made of it, too.
    """
    secret: set[str] = set()
    for step in reversed(steps):
        if isinstance(step, Drop):
            secret |= set(step.columns)
        elif isinstance(step, Hash) or (isinstance(step, Rename) and step.to in secret):
            secret.add(step.column)
    return frozenset(secret)


def _changed(row: Row, changes: Sequence[_Change], secret: frozenset[str]) -> Row | BadRow:
    cells = dict(row.cells)
    try:
        for change in changes:
            cells = change(cells)
    except _WrongCellError as error:
        detail = f"{error.column}: a wrong value." if secret else f"{error.column}: {error}."[:500]
        return BadRow(row.number, "wrong_value", detail, _shown(row.cells, secret))
    return Row(row.number, cells)


def _shown(cells: Cells, secret: frozenset[str]) -> str:
    shown = {name: cell for name, cell in cells.items() if name not in secret and cell not in ("", None)}
    return _encode(shown).decode()


class _WrongCellError(Exception):
    """A cell that a step cannot change."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column


def _change(step: Step, zone: ZoneInfo, key: bytes) -> _Change:
    """The step as a function from cells to cells."""
    return _of_columns(step) or _of_values(step, zone, key)


def _of_columns(step: Step) -> _Change | None:
    """Steps that change which columns there are; None for the others."""
    match step:
        case Rename():
            return lambda cells: {
                step.to if name == step.column else name: cell for name, cell in cells.items()
            }
        case Join():
            return lambda cells: cells | {step.to: _joined(cells, step)}
        case Split():
            return lambda cells: cells | _cut(cells, step)
        case Constant():
            return lambda cells: cells | {step.to: step.value}
        case Drop():
            return lambda cells: {name: cell for name, cell in cells.items() if name not in step.columns}
    return None


def _of_values(step: Step, zone: ZoneInfo, key: bytes) -> _Change:
    """Steps that change what stands in columns."""
    match step:
        case Trim():
            return lambda cells: cells | _each(cells, step.columns or tuple(cells), _trimmed)
        case Case():
            turn = {"lower": str.lower, "upper": str.upper, "title": str.title}[step.case]
            return lambda cells: cells | _each(cells, step.columns, turn)
        case Translate():
            known = {word.strip().casefold(): value for word, value in step.values.items()}
            return lambda cells: cells | {step.column: _translated(cells.get(step.column), known, step)}
        case Dates():
            return lambda cells: cells | {step.column: _dated(cells.get(step.column), step, zone)}
        case Hash():
            return lambda cells: cells | {step.column: _hashed(as_text(cells.get(step.column)), step, key)}
    raise AssertionError(step)


def _joined(cells: Cells, step: Join) -> str:
    return step.separator.join(text for name in step.columns if (text := as_text(cells.get(name))))


def _cut(cells: Cells, step: Split) -> Cells:
    parts = as_text(cells.get(step.column)).split(step.separator, len(step.to) - 1)
    return dict(zip(step.to, [*(part.strip() for part in parts), *[""] * len(step.to)], strict=False))


def _translated(cell: Any, known: dict[str, str], step: Translate) -> Any:
    word = as_text(cell)
    if not word or word.casefold() in known:
        return known.get(word.casefold(), cell)
    if step.otherwise == "reject":
        raise _WrongCellError(step.column, f"the dictionary does not know {word[:100]!r}")
    return cell if step.otherwise == "keep" else ""


def _trimmed(text: str) -> str:
    return " ".join(text.split())


def _each(cells: Cells, names: Iterable[str], turn: Callable[[str], str]) -> Cells:
    """Texts turned; numbers, dates and what JSON holds beside texts stay as they are."""
    return {name: turn(cells[name]) for name in names if isinstance(cells.get(name), str)}


def _dated(cell: Any, step: Dates, zone: ZoneInfo) -> str:
    if cell is None or as_text(cell) == "":
        return ""
    try:
        moment = _EPOCH + dt.timedelta(milliseconds=instant(cell, step.format, zone))
        return moment.astimezone(zone).strftime(step.to)
    except (WrongValue, OverflowError) as error:
        raise _WrongCellError(step.column, str(error)) from error


def _hashed(text: str, step: Hash, key: bytes) -> str:
    if not text:
        return ""
    if step.how == "keyed":
        return keyed_hash(key, "imports", text).hex()
    content = text.encode("utf-8", "surrogatepass")
    # MD5 is what some partners match by; nothing is protected by it here.
    return hashlib.new(step.how, content, usedforsecurity=False).hexdigest()


def _reads(step: Step) -> Sequence[str]:
    match step:
        case Join() | Trim() | Case() | Drop():
            return step.columns
        case Constant():
            return ()
        case _:
            return (step.column,)


def _writes(step: Step) -> Sequence[str]:
    match step:
        case Rename() | Join() | Constant():
            return (step.to,)
        case Split():
            return step.to
        case _:
            return ()


def _removes(step: Step) -> Sequence[str]:
    match step:
        case Drop():
            return step.columns
        case Rename():
            return (step.column,)
        case _:
            return ()
