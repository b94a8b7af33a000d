"""The whole query. In: a definition, and of whom and when it is asked. Out: SQL and what is bound to it.

One stream of rows, each of a step (an event, an order, an attribute …), is grouped by pair: whatever leaves want to
know is an aggregate over it, and the verdicts are expressions over the aggregates. Steps are never joined with each
other, and what compares with the pair's instant stands in no filter after a join.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct

from konnektu.rules.model import Rank, Rule, Segment
from konnektu.rules.sql.binding import NotInSql, edge_value
from konnektu.rules.sql.leaves import verdict
from konnektu.rules.sql.persons import is_counted, is_known
from konnektu.rules.sql.ranking import has_place
from konnektu.rules.sql.reach import earliest
from konnektu.rules.sql.rows import FIRST, Everybody, EveryoneRows, PairRows, edges_of, grouped, listed
from konnektu.rules.sql.writing import Given, Writing

SPILLED: Final = 512 * 1024 * 1024
"""Bytes of memory above which a query that nobody waits for goes on by disk."""


class Statement(NamedTuple):
    """A SELECT and its parameters."""

    sql: str
    parameters: Mapping[str, Any]


class Pair(Struct, frozen=True):
    """Somebody at an instant."""

    profile: int
    at: int
    zone: str = ""
    """The person's own, where it is known at that instant."""


def membership(
    segment: Segment, pairs: Sequence[Pair], upto: int, workspace_zone: str, copy: int = 0
) -> Statement:
    """Who is in at which instant: rows (number of the pair, verdict) in any order, under the identity at `upto`.

    What stands beside events is read of a copy of the mirrors; of copy 0 as versions.
    Raises `NotInSql` for a kind of leaf without a form here, and for an exit rule.
    """
    writing = Writing()
    inside = _inside(segment, writing)
    edges = writing.binding.edges
    values = [[edge_value(edge, one.at, workspace_zone, one.zone) for one in pairs] for edge in edges]
    columns = [list(range(len(pairs))), [one.profile for one in pairs], [one.at for one in pairs], *values]
    bound = {f"asked{place}": column for place, column in enumerate(columns)}
    arrays = ", ".join(
        f"{{{name}:Array(Int64)}} AS {told}"
        for name, told in zip(bound, ("pair", "person", "at", *edges_of(writing)), strict=True)
    )
    asked = f"(SELECT pair, person, at{listed(edges_of(writing))} FROM (SELECT 1) ARRAY JOIN {arrays})"
    sql = f"SELECT pair, {inside} AS inside FROM {grouped(writing, PairRows(writing, asked))}"
    return Statement(sql, {**writing.binding.parameters, **bound, "upto": upto, "copy": copy})


def count(segment: Segment, parts: Sequence[Rule], everybody: Everybody) -> Statement:
    """How many people are in. One row of arrays and numbers, as `Counts` names them.

    Raises `NotInSql` for a kind of leaf without a form here, and for an exit rule.
    """
    writing = Writing(has_words=True)
    told = _Told(writing, segment)
    held = [told.of(one) for one in parts]
    own = (f"name = {writing.binding.text(everybody.members)}",)
    was = writing.column("member", "count", own) if everybody.members else ""
    numbers = [
        "countIf(counted)",
        "countIf(inside)",
        f"countIf(inside AND {is_known(writing)})",
        f"{_first(everybody)}(pair, inside)",
        _array("UInt64", [f"countIf(counted AND {one})" for one in held]),
        _array("Array(Int64)", [_money(one, writing) for one in everybody.currencies]),
        *(_change(was, everybody) if was else _NO_CHANGE),
        _array(
            "UInt64", [f"countIf(inside AND {_is_reached(one, writing)})" for one in everybody.channels or ()]
        ),
    ]
    return _of_everybody(", ".join(numbers), segment, everybody, told)


