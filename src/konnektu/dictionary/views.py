"""What the API shows of the dictionary. In: records. Out: views."""

from msgspec import Struct

from konnektu.dictionary.logic import is_personal_name
from konnektu.dictionary.model import Beyond, BeyondRow, EventRow, PropertyRow, ValueType


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
    """Whether its name or its values look as if they name or reach a person."""


class LeftOutView(Struct, frozen=True):
    """Names that found no room in the dictionary: somebody invents them."""

    subject: Beyond
    count: int
    """Events, or properties of events, with such names."""
    first_at: int
    last_at: int


def of_event(row: EventRow) -> EventView:
    """An event name as the API shows it."""
    by_count = sorted(row.sources.items(), key=lambda one: (-one[1], one[0]))
    return EventView(
        type=row.type,
        name=row.name,
        count=row.count,
        first_at=row.first_at,
        last_at=row.last_at,
        sources=[SourceCount(*one) for one in by_count],
    )


def of_property(row: PropertyRow) -> PropertyView:
    """A property as the API shows it."""
    return PropertyView(
        path=row.path,
        count=row.count,
        types=[TypeCount(*one) for one in row.types.items()],
        first_at=row.first_at,
        last_at=row.last_at,
        sources=sorted(row.sources),
        samples=list(row.samples),
        is_personal=is_personal(row),
    )


def is_personal(row: PropertyRow) -> bool:
    """Guessed: the name says so, or more than a twentieth of the values look like contacts."""
    return is_personal_name(row.path) or row.contacts * 20 > sum(row.types.values())


def of_left_out(row: BeyondRow) -> LeftOutView:
    """What found no room as the API shows it."""
    return LeftOutView(row.subject, row.count, row.first_at, row.last_at)
