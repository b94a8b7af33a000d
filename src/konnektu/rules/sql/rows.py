"""The stream of rows that a query groups. In: whom and when it is asked of. Out: its SQL, one branch for each source.

Every branch has the same columns: the pair, its instant and edges where they are not the same for all, and the flags
and values that the aggregates take; what another branch tells is false or empty in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from konnektu.rules.memory.asked import FOREVER, Asked, interval
from konnektu.rules.sql.binding import Edge, edge_value
from konnektu.rules.sql.reach import clocks_of
from konnektu.rules.sql.writing import Flag, Held, Writing
from konnektu.rules.subjects import DERIVED_NAMES
from konnektu.rules.windows import TimeWindow


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
    channels: tuple[str, ...] | None = ()
    """By which anybody is reached: of each is counted how many are, who are in. None where that is not told."""
    members: str = ""
    """A segment whose members at this moment stand in the copy; who would enter and leave it is counted."""
    has_moved: bool = True
    """Whether any atom has ever left the profile that it came with; where none has, nothing is looked up."""
    sample: int = 10
    seconds: int = 30
    """The longest that it may take."""
    spills: bool = False
    """Whether what does not fit into memory goes on by disk: nobody waits for the answer."""


def edges_of(writing: Writing) -> list[str]:
    """The columns of the edges that are asked for."""
    return [f"edge{place}" for place in range(len(writing.binding.edges))]


def listed(names: Sequence[str]) -> str:
    """Names that follow others."""
    return "".join(f", {one}" for one in names)


_MOVED: Final = (
    "(SELECT one AS atom, argMax(profile, (position, ordinal)) AS profile FROM decision ARRAY JOIN moved AS one"
    " WHERE position <= {upto:Int64} GROUP BY atom)"
)
"""Atoms whose profile is not their own."""
_OF_FACT: Final = ("type", "name", "source", "origin", "marks", "body", *DERIVED_NAMES)
_TOLD: Final = (
    "toUnixTimestamp64Milli(fact.time) AS happened, toUnixTimestamp64Milli(fact.instant) AS known_at,"
    f" fact.position AS position, {', '.join(f'fact.{one} AS {one}' for one in _OF_FACT)}"
)


def _events(condition: str, *, has_moved: bool = True) -> str:
    """Events that meet a condition, each with its person under the identity asked about."""
    if not has_moved:
        return f"(SELECT fact.atom AS person, {_TOLD} FROM fact WHERE {condition})"
    return (
        f"(SELECT if(moved.profile = 0, fact.atom, moved.profile) AS person, {_TOLD}"
        f" FROM fact LEFT JOIN {_MOVED} AS moved ON fact.atom = moved.atom WHERE {condition})"
    )


class Told(NamedTuple):
    """Conditions that the flags of the rows of a source do without."""

    anyway: frozenset[str] = frozenset()
    """The rows that are read meet them."""
    common: tuple[str, ...] = ()
    """All flags ask for them: rows that do not meet them are left out before they are grouped."""


_NOTHING_MET: Final = Told()


class PairRows:
    """Rows of the pairs that are asked about, each with the pair's instant and edges."""

    def __init__(self, writing: Writing, asked: str) -> None:
        """Take what is asked of the rows, and the pairs as a table."""
        self._writing = writing
        self._asked = asked
        self.carried = ("at", *edges_of(writing))
        self.constant: Mapping[str, str] = {}

    def asked(self) -> str:
        """Rows that are there for every pair."""
        return f"SELECT * FROM {self._asked}"

    def told(self) -> Told:
        """Nothing is filtered: what compares with the pair's instant stands in no filter after a join."""
        return _NOTHING_MET

    def is_of(self, kind: str, _: Sequence[str]) -> str:
        """That a row is of a kind, and stands."""
        return f"kind = '{kind}' AND body != ''"

    def events(self) -> str:
        """Events, each with its person under the identity asked about."""
        wanted = "".join(f" AND fact.{one}" for one in _wanted(self._writing))
        told = _events(f"fact.position <= {{upto:Int64}}{wanted}")
        of_event = listed(["position", *_OF_FACT])
        return (
            f"SELECT pair{listed(self.carried)}, happened AS time{of_event},"
            " happened <= at AND known_at <= at AS is_told"
            f" FROM {told} AS told INNER JOIN {self._asked} AS asked ON told.person = asked.person"
        )

    def held(self, kinds: Sequence[str]) -> str:
        """Of everything told piece by piece the version that stood at the instant."""
        version = "argMaxIf(mirror.body, mirror.position, toUnixTimestamp64Milli(instant) <= asked.at)"
        edges = "".join(f", any(asked.{one}) AS {one}" for one in edges_of(self._writing))
        return (
            f"SELECT pair, any(asked.at) AS at{edges}, kind, name, id,"
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
        self._everybody = everybody
        self.since = since
        self._has_moved = everybody.has_moved
        edges = writing.binding.edges
        told = {f"edge{place}": _edge(one, everybody) for place, one in enumerate(edges)}
        own = {f"edge{place}" for place, one in enumerate(edges) if one.zone == "person" and everybody.zones}
        self.has_zones = bool(own)
        self.carried = tuple(sorted(own))
        self.constant = {
            "at": "{at:Int64}",
            **{name: value for name, value in told.items() if name not in own},
        }
        self._clock = ", ".join(f"{value} AS {name}" for name, value in {"at": "{at:Int64}", **told}.items())

    def asked(self) -> str:
        """None: everybody has a row of the copy."""
        return ""

    def told(self) -> Told:
        """What the events that are read meet anyway, and what else all of them have to meet."""
        writing = self._writing
        clocks = clocks_of(self._everybody.at, self._everybody.workspace_zone, self._everybody.zones)
        anyway = {*_wanted(writing)}
        anyway |= {met for met, window in writing.windows.items() if self._covers(window, clocks)}
        common = [one for one in writing.common("event") if one not in anyway]
        return Told(frozenset(anyway), () if self.has_zones else tuple(common))

    def _covers(self, window: TimeWindow, clocks: Sequence[Asked]) -> bool:
        """Whether every event that is read lies in a window, by all clocks."""
        begin = self.since if self.since > FIRST else -FOREVER
        spans = [interval(window, clock) for clock in clocks]
        return all(start <= begin and end > self._everybody.at for start, end in spans)

    def is_of(self, kind: str, kinds: Sequence[str]) -> str:
        """That a row is of a kind; everything in a copy stands."""
        return f"kind = '{kind}'" if len(kinds) > 1 else "true"

    def events(self) -> str:
        """Events, each with its person under the identity asked about."""
        met = "fact.time <= fromUnixTimestamp64Milli({at:Int64})"
        if self.since > FIRST:
            met += " AND fact.time >= fromUnixTimestamp64Milli({since:Int64})"
        met += "".join(f" AND fact.{one}" for one in _wanted(self._writing))
        met += " AND fact.position <= {upto:Int64}"
        told = _events(met, has_moved=self._has_moved)
        return (
            f"SELECT person AS pair, {self._clock}, happened AS time{listed(['position', *_OF_FACT])},"
            f" true AS is_told FROM {self._zoned(told, 'person')}"
        )

    def held(self, kinds: Sequence[str]) -> str:
        """Everything else, as the copy has it."""
        copied = (
            "(SELECT profile, kind, name, id, body FROM mirror"
            f" WHERE kind IN {self._writing.binding.texts(kinds)} AND copy = {{copy:Int64}})"
        )
        return (
            f"SELECT profile AS pair, {self._clock}, kind, name, id, body"
            f" FROM {self._zoned(copied, 'profile')}"
        )

    def _zoned(self, rows: str, person: str) -> str:
        """The same rows, with the zone of their person where an edge asks for it."""
        if not self.has_zones:
            return rows
        zones = (
            "(SELECT profile AS whose, body AS zone FROM mirror WHERE kind = 'zone' AND copy = {copy:Int64})"
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


def _wanted(writing: Writing) -> list[str]:
    """That an event is one that some leaf looks at."""
    binding = writing.binding
    wanted = []
    if all(what.names for what in writing.whats):
        names = sorted({one for what in writing.whats for one in what.names})
        wanted.append(f"name IN {binding.texts(names)}")
    types = sorted({one for what in writing.whats for one in what.types})
    return [*wanted, f"type IN {binding.texts(types)}"]


def grouped(writing: Writing, rows: PairRows | EveryoneRows) -> str:
    """One row of each pair with everything that leaves want to know, its instant and its edges."""
    carried = [f"any({one}) AS {one}_" for one in rows.carried]
    made = [f"{aggregate} AS {name}" for aggregate, name in writing.columns.items()]
    own = [f"{one}_ AS {one}" for one in rows.carried]
    same = [f"{value} AS {name}" for name, value in rows.constant.items()]
    stream = "\nUNION ALL ".join(_branches(writing, rows))
    return (
        f"(SELECT pair{listed([*own, *same, *writing.columns.values()])}"
        f" FROM (SELECT pair{listed([*carried, *made])} FROM (\n{stream}\n) GROUP BY pair))"
    )


def _branches(writing: Writing, rows: PairRows | EveryoneRows) -> Iterator[str]:
    """The streams of rows that the leaves need."""
    if rows.asked():
        yield _branch(writing, rows, {}, rows.asked())
    if "event" in writing.steps:
        yield _branch(writing, rows, {"event": "is_told"}, rows.events(), rows.told())
    kinds = sorted(writing.steps - {"event", "line"})
    yield _branch(writing, rows, {kind: rows.is_of(kind, kinds) for kind in kinds}, rows.held(kinds))
    if "line" in writing.steps:
        every = "JSONExtractArrayRaw(body, 'lines')"
        lines = (
            f"SELECT *, line, place FROM ({rows.held(['order'])})"
            f" ARRAY JOIN {every} AS line, arrayEnumerate({every}) AS place"
        )
        yield _branch(writing, rows, {"line": "true"}, lines)


def _branch(
    writing: Writing,
    rows: PairRows | EveryoneRows,
    steps: Mapping[str, str],
    source: str,
    met: Told = _NOTHING_MET,
) -> str:
    """One source, with its flags and values; `steps`: what tells the rows of each step in it."""
    told = [
        f"{_met(flag, steps[flag.step], met) if flag.step in steps else 'toUInt8(0)'} AS {name}"
        for flag, name in writing.flags.items()
    ]
    told += [
        f"{_value(held, writing.flags[held.flag]) if held.flag.step in steps else _nothing(held)} AS {name}"
        for held, name in writing.values.items()
    ]
    where = f" WHERE {' AND '.join(met.common)}" if met.common else ""
    return f"SELECT pair{listed([*rows.carried, *told])} FROM ({source}){where}"


def _met(flag: Flag, step: str, met: Told) -> str:
    """That a row is of a step and meets its conditions. Other rows of a copy are not read into; events all are."""
    own = [one for one in flag.parts if one not in met.anyway and one not in met.common]
    parts = [*own, step] if flag.step == "event" else [step, *own]
    return f"toUInt8({' AND '.join(parts)})"


def _value(held: Held, met: str) -> str:
    """A value, empty where its row does not count; of an event it is computed anyway, because that is faster."""
    value = f"CAST({held.given.sql} AS {held.given.type})"
    return value if held.flag.step == "event" else f"if({met}, {value}, {_nothing(held)})"


def _nothing(held: Held) -> str:
    return f"defaultValueOfTypeName('{held.given.type}')"
