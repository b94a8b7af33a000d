"""Facts about related records, and how tests look at what became of them."""

from typing import Any

import msgspec

from konnektu.related import store
from konnektu.related.logic import held
from konnektu.related.model import Key, RecordRow, Said
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW

DAY = 86_400_000
LABELS = {"en": {"one": "Child", "many": "Children"}, "ru": {"one": "Ребёнок", "many": "Дети"}}
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "en": "Name", "ru": "Имя", "is_personal": True, "is_required": True},
    {"name": "born", "en": "Born", "ru": "Родился", "type": "date"},
    {"name": "height", "en": "Height", "ru": "Рост", "type": "number"},
    {"name": "spent", "en": "Spent", "ru": "Потрачено", "type": "money"},
    {"name": "is_pupil", "en": "Pupil", "ru": "Школьник", "type": "boolean"},
    {
        "name": "sex",
        "en": "Sex",
        "ru": "Пол",
        "type": "choice",
        "options": [
            {"value": "girl", "en": "Girl", "ru": "Девочка"},
            {"value": "boy", "en": "Boy", "ru": "Мальчик"},
        ],
    },
    {"name": "hobbies", "en": "Hobbies", "ru": "Увлечения", "type": "texts"},
]


def kind(n: int, name: str = "child", fields: list[dict[str, Any]] = FIELDS, **more: Any) -> bytes:
    """The system's fact that makes or changes a kind."""
    stated = {"name": name, **LABELS, "fields": fields, **more}
    return msgspec.json.encode({"type": "record_kind", "messageId": f"k-{n}", "properties": {"kind": stated}})


def record(id_: str, n: int, user: str = "", at: int = 0, *, kind: str = "child", **fields: Any) -> bytes:
    """A `record` fact, as of `at` milliseconds after NOW - a day; `removed` stands beside the fields."""
    properties: dict[str, Any] = {"kind": kind, "id": id_, "updated_at": NOW - DAY + at}
    if "removed" in fields:
        properties["removed"] = fields.pop("removed")
    body: dict[str, Any] = {
        "type": "record",
        "messageId": f"r-{n}",
        "properties": {**properties, "fields": fields},
    }
    if user:
        body["context"] = {"externalIds": [{"type": "user_id", "id": user}]}
    return msgspec.json.encode(body)


def row(storage: Storage, workspace: WorkspaceRecord, id_: str, kind: str = "child") -> RecordRow:
    key = Key(kind, id_)
    with storage.workspace(workspace).read() as db:
        return store.load(db, [key])[key]


def fields_of(storage: Storage, workspace: WorkspaceRecord, id_: str) -> dict[str, Any]:
    return held(row(storage, workspace, id_).state)


def history_of(storage: Storage, workspace: WorkspaceRecord, id_: str, kind: str = "child") -> list[Said]:
    key = Key(kind, id_)
    with storage.workspace(workspace).read() as db:
        return store.versions(db, [key]).get(key, [])
