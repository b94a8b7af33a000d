"""What an event says of a related record. In: an event and the kinds in force. Out: `Told`, or None. Pure.

Two kinds of events speak: the tracks `Record Updated` and `Record Removed`, and the fact `record` of the API, the
console and imports. Both have the same properties: kind, id, fields, updated_at.
Invariant: what cannot be read costs itself alone.
"""

from collections.abc import Mapping
from typing import Any, Final

from konnektu.collect.api import is_believable, milliseconds
from konnektu.core.records import Event
from konnektu.core.text import squeeze
from konnektu.related import values
from konnektu.related.model import Field, Key, Kind, Told

FACT: Final = "record"
"""Type of the fact that states something of a record."""
UPDATED, REMOVED = "Record Updated", "Record Removed"
EVENTS: Final = frozenset((UPDATED, REMOVED))
LONGEST_ID: Final = 200
NOTHING: Final = Key("", "")


def speaks_of_record(event: Event) -> bool:
    """Whether an event may say something of a record."""
    return event.type == FACT or (event.type == "track" and event.name in EVENTS)


def key_of(event: Event) -> Key:
    """The record that an event names; `NOTHING` where it names none."""
    if not speaks_of_record(event):
        return NOTHING
    return key_in(event.properties)


def key_in(stated: Mapping[str, Any]) -> Key:
    """The record that properties name."""
    kind, id_ = stated.get("kind"), _id(stated.get("id"))
    return Key(kind.strip().lower(), id_) if isinstance(kind, str) and id_ else NOTHING


def _id(value: Any) -> str:
    """An id as text; a whole float is that whole number. Empty where it is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = squeeze(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
    return text if len(text) <= LONGEST_ID else ""


def told_of(event: Event, kinds: Mapping[str, Kind]) -> Told | None:
    """What an event says of a record; None where it speaks of none."""
    if not speaks_of_record(event):
        return None
    stated = event.properties
    key = key_in(stated)
    if key == NOTHING:
        return Told(key=NOTHING, time=event.time, faults=("The record has no usable kind and id",))
    kind = kinds.get(key.kind)
    if kind is None or kind.is_retired:
        fault = f"There is no kind of records {key.kind[:64]!r}" if kind is None else f"{key.kind} is retired"
        return Told(key=NOTHING, time=event.time, faults=(fault,))
    faults: list[str] = []
    return Told(
        key=key,
        time=_time(stated, event, faults),
        fields=_fields(kind, stated.get("fields"), faults),
        removed=_is_removed(event, stated, faults),
        faults=tuple(dict.fromkeys(faults)),
    )


def _is_removed(event: Event, stated: Mapping[str, Any], faults: list[str]) -> bool:
    if event.type != FACT:
        return event.name == REMOVED
    value = stated.get("removed", False)
    if not isinstance(value, bool):
        faults.append("removed is neither true nor false")
    return value is True


def _time(stated: Mapping[str, Any], event: Event, faults: list[str]) -> int:
    value = stated.get("updated_at")
    if value in (None, ""):
        return event.time
    is_stated = isinstance(value, str | int | float) and not isinstance(value, bool)
    time = milliseconds(value) if is_stated else None
    if time is None or not is_believable(time, event.received_at):
        faults.append(f"updated_at {str(value)[:64]!r} is no time, or is more than a day ahead")
        return event.time
    return time


def _fields(kind: Kind, stated: Any, faults: list[str]) -> dict[str, Any]:
    if stated is None:
        return {}
    if not isinstance(stated, dict):
        faults.append("fields is no object")
        return {}
    declared = kind.by_name()
    found: dict[str, Any] = {}
    for name, value in stated.items():
        one = declared.get(name)
        if one is None or one.is_retired:
            faults.append(f"{name[:64]!r} is no field of {kind.name}")
            continue
        _take(one, value, found, faults)
    return found


def _take(field: Field, value: Any, found: dict[str, Any], faults: list[str]) -> None:
    try:
        read = values.read(field, value)
    except values.UnreadableError as error:
        faults.append(f"{field.name} {str(value)[:64]!r} {error}")
        return
    if read is None and field.is_required:
        faults.append(f"{field.name} is required and cannot be cleared")
    else:
        found[field.name] = read
