"""Reading the log again: of some people, of some types of facts, or whole with what was decided.

In: a place on the log. Out: events as they were, decoded by the one decoder under the options of then.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, structs

from konnektu.acquisition import api as acquisition
from konnektu.collect import api as collect
from konnektu.core.errors import Fatal
from konnektu.core.records import Decision, Event, Rejected
from konnektu.flow.batch import At
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.rules.known import KnownEvent
from konnektu.segments import api as segments
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

options = identity.options
settled_options = identity.settled_options
with_kinds = identity.with_kinds
_UNREADABLE: Final = "Position {} was accepted and cannot be read any more: {}"


def entry_reader(storage: Storage, record: WorkspaceRecord, db: Connection) -> Callable[[log.Entry], Event]:
    """A function that reads an entry of the log as the event it was."""
    chosen = options(storage, record, db)
    return lambda entry: read_entry(entry, chosen)


def read_entry(entry: log.Entry, chosen: collect.Options) -> Event:
    """The event of an entry: decoded again, with the marks it was given then."""
    one = collect.decode(entry.parcel, entry.position, entry.instant, chosen)[0]
    if isinstance(one, Rejected):
        raise Fatal(_UNREADABLE.format(entry.position, one.detail))
    return one if one.marks == entry.marks else structs.replace(one, marks=entry.marks)


def history(
    storage: Storage, record: WorkspaceRecord, atoms: Sequence[int], upto: int
) -> list[tuple[Event, int]]:
    """(event, atom) of every fact of these atoms up to a position, in order. Raises `Retry` without the event store."""
    db = storage.workspace(record)
    with db.read() as own:
        read = entry_reader(storage, record, own)
    found = log.of_atoms(db, storage.inbox, storage.history(record), atoms, upto)
    return [(read(entry), entry.atom) for entry in found]


def until(at: At, position: int) -> Callable[[Sequence[int]], list[tuple[Event, int]]]:
    """A function that tells (event, atom) of every fact of some atoms up to a position."""
    return lambda atoms: history(at.storage, at.record, atoms, position) if atoms else []


def lives(at: At, position: int) -> segments.History:
    """A function that tells of some atoms what rules ask for, up to a position."""
    return lambda atoms, meant: _lives(at.storage, at.record, (atoms, meant), position) if atoms else ()


def _lives(
    storage: Storage, record: WorkspaceRecord, asked: tuple[Sequence[int], log.Meant], upto: int
) -> Iterator[tuple[KnownEvent, int]]:
    db, (atoms, meant) = storage.workspace(record), asked
    with db.read() as own:
        read = entry_reader(storage, record, own)
    sealed, rest = log.outlines(db, storage.inbox, storage.history(record), atoms, meant, upto)
    for one in sealed:
        if (known := segments.outlined(one, _properties(one))) is not None:
            yield known, one.atom
    for entry in rest:
        if (known := segments.known_event(read(entry))) is not None:
            yield known, entry.atom


def _properties(one: log.Outline) -> dict[str, Any]:
    found = collect.told_properties(one.body.encode()) if one.body else {}
    if isinstance(found, collect.Fault):
        raise Fatal(_UNREADABLE.format(one.position, found.detail))
    return found


def stated_sources(storage: Storage, record: WorkspaceRecord, upto: int) -> list[Event]:
    """All facts about marketing sources and recognitions up to a position. Raises `Retry` without the event store."""
    wanted, db = (acquisition.FACT, acquisition.RECOGNITION), storage.workspace(record)
    with db.read() as own:
        read = entry_reader(storage, record, own)
    found = log.of_types(db, storage.inbox, storage.history(record), wanted, upto)
    return [event for event in map(read, found) if event.type in wanted]


class Replayed(Struct, frozen=True):
    """One position of the log as a rebuild meets it: what was decided there, and the fact unless it was erased."""

    position: int
    decisions: tuple[Decision, ...]
    event: Event | None
    atom: int
    visit: int


def replayed(storage: Storage, record: WorkspaceRecord, upto: int) -> Iterator[Replayed]:
    """The whole log up to a position, in order, with the decisions of each event."""
    db, store = storage.workspace(record), storage.history(record)
    with db.read() as own:
        first = structs.replace(options(storage, record, own), kinds=identity.DEFAULT_RULES.kinds)
    facts = ((entry, entry.position) for entry in log.everything(db, storage.inbox, store, upto))
    yield from _joined(facts, identity.recorded(db, upto), first)


def _joined(
    facts: Iterator[tuple[log.Entry, int]], decisions: Iterator[Decision], chosen: collect.Options
) -> Iterator[Replayed]:
    """Both streams in order of positions; a `rules` fact changes how later entries are read, as it did then."""
    decision = next(decisions, None)
    for entry, position in facts:
        while decision is not None and decision.position < position:
            yield Replayed(decision.position, (decision,), None, 0, 0)
            decision = next(decisions, None)
        made: list[Decision] = []
        while decision is not None and decision.position == position:
            made.append(decision)
            decision = next(decisions, None)
        event = read_entry(entry, chosen)
        yield Replayed(position, tuple(made), event, entry.atom, entry.visit)
        if event.type == "rules":
            stated = identity.stated_rules(event)
            chosen = structs.replace(chosen, kinds=stated.kinds) if stated else chosen
    while decision is not None:
        yield Replayed(decision.position, (decision,), None, 0, 0)
        decision = next(decisions, None)
