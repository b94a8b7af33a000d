"""Entries and exits as plain loops over what was known after each fact have them.

In: what was sent. Out: entries and exits. What was known is read after every fact, from a second workspace that
follows no segments and takes one event a batch.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from konnektu import flow
from konnektu.belt.writer import Writer
from konnektu.bench.exactness.timelines import Span, followed
from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.rules import live as c
from konnektu.rules.known import Known, KnownEvent
from konnektu.rules.model import Segment
from konnektu.segments import api as segments
from konnektu.segments.live import known
from konnektu.segments.live.standing import standing
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import epoch_of, waiting
from tests.segments.driving import END, Sent, Turned

KINDS = frozenset({"orders", "items", "records", "statements", "tags", "arrivals", "identifiers"})
Owned = tuple[KnownEvent, int]
"""An event and its atom."""


class Told(Struct, frozen=True):
    """What was known after one fact."""

    at: int
    people: Mapping[int, tuple[c.Change, ...]]
    homes: Mapping[int, int]
    merged: Mapping[int, tuple[int, ...]]
    """Who was merged into whom."""
    erased: tuple[int, ...] = ()


class Beside:
    """The same facts in a workspace that follows no segments, one a batch."""

    def __init__(self, storage: Storage, record: WorkspaceRecord) -> None:
        self.storage, self.record = storage, record
        self._events: dict[int, Owned] = {}

    def tell(self, sent: Sequence[Sent]) -> list[Told]:
        """What was known after each; events are read while their people are there."""
        writer = Writer(self.storage, self.record, epoch_of(self.storage, self.record))
        told = []
        for place, one in enumerate(sent):
            body = (
                segments.fact(segments.Told(key="none", act="on"), by="", now=place)
                if one.force is not None
                else one.body
            )
            log.append(self.storage.inbox, self.record.id, [Parcel(one.source, one.origin, one.at, [body])])  # type: ignore[arg-type]
            if b'"type":"erase"' in body:
                self._read()
            writer.apply(waiting(self.storage, self.record), 1)
            told.append(self._known(writer.place.position, one.at))
        self._read()
        return told

    def _known(self, position: int, at: int) -> Told:
        with self.storage.workspace(self.record).read() as db:
            homes = identity.homes(db)
            found = standing(db, sorted({*homes.values()}), segments.Asked(KINDS, self.record.timezone))
            decided = identity.decisions_between(db, position - 1, position)
        merged: dict[int, tuple[int, ...]] = {}
        for one in decided:
            if one.kind == "merge":
                merged[one.profile] = (*merged.get(one.profile, ()), one.other)
        people = {person: tuple(changes) for person, changes in found.items() if changes}
        return Told(at, people, homes, merged, tuple(one.profile for one in decided if one.kind == "erase"))

    def _read(self) -> None:
        """Every event of the wire that is there, with its atom."""
        with self.storage.workspace(self.record).read() as db:
            atoms = sorted(identity.homes(db))
        found = flow.history(self.storage, self.record, atoms, 2**62) if atoms else []
        for event, atom in found:
            if (one := known.event(event)) is not None:
                self._events[one.position] = one, atom

    @property
    def events(self) -> list[Owned]:
        """Every event of the wire, with its atom, in order."""
        return [self._events[position] for position in sorted(self._events)]


def reference(sent: Sequence[Sent], told: Sequence[Told], events: Sequence[Owned]) -> list[Turned]:
    """Entries and exits as `rules.memory` has them."""
    lives = {person: _Life(person) for one in told for person in one.people}
    force: Mapping[str, Segment] = {}
    for number, (one, after) in enumerate(zip(sent, told, strict=True)):
        force = force if one.force is None else one.force
        joined = {
            person: {
                name
                for other in _all(after, person)
                if other in lives
                for name in lives[other].inside_at(one.at)
            }
            for person in after.merged
        }
        for person, life in lives.items():
            now = _known(person, after, events, number + 1)
            life.turn(now, force, one.at, joined.get(person, set()))
        for person in after.erased:
            _erase(lives, told[: number + 1], person)
    for life in lives.values():
        life.close(sent[-1].at + END)
    return sorted(turned for life in lives.values() for turned in life.turned)


def _all(after: Told, person: int) -> list[int]:
    """Whom one fact merged into a person, and into those."""
    others = after.merged.get(person, ())
    return [*others, *(each for other in others for each in _all(after, other))]


def _erase(lives: Mapping[int, "_Life"], told: Sequence[Told], person: int) -> None:
    """Nothing is left of a person, nor of whom they were merged from and who is nobody any more."""
    into: dict[int, int] = {}
    for after in told:
        into = {other: one for other, one in into.items() if other not in after.people}
        into |= {other: one for one, others in after.merged.items() for other in others}
    for one in lives:
        last = one
        while last in into:
            last = into[last]
        if last == person:
            lives[one].turned.clear()


class _Life:
    """One person in the reference: a page lasts from a fact that changed something to the next."""

    def __init__(self, person: int) -> None:
        self.person = person
        self.page: Span | None = None
        self.inside: dict[str, bool] = {}
        self.turned: list[Turned] = []
        self.counts: dict[str, int] = defaultdict(int)
        self.joined: set[str] = set()
        """The segments that whoever joined them at the page's fact was in."""

    def inside_at(self, at: int) -> list[str]:
        """The segments that they are in just before a fact."""
        self.close(at)
        return sorted(name for name, is_in in self.inside.items() if is_in)

    def turn(self, known: Known | None, force: Mapping[str, Segment], at: int, joined: set[str]) -> None:
        """What is known after a fact at an instant, and in what whoever joins them was."""
        page = self.page
        is_same = page is not None and (page.known, page.segments) == (known, force)
        if not joined and (is_same or (page is None and known is None and not self.inside)):
            return
        for name in self.inside_at(at):
            if known is None or name not in force:
                self._note(name, at, entered=False)
        self.joined = joined & force.keys()
        self.page = None if known is None else Span(at, at, known, force)

    def close(self, until: int) -> None:
        """Everything on the page before an instant."""
        if self.page is None:
            return
        begun = self.inside | dict.fromkeys(self.joined, True)
        (lines,) = followed([structs.replace(self.page, end=until)], {}, {0: begun})
        for name, line in lines.items():
            for at, is_in in line:
                if self.inside.get(name, False) is not is_in:
                    self._note(name, at, entered=is_in)
        self.page = None

    def _note(self, name: str, at: int, *, entered: bool) -> None:
        self.inside[name] = entered
        self.counts[name] += 1
        self.turned.append(Turned(name, self.person, self.counts[name], at, entered))


