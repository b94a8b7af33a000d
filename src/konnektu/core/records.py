"""What crosses the borders between slices: frozen records of past facts.

A *parcel* is what one door received at once (a request, a chunk of an import, an action in the
console). Blocks of parcels wait in the inbox. The writer gives each event of a block its dense
*position* and the block its *instant*; from then on it is an *event* on the log, and every stage
speaks of it by position.

Times are integer milliseconds since 1970 UTC unless a name says otherwise.
"""

from typing import Any, Literal, NamedTuple

from msgspec import UNSET, Raw, Struct, UnsetType

type_names = ("track", "identify", "page", "screen", "group", "alias")
"""Event types of the wire format (Segment HTTP Tracking API)."""

Origin = Literal["wire", "import", "console", "api", "system"]
"""Which kind of door a parcel came through."""

UNSTATED = 0
"""In place of a sender's timestamp that was not sent."""

ROBOT, STAFF, TEST = 1, 2, 4
"""Marks of an event: made by a robot, by the company's own staff, by a test. Left out of counts by default."""


class Identifier(NamedTuple):
    """One identifier in normal form, as ("phone", "+79031234567")."""

    kind: str
    value: str


class Parcel(Struct, frozen=True, array_like=True, gc=False):
    """What one door received at once. `events` are JSON objects as they came, or None where a part was unreadable."""

    source: int
    """Id of the source whose key brought it; 0 for the system itself."""
    origin: Origin
    received_at: int
    """Server clock at the door."""
    events: list[bytes]
    """Raw JSON of each event, in the order of the request."""
    sent_at: int | None = None
    """The sender's clock when it sent, from the envelope or a header; None where the event itself must say."""
    context: bytes = b""
    """Raw JSON object merged under each event's own context, or nothing."""
    history: bool = False
    """Declared as history: starts nothing, and `as_if` is the event's own time."""
    ip: str = ""
    user_agent: str = ""
    key: str = ""
    """Idempotency key of the whole parcel (import chunk); empty where message ids do that."""


class Derived(Struct, frozen=True, omit_defaults=True, gc=False):
    """What is derived from an event's context without any state. Empty text where unknown."""

    device_type: str = ""
    """desktop, smartphone, tablet, tv, … as the detector names it."""
    os: str = ""
    browser: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    city: str = ""
    referrer_host: str = ""
    """Host of the referrer where it is not the page's own."""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    traffic_source: str = ""
    """How the visit came: campaign, search, social, referral, mailing, direct; empty where not a web event."""


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """One fact on the log: as accepted, checked, in normal form, with its place in the order."""

    position: int
    """Dense number of the fact in its workspace; never reused, never reordered."""
    instant: int
    """When the platform knew it: given by the writer, never decreasing with position."""
    source: int
    origin: Origin
    type: str
    """A wire type (`type_names`) or a fact of the platform itself (`consent`, `edit`, `merge`, `cut`, …)."""
    name: str
    """Event name of a track, page or screen; the type for others."""
    message_id: str
    time: int
    """When it happened: the sender's timestamp corrected by its clock's offset."""
    raw_time: int
    """The sender's timestamp as sent; UNSTATED where it sent none. Part of the deduplication key."""
    received_at: int
    identifiers: tuple[Identifier, ...] = ()
    """In normal form, strongest kind first; blocked values are already gone."""
    traits: dict[str, Any] = {}
    """Attributes stated by the event, by their names in the data dictionary's standard spelling."""
    refused: tuple[tuple[str, str], ...] = ()
    """Attributes stated with a value that they cannot take, each with the reason; they are not in `traits`."""
    properties: dict[str, Any] = {}
    context: dict[str, Any] = {}
    marks: int = 0
    """Sum of ROBOT, STAFF and TEST."""
    history: bool = False
    derived: Derived = Derived()
    body: bytes = b""
    """The JSON object as it was accepted."""

    @property
    def as_if(self) -> int:
        """The instant at which a dry run sees it: the event's own time for history, the instant for live traffic."""
        return self.time if self.history else self.instant


class Rejected(Struct, frozen=True, kw_only=True):
    """An event that could not be accepted: kept with its reason, correctable, replayable."""

    position: int
    """The place it would have had; it keeps that place empty."""
    instant: int
    source: int
    reason: str
    """A word of a closed set, such as `no_identifier`, `too_large`, `wrong_time`, `same_id_other_content`."""
    detail: str
    """What is wrong and where, for a person."""
    body: bytes
    """The event as it came, in full."""
    received_at: int = 0
    context: bytes = b""
    """The envelope's context, needed to replay it as it came."""


