"""Rights by rows: what a limited caller may read of a workspace's tables, held by PostgreSQL itself.

A row limit is JSON: by dimension (`DIMENSIONS`) the values that a caller may see, as {"store": ["M-1"]};
a row must be within every dimension that the limit names. The login role `…_limited` may read the tables
that migrations open with the statements below, and nothing else; without a limit it sees no row.
"""

from functools import lru_cache
from typing import Any, Final

import msgspec
import psycopg

DIMENSIONS: Final = ("region", "store", "brand", "source", "marketing_source")
"""What rows can be limited by; a source of data is named by its number, a marketing source by its key."""

LIMITED_ROLE: Final = "current_user || '_limited'"

LIMIT_FUNCTION: Final = """
CREATE FUNCTION row_limit() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('konnektu.row_limit', true), '')::jsonb
"""
"""The limit of the transaction; null where it has none."""


def is_limited(db: psycopg.Connection[Any]) -> bool:
    """Whether a connection is the limited role's."""
    return db.info.user.endswith("_limited")


def within(dimension: str, value: str) -> str:
    """A condition: the limit does not name the dimension, or it holds the value of this expression."""
    held = f"(SELECT row_limit() -> '{dimension}')"
    return f"({held} IS NULL OR jsonb_exists({held}, {value}))"


def allows(row_limit: str, dimension: str, value: str) -> bool:
    """Whether a limit, as a workspace's record carries it, holds a value of a dimension or does not name that."""
    held = _values(row_limit).get(dimension) if row_limit else None
    return held is None or value in held


@lru_cache(maxsize=1_000)
def _values(row_limit: str) -> dict[str, frozenset[str]]:
    return msgspec.json.decode(row_limit, type=dict[str, frozenset[str]])


def open_table(table: str, condition: str) -> list[str]:
    """Statements that let the limited role read the rows of a table for which a condition holds."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"""
        DO $$ BEGIN
            EXECUTE format('GRANT SELECT ON {table} TO %I', {LIMITED_ROLE});
            EXECUTE format($policy$
                CREATE POLICY within_limit ON {table} FOR SELECT TO %I
                USING ((SELECT row_limit()) IS NOT NULL AND {condition.replace("%", "%%")})
            $policy$, {LIMITED_ROLE});
        END $$
        """,
    ]


def reopen_table(table: str, condition: str) -> str:
    """The statement that lets the limited role read other rows of a table that is open to it."""
    return f"ALTER POLICY within_limit ON {table} USING ((SELECT row_limit()) IS NOT NULL AND {condition})"


def open_of_people(table: str, profile: str) -> list[str]:
    """Statements that open the rows of visible people: `profile` is the column that names the person."""
    return open_table(table, f"EXISTS (SELECT FROM profile AS seen WHERE seen.id = {table}.{profile})")


def open_whole(table: str) -> list[str]:
    """Statements that open a table that holds nothing of people."""
    return open_table(table, "true")
