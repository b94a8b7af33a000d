"""What the API shows of the dictionary. In: records. Out: views."""

from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta, Struct

from konnektu.core.attributes import attribute_type
from konnektu.core.errors import BadRequest
from konnektu.dictionary.looking import Attribute
from konnektu.dictionary.model import (
    LONGEST_NAME,
    Beyond,
    BeyondRow,
    EventRow,
    Note,
    PropertyRow,
    Subject,
    ValueType,
    ViolationKey,
    ViolationRow,
)
from konnektu.dictionary.plan import Expected, Rule
from konnektu.dictionary.values import is_personal
from konnektu.jobs.api import Words

EventType = Literal["track", "identify", "page", "screen", "group", "alias"]


class SourceCount(Struct, frozen=True):
    """How many events a source sent."""

    source: int
    count: int


class EventView(Struct, frozen=True, kw_only=True):
    """An event name that came."""

    type: str
    name: str
    count: int
    first_at: int
    """Instant of the first one, milliseconds since 1970 UTC."""
    last_at: int
    sources: list[SourceCount]
    """By source, the most frequent first; 0 is the platform itself."""
    uses: list[Words]
    """What reads it."""
    note: Note


class TypeCount(Struct, frozen=True):
    """How many values were of a type; told from those events that were looked at in full."""

    type: ValueType
    count: int


class PropertyView(Struct, frozen=True, kw_only=True):
    """A property of an event, or an attribute of people."""

    path: str
    """Its name; inside objects joined by dots, inside lists of objects by `[].`."""
    count: int
    """Events that had it; of what lies inside objects, told from those that were looked at in full."""
    types: list[TypeCount]
    first_at: int
    last_at: int
    sources: list[int]
    samples: list[str]
    """Values that several people's events bore; none of what may be personal."""
    is_personal: bool
    """Whether it names or reaches a person: as people say, or by the looks of its name and values."""
    note: Note


class AttributeView(PropertyView, frozen=True, kw_only=True):
    """An attribute of people."""

    is_standard: bool
    """Whether every workspace knows it; else it is the project's own."""
    profiles: int | None
    """How many profiles have it; null where they were not counted yet."""
    counted_at: int | None
    uses: list[Words]
    """What reads it by its name."""


class LeftOutView(Struct, frozen=True):
    """Names that found no room in the dictionary: somebody invents them."""

    subject: Beyond
    count: int
    """Events, or properties of events, with such names."""
    first_at: int
    last_at: int


def of_event(row: EventRow, note: Note, uses: list[Words]) -> EventView:
    """An event name as the API shows it."""
    by_count = sorted(row.sources.items(), key=lambda one: (-one[1], one[0]))
    return EventView(
        type=row.type,
        name=row.name,
        count=row.count,
        first_at=row.first_at,
        last_at=row.last_at,
        sources=[SourceCount(*one) for one in by_count],
        uses=uses,
        note=note,
    )


def of_property(row: PropertyRow, note: Note) -> PropertyView:
    """A property as the API shows it."""
    return PropertyView(**_fields(row, note))


def of_attribute(told: Attribute) -> AttributeView:
    """An attribute as the API shows it."""
    profiles, counted_at = told.counted or (None, None)
    return AttributeView(
        **_fields(told.row, told.note),
        is_standard=attribute_type(told.row.path) is not None,
        profiles=profiles,
        counted_at=counted_at,
        uses=list(told.uses),
    )


def _fields(row: PropertyRow, note: Note) -> dict[str, Any]:
    return {
        "path": row.path,
        "count": row.count,
        "types": [TypeCount(*one) for one in row.types.items()],
        "first_at": row.first_at,
        "last_at": row.last_at,
        "sources": sorted(row.sources),
        "samples": list(row.samples) if not note.is_personal else [],
        "is_personal": is_personal(row, note),
        "note": note,
    }


def of_left_out(row: BeyondRow) -> LeftOutView:
    """What found no room as the API shows it."""
    return LeftOutView(row.subject, row.count, row.first_at, row.last_at)


class PlanView(Struct, frozen=True):
    """What is expected of an event."""

    type: str
    name: str
    expected: Expected


class PlanChange(Struct, frozen=True):
    """What is to be expected of an event from now on."""

    type: EventType
    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
    """Name of the event; of types without one the type."""
    expected: Expected | None
    """Null takes the event out of the plan."""


class PlanAccepted(Struct, frozen=True):
    """A change of the plan that is on disk."""

    block: str
    applied: bool
    """Whether it was in force when the answer was given."""


class ViolationView(Struct, frozen=True, kw_only=True):
    """How often events broke a rule of the plan."""

    type: str
    name: str
    path: str
    """The property; empty where it is the event itself."""
    rule: Rule
    count: int
    first_at: int
    last_at: int
    events: list[str]
    """Ids of the latest events that did."""


def of_plan(subject: Subject, expected: Expected) -> PlanView:
    """What is expected of an event as the API shows it."""
    return PlanView(subject.type, subject.name, expected)


def of_violation(row: ViolationRow) -> ViolationView:
    """A violation as the API shows it."""
    return ViolationView(
        type=row.type,
        name=row.name,
        path=row.path,
        rule=cast(Rule, row.rule),
        count=row.count,
        first_at=row.first_at,
        last_at=row.last_at,
        events=list(row.samples),
    )


def violation_cursor(row: ViolationRow) -> str:
    """Where the page after this row begins."""
    return msgspec.json.encode([row.type, row.name, row.path, row.rule]).decode()


def violation_key(cursor: str) -> ViolationKey:
    """The row that a cursor names; before all rows for an empty one. Raises `BadRequest` for any other text."""
    if not cursor:
        return ("", "", "", "")
    try:
        found: ViolationKey = msgspec.json.decode(cursor, type=ViolationKey)
    except ValueError:
        raise BadRequest("`after` is no cursor of this list. Give the `next` of a page.") from None
    return found


class NoteChange(Struct, frozen=True, kw_only=True):
    """What is to be said of an event, a property or an attribute."""

    type: Annotated[str, Meta(max_length=20)] = ""
    """Type of the event; empty for an attribute."""
    name: Annotated[str, Meta(max_length=LONGEST_NAME)] = ""
    path: Annotated[str, Meta(max_length=LONGEST_NAME)] = ""
    """Property or attribute; empty for the event itself."""
    en: Annotated[str, Meta(max_length=2_000)] = ""
    ru: Annotated[str, Meta(max_length=2_000)] = ""
    owner: Annotated[str, Meta(max_length=200)] = ""
    is_personal: bool | None = None
    """Null leaves it to the guess."""
    is_deprecated: bool = False


class CountBegun(Struct, frozen=True):
    """The job that counts."""

    job: str