def _of_everybody(asked: str, segment: Segment, everybody: Everybody, told: "_Told") -> Statement:
    """Aggregates over the rows of everybody, who each have one: whether they are counted, and whether inside."""
    writing, inside, counted = told.writing, told.of(segment.entry), is_counted(segment, told.writing)
    since = earliest(segment.entry, everybody.at, everybody.workspace_zone, everybody.zones)
    rows = EveryoneRows(writing, everybody, since)
    people = f"SELECT *, {counted} AS counted{told.columns()} FROM {grouped(writing, rows)}"
    sql = (
        f"SELECT {asked} FROM (SELECT *, counted AND {inside} AS inside FROM ({people}))"
        f" SETTINGS max_execution_time = {int(everybody.seconds)}{_SPILLS if everybody.spills else ''}"
    )
    bound = {"at": everybody.at, "upto": everybody.position, "copy": everybody.copy}
    bound |= {"since": since} if since > FIRST else {}
    zones = {"zones": list(everybody.zones)} if rows.has_zones else {}
    return Statement(sql, {**writing.binding.parameters, **bound, **zones})


def people(segment: Segment, everybody: Everybody) -> Statement:
    """Who is in: one row of one array of ids, in any order. Raises what `count` raises."""
    told = _Told(Writing(has_words=True), segment)
    return _of_everybody("groupArrayIf(pair, inside)", segment, everybody, told)


def ranked(rank: Rank, everybody: Everybody) -> Statement:
    """Who is at the top: one row of how many have a place, and an array of the ids of the first, in any order."""
    told = _Told(Writing(has_words=True), Segment(rank))
    asked = f"countIf({has_place(rank, told.writing)}), groupArrayIf(pair, inside)"
    return _of_everybody(asked, Segment(rank), everybody, told)


class _Told:
    """Verdicts as columns, each written once."""

    def __init__(self, writing: Writing, segment: Segment) -> None:
        if segment.exit is not None:
            raise NotInSql(_WITH_EXIT)
        self.writing = writing
        self._columns: dict[str, str] = {}

    def of(self, rule: Rule) -> str:
        """The column that says whether a rule holds."""
        return self._columns.setdefault(verdict(rule, self.writing), f"told{len(self._columns)}")

    def columns(self) -> str:
        """All of them."""
        return listed([f"{sql} AS {name}" for sql, name in self._columns.items()])


class Counts(NamedTuple):
    """What `count` answers."""

    base: int
    """People that the segment may be of."""
    people: int
    known: int
    sample: Sequence[int]
    """The first of them by id."""
    parts: Sequence[int]
    """Of the base, of how many each part holds."""
    money: Sequence[Sequence[int]]
    """By currency: net revenue of those inside, their purchases, net revenue of the base."""
    change: Sequence[int]
    """How many would enter and how many would leave; empty where no segment's members are asked for."""
    entering: Sequence[int]
    leaving: Sequence[int]
    reached: Sequence[int]
    """By channel: how many of those inside are reached by it."""


_SPILLS: Final = (
    f", max_bytes_before_external_group_by = {SPILLED}, max_bytes_before_external_sort = {SPILLED}"
)
_WITH_EXIT: Final = "A segment with an exit rule is counted from its memberships, not from the event store."
_NO_CHANGE: Final = ("emptyArrayUInt64()", "emptyArrayInt64()", "emptyArrayInt64()")


def _first(everybody: Everybody) -> str:
    return f"groupArraySortedIf({everybody.sample})"


def _array(kind: str, values: Sequence[str]) -> str:
    return f"CAST([{', '.join(values)}] AS Array({kind}))"


def _change(was: str, everybody: Everybody) -> tuple[str, ...]:
    entering, leaving = f"inside AND {was} = 0", f"NOT inside AND {was} > 0"
    first = _first(everybody)
    numbers = f"[countIf({entering}), countIf({leaving})]"
    return numbers, f"{first}(pair, {entering})", f"{first}(pair, {leaving})"


def _money(currency: str, writing: Writing) -> str:
    named = (f"name = {writing.binding.text(currency)}",)
    net, purchases = (
        writing.column("revenue", "sum", named, Given(f"JSONExtractInt(body, '{one}')", "Int64"))
        for one in ("net", "purchases")
    )
    return f"[sumIf({net}, inside), sumIf({purchases}, inside), sumIf({net}, counted)]"


def _is_reached(channel: str, writing: Writing) -> str:
    """Until when somebody is, stands in the copy."""
    until = (f"name = {writing.binding.text(channel)}", "toInt64OrZero(body) > at")
    return f"({writing.column('reach', 'count', until)} > 0)"


def _inside(segment: Segment, writing: Writing) -> str:
    if segment.exit is not None:
        raise NotInSql(_WITH_EXIT)
    return f"({is_counted(segment, writing)} AND {verdict(segment.entry, writing)})"
