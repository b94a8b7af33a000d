"""Copies of what stands of people besides events, in the event store. In: what rules ask for. Out: a copy to count by.

A copy is made in one snapshot of the workspace, at the writer's position, and serves counts for a minute, or ten times
as long as its making took; so a count while somebody types reads the base once. It holds no more than is asked for.
Leaves that the event store has no form for are decided here, for the copy's instant.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import Any, Final

import msgspec
from msgspec import Struct

from konnektu.core.clock import MINUTE
from konnektu.core.errors import Retry
from konnektu.log import api as log
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.rules.known import Known
from konnektu.rules.memory import holds
from konnektu.rules.model import Consent, Member, Source
from konnektu.rules.normal import key
from konnektu.rules.sql import Needs, standing
from konnektu.segments.everybody import Columns, everybody
from konnektu.segments.knowing import known_of
from konnektu.segments.live import store as members
from konnektu.segments.live.standing import Asked
from konnektu.segments.live.standing import standing as told_of
from konnektu.segments.reached import reached
from konnektu.segments.sending import Sending
from konnektu.storage.api import Connection, Db, History

KEPT: Final = MINUTE
"""How long a copy serves, milliseconds."""
LONGEST: Final = 3 * MINUTE
"""How long a copy serves at most that took long to make: as long as its making took, ten times."""
GONE: Final = 5 * MINUTE
"""After this no count reads a copy any more, and it is removed."""
MOST_BY_PERSON: Final = 300_000
"""People of whom something is decided person by person while somebody waits."""
PEOPLE_AT_ONCE: Final = 2_000
_KINDS: Final = {
    "order": "orders",
    "record": "records",
    "item": "items",
    "tag": "tags",
    "identifier": "identifiers",
}
_ALWAYS: Final = frozenset({"person", "zone"})
_OF_LEAVES: Final[Mapping[type, str]] = {Consent: "statements", Source: "arrivals", Member: "members"}
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

    def columns(self) -> Columns:
        """What is asked of the tables: attributes, and the members of segments."""
        numbers = {name: number for number, name in self.segments.items()}
        asked = [one for one in self.needs.decided if isinstance(one, Member)]
        inside = {("verdict", key(one)): numbers[one.segment] for one in asked if one.segment in numbers}
        if self.members:
            inside["member", self.members] = numbers[self.members]
        named = sorted(name for kind, name in self.needs.things if kind == "attribute")
        return Columns(tuple(named), inside)

    def keys(self) -> frozenset[str]:
        """The same as texts: copies that hold these serve it."""
        things = {f"{kind} {name}" for kind, name in self.needs.things}
        decided = {f"verdict {key(one)}" for one in self.needs.decided}
        return frozenset(things | decided | ({f"member {self.members}"} if self.members else set()))


def by_person(needs: Needs) -> frozenset[str]:
    """The kinds of what is told person by person; empty where tables say everything."""
    kinds = {_KINDS[kind] for kind, _ in needs.things if kind in _KINDS}
    kinds |= {_OF_LEAVES[type(one)] for one in needs.decided}
    return frozenset(kinds) if kinds - {"members"} else frozenset()


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
    channels: tuple[str, ...] | None = ()
    """By which anybody is reached; None where that is not told, because too many have consented."""
    serves: int = KEPT
    """For how long, milliseconds."""


def copied(db: Db, history: History, wanted: Wanted, now: int, *, is_fresh: bool = False) -> Copy:
    """A copy that serves: one that is there, unless a fresh one is asked for, or a new one.

    Raises `Outdated` where an erasure came in between.
    """
    erased = _erased(history)
    found = [msgspec.json.decode(row[0], type=Copy) for row in history.rows(_FOUND, {"since": now - LONGEST})]
    serving = [
        one
        for one in found
        if not is_fresh and wanted.keys() <= one.keys and one.erased == erased and one.at > now - one.serves
    ]
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
        making.everybody(own)
    if _erased(history) != erased:
        making.drop()
        raise Outdated
    return making.done(erased)


class _Making:
    """A copy in the making: its last row says that it is whole."""

    def __init__(self, history: History, wanted: Wanted, copy: int, position: int, at: int) -> None:
        self._sending = Sending(history, copy, position, at)
        self._wanted = wanted
        self._kinds = by_person(wanted.needs)
        self._copy, self._position, self._at = copy, position, at
        self._begun = monotonic()
        self._is_reach_told = True
        self._seen: dict[str, set[str]] = {"zone": set(), "revenue": set(), "reach": set()}

    def everybody(self, db: Connection) -> None:
        """Take everybody: table by table where nobody's state is asked for, otherwise by pages of people."""
        if not self._kinds:
            self._is_reach_told = not profiles.are_consenting_more(db, MOST_BY_PERSON)
            asked = self._wanted.columns()._replace(is_reach_told=self._is_reach_told)
            for batch in everybody(db, asked, self._at):
                seen = batch.bodies if batch.kind == "zone" else (batch.name,) if batch.people else ()
                self._seen.get(batch.kind, set()).update(seen)
                self._sending.batch(batch)
            return
        after = -1
        while rows := profiles.profiles_after(db, after, PEOPLE_AT_ONCE):
            self.people(db, rows)
            after = rows[-1].id

    def people(self, db: Connection, rows: Sequence[profiles.ProfileRow]) -> None:
        """Take a page of people."""
        ids = [one.id for one in rows]
        stays = self._stays(db, ids)
        for person, changes in told_of(db, ids, Asked(self._kinds, self._wanted.home)).items():
            known = known_of(changes, (), stays.get(person, {}), self._wanted.home)
            self._seen["zone"].add(known.zone)
            self._sending.add([(person, *row) for row in self._standing(known)])
        for person, figures in orders.figures_of(db, ids).items():
            worth = [(one.currency, _json({"net": one.net, "purchases": one.purchases})) for one in figures]
            self._beside(person, "revenue", worth)
        for person, channels in reached(db, ids, self._at).items():
            self._beside(person, "reach", [(channel, str(until)) for channel, until in channels.items()])

    def _beside(self, person: int, kind: str, bodies: Sequence[tuple[str, str]]) -> None:
        self._seen[kind].update(name for name, _ in bodies)
        self._sending.add([(person, kind, name, "", body) for name, body in bodies])

    def done(self, erased: tuple[str, ...]) -> Copy:
        """Say that the copy is whole, under the marks of erasures that stood when it was begun."""
        seen = {kind: tuple(sorted(names - {""})) for kind, names in self._seen.items()}
        took = int((monotonic() - self._begun) * 1_000)
        made = Copy(
            self._copy, self._at, self._position, self._wanted.keys(), seen["zone"], seen["revenue"], erased,
            seen["reach"] if self._is_reach_told else None, min(max(KEPT, 10 * took), LONGEST),
        )  # fmt: skip
        # Whoever reads this row finds all others.
        self._sending.flush()
        self._sending.add([(0, "whole", "", "", _json(made))])
        self._sending.flush()
        return made

    def drop(self) -> None:
        """Throw away what was sent."""
        self._sending.drop()

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


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def sealed_up_to(db: Db, position: int, seconds: float) -> None:
    """Wait until the event store has everything up to a position. Raises `Retry` where it stays behind."""
    if not log.wait_sealed(db, position, seconds):
        raise Retry("The event store has not caught up with the latest events yet. Repeat in a moment.")
