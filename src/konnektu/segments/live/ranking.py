"""Facts that say who is at the top of ranks. In: facts without fault. Out: rows, entries and exits.

A computation of many people comes in pieces, and each piece comes into force by itself, as the pieces of a list do.
"""

from collections.abc import Iterable

import msgspec

from konnektu.core.records import Event
from konnektu.identity import api as identity
from konnektu.rules.live import RanksStand
from konnektu.segments.live.building import At, tell_stands
from konnektu.segments.live.definitions import InForce
from konnektu.segments.ranks import store
from konnektu.segments.ranks.model import FACT, Computed, Told
from konnektu.storage.api import Connection


def rank_people(db: Connection, force: InForce | None, events: Iterable[Event], home: str) -> None:
    """Take what facts say of who is at the top, in their order; whoever is no more is passed over.

    `home` is the zone of the workspace.
    """
    for one in events:
        if one.type != FACT:
            continue
        told, at = msgspec.convert(one.properties["told"], Told), At(one.position, one.instant, home)
        people = _put(db, told, one.position)
        if force is not None and not force.is_idle and people:
            stands = store.of_people(db, people)
            tell_stands(db, force, {person: [RanksStand(stands[person])] for person in people}, at)


def _put(db: Connection, told: Told, position: int) -> list[int]:
    """Write what a fact says; the people of whom it speaks."""
    if told.is_dropped:
        store.drop(db, told.key)
        return []
    homes = identity.current_many(db, {*told.add, *told.remove})
    store.add(db, told.key, [atom for atom in told.add if atom in homes], told.at, position)
    store.remove(db, told.key, told.remove)
    if told.is_last:
        store.put_computed(db, Computed(told.key, told.at, position, told.placed, told.inside))
    return sorted(set(homes.values()))
