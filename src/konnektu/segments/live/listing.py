"""Facts that put people on lists, or take them off. In: facts without fault. Out: rows, entries and exits.

A list is a segment whose only condition is to stand on it, so that it is built, followed through merges and cuts,
counted and asked for like every other.
"""

from collections.abc import Iterable

import msgspec

from konnektu.core.records import Event
from konnektu.identity import api as identity
from konnektu.rules.live import ListsStand
from konnektu.segments.live import listed
from konnektu.segments.live.building import At, tell_stands
from konnektu.segments.live.definitions import InForce
from konnektu.segments.model import Told
from konnektu.segments.store import segments
from konnektu.storage.api import Connection


def list_people(db: Connection, force: InForce | None, events: Iterable[Event], home: str) -> None:
    """Take what facts say of who stands on lists, in their order; whoever is no more is passed over.

    `home` is the zone of the workspace.
    """
    naming = [one for one in events if _names_people(one)]
    known = segments(db) if naming else {}
    for one in naming:
        told = msgspec.convert(one.properties["told"], Told)
        at = At(one.position, one.instant, home)
        people = _put(db, told, known[told.key].id, at)
        if force is not None and not force.is_idle and people:
            stands = listed.of_people(db, people)
            tell_stands(db, force, {person: [ListsStand(stands[person])] for person in people}, at)


def _put(db: Connection, told: Told, segment: int, at: At) -> list[int]:
    """Write who stands on a list after a fact; the people of whom it speaks."""
    homes = identity.current_many(db, {*told.add, *told.remove})
    listed.add(db, segment, [atom for atom in told.add if atom in homes], at.position, at.instant)
    listed.remove(db, segment, told.remove)
    return sorted(set(homes.values()))


def _names_people(event: Event) -> bool:
    told = event.properties.get("told")
    return isinstance(told, dict) and told.get("act") == "listed"
