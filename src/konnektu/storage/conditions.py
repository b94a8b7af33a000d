"""Conditions about selected columns. In: what filters are asked for. Out: SQL of fixed pieces, with its parameters.

Invariant: a row is found by them exactly where `core.fitting` finds it in memory.
"""

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString

from psycopg.sql import SQL, Composed, Placeholder

from konnektu.core.section import Amounts, Closed, Likeness, Missing, OneOf, Range, Value
from konnektu.core.text import fold

Said = LiteralString | tuple[LiteralString, LiteralString]
"""A column, or what follows from several; of money the amount and its currency."""
_LIKE: Mapping[str, LiteralString] = {
    "begins": "starts_with({}, {})",
    "contains": "strpos({}, {}) > 0",
}


def all_of(said: Mapping[str, Said], filters: Mapping[str, Value]) -> tuple[Composed, dict[str, Any]]:
    """That a row has everything asked for by these filters, and the parameters."""
    parts: list[Composed] = []
    parameters: dict[str, Any] = {}
    for name, columns in said.items():
        for condition, values in _conditions(name, columns, filters[name]):
            parts.append(condition)
            parameters |= values
    return SQL(" AND ").join(parts), parameters


def _conditions(name: str, said: Said, value: Value) -> Iterator[tuple[Composed, dict[str, Any]]]:
    column, currency = (SQL(one) for one in (said if isinstance(said, tuple) else (said, "")))
    if isinstance(value, Missing):
        wanted = "coalesce(({})::text, '') = ''" if value.is_missing else "coalesce(({})::text, '') <> ''"
        yield SQL(wanted).format(column), {}
    elif isinstance(value, Likeness):
        text = SQL(FOLDED).format(column)
        yield (
            SQL(_LIKE[value.way]).format(text, Placeholder(f"{name}_like")),
            {f"{name}_like": fold(value.text)},
        )
    elif isinstance(value, OneOf):
        yield (
            SQL("({}) = ANY({})").format(column, Placeholder(f"{name}_any")),
            {f"{name}_any": [*value.values]},
        )
    elif isinstance(value, Range | Closed | Amounts):
        if isinstance(value, Amounts):
            yield SQL("({}) = {}").format(currency, Placeholder(f"{name}_in")), {f"{name}_in": value.currency}
        yield from _ends(name, column, value)
    else:
        yield SQL("({}) = {}").format(column, Placeholder(f"{name}_is")), {f"{name}_is": value}


FOLDED: LiteralString = """translate(lower((({}))::text COLLATE "pg_c_utf8"), 'ё', 'е')"""
"""As `core.text.fold` folds."""


def _ends(
    name: str, column: SQL, value: Range | Closed | Amounts
) -> Iterator[tuple[Composed, dict[str, Any]]]:
    last = "({}) < {}" if isinstance(value, Range) else "({}) <= {}"
    for key, condition, end in (
        (f"{name}_from", "({}) >= {}", value.first),
        (f"{name}_to", last, value.last),
    ):
        if end is not None:
            yield SQL(condition).format(column, Placeholder(key)), {key: end}
