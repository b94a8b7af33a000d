"""A query that goes on where it stopped. In: how far it came. Out: what to send, which rows are new, how far it is now.

The column that it goes on by holds numbers, dates or times and never falls. Invariant: a row below what was reached,
or at it and seen before, is not new; so a query may ask for what is equal to `{since}`, too, and loses nothing that
came later with an equal value.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any, Final

from konnektu.transfers.model import WrongQuery
from konnektu.transfers.place_model import Increment

SINCE: Final = "{since}"
"""Where a query is told how far it came."""
MOST_EDGE: Final = 10_000
"""Rows that may share the greatest value."""

Number = int | Decimal | float
Comparable = Number | date
"""datetime is a date, too."""


def asked(query: str, increment: Increment) -> tuple[str, tuple[str, ...]]:
    """The statement and its parameters, as database drivers take them: the value is never part of the text."""
    parts = query.split(SINCE)
    return "%s".join(part.replace("%", "%%") for part in parts), (increment.since,) * (len(parts) - 1)


class Reaching:
    """How far one result reaches while its rows go by."""

    def __init__(self, increment: Increment) -> None:
        """Begin where the increment stands."""
        self._column = increment.column
        self._seen = frozenset(increment.edge)
        self._since = increment.since
        self._greatest: Comparable | None = None
        self._edge: set[str] = set()

    def is_new(self, row: Mapping[str, Any], line: bytes) -> bool:
        """Whether a row comes for the first time; `line` is how it is written. Raises `WrongQuery`."""
        value = self._value(row)
        if value is None:
            return False
        mark, since = blake2b(line, digest_size=12).hexdigest(), _like(value, self._since)
        if since is not None and (value < since or (value == since and mark in self._seen)):
            return False
        self._move(value, mark)
        return True

    @property
    def reached(self) -> Increment:
        """Where the next result goes on."""
        if self._greatest is None:
            return Increment(self._column, self._since, tuple(sorted(self._seen)))
        kept = self._seen if _like(self._greatest, self._since) == self._greatest else frozenset()
        return Increment(self._column, _text(self._greatest), tuple(sorted(self._edge | kept)))

    def _value(self, row: Mapping[str, Any]) -> Any:
        if self._column not in row:
            raise WrongQuery(f"The query gives no column {self._column!r}, by which it is to go on.")
        value = row[self._column]
        if value is not None and (isinstance(value, bool) or not isinstance(value, Comparable)):
            raise WrongQuery(f"{self._column} holds texts. A query goes on by numbers, dates or times.")
        return value

    def _move(self, value: Any, mark: str) -> None:
        if self._greatest is None or value > self._greatest:
            self._greatest, self._edge = value, set()
        if value == self._greatest:
            self._edge.add(mark)
        if len(self._edge) > MOST_EDGE:
            raise WrongQuery(f"More than {MOST_EDGE} rows share one {self._column}. Go on by another column.")


def _like(value: Comparable, text: str) -> Any:
    """What was reached, as a value to compare with; None where a person wrote what only the database understands."""
    with suppress(ValueError, InvalidOperation):
        if isinstance(value, datetime):
            moment = datetime.fromisoformat(text)
            is_alike = (moment.tzinfo is None) == (value.tzinfo is None)
            return moment if is_alike else moment.replace(tzinfo=UTC if value.tzinfo else None)
        if isinstance(value, date):
            return date.fromisoformat(text)
        return float(text) if isinstance(value, float) else Decimal(text)
    return None


def _text(value: Comparable) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
