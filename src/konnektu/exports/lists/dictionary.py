"""The data dictionary: event names with their properties, and attributes of people."""

from collections.abc import Iterator, Sequence
from typing import Any

from konnektu.dictionary import api as dictionary
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows
from konnektu.exports.model import Column
from konnektu.storage.api import Db

_SEEN = (
    Column("count", "Count", "Количество", "number"),
    Column("types", "Types", "Типы"),
    Column("first_at", "First seen", "Впервые", "time"),
    Column("last_at", "Last seen", "В последний раз", "time"),
    Column("samples", "Samples", "Примеры"),
)
_SAID = (
    Column("personal", "Personal", "Персональные данные", "boolean"),
    Column("deprecated", "Deprecated", "Устарел", "boolean"),
    Column("owner", "Owner", "Ответственный"),
    Column("description", "Description", "Описание"),
)
EVENT_COLUMNS = (
    Column("type", "Type", "Тип"),
    Column("name", "Event", "Событие"),
    Column("property", "Property", "Свойство"),
    *_SEEN,
    *_SAID,
)
ATTRIBUTE_COLUMNS = (
    Column("attribute", "Attribute", "Атрибут"),
    *_SEEN,
    Column("profiles", "Profiles", "Клиентов", "number"),
    Column("used", "Used for", "Где используется"),
    *_SAID,
)


def event_rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every event name, followed by its properties."""
    db = asker.storage.workspace(asker.workspace)
    first = dictionary.Subject("", "")
    found = all_rows(first, lambda after: dictionary.events(db, after, PAGE), lambda one: _subject(one[0]))
    for row, note in found:
        seen = (row.count, "", row.first_at, row.last_at, "")
        yield (row.type, row.name, "", *seen, None, *_said(note, asker))
        yield from _property_rows(db, _subject(row), asker)


def _subject(row: dictionary.EventRow) -> dictionary.Subject:
    return dictionary.Subject(row.type, row.name)


def _property_rows(db: Db, subject: dictionary.Subject, asker: Asker) -> Iterator[Sequence[Any]]:
    found = all_rows(
        "", lambda after: dictionary.properties(db, subject, after, PAGE), lambda one: one[0].path
    )
    for row, note in found:
        yield (*subject, row.path, *_seen(row, note), dictionary.is_personal(row, note), *_said(note, asker))


def attribute_rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every attribute."""
    db = asker.storage.workspace(asker.workspace)
    found = all_rows("", lambda after: dictionary.attributes(db, after, PAGE), lambda one: one.row.path)
    for one in found:
        row, note = one.row, one.note
        profiles = one.counted[0] if one.counted else None
        used = "; ".join(use.ru if asker.language == "ru" else use.en for use in one.uses)
        is_personal = dictionary.is_personal(row, note)
        yield (row.path, *_seen(row, note), profiles, used, is_personal, *_said(note, asker))


def _seen(row: dictionary.PropertyRow, note: dictionary.Note) -> Sequence[Any]:
    samples = "" if note.is_personal else "; ".join(row.samples)
    return row.count, ", ".join(row.types), row.first_at, row.last_at, samples


def _said(note: dictionary.Note, asker: Asker) -> Sequence[Any]:
    return note.is_deprecated, note.owner, note.ru if asker.language == "ru" else note.en


EVENTS = List(
    "dictionary_events",
    "Dictionary: events",
    "Словарь: события",
    "dictionary.read",
    EVENT_COLUMNS,
    event_rows,
)
ATTRIBUTES = List(
    "dictionary_attributes",
    "Dictionary: attributes",
    "Словарь: атрибуты",
    "dictionary.read",
    ATTRIBUTE_COLUMNS,
    attribute_rows,
)
