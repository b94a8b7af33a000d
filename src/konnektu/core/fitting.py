"""Rows of short lists that fit a question. In: rows in memory, values asked for by column. Out: those that fit.

Invariant: a row fits here exactly where the conditions of `storage.lists` find it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from konnektu.core.section import Closed, Column, Likeness, Missing, OneOf, Range, Row, Value
from konnektu.core.text import fold


def row_fits(row: Row, columns: Sequence[Column], filters: Mapping[str, Value]) -> bool:
    """Whether a row has, in the columns of this name, what is asked for. Other filters are somebody else's."""
    held = {column.name: value for column, value in zip(columns, row.values, strict=True)}
    return all(fits(value, held[name]) for name, value in filters.items() if name in held)


def fits(value: Value, held: Any) -> bool:
    """Whether what a column holds is what is asked for. Of amounts it knows nothing: short lists have none."""
    if isinstance(value, Missing):
        return (held is None or held == "") is value.is_missing
    if held is None:
        return False
    if isinstance(value, Likeness):
        text, sought = fold(str(held)), fold(value.text)
        return text.startswith(sought) if value.way == "begins" else sought in text
    if isinstance(value, OneOf):
        return held in value.values
    return _is_between(value, held) if isinstance(value, Range | Closed) else bool(held == value)


def _is_between(value: Range | Closed, held: Any) -> bool:
    if value.first is not None and held < value.first:
        return False
    if value.last is None:
        return True
    return bool(held < value.last if isinstance(value, Range) else held <= value.last)
