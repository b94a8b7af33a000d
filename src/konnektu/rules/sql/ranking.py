"""Ranks over everybody. In: a rank. Out: conditions on one row of everybody each. Equal to `rules.memory.ranking`."""

from typing import Final

from msgspec import structs

from konnektu.rules.model import Rank
from konnektu.rules.sql.figures import measured
from konnektu.rules.sql.persons import is_known
from konnektu.rules.sql.writing import Writing

_FINE: Final = f"toInt256('{2**63}')"
"""Averages of up to 2³¹ values that differ at all differ by more than one when multiplied by this."""


def has_place(rank: Rank, writing: Writing) -> str:
    """That somebody has a place in the order."""
    return f"({is_known(writing)} AND ({_order(rank, writing)}) IS NOT NULL)"


def at_the_top(rank: Rank, writing: Writing) -> str:
    """That somebody is among the first, as everybody stands in the rows that are asked."""
    there, way = has_place(rank, writing), "DESC" if rank.order == "highest" else "ASC"
    place = f"row_number() OVER (PARTITION BY {there} ORDER BY {_order(rank, writing)} {way}, pair ASC)"
    wanted = str(int(rank.top))
    if rank.unit == "percent":
        wanted = f"intDiv((countIf({there}) OVER ()) * {wanted} + 99, 100)"
    return f"({there} AND {place} <= {wanted})"


def _order(rank: Rank, writing: Writing) -> str:
    """What people are ordered by, NULL of who has nothing that it is made of."""
    figure, how = rank.by, rank.by.measure.how
    if how in {"sum", "average"}:
        # Both know how many values there are.
        found = measured(
            structs.replace(figure, measure=structs.replace(figure.measure, how="average")), writing
        )
        made = f"intDiv({found.total} * {_FINE}, {found.count})" if how == "average" else found.total
        return f"if({found.count} > 0, {made}, NULL)"
    value = measured(figure, writing).value
    if how in {"count", "distinct"}:
        return f"nullIf({value.whole}, 0)"
    return value.units[0] if value.units else value.number
