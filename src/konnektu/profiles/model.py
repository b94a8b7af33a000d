"""Records of the single profile. In: nothing. Out: what the fold, the store and the API hold in hand.

Invariant: everything in a state is a function of a set of facts, so that states of disjoint sets unite
in any order. Whatever is bounded is bounded by a total order over the facts, never by who came first.
The states are working structs: the fold changes them in place, `unite` makes new ones.
"""

from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, field

from konnektu.profiles.visits import Visit

Moment = tuple[int, int]
"""(time, position): when it happened in milliseconds UTC, and its place on the log. No two facts share one."""

AttributeOrigin = Literal["guessed", "stated", "confirmed"]
"""How sure an attribute is: derived by a machine, said by the person or a system, checked."""

SurvivalRule = Literal["origin", "newest", "first", "frequent"]
"""Which statement of an attribute survives: the surest and then newest, the newest, the first, the most frequent."""

ConsentState = Literal["given", "withdrawn", "objected"]
"""What a person said: yes, not any more, never."""


class Held(Struct, frozen=True, gc=False):
    """The surviving statement of an attribute, as the profile's row keeps it. A value of None was cleared."""

    value: Any = field(name="v")
    origin: AttributeOrigin = field(name="o")
    time: int = field(name="t")
    position: int = field(name="p")
    source: int = field(name="s")


class Tally(Struct, array_like=True):
    """How often a value was stated, and its newest statement."""

    count: int
    held: Held


class Frequencies(Struct, array_like=True):
    """The values of an attribute whose most frequent one survives; `many` once there were too many to count."""

    values: dict[str, Tally] = {}
    """By the value's JSON."""
    newest: Held | None = None
    many: bool = False


class Total(Struct, array_like=True, gc=False):
    """Sum of a numeric property in one currency, exact, with the number of its values."""

    count: int
    sum: Decimal


class EventBasics(Struct, array_like=True, gc=False):
    """What is counted of the events of one name."""

    count: int
    first: Moment
    last: Moment
    totals: dict[tuple[str, str], Total] = {}
    """By (property, currency); the currency is empty where the event named none."""


class Traffic(Struct, frozen=True, array_like=True, gc=False):
    """How the person came with one event."""

    moment: Moment
    traffic_source: str
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    referrer_host: str = ""


class Basics(Struct, array_like=True):
    """What is computed from all facts of a profile. Events of robots, staff and tests are counted in `apart` only."""

    known: bool = False
    """Whether a fact named a person and not only a device."""
    position: int = -1
    """Of the newest fact on the log that was folded."""
    events: int = 0
    apart: dict[int, int] = {}
    """Number of events by their marks."""
    first: Moment | None = None
    last: Moment | None = None
    by_name: dict[str, EventBasics] = {}
    """By event name for a track, `$page`, `$screen`, `$identify`… for the other types."""
    devices: dict[tuple[str, str, str], Moment] = {}
    """(device type, operating system, browser): last seen."""
    places: dict[tuple[str, str], Moment] = {}
    """(country, city): last seen."""
    sources: dict[int, tuple[Moment, Moment]] = {}
    """First and last event by source."""
    groups: dict[str, Moment] = {}
    """Group id: last stated."""
    first_traffic: Traffic | None = None
    last_traffic: Traffic | None = None
    """Of the newest visit that did not come directly; a direct one only where there is no other."""
    frequencies: dict[str, Frequencies] = {}
    visits: dict[str, Visit] = {}
    """The last visit of each cookie or device."""
    old_visits: int = 0
    """Number of visits of cookies and devices that are not kept any more."""


class ProfileState(Struct):
    """All that the writer keeps in hand of one profile."""

    basics: Basics = field(default_factory=Basics)
    attributes: dict[str, Held] = field(default_factory=dict)


class TagWord(Struct, frozen=True):
    """The last word of one atom about one tag."""

    atom: int
    tag: str
    present: bool
    time: int
    position: int


class Contact(Struct, frozen=True, order=True):
    """A contact in normal form; both empty where a consent holds for every contact of the person."""

    kind: str = ""
    value: str = ""


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One consent or refusal: what was said about which use of which contact, and what proves it.

    An empty entity, channel, category, purpose or contact means every one of them.
    """

    state: ConsentState
    time: int
    position: int = 0
    atom: int = 0
    number: int = 0
    """Its place among the statements of one fact."""
    entity: str = ""
    """The legal entity that was allowed."""
    contact: Contact = Contact()
    contacts: tuple[Contact, ...] = ()
    """Of a refusal that names no contact: those it was recorded for when it was stated."""
    channel: str = ""
    category: str = ""
    """Mailing category."""
    purpose: str = ""
    explicit: bool = True
    """Said in so many words; a banner's state repeated with every event is not."""
    valid_until: int | None = None
    text_version: str = ""
    text_hash: str = ""
    """SHA-256 of the shown text, hexadecimal."""
    proof: dict[str, Any] = {}
    """Source, ip, user agent, form, document, recording, operator…: what was there."""

    @property
    def key(self) -> tuple[str, Contact, str, str, str]:
        """What it is about: (entity, contact, channel, category, purpose)."""
        return self.entity, self.contact, self.channel, self.category, self.purpose

    @property
    def moment(self) -> tuple[int, int, int]:
        """Its place in the order of statements."""
        return self.time, self.position, self.number


class Standing(Struct, frozen=True, kw_only=True):
    """Where a consent stands for a profile: the statement that decides, and how many were heard."""

    statement: Statement
    statements: int


class Survivorship(Struct, frozen=True):
    """Which statement of each attribute survives, as data."""

    default: SurvivalRule = "origin"
    rules: dict[str, SurvivalRule] = {}
    """Attributes with a rule of their own."""
    groups: dict[str, tuple[str, ...]] = {}
    """Attributes that survive together: all from one fact, the fullest of the surest ones."""
    group_of: dict[str, str] = {}
    """The same by attribute; `attributes.survivorship` fills it."""


class Refusal(Struct, frozen=True, kw_only=True):
    """A refusal that holds from the instant it was recorded, whatever profile the contact belongs to."""

    contact: Contact
    time: int
    entity: str = ""
    channel: str = ""
    category: str = ""
    purpose: str = ""
    reason: str = ""
    """withdrawn, objected, or the channel's word (complaint, stop)."""


class ProfileRow(Struct, frozen=True, kw_only=True):
    """A profile as stored, for reading."""

    id: int
    born: int
    """Instant at which it was made."""
    state: ProfileState
