"""The stream of rows that a query groups. In: whom and when it is asked of. Out: its SQL, one branch for each source.

Every branch has the same columns: the pair, its instant and edges, the step, and what the row holds.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from konnektu.rules.sql.binding import Edge, edge_value
from konnektu.rules.sql.writing import Writing
from konnektu.rules.subjects import DERIVED_NAMES


class Everybody(Struct, frozen=True, kw_only=True):
    """Everybody at one instant: events up to a position, and everything else by a copy of the mirrors made there."""

    at: int
    position: int
    copy: int
    workspace_zone: str
    zones: tuple[str, ...] = ()
    """The zones that people have."""
    currencies: tuple[str, ...] = ()
    """Of the revenue that is asked for."""
    members: str = ""
    """A segment whose members at this moment stand in the copy; who would enter and leave it is counted."""
    sample: int = 10
    seconds: int = 30
    """The longest that it may take."""


def edges_of(writing: Writing) -> list[str]:
    """The columns of the edges that are asked for."""
    return [f"edge{place}" for place in range(len(writing.binding.edges))]


def listed(names: Sequence[str]) -> str:
    """Names that follow others."""
    return "".join(f", {one}" for one in names)


_DERIVED: Final = ", ".join(DERIVED_NAMES)
_OF_EVENT: Final = ("time", "position", "type", "source", "origin", "marks", *DERIVED_NAMES)
_NONE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("time", "position", "source", "marks"), "toInt64(0)"),
    **dict.fromkeys(("type", "origin", *DERIVED_NAMES), "''"),
}
_MOVED: Final = (
    "(SELECT one AS atom, argMax(profile, (position, ordinal)) AS profile FROM decision ARRAY JOIN moved AS one"
    " WHERE position <= {upto:Int64} GROUP BY atom)"
)
"""Atoms whose profile is not their own."""
_EVENTS: Final = (
    "(SELECT if(moved.profile = 0, fact.atom, moved.profile) AS person, toUnixTimestamp64Milli(time) AS happened,"
    " toUnixTimestamp64Milli(instant) AS known_at, fact.position AS position, toString(type) AS type,"
    " toString(name) AS name, toInt64(source) AS source, toString(origin) AS origin, toInt64(marks) AS marks, body,"
    f" {', '.join(f'toString({one}) AS {one}' for one in DERIVED_NAMES)}"
    f" FROM fact LEFT JOIN {_MOVED} AS moved ON fact.atom = moved.atom"
)


class PairRows:
    """Rows of the pairs that are asked about, each with the pair's instant and edges."""

    def __init__(self, writing: Writing, asked: str) -> None:
        """Take what is asked of the rows, and the pairs as a table."""
        self._edges = listed(edges_of(writing))
        self._writing = writing
        self._asked = asked

    def asked(self) -> str:
        """Rows that are there for every pair."""
        return f"SELECT pair, at{self._edges}, 'asked' AS step, {_no_thing()} FROM {self._asked}"

    def events(self) -> str:
        """Events, each with its person under the identity asked about."""
        told = f"{_EVENTS} WHERE fact.position <= {{upto:Int64}}{_wanted(self._writing)}) AS told"
        return (
            f"SELECT pair, at{self._edges}, if(happened <= at AND known_at <= at, 'event', '') AS step,"
            " happened AS time, position, type, source, origin, marks,"
            f" {_DERIVED}, name, '' AS id, body, '' AS line, toInt64(0) AS place"
            f" FROM {told} INNER JOIN {self._asked} AS asked ON told.person = asked.person"
        )

    def held(self, kinds: Sequence[str]) -> str:
        """Of everything told piece by piece the version that stood at the instant."""
        version = "argMaxIf(mirror.body, mirror.position, toUnixTimestamp64Milli(instant) <= asked.at)"
        edges = "".join(f", any(asked.{one}) AS {one}" for one in edges_of(self._writing))
        return (
            f"SELECT pair, any(asked.at) AS at{edges}, toString(kind) AS kind, toString(name) AS name, id,"
            f" {version} AS body FROM (SELECT * FROM mirror WHERE copy = {{copy:Int64}}"
            f" AND kind IN {self._writing.binding.texts(kinds)} AND position <= {{upto:Int64}}) AS mirror"
            f" INNER JOIN {self._asked} AS asked ON mirror.profile = asked.person GROUP BY pair, kind, name, id"
        )


FIRST: Final = 0
"""1970: what looks further back than this looks at every event."""


