"""What the API says of profiles. In: records. Out: views, covered for callers without the right to personal data.

Invariant: ids leave as UUIDs, times as milliseconds UTC, sums as decimal text.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from konnektu.core.clock import DAY
from konnektu.core.ids import public_id
from konnektu.core.money import major
from konnektu.core.records import Arrivals, ArrivedBy, Event, ListFigures, OrderFigures
from konnektu.identity.api import Person
from konnektu.profiles.beside import Beside
from konnektu.profiles.consent_views import ConsentView, of_statement
from konnektu.profiles.masking import cover, covered, covered_identifier
from konnektu.profiles.model import (
    AttributeOrigin,
    Basics,
    Held,
    Moment,
    ProfileRow,
    ProfileState,
    Standing,
    Traffic,
)
from konnektu.profiles.timeline import Told
from konnektu.profiles.visitors import visit_count
from konnektu.storage.api import allows

SourceName = Callable[[int], str]
"""Public id of a source; empty for the platform itself."""


class IdentifierView(Struct, frozen=True):
    """One identifier of a profile."""

    kind: str
    value: str
    status: str


class AttributeView(Struct, frozen=True):
    """The surviving statement of an attribute."""

    value: Any
    origin: AttributeOrigin
    time: int
    source: str
    """Source that stated it; empty for the console and the API."""


class TotalView(Struct, frozen=True):
    """Sum of a numeric property in one currency."""

    property: str
    currency: str
    count: int
    sum: str


class EventCountView(Struct, frozen=True):
    """What is counted of the events of one name."""

    name: str
    count: int
    first: int
    last: int
    totals: list[TotalView]


class DeviceView(Struct, frozen=True):
    """A device, when last seen."""

    device_type: str
    os: str
    browser: str
    last_seen: int


class PlaceView(Struct, frozen=True):
    """A place, when last seen."""

    country: str
    city: str
    last_seen: int


class TrafficView(Struct, frozen=True):
    """How the person came with one event."""

    time: int
    traffic_source: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    referrer_host: str


class BasicsView(Struct, frozen=True, kw_only=True):
    """What is computed of a profile's events; those of robots, staff and tests are counted apart."""

    first_seen: int | None
    last_seen: int | None
    events: int | None
    """Null, as everything that is counted of all events, for callers who see some rows alone."""
    events_apart: int | None
    by_name: list[EventCountView]
    """Empty for them."""
    visits: int | None
    devices: list[DeviceView]
    places: list[PlaceView]
    groups: list[str]
    first_traffic: TrafficView | None
    last_traffic: TrafficView | None


class OrdersView(Struct, frozen=True, kw_only=True):
    """What the orders of a person in one currency come to: gross = net + cancelled + returned; money as decimals."""

    currency: str
    orders: int
    purchases: int
    """Orders neither cancelled nor wholly returned."""
    gross: str
    cancelled: str
    returned: str
    net: str
    average: str
    """Net of a purchase."""
    largest: str
    first_at: int | None
    last_at: int | None


class DataSourceView(Struct, frozen=True):
    """A source of data that told of the person."""

    source: str
    """Its id; empty for the console and the API."""
    first: int
    last: int


class ArrivalView(Struct, frozen=True):
    """A marketing source that brought the person."""

    key: str
    name: str
    kind: str
    first: int
    last: int
    events: int
    """Events that were recognised as the source's own."""
    counts_until: int | None
    """Until when the person counts as brought by a partner or its programme; null for other sources."""


class SourcesView(Struct, frozen=True, kw_only=True):
    """Where a profile came from, both lists the first source first."""

    technical: list[DataSourceView]
    first_technical: str | None
    last_technical: str | None
    marketing: list[ArrivalView]
    first_marketing: list[str]
    """Keys; several where the first arrival was recognised as several sources."""
    last_marketing: list[str]


class ListSumView(Struct, frozen=True):
    """What the products of a list come to in one currency."""

    currency: str
    sum: str


class ProductListView(Struct, frozen=True, kw_only=True):
    """How much stands on one list of products: cart, viewed, favourites, or one of the project's own."""

    name: str
    products: int
    quantity: str
    sums: list[ListSumView]
    """At the prices that were stated; products without one are left out."""


