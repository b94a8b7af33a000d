"""What an evaluator knows of a person at an instant. In: nothing. Out: frozen records without any I/O.

`Known` holds the facts with instant ≤ the one asked about, under the identity that held then, and nothing else.
What lies in the future by its own time may stand in it: it is not seen before that time. Everything that a person
is told of piece by piece (attributes, orders, records, lists, tags) stands as the facts known leave it.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from konnektu.core.records import Derived, Identifier


class Moment(NamedTuple):
    """When something happened, and its place on the log. No two facts share one."""

    time: int
    """Milliseconds UTC."""
    position: int


class Money(Struct, frozen=True):
    """An amount."""

    units: int
    """Minor units of the currency."""
    currency: str
    """ISO 4217."""


class Instant(Struct, frozen=True, order=True):
    """A point of time as a value, so that it is no number."""

    ms: int
    """Milliseconds since 1970 UTC."""


Value = str | bool | Decimal | Money | date | Instant | tuple[str, ...]
"""A value whose type is known. Empty texts do not stand for missing ones: what is missing is not there."""
Fields = Mapping[str, Value]


class KnownEvent(Struct, frozen=True, kw_only=True):
    """An event of the wire, as accepted."""

    position: int
    instant: int
    """When the platform knew it."""
    time: int
    """When it happened."""
    type: str
    """track, page, screen, identify, group or alias."""
    name: str
    source: int = 0
    origin: str = "wire"
    properties: Mapping[str, Any] = {}
    """JSON as accepted: numbers are int or float, rounded to nine places at the door."""
    derived: Derived = Derived()
    marks: int = 0
    """Sum of ROBOT, STAFF and TEST (core.records)."""

    @property
    def moment(self) -> Moment:
        """Its place in the order of events."""
        return Moment(self.time, self.position)


class KnownLine(Struct, frozen=True):
    """One line of an order."""

    id: str
    fields: Fields
    """By the names of `subjects.LINE`."""


class KnownOrder(Struct, frozen=True, kw_only=True):
    """An order as the facts known leave it."""

    number: str
    stage: str
    """A standard stage, or empty."""
    ordered_at: int
    stage_at: int
    fields: Fields = {}
    """Everything else by the names of `subjects.ORDER`, and a project's own fields as `other.name`."""
    lines: tuple[KnownLine, ...] = ()
    """In the order of the order's own list; ids differ."""


class KnownItem(Struct, frozen=True, kw_only=True):
    """One product that stands on a list of the person."""

    list: str
    """Its name as it is compared: case folded."""
    product: str
    variant: str = ""
    first: int
    """Since when it is on the list."""
    last: int
    """The last word about it."""
    fields: Fields = {}
    """quantity and price."""


class KnownRecord(Struct, frozen=True):
    """A related record that is not removed."""

    kind: str
    id: str
    fields: Fields
    """By the names of the kind; a choice is a text."""


class KnownStatement(Struct, frozen=True, kw_only=True):
    """One consent or refusal. An empty part means every one."""

    state: Literal["given", "withdrawn", "objected"]
    time: int
    position: int
    number: int = 0
    """Its place among the statements of one fact."""
    atom: int = 0
    entity: str = ""
    contact: tuple[str, str] = ("", "")
    """(kind, value); both empty for every contact."""
    channel: str = ""
    category: str = ""
    purpose: str = ""
    explicit: bool = True
    """Said in so many words."""
    proven: bool = False
    """Something shows what was consented to."""
    valid_until: int | None = None


class Arrival(Struct, frozen=True):
    """That the person came from a marketing source, or that a source of data has told of them."""

    side: Literal["marketing", "technical"]
    key: str
    """Key of the marketing source; id of the source of data as digits."""
    first: Moment
    last: Moment


class Membership(Struct, frozen=True):
    """A stay in another segment or on an uploaded list: entered ≤ t < left."""

    segment: str
    entered: int
    left: int | None = None
    """None while nothing is known to end it."""


class Ranked(Struct, frozen=True):
    """What one computation of a rank said of the person."""

    key: str
    """`normal.key` of the rank."""
    at: int
    """The moment it was computed for."""
    inside: bool


class Known(Struct, frozen=True, kw_only=True):
    """Everything that is known of one person."""

    is_known: bool = True
    """A fact has named a person and not only a device."""
    excluded: str = ""
    """Why this is no person that segments count; empty for people."""
    workspace_zone: str = "UTC"
    """IANA name."""
    zone: str = ""
    """The person's; empty where it is not known."""
    attributes: Mapping[str, Any] = {}
    """JSON values by standard name, cleared ones left out."""
    events: tuple[KnownEvent, ...] = ()
    """In any order, each once."""
    orders: tuple[KnownOrder, ...] = ()
    """Numbers differ."""
    items: tuple[KnownItem, ...] = ()
    """Of all lists; (list, product, variant) differ."""
    records: tuple[KnownRecord, ...] = ()
    statements: tuple[KnownStatement, ...] = ()
    """Of all atoms, and refusals recorded for the person's contacts as statements of atom 0."""
    tags: frozenset[str] = frozenset()
    arrivals: tuple[Arrival, ...] = ()
    identifiers: frozenset[Identifier] = frozenset()
    """Those that identify the person."""
    memberships: tuple[Membership, ...] = ()
    ranks: tuple[Ranked, ...] = ()


class KnownFrom(Struct, frozen=True):
    """What was known from one fact on, until the next: the history of a person is a list of these."""

    instant: int
    position: int
    known: Known
