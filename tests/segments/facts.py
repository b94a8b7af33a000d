"""Facts about segments, and how tests look at what became of them."""

from typing import Any

import msgspec

from konnektu.segments import api as segments
from konnektu.storage.api import Storage, WorkspaceRecord

ENTRY = {"is": "attribute", "name": "city", "test": {"is": "text", "op": "equals", "values": ["Тула"]}}


def told(n: int, **said: Any) -> bytes:
    """The system's fact about a segment, as `anna` says it."""
    body = {"type": segments.FACT, "messageId": f"sg-{n}", "properties": {"told": said, "by": "anna"}}
    return msgspec.json.encode(body)


def saved(n: int, key: str, entry: Any = ENTRY, note: str = "", **stated: Any) -> bytes:
    """The fact that saves a segment."""
    said = {"name": key.title(), "definition": {"entry": entry}, **stated}
    return told(n, key=key, act="saved", segment=said, note=note)


def told_computed(n: int, **said: Any) -> bytes:
    """The system's fact about a computed attribute."""
    body = {"type": "computed", "messageId": f"cm-{n}", "properties": {"told": said, "by": "anna"}}
    return msgspec.json.encode(body)


def computed(n: int, key: str, formula: dict[str, Any], **stated: Any) -> bytes:
    """The fact that saves a computed attribute."""
    said = {"title": key.title(), "formula": formula, **stated}
    return told_computed(n, key=key, act="saved", computed=said)


def member(segment: str) -> dict[str, str]:
    """A leaf that asks for another segment."""
    return {"is": "member", "segment": segment}


def standing(storage: Storage, record: WorkspaceRecord) -> dict[str, segments.Standing]:
    with storage.workspace(record).read() as db:
        return segments.segments(db)
