"""Rows of a copy on their way to the event store. In: rows. Out: inserts of a bounded size."""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa

from konnektu.segments.everybody import Batch
from konnektu.storage.api import History

ROWS_AT_ONCE: Final = 100_000
_MS: Final = pa.timestamp("ms", tz="UTC")
MIRROR_SCHEMA: Final = pa.schema(
    [("copy", pa.int64()), ("profile", pa.int64()), ("kind", pa.string()), ("name", pa.string()), ("id", pa.string()),
     ("position", pa.int64()), ("instant", _MS), ("body", pa.string())]
)  # fmt: skip


class Sending:
    """The rows of one copy: they are sent by the hundred thousand."""

    def __init__(self, history: History, copy: int, position: int, at: int) -> None:
        """Begin with nothing sent."""
        self._history = history
        self._copy, self._position, self._at = copy, position, at
        self._rows: list[tuple[int, str, str, str, str]] = []

    def add(self, rows: Sequence[tuple[int, str, str, str, str]]) -> None:
        """Take rows: (person, kind, name, id, body)."""
        self._rows += rows
        if len(self._rows) >= ROWS_AT_ONCE:
            self.flush()

    def batch(self, rows: Batch) -> None:
        """Send rows of one kind and name."""
        if rows.people:
            many = len(rows.people)
            self._send(rows.people, [rows.kind] * many, [rows.name] * many, [""] * many, rows.bodies)

    def flush(self) -> None:
        """Send the rows that wait."""
        if self._rows:
            rows, self._rows = self._rows, []
            self._send(*zip(*rows, strict=True))

    def drop(self) -> None:
        """Throw away what was sent."""
        self._rows = []
        self._history.command("ALTER TABLE mirror DELETE WHERE copy = {copy:Int64}", {"copy": self._copy})

    def _send(self, people: Sequence[int], *told: Sequence[Any]) -> None:
        many = len(people)
        *named, bodies = told
        columns = ([self._copy] * many, people, *named, [self._position] * many, [self._at] * many, bodies)
        arrays = [pa.array(one, field.type) for one, field in zip(columns, MIRROR_SCHEMA, strict=True)]
        rows = pa.Table.from_arrays(arrays, schema=MIRROR_SCHEMA)
        self._history.insert("mirror", rows, None, priority="interactive")
