"""The fold of related records. In: a state and what one fact says. Out: the state of both. Pure.

Invariant: the state is the same whatever the order in which facts arrive.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from konnektu.core.entities import Version, state, values
from konnektu.related.model import Field, Kind, RecordState, Said
from konnektu.related.values import json_of

OWNER: Final = ".owner"
"""The field that holds the atom of whom the record is. No kind has a field with such a name."""
REMOVED: Final = ".removed"
SOURCE: Final = ".source"
"""The field that holds the source that spoke last."""


def tell(record: RecordState, said: Said) -> None:
    """Take a statement into a state, in place. Whoever tells of a record says whether it is there."""
    enter(record, said)
    record.time = max(record.time, said.time)
    record.position = max(record.position, said.position)
    record.told += 1


def enter(record: RecordState, said: Said) -> None:
    """Take what a statement says into the fields, in place; a second time changes nothing."""
    stated = {**said.fields, REMOVED: said.removed, SOURCE: said.source}
    if said.owner:
        stated[OWNER] = said.owner
    state(record.fields, stated, Version(said.rank, said.time, said.position))


def without(record: RecordState, gone: Collection[int], left: Iterable[Said]) -> RecordState:
    """A state without the statements at the positions `gone`, of which `left` are those that its history keeps.

    Exact where the history was never cut; where it was, what a gone statement had replaced before is not found again.
    """
    fields = {name: one for name, one in record.fields.items() if one.version.position not in gone}
    found = RecordState(fields, told=record.told - len(gone))
    for said in left:
        enter(found, said)
        found.time = max(found.time, said.time)
        found.position = max(found.position, said.position)
    return found


def owner_of(record: RecordState) -> int:
    """The atom of whom the record is; 0 while nobody is known."""
    held = record.fields.get(OWNER)
    return held.value if held else 0


def is_removed(record: RecordState) -> bool:
    """Whether there is no such record any more."""
    held = record.fields.get(REMOVED)
    return bool(held and held.value)


def source_of(record: RecordState) -> int:
    """The source that spoke last, by the version of what it said."""
    held = record.fields.get(SOURCE)
    return held.value if held else 0


def held(record: RecordState) -> dict[str, Any]:
    """What the fields of the kind hold, without those that are cleared."""
    return {name: one for name, one in values(record.fields).items() if not name.startswith(".")}


def in_order(record: RecordState) -> RecordState:
    """The same state with its fields in order of their names, in place: equal states are then equal bytes."""
    record.fields = dict(sorted(record.fields.items()))
    return record


def searched(kind: Kind, record: RecordState) -> bytes:
    """The fields as JSON for conditions of lists, inside the kind's name: two kinds may share a field's name."""
    fields = kind.by_name()
    found = {name: json_of(fields[name], one) for name, one in sorted(held(record).items()) if name in fields}
    return msgspec.json.encode({kind.name: found})


def missing(kind: Kind, record: RecordState) -> list[str]:
    """Required fields that hold nothing."""
    known: Mapping[str, Any] = held(record)
    required: Iterable[Field] = (one for one in kind.fields if one.is_required and not one.is_retired)
    return [one.name for one in required if one.name not in known]