def _known(person: int, told: Told, events: Sequence[Owned], position: int) -> Known | None:
    """What a person is known by after a fact; None of nobody."""
    changes = told.people.get(person)
    if changes is None:
        return None
    found: dict[str, Any] = defaultdict(tuple)
    for one in changes:
        _take(found, one)
    own = tuple(one for one, atom in events if one.position <= position and told.homes.get(atom) == person)
    return structs.replace(Known(events=own), **found)


def _take(found: dict[str, Any], change: c.Change) -> None:
    match change:
        case c.PersonStands(is_known, excluded, home, zone):
            found |= {"is_known": is_known, "excluded": excluded, "workspace_zone": home, "zone": zone}
        case c.AttributesStand(values):
            found["attributes"] = {name: value for name, value in values.items() if value is not None}
        case c.OrderStands(order=thing) if thing is not None:
            found["orders"] += (thing,)
        case c.RecordStands(record=thing) if thing is not None:
            found["records"] += (thing,)
        case c.ItemStands(item=thing) if thing is not None:
            found["items"] += (thing,)
        case c.StatementsStand(statements):
            found["statements"] = statements
        case c.TagsStand(tags):
            found["tags"] = tags
        case c.ArrivalsStand(arrivals):
            found["arrivals"] = arrivals
        case c.IdentifiersStand(identifiers):
            found["identifiers"] = identifiers