class ProfileView(Struct, frozen=True, kw_only=True):
    """A profile."""

    id: str
    known: bool
    """Whether it names a person, not only a device."""
    created_at: int
    position: int
    """Place on the log of the newest fact in it."""
    is_cutting: bool
    """Whether a cut was asked for and is not yet effective."""
    identifiers: list[IdentifierView]
    attributes: dict[str, AttributeView]
    tags: list[str]
    consents: list[ConsentView]
    """The statement that decides about each use."""
    basics: BasicsView
    orders: list[OrdersView]
    """By currency; empty where there are none."""
    records: dict[str, int]
    """How many related records there are of each kind."""
    sources: SourcesView
    product_lists: list[ProductListView]
    """Without empty ones."""
    computed: dict[str, Any] | None
    """Values of computed attributes by key, those that are ready; null unless asked for by who may see them."""


class FactView(Struct, frozen=True, kw_only=True):
    """One fact of a timeline."""

    id: str
    """As the list of events names it."""
    position: int
    time: int
    instant: int
    received_at: int
    source: str
    origin: str
    type: str
    name: str
    message_id: str
    marks: int
    visit: int | None
    attributes: dict[str, Any]
    properties: dict[str, Any]
    context: dict[str, Any]
    """Empty for callers without the right to personal data."""


class AttributeSaid(Struct, frozen=True, kw_only=True):
    """One statement about an attribute."""

    value: Any
    """Null where the fact cleared it."""
    origin: AttributeOrigin
    time: int
    position: int
    source: str
    """Source that stated it; empty for the console and the API."""
    door: str
    """How the fact came: wire, import, console, api or system."""
    type: str
    """Type of the fact."""
    by: str
    """Login of who said it in the console or by the API."""


class AttributeHistory(Struct, frozen=True):
    """What was ever said of an attribute."""

    items: list[AttributeSaid]
    """The latest first, 100 at most."""


class Accepted(Struct, frozen=True):
    """A change that is on disk."""

    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""
    profile: str | None = None
    """The profile it changed, where it was applied."""


class SumView(Struct, frozen=True):
    """What the orders of several people come to together, in one currency."""

    currency: str
    purchases: int
    net: str


class MergedView(Struct, frozen=True, kw_only=True):
    """What one person made of several would hold."""

    attributes: dict[str, AttributeView]
    """The statement that survives of each."""
    identifiers: list[IdentifierView]
    tags: list[str]
    events: int
    visits: int
    orders: list[SumView]


class Found(Struct, frozen=True):
    """The profiles asked for, in the order of the question: identifiers, then ids; null where there is none."""

    items: list[ProfileView | None]


def of_profile(
    row: ProfileRow,
    person: Person | None,
    tags: Sequence[str],
    consents: Sequence[Standing],
    beside: Beside,
    source: SourceName,
    *,
    is_open: bool,
    row_limit: str = "",
) -> ProfileView:
    """A profile as the API shows it; `is_open` shows personal data, a row limit hides what is counted of all events."""
    return ProfileView(
        id=public_id(row.born, row.id),
        known=row.state.basics.known,
        created_at=row.born,
        position=row.state.basics.position,
        is_cutting=bool(person and person.cutting),
        identifiers=of_identifiers(person, is_open=is_open),
        attributes=of_attributes(row.state, source, is_open=is_open),
        tags=list(tags),
        consents=[of_statement(one.statement, is_open=is_open) for one in consents],
        basics=of_basics(row.state.basics, is_whole=not row_limit),
        orders=[of_figures(one) for one in beside.figures],
        records=dict(beside.records),
        sources=_sources(row.state.basics, beside.arrived, source, row_limit),
        product_lists=[of_list(one) for one in beside.lists],
        computed=None,
    )


def of_identifiers(person: Person | None, *, is_open: bool) -> list[IdentifierView]:
    """The identifiers of a person, covered for who may not see personal data."""
    return [
        IdentifierView(
            atom.kind, atom.value if is_open else covered_identifier(atom.kind, atom.value), atom.status
        )
        for atom in (person.atoms.values() if person else ())
    ]


def of_attributes(state: ProfileState, source: SourceName, *, is_open: bool) -> dict[str, AttributeView]:
    """The attributes that a state holds, in the order of their names."""
    return {
        name: _attribute(name, held, source, is_open=is_open)
        for name, held in sorted(state.attributes.items())
        if held.value is not None
    }


