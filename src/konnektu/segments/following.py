"""Facts about segments in the writer. In: events of a batch, in order. Out: how segments stand; what was refused.

Invariant: how segments stand is a function of these facts alone. Each stands alone in its batch.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec
from msgspec import structs

from konnektu.core.ids import uuid7
from konnektu.core.records import Event, Rejected, rejected
from konnektu.rules.calendar import is_zone
from konnektu.rules.formulas import asked_for
from konnektu.segments import store
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas import store as computed_store
from konnektu.segments.formulas.model import FACT as COMPUTED_FACT
from konnektu.segments.formulas.model import Told as ToldComputed
from konnektu.segments.logic import Made, Place, fault, living, made
from konnektu.segments.model import Told
from konnektu.segments.ranks.model import FACT as RANK_FACT
from konnektu.segments.ranks.model import Told as ToldRank
from konnektu.segments.rewriting import fault_of_computed, rewritten
from konnektu.storage.api import Connection

FACT: Final = "segment"
"""Type of the system's fact that says something of a segment."""
ZONE_FACT: Final = "zone"
"""Type of the system's fact that moves the workspace to another zone; settings of the workspace append it."""
FACTS: Final = frozenset((FACT, COMPUTED_FACT, RANK_FACT, ZONE_FACT))
"""Types of the facts that segments follow."""
REASON: Final = "wrong_segment"


def fact(told: Told, *, by: str, now: int) -> bytes:
    """The fact as it is appended."""
    return msgspec.json.encode(
        {"type": FACT, "messageId": uuid7(now), "properties": {"told": told, "by": by}}
    )


def computed_fact(told: ToldComputed, *, by: str, now: int) -> bytes:
    """The fact about a computed attribute as it is appended."""
    return msgspec.json.encode(
        {"type": COMPUTED_FACT, "messageId": uuid7(now), "properties": {"told": told, "by": by}}
    )


def built(key: str, version: int, now: int) -> bytes:
    """The fact that brings a definition or formula into force that was being built, by the key it was followed by."""
    if computed_key := asked_for(key):
        return computed_fact(ToldComputed(key=computed_key, act="built", version=version), by="", now=now)
    return fact(Told(key=key, act="built", version=version), by="", now=now)


def rank_fact(told: ToldRank, *, now: int) -> bytes:
    """The fact about a rank as it is appended."""
    return msgspec.json.encode(
        {"type": RANK_FACT, "messageId": uuid7(now), "properties": {"told": told, "by": ""}}
    )


def says_built(event: Event) -> bool:
    """Whether a fact brings a definition or formula into force that was being built."""
    told = event.properties.get("told")
    return isinstance(told, dict) and told.get("act") == "built"


def follow(db: Connection, events: Iterable[Event]) -> list[Rejected]:
    """Take what facts say of segments; those that cannot be taken."""
    told = (event for event in events if event.type in FACTS and event.origin == "system")
    return [rejected(event, REASON, wrong) for event in told if (wrong := _FOLLOWERS[event.type](db, event))]


def _follow(db: Connection, event: Event) -> str:
    """Take one fact; why it cannot be taken, or nothing."""
    try:
        told = msgspec.convert(event.properties.get("told"), Told)
    except msgspec.ValidationError as error:
        return f"The segment cannot be read: {error}"
    segments, formulas = store.segments(db), computed.formulas(computed_store.computed(db))
    if wrong := fault(told, segments, formulas):
        return wrong
    found = made(told, segments.get(told.key), _place(event), formulas)
    if told.act == "listed":
        # Thousands of facts may name the people of one list: the first of them says so to people.
        if told.note:
            store.add_edit(db, found.edit)
        return ""
    _put(db, found)
    return ""


def _put(db: Connection, found: Made) -> None:
    store.put_segment(db, found.standing)
    store.add_edit(db, found.edit)
    if found.version is not None:
        store.add_version(db, found.version)


def _place(event: Event) -> Place:
    return Place(event.position, event.instant, str(event.properties.get("by", "")))


def _follow_computed(db: Connection, event: Event) -> str:
    """Take one fact about a computed attribute, with what it makes of all that ask for it; why it cannot be taken."""
    try:
        told = msgspec.convert(event.properties.get("told"), ToldComputed)
    except msgspec.ValidationError as error:
        return f"The computed attribute cannot be read: {error}"
    known, segments = computed_store.computed(db), store.segments(db)
    if wrong := fault_of_computed(told, known, segments):
        return wrong
    found = computed.made(told, known, computed.Place(*structs.astuple(_place(event))))
    after = {**known, told.key: found.standing}
    others = computed.rewritten(told.key, known, after, computed.Place(*structs.astuple(_place(event))))
    for each in (found, *others):
        computed_store.put(db, each.standing)
        if each.version is not None:
            computed_store.add_version(db, each.version)
    formulas = computed.formulas(after)
    for one in living(segments):
        if (other := rewritten(one, formulas, _place(event), found.standing.stated.title)) is not None:
            _put(db, other)
    return ""


def _follow_rank(_db: Connection, event: Event) -> str:
    """Whether one fact of a rank can be read; people are told of it beside their definitions (`live.ranking`)."""
    try:
        msgspec.convert(event.properties.get("told"), ToldRank)
    except msgspec.ValidationError as error:
        return f"The rank cannot be read: {error}"
    return ""


def _follow_zone(db: Connection, event: Event) -> str:
    """Take one fact that moves the workspace to another zone; why it cannot be taken."""
    told = event.properties.get("told")
    zone = told.get("zone") if isinstance(told, dict) else None
    if not isinstance(zone, str) or not is_zone(zone):
        return f"There is no time zone {zone}."
    store.move_home(db, event.position, event.instant, zone)
    return ""


_FOLLOWERS: Final[Mapping[str, Callable[[Connection, Event], str]]] = {
    FACT: _follow,
    COMPUTED_FACT: _follow_computed,
    RANK_FACT: _follow_rank,
    ZONE_FACT: _follow_zone,
}
