"""Everything beside events that is known of people, as their rows tell it. In: people. Out: changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from konnektu.acquisition import api as acquisition
from konnektu.core.records import Identifier
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.rules.known import Arrival, Moment
from konnektu.rules.live import (
    ArrivalsStand,
    AttributesStand,
    Change,
    IdentifiersStand,
    ItemStands,
    ListsStand,
    OrderStands,
    PersonStands,
    RanksStand,
    RecordStands,
    StatementsStand,
    TagsStand,
)
from konnektu.segments.live import known, listed
from konnektu.segments.ranks import store as ranked
from konnektu.storage.api import Connection

ZONE = "time_zone"
"""The attribute that names a person's zone."""


class Asked(Struct, frozen=True):
    """What leaves look at."""

    kinds: frozenset[str]
    home: str
    """Zone of the workspace."""


def standing(db: Connection, people: Sequence[int], asked: Asked) -> dict[int, list[Change]]:
    """What is known of each of these people, in a fixed number of statements; kinds that no leaf reads are left out."""
    told: dict[int, list[Change]] = {person: [] for person in people}
    states = profiles.profiles(db, people)
    for person, row in states.items():
        told[person] += [who(row.state, asked.home), AttributesStand(attributes(row.state))]
    _words(db, people, asked.kinds, told)
    _things(db, people, asked.kinds, told)
    if "arrivals" in asked.kinds:
        _arrivals(db, people, states, told)
    return told


def _words(
    db: Connection, people: Sequence[int], kinds: frozenset[str], told: Mapping[int, list[Change]]
) -> None:
    """Statements, tags, lists, ranks and identifiers."""
    if "statements" in kinds:
        for person, said in profiles.statements_of_people(db, people).items():
            told[person].append(StatementsStand(known.newest(map(known.statement, said))))
    if "tags" in kinds:
        for person, tags in profiles.tags(db, people).items():
            told[person].append(TagsStand(frozenset(tags)))
    _stated(db, people, kinds, told)
    if "identifiers" in kinds:
        for one in identity.persons(db, people):
            told[one.id].append(IdentifiersStand(identifying(one)))


def _stated(
    db: Connection, people: Sequence[int], kinds: frozenset[str], told: Mapping[int, list[Change]]
) -> None:
    """Lists and ranks."""
    if "memberships" in kinds:
        for person, stays in listed.of_people(db, people).items():
            told[person].append(ListsStand(stays))
    if "ranks" in kinds:
        for person, ranks in ranked.of_people(db, people).items():
            told[person].append(RanksStand(ranks))


def _things(
    db: Connection, people: Sequence[int], kinds: frozenset[str], told: Mapping[int, list[Change]]
) -> None:
    """Orders, related records and products on lists."""
    if "orders" in kinds:
        for row in orders.of_people(db, people):
            order = orders.known(row.state, row.figures, row.number)
            told[row.profile].append(OrderStands(row.number, row.position, order))
    if "records" in kinds:
        defined = related.kinds(db)
        for found in related.of_people(db, people):
            one = known.record(found.key, found.state, defined)
            told[found.profile].append(RecordStands(found.key.kind, found.key.id, found.state.position, one))
    if "items" in kinds:
        _items(db, people, told)


def who(state: profiles.ProfileState, home: str) -> PersonStands:
    """Who a person is."""
    held = state.attributes.get(ZONE)
    zone = held.value if held is not None and isinstance(held.value, str) else ""
    return PersonStands(state.basics.known, "", home, zone)


def attributes(state: profiles.ProfileState) -> dict[str, Any]:
    """Values by name; None of those that were cleared."""
    return {name: held.value for name, held in state.attributes.items()}


def identifying(person: identity.Person) -> frozenset[Identifier]:
    """The identifiers that identify a person."""
    return frozenset(one.identifier for one in person.atoms.values() if one.status == "active")


def _items(db: Connection, people: Sequence[int], told: Mapping[int, list[Change]]) -> None:
    lists: dict[tuple[int, str], list[product_lists.ListState]] = defaultdict(list)
    for row in product_lists.of_people(db, people):
        lists[row.profile, row.list].append(row.state)
    for (person, name), states in lists.items():
        for one in product_lists.items(product_lists.united(states)):
            item = known.item(name, one)
            told[person].append(ItemStands(name, one.product, one.variant, 0, item))


def _arrivals(
    db: Connection,
    people: Sequence[int],
    states: Mapping[int, profiles.ProfileRow],
    told: Mapping[int, list[Change]],
) -> None:
    brought = acquisition.arrivals_of(db, people)
    for person, row in states.items():
        found = list(technical(row.state))
        if person in brought:
            found += [
                Arrival("marketing", one.key, Moment(*one.first), Moment(*one.last))
                for one in brought[person].every
            ]
        told[person].append(ArrivalsStand(in_order(found)))


def technical(state: profiles.ProfileState) -> list[Arrival]:
    """Which sources of data have told of a person."""
    return [
        Arrival("technical", str(source), Moment(*first), Moment(*last))
        for source, (first, last) in state.basics.sources.items()
    ]


def in_order(arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
    """Arrivals by side and key."""
    return tuple(sorted(arrivals, key=lambda one: (one.side, one.key)))
