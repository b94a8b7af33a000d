"""The statements of the dictionary. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a lesson is at most three statements, whatever it holds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec

from konnektu.dictionary.model import (
    MOST_SAMPLES,
    TYPES,
    BeyondRow,
    EventRow,
    Known,
    Lesson,
    Note,
    Place,
    PropertyRow,
    Seen,
    Subject,
    ViolationKey,
    ViolationRow,
)
from konnektu.dictionary.plan import Expected
from konnektu.storage.api import Bigints, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_json = msgspec.json.Encoder().encode
_expected = msgspec.json.Decoder(Expected).decode
_counts = msgspec.json.Decoder(dict[str, int]).decode


def known(db: Connection) -> dict[Subject, dict[str, Known]]:
    """What stands in the dictionary, for a learner."""
    found: dict[Subject, dict[str, Known]] = defaultdict(dict)
    for kind, name in Q.seen_names(db):
        found[Subject(kind, name)] = {}
    for kind, name, path, sources, samples in Q.seen_properties(db):
        found[Subject(kind, name)][path] = Known(tuple(map(int, sources)), tuple(samples))
    return dict(found)


def add(db: Connection, lesson: Lesson) -> None:
    """Write what a batch adds."""
    if lesson.events:
        _add_events(db, lesson)
    if lesson.properties:
        _add_properties(db, lesson)
    if lesson.beyond:
        Q.add_beyond(
            db,
            subjects=Texts(lesson.beyond),
            counts=Bigints(seen.count for seen in lesson.beyond.values()),
            firsts=Bigints(seen.first_at for seen in lesson.beyond.values()),
            lasts=Bigints(seen.last_at for seen in lesson.beyond.values()),
        )


def _add_events(db: Connection, lesson: Lesson) -> None:
    keys, seen = list(lesson.events), list(lesson.events.values())
    Q.add_seen(
        db,
        types=Texts(subject.type for subject, _ in keys),
        names=Texts(subject.name for subject, _ in keys),
        sources=Bigints(source for _, source in keys),
        counts=Bigints(one.count for one in seen),
        firsts=Bigints(one.first_at for one in seen),
        lasts=Bigints(one.last_at for one in seen),
    )


def _add_properties(db: Connection, lesson: Lesson) -> None:
    keys, rows = list(lesson.properties), list(lesson.properties.values())
    typed = {f"{kind}s": Bigints(row.types.get(kind, 0) for row in rows) for kind in TYPES}
    Q.add_properties(
        db,
        types=Texts(subject.type for subject, _ in keys),
        names=Texts(subject.name for subject, _ in keys),
        paths=Texts(path for _, path in keys),
        counts=Bigints(row.seen.count for row in rows),
        contacts=Bigints(row.contacts for row in rows),
        firsts=Bigints(row.seen.first_at for row in rows),
        lasts=Bigints(row.seen.last_at for row in rows),
        sources=Texts(_json(row.sources) for row in rows),
        samples=Texts(_json(row.samples) for row in rows),
        **typed,
    )


def forget_seen(db: Connection) -> None:
    """Empty what was seen, to learn it anew."""
    Q.forget_seen(db)


def events_after(db: Connection, after: Subject, limit: int) -> list[EventRow]:
    """A page of event names after one of them."""
    return [_event(row) for row in Q.events_after(db, type=after.type, name=after.name, limit=limit)]


def one_event(db: Connection, subject: Subject) -> EventRow | None:
    """One event name; None where it was never seen."""
    rows = [_event(row) for row in Q.one_event(db, type=subject.type, name=subject.name)]
    return rows[0] if rows else None


def _event(row: Any) -> EventRow:
    kind, name, count, first, last, sources = row
    by_source = {int(source): number for source, number in _counts(sources).items()}
    return EventRow(type=kind, name=name, count=count, first_at=first, last_at=last, sources=by_source)


def properties_after(db: Connection, subject: Subject, path: str, limit: int) -> list[PropertyRow]:
    """A page of the properties of a subject after one of them."""
    rows = Q.properties_after(db, type=subject.type, name=subject.name, path=path, limit=limit)
    return [_property(row) for row in rows]


def _property(row: Any) -> PropertyRow:
    kind, name, path, count, *types, contacts, first, last, sources, samples = row
    return PropertyRow(
        type=kind,
        name=name,
        path=path,
        count=count,
        types={kind: number for kind, number in zip(TYPES, types, strict=True) if number},
        contacts=contacts,
        first_at=first,
        last_at=last,
        sources=tuple(map(int, sources)),
        samples=tuple(samples),
    )


def beyond(db: Connection) -> list[BeyondRow]:
    """What found no room."""
    return [BeyondRow(*row) for row in Q.beyond(db)]


def plans(db: Connection) -> dict[Subject, Expected]:
    """What is expected of which event."""
    return {Subject(row[0], row[1]): _expected(row[3]) for row in Q.plans(db)}


def put_plan(db: Connection, subject: Subject, position: int, expected: Expected) -> None:
    """Put another plan of an event in force."""
    Q.put_plan(db, type=subject.type, name=subject.name, position=position, expected=_json(expected).decode())


def drop_plan(db: Connection, subject: Subject) -> None:
    """Expect nothing of an event any more."""
    Q.drop_plan(db, type=subject.type, name=subject.name)


def count_plans(db: Connection) -> int:
    """How many events have a plan."""
    found: int = Q.count_plans(db)
    return found


def add_violations(
    db: Connection, counted: Mapping[tuple[Subject, str, str], tuple[Seen, list[str]]]
) -> None:
    """Count what events break: by (subject, path, rule) how often, and ids of the latest."""
    keys, told = list(counted), list(counted.values())
    Q.add_violations(
        db,
        types=Texts(subject.type for subject, _, _ in keys),
        names=Texts(subject.name for subject, _, _ in keys),
        paths=Texts(path for _, path, _ in keys),
        rules=Texts(rule for _, _, rule in keys),
        counts=Bigints(seen.count for seen, _ in told),
        firsts=Bigints(seen.first_at for seen, _ in told),
        lasts=Bigints(seen.last_at for seen, _ in told),
        samples=Texts(_json(samples) for _, samples in told),
        most=MOST_SAMPLES,
    )


def violations_after(db: Connection, after: ViolationKey, limit: int) -> list[ViolationRow]:
    """A page of what events break, after one of them."""
    kind, name, path, rule = after
    rows = Q.violations_after(db, type=kind, name=name, path=path, rule=rule, limit=limit)
    return [
        ViolationRow(kind, name, path, rule, count, first, last, tuple(samples))
        for kind, name, path, rule, count, first, last, samples in rows
    ]


def notes(db: Connection, places: Sequence[Place]) -> dict[Place, Note]:
    """What people say of these; those that nobody spoke of are missing."""
    rows = Q.notes(
        db,
        types=Texts(subject.type for subject, _ in places),
        names=Texts(subject.name for subject, _ in places),
        paths=Texts(path for _, path in places),
    )
    return {
        (Subject(kind, name), path): Note(
            en=en, ru=ru, owner=owner, is_personal=is_personal, is_deprecated=is_deprecated
        )
        for kind, name, path, en, ru, owner, is_personal, is_deprecated in rows
    }


def put_note(db: Connection, place: Place, note: Note) -> None:
    """Say something of one."""
    subject, path = place
    Q.put_note(
        db,
        type=subject.type,
        name=subject.name,
        path=path,
        en=note.en,
        ru=note.ru,
        owner=note.owner,
        is_personal=note.is_personal,
        is_deprecated=note.is_deprecated,
    )


def is_known(db: Connection, place: Place) -> bool:
    """Whether it was seen."""
    subject, path = place
    return bool(Q.is_known(db, type=subject.type, name=subject.name, path=path))


def put_attribute_counts(db: Connection, counted: Mapping[str, int], at: int) -> None:
    """Write how many profiles have which attribute, in place of what was counted before."""
    Q.forget_attribute_counts(db)
    Q.add_attribute_counts(db, paths=Texts(counted), profiles=Bigints(counted.values()), at=at)


def attribute_counts(db: Connection, paths: Sequence[str]) -> dict[str, tuple[int, int]]:
    """(profiles, when they were counted) by attribute."""
    return {path: (profiles, at) for path, profiles, at in Q.attribute_counts(db, paths=Texts(paths))}