LONGEST_DETAIL = 2_000
"""Letters of what is said to be wrong with an event."""


def rejected(event: Event, reason: str, *faults: str) -> Rejected:
    """An event that was read, and of which a stage could not take something; each fault is named once."""
    return Rejected(
        position=event.position,
        instant=event.instant,
        source=event.source,
        reason=reason,
        detail="; ".join(dict.fromkeys(faults))[:LONGEST_DETAIL],
        body=event.body,
        received_at=event.received_at,
    )


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One identity decision: a fact with its evidence. Folding decisions in order rebuilds identity."""

    position: int
    """The event that caused it."""
    ordinal: int
    """Its number among the decisions of that event, from 0."""
    kind: str
    """made, link, merge, switch, refuse, share, cut_requested, cut, never, allow, erase."""
    atom: int = 0
    """The atom that was made, joined or moved."""
    profile: int = 0
    """The profile that the atom or the loser belongs to from here on (winner)."""
    other: int = 0
    """The other profile: loser of a merge, refused candidate, side that stays in a cut (`profile` leaves)."""
    other_atom: int = 0
    """The atom on the other end of the evidence."""
    moved: tuple[int, ...] = ()
    """Atoms that belong to `profile` from this decision on; reports and history resolve people through it."""
    identifier: Identifier | None = None
    reason: str = ""
    """Why refused or switched: first_name, birth_date, unique, never, limit, size, shared, stale, known_other."""
    rules: int = 0
    """Version of the identity rules that decided."""
    detail: dict[str, Any] = {}
    """Evidence a person can read: the values compared, the limit met, the decision undone."""


class Resolved(Struct, frozen=True, gc=False):
    """An event with its person."""

    event: Event
    atom: int
    """Stamped once for ever; 0 where no identifier was usable (the event belongs to nobody)."""
    profile: int
    """The profile that holds the atom at this position."""
    decisions: tuple[Decision, ...] = ()
    """Identity decisions that this event caused, in order; they take effect before the event is folded."""


class StatusChanged(Struct, frozen=True, kw_only=True):
    """An order has come to stand elsewhere: an event that follows from the fact at its position."""

    order: str
    """The order's number."""
    profile: int
    """Whose order it is at this position; 0 for nobody's."""
    atom: int
    """The owner's atom; 0 for nobody."""
    was: str
    """The status before; empty for an order that was not known."""
    became: str
    """The status that was told, or the stage where refunds have overtaken it."""
    stage: str
    """The standard stage that it is mapped to; empty for none."""
    time: int
    """Since when it is so."""
    position: int
    instant: int


class OrderFigures(Struct, frozen=True, kw_only=True):
    """What the orders of a person in one currency come to. Money in minor units, gross = net + cancelled + returned."""

    currency: str
    """ISO 4217."""
    orders: int
    """Of any kind."""
    purchases: int
    """Orders neither cancelled nor wholly returned."""
    gross: int
    """As ordered, whatever came of it."""
    cancelled: int
    returned: int
    net: int
    average: int
    """Net of a purchase, rounded half up."""
    largest: int
    """Net of the largest purchase."""
    first_at: int | None
    """When the first purchase was ordered."""
    last_at: int | None


class ArrivedBy(Struct, frozen=True, kw_only=True):
    """A marketing source that brought a person."""

    key: str
    name: str
    kind: str
    first: tuple[int, int]
    """(time, position) of the first event that was recognised as the source's own."""
    last: tuple[int, int]
    events: int
    days: int = 0
    """Days after the last arrival for which the person counts as brought by it; 0 where no programme says."""


class Arrivals(Struct, frozen=True):
    """The marketing sources of a person."""

    first: tuple[str, ...] = ()
    """Keys of those that the first arrival was recognised as."""
    last: tuple[str, ...] = ()
    every: tuple[ArrivedBy, ...] = ()
    """The first source first."""


class ListFigures(Struct, frozen=True, kw_only=True):
    """How much stands on one list of products of a person."""

    name: str
    products: int
    """Different ones."""
    quantity: str
    """Decimal, of all of them."""
    sums: tuple[tuple[str, int], ...]
    """(ISO 4217, minor units) at the prices that were stated; products without one are left out."""


__all__ = [
    "ROBOT",
    "STAFF",
    "TEST",
    "UNSET",
    "UNSTATED",
    "Arrivals",
    "ArrivedBy",
    "Decision",
    "Derived",
    "Event",
    "Identifier",
    "ListFigures",
    "OrderFigures",
    "Origin",
    "Parcel",
    "Raw",
    "Rejected",
    "Resolved",
    "StatusChanged",
    "UnsetType",
    "type_names",
]
