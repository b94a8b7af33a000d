"""Whether a person's list holds anything stands beside it, so that lists page by page pass over empty ones."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from alembic import op

from konnektu.product_lists.logic import items, told_last, united
from konnektu.product_lists.tail import whole

revision = "product_lists_0004"
down_revision = "product_lists_0003"
branch_labels = None
depends_on = None

PEOPLE: Final = 2_000
"""Whose lists are read at once."""
_PAGE: Final = """
SELECT profile, list, atom, state, tail FROM product_list WHERE profile IN
    (SELECT DISTINCT profile FROM product_list WHERE profile > %s ORDER BY profile LIMIT %s)
ORDER BY profile, list, atom
"""
_FILL: Final = """
UPDATE product_list AS p SET is_held = r.is_held, put_at = r.put_at, taken_at = r.taken_at
FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::bigint[], %s::bigint[])
     AS r(atom, list, is_held, put_at, taken_at)
WHERE p.atom = r.atom AND p.list = r.list
"""


def upgrade() -> None:
    """Add what is known of each list, fill it, and index what is held."""
    op.execute("ALTER TABLE product_list ADD COLUMN is_held boolean NOT NULL DEFAULT true")
    op.execute("ALTER TABLE product_list ADD COLUMN put_at bigint, ADD COLUMN taken_at bigint")
    _fill(op.get_bind().connection.driver_connection)
    op.execute("CREATE INDEX product_list_held ON product_list (profile, (is_own::int), list) WHERE is_held")


def _fill(db: Any) -> None:
    last = -1
    while rows := db.execute(_PAGE, [last, PEOPLE]).fetchall():
        db.execute(_FILL, [list(column) for column in zip(*_known(rows), strict=True)])
        last = rows[-1][0]


def _known(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
    """(atom, list, whether the person's list holds anything, the last putting, the last taking) of each row."""
    for (_, name), several in groupby(rows, key=lambda row: (row[0], row[1])):
        states = {row[2]: whole(row[3], row[4]) for row in several}
        is_held = bool(items(united(states.values())))
        for atom, state in states.items():
            yield atom, name, is_held, *told_last(state)
