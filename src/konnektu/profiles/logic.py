"""The fold: from facts to the state of a profile.

In: a state and one event of it, or the states of disjoint sets of facts. Out: the state of all of them.
Invariant: fold, unite and refold agree, whatever the order of facts or the tree of merges; visits alone
are counted in the order in which the facts of one atom became known.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec import Struct

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.core.records import Event, Resolved, type_names
from konnektu.profiles.attributes import DEFAULT_SURVIVORSHIP, SURETY, state_attributes, united_attributes
from konnektu.profiles.bounds import see, united_moments
from konnektu.profiles.counts import count, earlier, later, united_counts
from konnektu.profiles.model import (
    AttributeOrigin,
    Basics,
    Held,
    Moment,
    ProfileState,
    Survivorship,
    Traffic,
)

DEVICES = 32
PLACES = 32
GROUPS = 100

WIRE_TYPES = frozenset(type_names)
"""Events that people make; the other types are facts of the platform about them."""

Found = TypeVar("Found")


class Folding(Struct, frozen=True):
    """What folding depends on besides the facts."""

    survivorship: Survivorship = DEFAULT_SURVIVORSHIP
    anonymous_kinds: frozenset[str] = frozenset(
        kind.name for kind in DEFAULT_KINDS if kind.level != "person"
    )
    """Kinds of identifiers that name no person: a profile with these alone is anonymous."""


DEFAULT_FOLDING = Folding()


def fold_event(state: ProfileState, event: Event, folding: Folding) -> bool:
    """Take one event into its profile's state in place; return whether held attributes changed."""
    basics = state.basics
    if event.position > basics.position:
        basics.position = event.position
    if not basics.known:
        basics.known = names_person(event, folding)
    if event.type in WIRE_TYPES:
        if event.marks:
            basics.apart[event.marks] = basics.apart.get(event.marks, 0) + 1
        else:
            _fold_basics(basics, event)
    stated = stated_attributes(event)
    return bool(stated) and state_attributes(state, stated, _like(event), folding.survivorship)


def names_person(event: Event, folding: Folding) -> bool:
    """Whether an event carries an identifier of a person, not only of a device or a household."""
    return any(identifier.kind not in folding.anonymous_kinds for identifier in event.identifiers)


def stated_attributes(event: Event) -> dict[str, Any]:
    """Attributes that an event states; an edit also clears those that its property `clear` names."""
    if event.type != "edit":
        return event.traits
    cleared = event.properties.get("clear")
    names = [name for name in cleared if isinstance(name, str)] if isinstance(cleared, list) else []
    return dict.fromkeys(names) | event.traits


def origin_of(event: Event) -> AttributeOrigin:
    """How sure an event's attributes are: an edit says it itself in `origin`, all others state."""
    origin = event.properties.get("origin") if event.type == "edit" else None
    return origin if origin in SURETY else "stated"


def unite(left: ProfileState, right: ProfileState, folding: Folding = DEFAULT_FOLDING) -> ProfileState:
    """Return the state of two disjoint sets of facts. Commutative and associative; neither argument changes."""
    united = united_attributes(left, right, folding.survivorship)
    united.basics = _united_basics(left.basics, right.basics, united.basics)
    return united


def refold(facts: Iterable[Resolved], folding: Folding = DEFAULT_FOLDING) -> ProfileState:
    """Return the state of a profile from all facts of its atoms; decisions in them are not carried out again."""
    state = ProfileState()
    for fact in sorted(facts, key=lambda fact: fact.event.position):
        fold_event(state, fact.event, folding)
    return state


def _fold_basics(basics: Basics, event: Event) -> None:
    moment = (event.time, event.position)
    basics.events += 1
    if basics.last is None or moment > basics.last:
        basics.last = moment
    if basics.first is None or moment < basics.first:
        basics.first = moment
    count(basics.by_name, event)
    _see_source(basics.sources, event.source, moment)
    derived = event.derived
    if derived.device_type or derived.os or derived.browser:
        see(basics.devices, (derived.device_type, derived.os, derived.browser), moment, DEVICES)
    if derived.country:
        see(basics.places, (derived.country, derived.city), moment, PLACES)
    if derived.traffic_source:
        _come(basics, _traffic(event, moment))
    if event.type == "group" and isinstance(group := event.properties.get("groupId"), str) and group:
        see(basics.groups, group, moment, GROUPS)


def _see_source(sources: dict[int, tuple[Moment, Moment]], source: int, moment: Moment) -> None:
    known = sources.get(source)
    if known is None:
        sources[source] = (moment, moment)
    elif moment > known[1]:
        sources[source] = (known[0], moment)
    elif moment < known[0]:
        sources[source] = (moment, known[1])


def _traffic(event: Event, moment: Moment) -> Traffic:
    derived = event.derived
    return Traffic(
        moment,
        derived.traffic_source,
        derived.utm_source,
        derived.utm_medium,
        derived.utm_campaign,
        derived.utm_term,
        derived.utm_content,
        derived.referrer_host,
    )


def _come(basics: Basics, traffic: Traffic) -> None:
    basics.first_traffic = _earlier_traffic(basics.first_traffic, traffic)
    basics.last_traffic = _later_traffic(basics.last_traffic, traffic)


def _earlier_traffic(left: Traffic | None, right: Traffic | None) -> Traffic | None:
    return _best(left, right, lambda traffic: (-traffic.moment[0], -traffic.moment[1]))


def _later_traffic(left: Traffic | None, right: Traffic | None) -> Traffic | None:
    """The later one that did not come directly: who returns by a bookmark was still won by the campaign before."""
    return _best(left, right, lambda traffic: (traffic.traffic_source != "direct", traffic.moment))


def _best(left: Found | None, right: Found | None, rank: Any) -> Found | None:
    if left is None or right is None:
        return left if right is None else right
    return max(left, right, key=rank)


def _like(event: Event) -> Held:
    return Held(None, origin_of(event), event.time, event.position, event.source)


def _united_basics(left: Basics, right: Basics, attributes: Basics) -> Basics:
    return Basics(
        known=left.known or right.known,
        position=max(left.position, right.position),
        events=left.events + right.events,
        apart={m: left.apart.get(m, 0) + right.apart.get(m, 0) for m in {**left.apart, **right.apart}},
        first=earlier(left.first, right.first),
        last=later(left.last, right.last),
        by_name=united_counts(left.by_name, right.by_name),
        devices=united_moments(left.devices, right.devices, DEVICES),
        places=united_moments(left.places, right.places, PLACES),
        sources=_united_sources(left.sources, right.sources),
        groups=united_moments(left.groups, right.groups, GROUPS),
        first_traffic=_earlier_traffic(left.first_traffic, right.first_traffic),
        last_traffic=_later_traffic(left.last_traffic, right.last_traffic),
        frequencies=attributes.frequencies,
    )


def _united_sources(
    left: dict[int, tuple[Moment, Moment]], right: dict[int, tuple[Moment, Moment]]
) -> dict[int, tuple[Moment, Moment]]:
    united = dict(left)
    for source, (first, last) in right.items():
        mine = united.get(source, (first, last))
        united[source] = (min(mine[0], first), max(mine[1], last))
    return united
