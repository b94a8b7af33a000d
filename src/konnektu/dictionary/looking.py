"""Pages of the dictionary with what people say. In: a place in a list. Out: rows with their notes and uses."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from konnektu.core.attributes import standard
from konnektu.dictionary import store
from konnektu.dictionary.model import NO_NOTE, PEOPLE, EventRow, Note, PropertyRow, Subject
from konnektu.dictionary.uses import EventsUsed, event_uses, uses
from konnektu.dictionary.values import is_personal
from konnektu.jobs.api import Words
from konnektu.storage.api import Db

AT_ONCE = 1_000


class Attribute(Struct, frozen=True):
    """An attribute with all that is known of it."""

    row: PropertyRow
    note: Note
    counted: tuple[int, int] | None
    """(profiles that have it, when they were counted)."""
    uses: Sequence[Words]


def events(db: Db, after: Subject, limit: int) -> list[tuple[EventRow, Note]]:
    """A page of event names with their notes."""
    with db.read() as own:
        rows = store.events_after(own, after, limit)
        notes = store.notes(own, [(Subject(row.type, row.name), "") for row in rows])
    return [(row, notes.get((Subject(row.type, row.name), ""), NO_NOTE)) for row in rows]


def used_events(db: Db) -> EventsUsed:
    """Every event that something uses, with what does."""
    with db.read() as own:
        return event_uses(own)


def properties(db: Db, subject: Subject, path: str, limit: int) -> list[tuple[PropertyRow, Note]]:
    """A page of an event's properties with their notes."""
    with db.read() as own:
        rows = store.properties_after(own, subject, path, limit)
        notes = store.notes(own, [(subject, row.path) for row in rows])
    return [(row, notes.get((subject, row.path), NO_NOTE)) for row in rows]


def attributes(db: Db, path: str, limit: int) -> list[Attribute]:
    """A page of attributes with their notes, counts and uses."""
    with db.read() as own:
        rows = store.properties_after(own, PEOPLE, path, limit)
        notes = store.notes(own, [(PEOPLE, row.path) for row in rows])
        counts = store.attribute_counts(own, [row.path for row in rows])
        used = uses(own)
    return [
        Attribute(
            row,
            notes.get((PEOPLE, row.path), NO_NOTE),
            counts.get(row.path),
            used.get(standard(row.path), ()),
        )
        for row in rows
    ]


def unused(db: Db) -> Iterator[Attribute]:
    """Personal attributes that nothing uses: kept without need."""
    path = ""
    while page := attributes(db, path, AT_ONCE):
        yield from (one for one in page if not one.uses and is_personal(one.row, one.note))
        path = page[-1].row.path
