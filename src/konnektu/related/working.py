"""The working set of a batch: the kinds in force and the records that it names, in memory between load and save.

In: events in order of position. Out: the same working set, changed in place, with notes of what must be written.
Invariant: every record that a fact names was loaded before, so that no fact starts a query; what a fact says is read
by the kinds in force at its position.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct, field

from konnektu.core.entities import SYSTEM
from konnektu.core.records import TEST, Decision, Event, Rejected, Resolved, rejected
from konnektu.identity import api as identity
from konnektu.orders.api import Rank
from konnektu.related import store
from konnektu.related.kinds import changed
from konnektu.related.logic import owner_of, tell
from konnektu.related.model import MOST_VERSIONS, Key, Kind, RecordRow, RecordState, Said, Told
from konnektu.related.telling import EVENTS, FACT, NOTHING, key_of, told_of
from konnektu.storage.api import Connection

KIND_FACT = "record_kind"
"""Type of the system's fact that makes or changes a kind."""
REASON = "wrong_record"

Buried = Callable[[Collection[Key]], Mapping[Key, int]]
"""Of these records those that were erased with their people, with the position at which that was."""


class Working(Struct):
    """Records in hand, and what changed since they were loaded."""

    rank: Rank
    speaking: frozenset[int]
    """Positions of the events that may change something; `take` passes over all others."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    changed_kinds: dict[int, Kind] = field(default_factory=dict)
    """By the position of the fact that changed each."""
    keys: dict[int, Key] = field(default_factory=dict)
    """The record that each event of the batch names, by position."""
    states: dict[Key, RecordState] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    """Facts of which something could not be read; the rest was taken."""


_TYPES = frozenset(("track", FACT, KIND_FACT))
"""Types of the events that can change a record or a kind; a track needs one of certain names besides."""


def none_buried(_: Collection[Key]) -> Mapping[Key, int]:
    """While the writer goes on nothing that it meets was erased: facts come after erasures."""
    return {}


def load(db: Connection, events: Iterable[Event], rank: Rank, buried: Buried = none_buried) -> Working | None:
    """The working set of a batch in two statements; None where no event speaks of a record or a kind.

    A rebuild says by `buried` which records are to stay erased, whoever else spoke of them.
    """
    speaking = [one for one in events if one.type in _TYPES and (one.type != "track" or one.name in EVENTS)]
    if not speaking:
        return None
    # What a test says changes no record.
    keys = {one.position: key_of(one) for one in speaking if one.type != KIND_FACT and not one.marks & TEST}
    gone = buried(set(keys.values()) - {NOTHING})
    keys = {position: key for position, key in keys.items() if gone.get(key, 0) <= position}
    working = Working(rank, frozenset([one.position for one in speaking]), store.kinds(db), keys=keys)
    wanted = set(keys.values()) - {NOTHING}
    for row in (store.load(db, wanted) if wanted else {}).values():
        working.states[row.key] = row.state
    return working


def owners(working: Working | None) -> list[int]:
    """Atoms of the people whose records are in hand."""
    if working is None:
        return []
    return [atom for state in working.states.values() if (atom := owner_of(state))]


def named(working: Working | None, event: Event) -> tuple[Key, int, RecordState] | None:
    """The record that an event of the batch has spoken of, its owner's atom, and its state as it stands."""
    key = working.keys.get(event.position, NOTHING) if working else NOTHING
    if working is None or key not in working.states:
        return None
    state = working.states[key]
    return key, owner_of(state), state


def take(working: Working, resolved: Resolved) -> int:
    """Take what an event says into its record. Returns the owner's atom where the event names nobody else, or 0."""
    event = resolved.event
    if event.type == KIND_FACT:
        _take_kind(working, event)
        return 0
    if event.position not in working.keys:
        return 0
    told = told_of(event, working.kinds)
    if told is None:
        return 0
    if told.faults:
        working.rejected.append(rejected(event, REASON, *told.faults))
    return _tell(working, told, resolved) if told.key != NOTHING else 0


def _tell(working: Working, told: Told, resolved: Resolved) -> int:
    event = resolved.event
    state = working.states.setdefault(told.key, RecordState())
    names, rank = _names_somebody(event), working.rank(event)
    # An id can be guessed: what a browser sends under it must not speak for its owner.
    adopted = owner_of(state) if not names and not resolved.atom and rank == SYSTEM else 0
    by = event.properties.get("by") if event.type == FACT else ""
    said = Said(
        key=told.key,
        position=event.position,
        time=told.time,
        rank=rank,
        source=event.source,
        by=by if isinstance(by, str) else "",
        atom=resolved.atom or adopted,
        owner=resolved.atom if names else 0,
        removed=told.removed,
        fields=told.fields,
    )
    tell(state, said)
    working.said.append(said)
    return adopted


def _names_somebody(event: Event) -> bool:
    return bool(event.identifiers) or (event.origin != "wire" and "profile" in event.properties)


def _take_kind(working: Working, event: Event) -> None:
    try:
        stated = msgspec.convert(event.properties.get("kind"), Kind)
    except msgspec.ValidationError as error:
        working.rejected.append(rejected(event, REASON, f"The kind cannot be read: {error}"))
        return
    kind, faults = changed(working.kinds, stated)
    if faults:
        working.rejected.append(rejected(event, REASON, *faults))
    if kind is not None:
        working.kinds[kind.name] = working.changed_kinds[event.position] = kind


def save(
    db: Connection, working: Working | None, decisions: Sequence[Decision], homes: Mapping[int, int]
) -> None:
    """Write what a batch changed, inside the caller's transaction: at most six statements, none where nothing did.

    `decisions` are identity's of the batch in their order, `homes` the profile of each atom in hand after them.
    """
    _follow(db, decisions)
    if working is None:
        return
    if working.changed_kinds:
        store.put_kinds(db, working.changed_kinds)
        for kind in {one.name: one for one in working.changed_kinds.values()}.values():
            store.index_ranges(db, kind)
    if working.said:
        _put(db, working, homes)


def _follow(db: Connection, decisions: Sequence[Decision]) -> None:
    """Records go with their people."""
    for one in identity.parted(decisions):
        store.part(db, one.profile, one.other, one.moved)
    if merged := identity.survivors(decisions):
        store.merge(db, merged)


def _put(db: Connection, working: Working, homes: Mapping[int, int]) -> None:
    keys = sorted({one.key for one in working.said})
    states = working.states
    rows = [
        RecordRow(key=key, profile=homes.get(owner_of(states[key]), 0), state=states[key]) for key in keys
    ]
    store.put(db, rows, working.kinds)
    store.add_versions(db, working.said)
    if long := [key for key in keys if states[key].told > MOST_VERSIONS]:
        store.trim_versions(db, long)