class EveryoneRows:
    """Rows of everybody at one instant, of what stands by a copy."""

    def __init__(self, writing: Writing, everybody: Everybody, since: int) -> None:
        """Take what is asked of the rows, and of when; no event before `since` is looked at."""
        self._writing = writing
        self.since = since
        self.has_zones = bool(everybody.zones) and any(one.zone == "person" for one in writing.binding.edges)
        told = [_edge(one, everybody) for one in writing.binding.edges]
        self._edges = "".join(f", {one} AS edge{place}" for place, one in enumerate(told))

    def asked(self) -> str:
        """None: everybody has a row of the copy."""
        return ""

    def events(self) -> str:
        """Events, each with its person under the identity asked about."""
        until = " AND time <= fromUnixTimestamp64Milli({at:Int64})"
        if self.since > FIRST:
            until += " AND time >= fromUnixTimestamp64Milli({since:Int64})"
        told = f"{_EVENTS} WHERE fact.position <= {{upto:Int64}}{until}{_wanted(self._writing)})"
        return (
            f"SELECT person AS pair, {{at:Int64}} AS at{self._edges}, 'event' AS step, happened AS time, position,"
            f" type, source, origin, marks, {_DERIVED}, name, '' AS id, body, '' AS line, toInt64(0) AS place"
            f" FROM {self._zoned(told, 'person')}"
        )

    def held(self, kinds: Sequence[str]) -> str:
        """Everything else, as the copy has it."""
        copied = (
            "(SELECT profile, toString(kind) AS kind, toString(name) AS name, id, body FROM mirror"
            f" WHERE kind IN {self._writing.binding.texts(kinds)} AND copy = {{copy:Int64}})"
        )
        return (
            f"SELECT profile AS pair, {{at:Int64}} AS at{self._edges}, kind, name, id, body"
            f" FROM {self._zoned(copied, 'profile')}"
        )

    def _zoned(self, rows: str, person: str) -> str:
        """The same rows, with the zone of their person where an edge asks for it."""
        if not self.has_zones:
            return rows
        zones = (
            "(SELECT profile AS whose, JSONExtractString(body, 'zone') AS zone FROM mirror"
            " WHERE kind = 'person' AND copy = {copy:Int64} AND zone != '')"
        )
        return f"{rows} AS told LEFT JOIN {zones} AS zoned ON told.{person} = zoned.whose"


def _edge(edge: Edge, everybody: Everybody) -> str:
    """An edge as SQL; one by the person's clock is chosen by their zone."""
    usual = f"toInt64({edge_value(edge, everybody.at, everybody.workspace_zone)})"
    if edge.zone != "person" or not everybody.zones:
        return usual
    own = [edge_value(edge, everybody.at, everybody.workspace_zone, one) for one in everybody.zones]
    values = ", ".join(f"toInt64({one})" for one in own)
    return f"transform(zone, {{zones:Array(String)}}, [{values}], {usual})"


def _wanted(writing: Writing) -> str:
    """That an event is one that some leaf looks at."""
    binding = writing.binding
    types = sorted({one for what in writing.whats for one in what.types})
    wanted = f" AND fact.type IN {binding.texts(types)}"
    if all(what.names for what in writing.whats):
        names = sorted({one for what in writing.whats for one in what.names})
        wanted += f" AND fact.name IN {binding.texts(names)}"
    return wanted


def _no_thing() -> str:
    nothing = ", ".join(f"{_NONE[name]} AS {name}" for name in _OF_EVENT)
    return f"{nothing}, '' AS name, '' AS id, '' AS body, '' AS line, toInt64(0) AS place"


def grouped(writing: Writing, rows: PairRows | EveryoneRows) -> str:
    """One row of each pair with everything that leaves want to know."""
    names = ["at", *edges_of(writing)]
    inner = ", ".join([*(f"any({one}) AS {one}_" for one in names), *_made(writing)])
    outer = ", ".join([*(f"{one}_ AS {one}" for one in names), *writing.columns.values()])
    stream = "\nUNION ALL ".join(_branches(writing, rows))
    return f"(SELECT pair, {outer} FROM (SELECT pair, {inner} FROM (\n{stream}\n) GROUP BY pair))"


def _made(writing: Writing) -> list[str]:
    return [f"{aggregate} AS {name}" for aggregate, name in writing.columns.items()]


def _branches(writing: Writing, rows: PairRows | EveryoneRows) -> list[str]:
    """The streams of rows that the leaves need."""
    found = [rows.asked()] if rows.asked() else []
    if "event" in writing.steps:
        found.append(rows.events())
    edges = listed(edges_of(writing))
    nothing = ", ".join(f"{_NONE[name]} AS {name}" for name in _OF_EVENT)
    kinds = sorted(writing.steps - {"event", "line"})
    found.append(
        f"SELECT pair, at{edges}, if(body = '', '', kind) AS step, {nothing}, name, id, body, '' AS line,"
        f" toInt64(0) AS place FROM ({rows.held(kinds)})"
    )
    if "line" in writing.steps:
        found.append(
            f"SELECT pair, at{edges}, 'line' AS step, {nothing}, name, id, body, line, toInt64(place) AS place"
            f" FROM ({rows.held(['order'])}) ARRAY JOIN JSONExtractArrayRaw(body, 'lines') AS line,"
            " arrayEnumerate(JSONExtractArrayRaw(body, 'lines')) AS place"
        )
    return found
