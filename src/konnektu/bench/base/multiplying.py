"""Rows of some people, written again as those of many others.

In: a table's rows of people whom the writer has made of their events. Out: the same rows for each of the copies,
in which every position, atom, time and person's number is another. Invariant: what is rewritten keeps its length,
so that a row of a copy is what the writer would have left, byte for byte.

Numbers are found by their value and by what stands before them: of eight bytes their length (a column, an item of an
array) or 0xCF (in a packed state), of four bytes 0xCE (in a packed state), or they are digits (in JSON). The spans are
chosen so that nothing else in a row lies in them. Source: https://github.com/msgpack/msgpack/blob/master/spec.md#int-format-family
"""

import re
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from psycopg.sql import SQL, Identifier

from konnektu.bench.base.story import DIGITS, MARKS
from konnektu.storage.api import Connection

TABLES = (
    "identifier",
    "person",
    "decision",
    "profile",
    "tag",
    "consent",
    "arrival",
    "orders",
    "order_figures",
    "product_list",
)
"""Tables with rows of people."""
HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
"""Before the rows of a binary COPY (PostgreSQL, COPY, Binary Format); behind them stands `TAIL`."""
TAIL = b"\xff\xff"
_BEFORE = {8: (b"\xcf", b"\x00\x00\x00\x08"), 4: (b"\xce",)}
"""What stands before a number of so many bytes."""
_DIGITS = re.compile(rb"(?<![\d.])\d{8,13}(?![\d.])")
_NUMBER = re.compile(b"(?:" + b"|".join(map(re.escape, MARKS)) + rb")(\d{%d})" % DIGITS)

Whole = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class Span(Struct, frozen=True):
    """Numbers from `first` up to `last` (not itself), and how far those of the next copy lie from them."""

    first: int
    last: int
    step: int


class Slots(Struct, frozen=True):
    """Places in the rows that hold numbers written alike."""

    starts: Whole
    values: Whole
    steps: Whole
    """What each copy adds."""
    width: int
    """Bytes, or digits."""
    is_text: bool

    def write(self, rows: Bytes, copy: int) -> None:
        """Put the numbers of a copy into its rows."""
        values = self.values + self.steps * copy
        if self.is_text:
            powers = 10 ** np.arange(self.width - 1, -1, -1, dtype=np.int64)
            parts = (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)
        else:
            whole = values.astype(f">u{self.width}")
            parts = whole.view(np.uint8).reshape(len(values), self.width)
        rows[self.starts[:, None] + np.arange(self.width)] = parts


def multiply(db: Connection, table: str, spans: tuple[Span, ...], people: int, copies: int) -> int:
    """Write a table's rows again for each copy, in the caller's transaction; how many rows it has then.

    `people` is how many people the rows are of: a copy of person 3 has that number and three. The indexes are made
    when the rows are there, and rows are as they are once vacuumed.
    """
    body, count = _rows(db, table)
    if not count:
        return 0
    slots = list(found(body, spans, people))
    _check(slots)
    rest = _without_indexes(db, table)
    db.execute(SQL("TRUNCATE {}").format(Identifier(table)))
    with (
        db.cursor() as cursor,
        cursor.copy(SQL("COPY {} FROM STDIN (FORMAT BINARY, FREEZE)").format(Identifier(table))) as copy,
    ):
        copy.write(HEAD)
        for number in range(copies):
            for one in slots:
                one.write(body, number)
            copy.write(body.data)
        copy.write(TAIL)
    for statement in rest:
        db.execute(statement)
    db.execute(SQL("ANALYZE {}").format(Identifier(table)))
    return count * copies


def _rows(db: Connection, table: str) -> tuple[Bytes, int]:
    """The rows of a table as COPY writes them, and how many there are."""
    with db.cursor() as cursor:
        with cursor.copy(SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(Identifier(table))) as copy:
            whole = b"".join(bytes(part) for part in copy)
        return np.frombuffer(whole[len(HEAD) : -len(TAIL)], np.uint8).copy(), cursor.rowcount


def found(rows: Bytes, spans: tuple[Span, ...], people: int) -> Iterator[Slots]:
    """Every number of the rows that a copy has otherwise."""
    whole = rows.tobytes()
    numbers = [(one.start(1), int(one[1]), people) for one in _NUMBER.finditer(whole)]
    yield _slots(numbers, DIGITS, is_text=True)
    for span in spans:
        yield _windows(rows, span, 8)
        if span.last < 2**32:
            yield _windows(rows, span, 4)
        digits = [
            (one.start(), int(one[0]), span.step)
            for one in _DIGITS.finditer(whole)
            if span.first <= int(one[0]) < span.last
        ]
        yield _slots(digits, len(str(span.first)), is_text=True)


def _slots(places: list[tuple[int, int, int]], width: int, *, is_text: bool) -> Slots:
    whole = np.array(places, np.int64).reshape(-1, 3)
    return Slots(whole[:, 0], whole[:, 1], whole[:, 2], width, is_text)


def _windows(rows: Bytes, span: Span, width: int) -> Slots:
    """Places where so many bytes are a number of the span."""
    parts = []
    for offset in range(width):
        values = rows[offset : offset + (len(rows) - offset) // width * width].view(f">u{width}")
        hits = np.flatnonzero((values >= span.first) & (values < span.last))
        starts = hits * width + offset
        parts.append(np.stack([starts, values[hits].astype(np.int64)], axis=1))
    places = np.concatenate(parts)
    places = places[_stand_behind(rows, places[:, 0], _BEFORE[width])]
    return Slots(places[:, 0], places[:, 1], np.full(len(places), span.step), width, is_text=False)


def _stand_behind(rows: Bytes, starts: Whole, marks: tuple[bytes, ...]) -> NDArray[np.bool_]:
    """Which of the places stand behind one of the marks."""
    is_behind = np.zeros(len(starts), np.bool_)
    for mark in marks:
        # No number is among the first bytes of the rows, which are lengths; what wraps around there is no mark.
        before = rows[starts[:, None] - np.arange(len(mark), 0, -1)]
        is_behind |= (before == np.frombuffer(mark, np.uint8)).all(axis=1)
    return is_behind


def _check(slots: list[Slots]) -> None:
    """Raise `ValueError` where two numbers overlap: then one of them is none."""
    starts = np.concatenate([one.starts for one in slots])
    ends = np.concatenate([one.starts + one.width for one in slots])
    order = np.argsort(starts)
    if (starts[order][1:] < ends[order][:-1]).any():
        raise ValueError("Two numbers of a row overlap: the spans hold something that is no such number.")


def _without_indexes(db: Connection, table: str) -> list[bytes]:
    """Drop the indexes and keys of a table; the statements that make them again."""
    rest = []
    keys = db.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'u') ORDER BY conname",
        [table],
    ).fetchall()
    for name, definition in keys:
        named = (Identifier(table), Identifier(name))
        db.execute(SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*named))
        rest.append(
            SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(*named).as_bytes(db) + definition.encode()
        )
    others = db.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s",
        [table],
    ).fetchall()
    for name, definition in others:
        db.execute(SQL("DROP INDEX {}").format(Identifier(name)))
        rest.append(definition.encode())
    return rest
