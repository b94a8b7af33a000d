"""Every fact of the log, in the order in which the platform knew it."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from konnektu.core.ids import public_id
from konnektu.core.records import Event
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import in_pages
from konnektu.exports.model import Column
from konnektu.flow import entry_reader
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import api as profiles

COLUMNS = (
    Column("position", "Position", "Позиция", "number"),
    Column("time", "Happened", "Когда произошло", "time"),
    Column("received_at", "Received", "Когда получено", "time"),
    Column("source", "Source", "Источник данных", "number"),
    Column("origin", "Origin", "Откуда"),
    Column("type", "Type", "Тип"),
    Column("name", "Name", "Название"),
    Column("profile", "Profile", "Клиент"),
    Column("identifiers", "Identifiers", "Идентификаторы", is_personal=True),
    Column("attributes", "Attributes", "Атрибуты", is_personal=True),
    Column("properties", "Properties", "Свойства", is_personal=True),
    Column("message_id", "Message id", "Идентификатор сообщения"),
    Column("marks", "Marks", "Пометки", "number"),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Facts up to the position where the writer stood when the export began."""
    storage, workspace = asker.storage, asker.workspace
    db = storage.workspace(workspace)
    with db.read() as conn:
        read = entry_reader(storage, workspace, conn)
    upto = log.place(db).position
    for page in in_pages(log.everything(db, storage.inbox, storage.history(workspace), upto)):
        present = _profiles(asker, [entry.atom for entry in page])
        for entry in page:
            yield _row(read(entry), present.get(entry.atom, ""), entry.marks, asker)


def _profiles(asker: Asker, atoms: Sequence[int]) -> dict[int, str]:
    """Public id of the profile that each atom belongs to at this moment."""
    with asker.storage.workspace(asker.workspace).read(snapshot=True) as db:
        present = identity.current_many(db, {atom for atom in atoms if atom > 0})
        born = {row.id: row.born for row in profiles.profiles(db, sorted(set(present.values()))).values()}
    return {atom: public_id(born[one], one) for atom, one in present.items() if one in born}


def _row(event: Event, profile: str, marks: int, asker: Asker) -> Sequence[Any]:
    return (
        event.position,
        event.time,
        event.received_at,
        event.source,
        event.origin,
        event.type,
        event.name,
        profile,
        ", ".join(f"{one.kind}: {_identifier(one.kind, one.value, asker)}" for one in event.identifiers),
        _json(event.traits, asker),
        _json(event.properties, asker),
        event.message_id,
        marks,
    )


def _identifier(kind: str, value: str, asker: Asker) -> str:
    return value if asker.is_open else profiles.covered_identifier(kind, value)


def _json(values: dict[str, Any], asker: Asker) -> str:
    shown = values if asker.is_open else profiles.covered("", values)
    return msgspec.json.encode(shown).decode() if values else ""


LIST = List("events", "Events", "События", "events.read", COLUMNS, rows)
