"""The whole query. In: a definition, and of whom and when it is asked. Out: SQL and what is bound to it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from msgspec import Struct

from konnektu.rules.model import Segment
from konnektu.rules.sql.binding import Edge, NotInSql, edge_value
from konnektu.rules.sql.leaves import leaf, verdict
from konnektu.rules.sql.writing import Writing
from konnektu.rules.subjects import DERIVED_NAMES
from konnektu.rules.walking import leaves


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


def membership(segment: Segment, pairs: Sequence[Pair], upto: int, workspace_zone: str) -> Statement:
    """Who is in at which instant: rows (number of the pair, verdict), under the identity of position `upto`."""
    writing, _, inside = _written(segment)
    values = [
        [edge_value(edge, one.at, workspace_zone, one.zone) for one in pairs] for edge in writing.binding.edges
    ]
    columns = [list(range(len(pairs))), [one.profile for one in pairs], [one.at for one in pairs], *values]
    bound = {f"asked{place}": column for place, column in enumerate(columns)}
    arrays = ", ".join(f"{{{name}:Array(Int64)}}" for name in bound)
    names = ["pair", "person", "at", *_edges(writing)]
    told = ", ".join(f"one.{place} AS {name}" for place, name in enumerate(names, 1))
    asked = f"SELECT {told} FROM (SELECT arrayJoin(arrayZip({arrays})) AS one)"
    sql = f"{_steps(writing, asked)}\nSELECT pair, {inside} AS inside FROM asked{_joined(writing)} ORDER BY pair"
    return Statement(sql, {**writing.binding.parameters, **bound, "upto": upto})


def count(segment: Segment, at: int, upto: int, workspace_zone: str, zones: Sequence[str] = ()) -> Statement:
    """How many people are in at an instant: one row (people, inside, and of each leaf how many it holds of).

    `zones` are the zones that people have; of others the workspace's is taken. Leaves come as `walking.leaves` has them.
    """
    writing, parts, inside = _written(segment)
    told = {
        f"edge{place}": _of_zones(edge, at, workspace_zone, zones)
        for place, edge in enumerate(writing.binding.edges)
    }
    edges = "".join(f", {sql} AS {name}" for name, sql in told.items())
    asked = (
        f"SELECT profile AS pair, profile AS person, {{at:Int64}} AS at{edges} FROM (SELECT profile,"
        " argMax(body, position) AS body FROM mirror WHERE kind = 'person'"
        " AND toUnixTimestamp64Milli(instant) <= {at:Int64} GROUP BY profile)"
    )
    counted = _is_counted(segment)
    numbers = [f"countIf({counted})", f"countIf({inside})", *(f"countIf({counted} AND {one})" for one in parts)]
    sql = f"{_steps(writing, asked)}\nSELECT {', '.join(numbers)} FROM asked{_joined(writing)}"
    return Statement(sql, {**writing.binding.parameters, "at": at, "upto": upto})


def _of_zones(edge: Edge, at: int, workspace_zone: str, zones: Sequence[str]) -> str:
    usual = edge_value(edge, at, workspace_zone)
    if edge.zone != "person" or not zones:
        return f"toInt64({usual})"
    own = ", ".join(str(edge_value(edge, at, workspace_zone, one)) for one in zones)
    return f"transform(JSONExtractString(body, 'zone'), {{zones:Array(String)}}, [{own}], toInt64({usual}))"


def _written(segment: Segment) -> tuple[Writing, list[str], str]:
    if segment.exit is not None:
        message = "A segment with an exit rule is counted from its memberships, not from the event store."
        raise NotInSql(message)
    writing = Writing()
    parts = [leaf(one, writing) for one in leaves(segment.entry)]
    whole = verdict(segment.entry, writing)
    writing.column("person", "any(body)")
    return writing, parts, f"({_is_counted(segment)} AND {whole})"


def _is_counted(segment: Segment) -> str:
    body = "person_0"
    known = "" if segment.people == "all" else f" AND JSONExtractBool({body}, 'known')"
    return f"({body} != '' AND JSONExtractString({body}, 'excluded') = ''{known})"


def _edges(writing: Writing) -> list[str]:
    return [f"edge{place}" for place in range(len(writing.binding.edges))]


_DERIVED: Final = ", ".join(DERIVED_NAMES)
_MOVED: Final = (
    "SELECT one AS atom, argMax(profile, (position, ordinal)) AS profile FROM decision ARRAY JOIN moved AS one"
    " WHERE position <= {upto:Int64} GROUP BY atom"
)
_FROM_HELD: Final[Mapping[str, str]] = {
    "order": "id AS rank, JSONExtractString(body, 'stage') AS stage, JSONExtractInt(body, 'ordered_at') AS time",
    "order_by_stage": "id AS rank, JSONExtractString(body, 'stage') AS stage, JSONExtractInt(body, 'stage_at') AS time",
    "line": "JSONExtractString(body, 'stage') AS stage, JSONExtractInt(body, 'ordered_at') AS time,"
    " arrayJoin(arrayEnumerate(JSONExtractArrayRaw(body, 'lines'))) AS place, (id, place) AS rank,"
    " JSONExtractArrayRaw(body, 'lines')[place] AS line",
    "item": "JSONExtractInt(body, 'last') AS time, (JSONExtractString(body, 'product'),"
    " JSONExtractString(body, 'variant')) AS rank",
    "item_by_first": "JSONExtractInt(body, 'first') AS time, (JSONExtractString(body, 'product'),"
    " JSONExtractString(body, 'variant')) AS rank",
    "record": "id AS rank, toInt64(0) AS time",
}
"""What a step makes of the rows held; of other steps nothing."""
_KINDS: Final[Mapping[str, str]] = {
    "order_by_stage": "order",
    "line": "order",
    "item_by_first": "item",
}


def _steps(writing: Writing, asked: str) -> str:
    """The named steps of the query."""
    edges = "".join(f", {one}" for one in _edges(writing))
    steps = {"asked": asked}
    if "event" in writing.columns or writing.begun:
        steps["moved"] = _MOVED
        steps["event_rows"] = _events(writing, edges)
    if any(step != "event" for step in writing.columns):
        steps["held"] = _held(writing, edges)
    if writing.begun:
        moments = ", ".join(
            f"maxIf((time, position), {condition}) AS {name}, countIf({condition}) AS {name}_count"
            for condition, name in writing.begun.items()
        )
        steps["begun"] = f"SELECT pair, {moments} FROM event_rows GROUP BY pair"
    for step, columns in writing.columns.items():
        rows = "event_rows" if step == "event" else _rows(step)
        beside = " LEFT JOIN begun USING (pair)" if step in writing.needs_begun else ""
        told = ", ".join(f"{aggregate} AS {name}" for aggregate, name in columns.items())
        steps[f"of_{step}"] = f"SELECT pair, {told} FROM {rows}{beside} GROUP BY pair"
    return "WITH\n" + ",\n".join(f"{name} AS ({sql})" for name, sql in steps.items())


def _events(writing: Writing, edges: str) -> str:
    """Events known and happened by the instant, each with its person under the identity asked about."""
    binding = writing.binding
    types = sorted({one for what in writing.whats for one in what.types})
    wanted = f" AND type IN {binding.texts(types)}"
    if all(what.names for what in writing.whats):
        names = sorted({one for what in writing.whats for one in what.names})
        wanted += f" AND name IN {binding.texts(names)}"
    return (
        f"SELECT pair, at{edges}, position, happened AS time, type, name, source, origin, marks, body, {_DERIVED}"
        " FROM (SELECT *, toUnixTimestamp64Milli(time) AS happened, toUnixTimestamp64Milli(instant) AS known_at,"
        " if(moved.profile = 0, fact.atom, moved.profile) AS person FROM fact LEFT JOIN moved ON fact.atom = moved.atom"
        f" WHERE true{wanted}) AS told INNER JOIN asked ON told.person = asked.person"
        " WHERE happened <= at AND known_at <= at"
    )


def _held(writing: Writing, edges: str) -> str:
    """Of everything told piece by piece the version that stood at the instant."""
    kinds = sorted({_KINDS.get(step, step) for step in writing.columns if step != "event"})
    kept = "".join(f", any(asked.{one}) AS {one}" for one in _edges(writing))
    return (
        f"SELECT pair, any(asked.at) AS at{kept}, kind, name, id, argMax(mirror.body, mirror.position) AS body"
        " FROM mirror INNER JOIN asked ON mirror.profile = asked.person"
        f" WHERE kind IN {writing.binding.texts(kinds)} AND toUnixTimestamp64Milli(instant) <= asked.at"
        " GROUP BY pair, kind, name, id HAVING body != ''"
    )


def _rows(step: str) -> str:
    kind = _KINDS.get(step, step)
    more = f", {_FROM_HELD[step]}" if step in _FROM_HELD else ""
    return f"(SELECT *{more} FROM held WHERE kind = '{kind}') AS rows"


def _joined(writing: Writing) -> str:
    return "".join(f" LEFT JOIN of_{step} USING (pair)" for step in writing.columns)
