"""Copies of what stands of people besides events, in the event store. In: what rules ask for. Out: a copy to count by.

A copy is made in one snapshot of the workspace, at the writer's position, and serves counts for a minute; so a count
while somebody types reads the base once. It holds no more than is asked for. Leaves that the event store has no form
for are decided here, for the copy's instant.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa
from msgspec import Struct

from konnektu.core.clock import MINUTE
from konnektu.core.errors import Retry
from konnektu.log import api as log
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.rules import live
from konnektu.rules.known import Known
from konnektu.rules.memory import holds
from konnektu.rules.model import Consent, Member, Source
from konnektu.rules.normal import key
from konnektu.rules.sql import Needs, standing
from konnektu.segments.knowing import known_of
from konnektu.segments.live import store as members
from konnektu.segments.live.standing import Asked, attributes, who
from konnektu.segments.live.standing import standing as told_of
from konnektu.storage.api import Connection, Db, History

KEPT: Final = MINUTE
"""How long a copy serves, milliseconds."""
GONE: Final = 5 * MINUTE
"""After this no count reads a copy any more, and it is removed."""
PEOPLE_AT_ONCE: Final = 2_000
ROWS_AT_ONCE: Final = 100_000
_KINDS: Final = {
    "order": "orders",
    "record": "records",
    "item": "items",
    "tag": "tags",
    "identifier": "identifiers",
}
_ALWAYS: Final = frozenset({"person", "zone"})
_OF_LEAVES: Final[Mapping[type, str]] = {Consent: "statements", Source: "arrivals", Member: "members"}
_MS: Final = pa.timestamp("ms", tz="UTC")
MIRROR_SCHEMA: Final = pa.schema(
    [("copy", pa.int64()), ("profile", pa.int64()), ("kind", pa.string()), ("name", pa.string()), ("id", pa.string()),
     ("position", pa.int64()), ("instant", _MS), ("body", pa.string())]
)  # fmt: skip
_FOUND: Final = (
    "SELECT body FROM mirror WHERE kind = 'whole' AND toUnixTimestamp64Milli(instant) > {since:Int64}"
)


_ERASED: Final = "SELECT DISTINCT id FROM mirror WHERE copy = 0 AND kind = 'erased' ORDER BY id"


class Outdated(Retry):
    """Somebody was erased while people were counted. Repeat the request."""


class Wanted(Struct, frozen=True):
    """What a copy has to hold."""

    needs: Needs
    segments: Mapping[int, str] = {}
    """Keys of segments by the number that members are kept under."""
    members: str = ""
    """A segment whose present members are asked for."""
    home: str = "UTC"
    """Zone of the workspace."""

    def keys(self) -> frozenset[str]:
        """The same as texts: copies that hold these serve it."""
        things = {f"{kind} {name}" for kind, name in self.needs.things}
        decided = {f"verdict {key(one)}" for one in self.needs.decided}
        return frozenset(things | decided | ({f"member {self.members}"} if self.members else set()))


class Copy(Struct, frozen=True):
    """A copy that is whole."""

    id: int
    at: int
    """The instant it is true for, milliseconds UTC."""
    position: int
    """Everything told up to here stands in it."""
    keys: frozenset[str]
    zones: tuple[str, ...]
    currencies: tuple[str, ...]
    erased: tuple[str, ...] = ()
    """Marks of erasures that stood when it was begun; under other marks it is not to be used."""


def copied(db: Db, history: History, wanted: Wanted, now: int, kept: int = KEPT) -> Copy:
    """A copy that serves: one made within the last `kept` milliseconds, or a new one.

    Raises `Outdated` where an erasure came in between.
    """
    erased = _erased(history)
    found = [msgspec.json.decode(row[0], type=Copy) for row in history.rows(_FOUND, {"since": now - kept})]
    serving = [one for one in found if wanted.keys() <= one.keys and one.erased == erased]
    if serving:
        return max(serving, key=lambda one: (one.at, one.id))
    sweep(history, now)
    return _made(db, history, wanted, now)


def stands(history: History, copy: int) -> None:
    """Raise `Outdated` where an erasure took a copy away, so that what was read of it may lack people."""
    rows = history.rows(
        "SELECT body FROM mirror WHERE kind = 'whole' AND copy = {copy:Int64}", {"copy": copy}
    )
    if not rows or msgspec.json.decode(rows[0][0], type=Copy).erased != _erased(history):
        raise Outdated


def sweep(history: History, now: int) -> None:
    """Remove copies that no count reads any more, finished or not."""
    before = {"before": now - GONE}
    old = "copy != 0 AND toUnixTimestamp64Milli(instant) < {before:Int64}"
    if history.scalar(f"SELECT count() FROM mirror WHERE {old}", before):  # noqa: S608  constants
        history.command(f"ALTER TABLE mirror DELETE WHERE {old}", before)


def _erased(history: History) -> tuple[str, ...]:
    return tuple(row[0] for row in history.rows(_ERASED))


def _made(db: Db, history: History, wanted: Wanted, now: int) -> Copy:
    erased = _erased(history)
    with db.read(snapshot=True) as own:
        place = log.place_in(own)
        making = _Making(history, wanted, secrets.randbits(62) + 1, place.position, max(place.instant, now))
        after = -1
        while rows := profiles.profiles_after(own, after, PEOPLE_AT_ONCE):
            making.people(own, rows)
            after = rows[-1].id
    making.send()
    if _erased(history) != erased:
        making.drop()
        raise Outdated
    return making.done(erased)


class _Making:
    """A copy in the making: rows are sent by the hundred thousand, and last the row that says that it is whole."""

    def __init__(self, history: History, wanted: Wanted, copy: int, position: int, at: int) -> None:
        self._history = history
        self._wanted = wanted
        self._copy, self._position, self._at = copy, position, at
        self._rows: list[tuple[int, str, str, str, str]] = []
        self._zones: set[str] = set()
        self._currencies: set[str] = set()
        needs = wanted.needs
        self._kinds = frozenset(_KINDS[kind] for kind, _ in needs.things if kind in _KINDS)
        self._kinds |= {_OF_LEAVES[type(one)] for one in needs.decided}

    def people(self, db: Connection, rows: Sequence[profiles.ProfileRow]) -> None:
        """Take a page of people."""
        ids = [one.id for one in rows]
        told = (
            told_of(db, ids, Asked(self._kinds, self._wanted.home))
            if self._kinds
            else _basics(rows, self._wanted)
        )
        stays = self._stays(db, ids)
        for person, changes in told.items():
            known = known_of(changes, (), stays.get(person, {}), self._wanted.home)
            self._zones.add(known.zone)
            self._rows += [(person, *row) for row in self._standing(known)]
        for person, figures in orders.figures_of(db, ids).items():
            for one in figures:
                self._currencies.add(one.currency)
                self._rows.append(
                    (person, "revenue", one.currency, "", _json({"net": one.net, "purchases": one.purchases}))
                )
        if len(self._rows) >= ROWS_AT_ONCE:
            self.send()

    def done(self, erased: tuple[str, ...]) -> Copy:
        """Say that the copy is whole, under the marks of erasures that stood when it was begun."""
        made = Copy(
            self._copy, self._at, self._position, self._wanted.keys(),
            tuple(sorted(self._zones - {""})), tuple(sorted(self._currencies)), erased,
        )  # fmt: skip
        self._rows.append((0, "whole", "", "", msgspec.json.encode(made).decode()))
        self.send()
        return made

    def drop(self) -> None:
        """Throw away what was sent."""
        self._rows = []
        self._history.command("ALTER TABLE mirror DELETE WHERE copy = {copy:Int64}", {"copy": self._copy})

    def _stays(self, db: Connection, ids: Sequence[int]) -> dict[int, dict[str, tuple[int, int]]]:
        """The segments that people are in, each with (position, instant) of the entry, where anybody asks for them."""
        found: dict[int, dict[str, tuple[int, int]]] = {}
        if "members" not in self._kinds and not self._wanted.members:
            return found
        for person, segment, position, instant in members.member_of(db, ids):
            if segment in self._wanted.segments:
                found.setdefault(person, {})[self._wanted.segments[segment]] = (position, instant)
        return found

    def _standing(self, known: Known) -> Iterator[tuple[str, str, str, str]]:
        """The rows of somebody that are asked for; of identifiers the kind alone."""
        things = self._wanted.needs.things
        for (kind, name, own), body in standing(known).items():
            if kind in _ALWAYS or (kind, name) in things or (kind, "") in things:
                yield kind, name, "" if kind == "identifier" else own, body
        for leaf in self._wanted.needs.decided:
            if holds(leaf, known, self._at):
                yield "verdict", key(leaf), "", "{}"
        if any(one.segment == self._wanted.members for one in known.memberships):
            yield "member", self._wanted.members, "", "{}"

    def send(self) -> None:
        """Send the rows that wait."""
        if not self._rows:
            return
        whom, kinds, names, ids, bodies = zip(*self._rows, strict=True)
        many = len(whom)
        columns = (
            [self._copy] * many,
            whom,
            kinds,
            names,
            ids,
            [self._position] * many,
            [self._at] * many,
            bodies,
        )
        arrays = [pa.array(one, field.type) for one, field in zip(columns, MIRROR_SCHEMA, strict=True)]
        self._history.insert(
            "mirror", pa.Table.from_arrays(arrays, schema=MIRROR_SCHEMA), None, priority="interactive"
        )
        self._rows = []


def _basics(rows: Iterable[profiles.ProfileRow], wanted: Wanted) -> dict[int, list[live.Change]]:
    """Who people are and their attributes, of rows that are at hand."""
    return {
        one.id: [who(one.state, wanted.home), live.AttributesStand(attributes(one.state))] for one in rows
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def sealed_up_to(db: Db, position: int, seconds: float) -> None:
    """Wait until the event store has everything up to a position. Raises `Retry` where it stays behind."""
    if not log.wait_sealed(db, position, seconds):
        raise Retry("The event store has not caught up with the latest events yet. Repeat in a moment.")