def _sources(basics: Basics, arrived: Arrivals, name: SourceName, row_limit: str) -> SourcesView:
    seen = {one: ends for one, ends in basics.sources.items() if allows(row_limit, "source", str(one))}
    return SourcesView(
        technical=[
            DataSourceView(name(one), first[0], last[0])
            for one, (first, last) in sorted(seen.items(), key=lambda item: item[1][0])
        ],
        first_technical=name(min(seen, key=lambda one: seen[one][0])) if seen else None,
        last_technical=name(max(seen, key=lambda one: seen[one][1])) if seen else None,
        marketing=[_arrival(one) for one in arrived.every],
        first_marketing=list(arrived.first),
        last_marketing=list(arrived.last),
    )


def _arrival(one: ArrivedBy) -> ArrivalView:
    until = one.last[0] + one.days * DAY if one.days else None
    return ArrivalView(one.key, one.name, one.kind, one.first[0], one.last[0], one.events, until)


def of_figures(found: OrderFigures) -> OrdersView:
    """What orders come to, as the API shows it."""
    money = ("gross", "cancelled", "returned", "net", "average", "largest")
    return OrdersView(
        currency=found.currency,
        orders=found.orders,
        purchases=found.purchases,
        first_at=found.first_at,
        last_at=found.last_at,
        **{name: major(getattr(found, name), found.currency) for name in money},
    )


def of_list(found: ListFigures) -> ProductListView:
    """How much stands on a list, as the API shows it."""
    sums = [ListSumView(currency, major(units, currency)) for currency, units in found.sums]
    return ProductListView(name=found.name, products=found.products, quantity=found.quantity, sums=sums)


def of_basics(basics: Basics, *, is_whole: bool = True) -> BasicsView:
    """The basics as the API shows them: the most frequent and the latest first; counts where all may be seen."""
    return BasicsView(
        first_seen=_time(basics.first),
        last_seen=_time(basics.last),
        events=basics.events if is_whole else None,
        events_apart=sum(basics.apart.values()) if is_whole else None,
        by_name=[
            EventCountView(
                name,
                counted.count,
                counted.first[0],
                counted.last[0],
                [TotalView(*key, total.count, f"{total.sum:f}") for key, total in counted.totals.items()],
            )
            for name, counted in sorted(basics.by_name.items(), key=lambda item: (-item[1].count, item[0]))
            if is_whole
        ],
        visits=visit_count(basics) if is_whole else None,
        devices=[
            DeviceView(kind, os, browser, seen[0])
            for (kind, os, browser), seen in _latest_first(basics.devices)
        ],
        places=[PlaceView(country, city, seen[0]) for (country, city), seen in _latest_first(basics.places)],
        groups=[group for group, _ in _latest_first(basics.groups)],
        first_traffic=_traffic(basics.first_traffic),
        last_traffic=_traffic(basics.last_traffic),
    )


def of_told(told: Told, source: SourceName, *, is_open: bool) -> FactView:
    """A fact as the API shows it."""
    event = told.event
    return FactView(
        id=public_id(event.instant, event.position),
        position=event.position,
        time=event.time,
        instant=event.instant,
        received_at=event.received_at,
        source=source(event.source),
        origin=event.origin,
        type=event.type,
        name=event.name,
        message_id=event.message_id,
        marks=told.marks,
        visit=told.visit or None,
        attributes=event.traits if is_open else covered("", event.traits),
        properties=_properties(event, is_open=is_open),
        context=event.context if is_open else {},
    )


def _properties(event: Event, *, is_open: bool) -> dict[str, Any]:
    if is_open:
        return event.properties
    shown: dict[str, Any] = covered("", event.properties)
    # People write into a note whatever they like.
    return {**shown, "text": cover(str(shown.get("text")))} if event.type == "note" else shown


def shown_value(name: str, value: Any, *, is_open: bool) -> Any:
    """A value of an attribute, covered where the reader may not see personal data."""
    return value if is_open else covered(name, value)


def _attribute(name: str, held: Held, source: SourceName, *, is_open: bool) -> AttributeView:
    value = shown_value(name, held.value, is_open=is_open)
    return AttributeView(value, held.origin, held.time, source(held.source))


def _time(moment: Moment | None) -> int | None:
    return moment[0] if moment else None


def _traffic(traffic: Traffic | None) -> TrafficView | None:
    if traffic is None:
        return None
    return TrafficView(
        traffic.moment[0],
        traffic.traffic_source,
        traffic.utm_source,
        traffic.utm_medium,
        traffic.utm_campaign,
        traffic.utm_term,
        traffic.utm_content,
        traffic.referrer_host,
    )


def _latest_first(moments: dict[Any, Moment]) -> list[tuple[Any, Moment]]:
    return sorted(moments.items(), key=lambda item: item[1], reverse=True)
