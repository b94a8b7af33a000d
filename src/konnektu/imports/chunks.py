"""Rows become chunks: what goes to the log in one append, and what could not be taken.

In: rows in order. Out: chunks whose bounds depend on the file and the mapping alone, so that a resumed
import cuts the same ones. Invariant: each row is accepted with all its events, or rejected with none; of an
accepted row, values that their attributes cannot take are left out and named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from konnektu.collect.api import Options, decode
from konnektu.core.records import Event, Parcel, Rejected
from konnektu.imports.model import RowCounts
from konnektu.imports.rows import Converter, shown
from konnektu.orders import api as orders
from konnektu.reading.api import BadRow, Row
from konnektu.related import api as related

CHUNK_ROWS = 2_000
CHUNK_BYTES = 4 * 1024 * 1024
"""A chunk ends when it has so many rows or its events so many bytes."""


class Chunk(NamedTuple):
    """Consecutive rows of a file."""

    number: int
    last: int
    """Number of its last row."""
    rows: list[list[Event]]
    """Events of each accepted row."""
    bad: list[BadRow]
    partial: list[BadRow]
    """What was left out of accepted rows."""

    @property
    def events(self) -> list[bytes]:
        """JSON of all accepted events, in order."""
        return [event.body for event in chain.from_iterable(self.rows)]

    @property
    def counts(self) -> RowCounts:
        """What became of the rows."""
        events = sum(map(len, self.rows))
        return RowCounts(
            len(self.rows) + len(self.bad), len(self.rows), len(self.bad), events, len(self.partial)
        )

    @property
    def errors(self) -> list[BadRow]:
        """All that is to be told of its rows, in order."""
        return sorted([*self.bad, *self.partial])


def chunks(
    rows: Iterable[Row | BadRow], convert: Converter, envelope: Callable[[list[bytes]], Parcel], options: Options,
    first: int = 0, kinds: Mapping[str, related.Kind] | None = None,
) -> Iterator[Chunk]:  # fmt: skip
    """The chunks of a file, numbered from `first`. `envelope` makes the parcel that the events will go in; `kinds` are
    those of related records.
    """
    for number, group in enumerate(_groups(rows, convert), first):
        made = [(row, events) for row, events in group if not isinstance(events, BadRow)]
        bad = [events for _, events in group if isinstance(events, BadRow)]
        found = judged(made, envelope, options, kinds or {})
        bad += [row for row in found if isinstance(row, BadRow)]
        accepted = [
            (row, events) for (row, _), events in zip(made, found, strict=True) if isinstance(events, list)
        ]
        partial = [told for row, events in accepted if (told := left_out(row, events))]
        yield Chunk(number, group[-1][0].number, [events for _, events in accepted], sorted(bad), partial)


_Made = tuple[Row | BadRow, list[bytes] | BadRow]


def _groups(rows: Iterable[Row | BadRow], convert: Converter) -> Iterator[list[_Made]]:
    group: list[_Made] = []
    size = 0
    for row in rows:
        events = row if isinstance(row, BadRow) else convert(row)
        group.append((row, events))
        size += len(events.text) if isinstance(events, BadRow) else sum(map(len, events))
        if len(group) == CHUNK_ROWS or size >= CHUNK_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def judged(
    made: Sequence[tuple[Row | BadRow, list[bytes]]],
    envelope: Callable[[list[bytes]], Parcel],
    options: Options,
    kinds: Mapping[str, related.Kind],
) -> list[list[Event] | BadRow]:
    """Each row's events as the writer will read them; a bad row where it would refuse one.

    `made` holds rows with the JSON of their events.
    """
    records = iter(decode(envelope([event for _, events in made for event in events]), 0, 0, options))
    return [_accepted(row, [next(records) for _ in events], kinds) for row, events in made]


def left_out(row: Row | BadRow, events: list[Event]) -> BadRow | None:
    """The values of an accepted row that are not kept; None where all are."""
    refused = dict(pair for event in events for pair in event.refused)
    if not refused:
        return None
    said = "; ".join(f"{name} cannot take its value: {why}" for name, why in refused.items())
    text = shown(row) if isinstance(row, Row) else ""
    return BadRow(row.number, "value_left_out", f"Left out of a row that was taken: {said}", text)


def _accepted(
    row: Row | BadRow, records: list[Event | Rejected], kinds: Mapping[str, related.Kind]
) -> list[Event] | BadRow:
    events: list[Event] = []
    text = shown(row) if isinstance(row, Row) else ""
    for record in records:
        if isinstance(record, Rejected):
            return BadRow(row.number, record.reason, record.detail, text)
        told = orders.told_of(record)
        if told is not None and told.faults:
            return BadRow(row.number, "wrong_order", "; ".join(told.faults), text)
        said = related.told_of(record, kinds)
        if said is not None and said.faults:
            return BadRow(row.number, "wrong_record", "; ".join(said.faults), text)
        if not record.identifiers and record.type not in (orders.FACT, related.FACT):
            return BadRow(row.number, "no_identifier", "No value of the row can identify a person.", text)
        events.append(record)
    return events
