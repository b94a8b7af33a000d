"""Facts about segments in the writer. In: events of a batch, in order. Out: how segments stand; what was refused.

Invariant: how segments stand is a function of these facts alone. Each stands alone in its batch.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from konnektu.core.ids import uuid7
from konnektu.core.records import Event, Rejected
from konnektu.segments import store
from konnektu.segments.logic import Place, fault, made
from konnektu.segments.model import Told
from konnektu.storage.api import Connection

FACT: Final = "segment"
"""Type of the system's fact that says something of a segment."""
REASON: Final = "wrong_segment"


def fact(told: Told, *, by: str, now: int) -> bytes:
    """The fact as it is appended."""
    return msgspec.json.encode(
        {"type": FACT, "messageId": uuid7(now), "properties": {"told": told, "by": by}}
    )


def says_built(event: Event) -> bool:
    """Whether a fact brings a definition into force that was being built."""
    told = event.properties.get("told")
    return isinstance(told, dict) and told.get("act") == "built"


def follow(db: Connection, events: Iterable[Event]) -> list[Rejected]:
    """Take what facts say of segments; those that cannot be taken."""
    told = (event for event in events if event.type == FACT and event.origin == "system")
    return [_rejected(event, wrong) for event in told if (wrong := _follow(db, event))]


def _follow(db: Connection, event: Event) -> str:
    """Take one fact; why it cannot be taken, or nothing."""
    try:
        told = msgspec.convert(event.properties.get("told"), Told)
    except msgspec.ValidationError as error:
        return f"The segment cannot be read: {error}"
    segments = store.segments(db)
    if wrong := fault(told, segments):
        return wrong
    place = Place(event.position, event.instant, str(event.properties.get("by", "")))
    found = made(told, segments.get(told.key), place)
    if told.act == "listed":
        # Thousands of facts may name the people of one list: the first of them says so to people.
        if told.note:
            store.add_edit(db, found.edit)
        return ""
    store.put_segment(db, found.standing)
    store.add_edit(db, found.edit)
    if found.version is not None:
        store.add_version(db, found.version)
    return ""


def _rejected(event: Event, detail: str) -> Rejected:
    return Rejected(
        position=event.position,
        instant=event.instant,
        source=event.source,
        reason=REASON,
        detail=detail[:2_000],
        body=event.body,
        received_at=event.received_at,
    )
