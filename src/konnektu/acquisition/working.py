"""The writer's stage: facts about sources change what is recognised; events of people are recognised.

In: resolved events in order of position. Out: sources and arrivals to be written once. Invariant: an event is
recognised by the rules in force at its position, and what is kept of it is a row of its atom: the rows of a person
are those of its atoms, so that no tree of merges and cuts changes them.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Final

import msgspec
from msgspec import Struct, field

from konnektu.acquisition import store
from konnektu.acquisition.logic import fault
from konnektu.acquisition.model import Key, Seen, Source, Stated
from konnektu.acquisition.recognising import Recognition, recognition
from konnektu.core.records import Decision, Event, Rejected, Resolved, rejected
from konnektu.identity import api as identity
from konnektu.storage.api import Connection, WorkspaceRecord

FACT: Final = "marketing_source"
"""Type of the system's fact that states a source or retires one."""
REASON: Final = "wrong_source"


class Told(Struct, frozen=True):
    """What such a fact says: a source as it is to stand, or None to retire it."""

    key: Key
    source: Stated | None = None


class InForce(Struct, frozen=True):
    """The sources of a workspace at a version, and their rules made ready."""

    version: int = 0
    sources: Mapping[str, Source] = {}
    rules: Recognition | None = None


class Working(Struct):
    """What is in force, and what a batch adds."""

    sources: dict[str, Source]
    rules: Recognition | None
    is_used: bool
    """Whether there ever was a source, so that there may be arrivals."""
    changed: set[str] = field(default_factory=set)
    """Keys of sources."""
    seen: dict[tuple[int, int], Seen] = field(default_factory=dict)
    """By (atom, source)."""
    rejected: list[Rejected] = field(default_factory=list)


class _Ready:
    """The rules of each workspace as they were last made ready. A version names one state of them for ever."""

    def __init__(self) -> None:
        self._known: dict[str, InForce] = {}
        self._lock = Lock()

    def of(self, record: WorkspaceRecord, db: Connection) -> InForce:
        version = store.version(db)
        known = self._known.get(record.uuid)
        if known is None or known.version != version:
            sources = store.sources(db) if version else {}
            known = InForce(version, sources, recognition(sources.values()))
            with self._lock:
                self._known[record.uuid] = known
        return known


_ready = _Ready()


def load(record: WorkspaceRecord, db: Connection) -> Working:
    """The working set of a batch: one statement, and one more after sources were changed."""
    known = _ready.of(record, db)
    return Working(dict(known.sources), known.rules, known.version > 0)


def take(working: Working, resolved: Sequence[Resolved]) -> None:
    """Take the events of a batch, in order of position."""
    for one in resolved:
        event = one.event
        if event.type == FACT:
            if event.origin == "system" and state(working, event):
                working.rules = recognition(working.sources.values())
        elif working.rules is not None and one.atom:
            for source in working.rules.recognise(event):
                _see(working, one.atom, source, event)


def _see(working: Working, atom: int, source: int, event: Event) -> None:
    moment = (event.time, event.position)
    seen = working.seen.get((atom, source))
    if seen is None:
        working.seen[atom, source] = Seen(moment, moment)
    else:
        seen.take(moment)


def state(working: Working, event: Event) -> Source | None:
    """Take a fact that states a source or retires one: the source as it stands then; None of one that is kept out."""
    try:
        told = msgspec.convert(event.properties.get("told"), Told)
    except msgspec.ValidationError as error:
        working.rejected.append(rejected(event, REASON, f"The marketing source cannot be read: {error}"))
        return None
    known = working.sources.get(told.key)
    wrong = _cannot(told, known, working.sources)
    if wrong:
        working.rejected.append(rejected(event, REASON, wrong))
        return None
    stated = told.source or (known.stated if known else None)
    if stated is None:
        return None
    number = known.id if known else event.position
    source = Source(
        id=number, key=told.key, position=event.position, retired=told.source is None, stated=stated
    )
    working.sources[told.key] = source
    working.changed.add(told.key)
    working.is_used = True
    return source


def _cannot(told: Told, known: Source | None, sources: Mapping[str, Source]) -> str:
    if told.source is None:
        return "" if known else f"There is no marketing source {told.key} to retire."
    return fault(told.key, told.source, sources)


def save(db: Connection, working: Working, decisions: Sequence[Decision], homes: Mapping[int, int]) -> None:
    """Write what a batch changed, inside the caller's transaction: at most four statements, and one for each cut.

    `decisions` are identity's of the batch in their order, `homes` the profile of each atom in hand after them.
    """
    if not working.is_used:
        return
    _follow(db, decisions)
    if working.changed:
        store.put_sources(db, [working.sources[key] for key in sorted(working.changed)])
    rows = [(*key, homes.get(key[0], 0), seen) for key, seen in sorted(working.seen.items())]
    if living := [row for row in rows if row[2]]:
        store.put_arrivals(db, living)


def _follow(db: Connection, decisions: Sequence[Decision]) -> None:
    """Arrivals go with their people."""
    for one in identity.parted(decisions):
        store.part(db, one.profile, one.other, one.moved)
    if merged := identity.survivors(decisions):
        store.merge(db, merged)


__all__ = ["FACT", "Told", "Working", "load", "save", "state", "take"]
