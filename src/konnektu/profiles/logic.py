"""The fold: from facts to the state of a profile.

In: a state and one event of it, or the states of disjoint sets of facts. Out: the state of all of them.
Invariant: fold, unite and refold agree, whatever the order of facts or the tree of merges; visits alone
are counted in the order in which the facts of one atom became known.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.core.records import Derived, Event, Resolved, type_names
from konnektu.profiles.attributes import DEFAULT_SURVIVORSHIP, SURETY, state_attributes, united_attributes
from konnektu.profiles.bounds import put, see, united_moments
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
from konnektu.profiles.visitors import unite_visits, visit

DEVICES = 32
PLACES = 32
GROUPS = 100
LARGEST_VALUE = 4_096
"""Bytes of an attribute's value as JSON. Every batch that meets a person reads and writes all that is held of them:
without a bound a few hundred events could make one so heavy that it holds up the writer."""
LONGEST_GROUP = 200
"""Characters of a group's id."""
DIRECT = "direct"
"""Traffic source of a visit that nothing brought."""

MAPS = ("apart", "by_name", "devices", "places", "sources", "groups", "frequencies", "visits")

WIRE_TYPES = frozenset(type_names)
"""Events that people make; the other types are facts of the platform about them."""


class Folding(Struct, frozen=True):
    """What folding depends on besides the facts."""

    survivorship: Survivorship = DEFAULT_SURVIVORSHIP
    anonymous_kinds: frozenset[str] = frozenset(kind.name for kind in DEFAULT_KINDS if kind.level != "person")
    """Kinds of identifiers that name no person: a profile with these alone is anonymous."""


DEFAULT_FOLDING = Folding()


def fold_basics(basics: Basics, event: Event, folding: Folding) -> int:
    """Count one event in place; return the start of its visit in ms UTC, 0 where it belongs to none."""
    if event.position > basics.position:  # noqa: PLR1730  a call costs more than the answer
        basics.position = event.position
    if not basics.known:
        basics.known = names_person(event, folding)
    if event.type not in WIRE_TYPES:
        return 0
    if event.marks:
        _count_apart(basics.apart, event.marks)
        return 0
    _count(basics, event)
    return visit(basics, event)


def fold_attributes(state: ProfileState, event: Event, folding: Folding) -> bool:
    """Take the attributes an event states into a state in place; return whether what is held changed."""
    stated = event.traits if event.type != "edit" else stated_attributes(event)
    if len(event.body) > LARGEST_VALUE:
        stated = {name: value for name, value in stated.items() if _is_bearable(value)}
    return bool(stated) and state_attributes(state, stated, _like(event), folding.survivorship)


def oversized(event: Event) -> list[str]:
    """Names of the attributes whose values are too large to be held, in the order of the event."""
    if len(event.body) <= LARGEST_VALUE:
        return []
    return [name for name, value in event.traits.items() if not _is_bearable(value)]


def _is_bearable(value: Any) -> bool:
    return len(msgspec.json.encode(value)) <= LARGEST_VALUE


def names_person(event: Event, folding: Folding) -> bool:
    """Whether an event carries an identifier of a person, not only of a device or a household."""
    anonymous = folding.anonymous_kinds
    for identifier in event.identifiers:  # noqa: SIM110  a generator costs more than the answer
        if identifier[0] not in anonymous:
            return True
    return False


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
    return origin if isinstance(origin, str) and origin in SURETY else "stated"


def unite(left: ProfileState, right: ProfileState, folding: Folding = DEFAULT_FOLDING) -> ProfileState:
    """Return the state of two disjoint sets of facts. Commutative and associative; neither argument changes."""
    united = united_attributes(left, right, folding.survivorship)
    united.basics = in_order(_united_basics(left.basics, right.basics, united.basics))
    return united


def refold(facts: Iterable[Resolved], folding: Folding = DEFAULT_FOLDING) -> ProfileState:
    """Return the state of a profile from all facts of its atoms; decisions in them are not carried out again."""
    state = ProfileState()
    for fact in sorted(facts, key=lambda fact: fact.event.position):
        fold_basics(state.basics, fact.event, folding)
        fold_attributes(state, fact.event, folding)
    return state


def states_attributes(event: Event) -> bool:
    """Whether an event may change attributes: whoever folds it needs those of its profile at hand."""
    return bool(event.traits) or event.type == "edit"


def in_order(basics: Basics) -> Basics:
    """Put every map of united basics in order of its keys, in place; a fold keeps it by itself (`bounds.put`)."""
    for name in MAPS:
        found = getattr(basics, name)
        if len(found) > 1:
            # No two keys are equal, so that no comparison ever reaches the values.
            setattr(basics, name, dict(sorted(found.items())))
    for counted in basics.by_name.values():
        if len(counted.totals) > 1:
            counted.totals = dict(sorted(counted.totals.items()))
    for frequencies in basics.frequencies.values():
        frequencies.values = dict(sorted(frequencies.values.items()))
    return basics


def _count(basics: Basics, event: Event) -> None:
    moment = (event.time, event.position)
    basics.events += 1
    first, last = basics.first, basics.last
    if last is None or first is None:
        basics.first = basics.last = moment
    elif moment > last:
        basics.last = moment
    elif moment < first:
        basics.first = moment
    count(basics.by_name, event, moment)
    _see_source(basics.sources, event.source, moment)
    derived = event.derived
    if derived.device_type or derived.os or derived.browser:
        see(basics.devices, (derived.device_type, derived.os, derived.browser), moment, DEVICES)
    if derived.country:
        see(basics.places, (derived.country, derived.city), moment, PLACES)
    if derived.traffic_source:
        _come(basics, derived, moment)
    if event.type == "group" and isinstance(group := event.properties.get("groupId"), str) and group:
        group = group[:LONGEST_GROUP]
        see(basics.groups, group, moment, GROUPS)


def _count_apart(apart: dict[int, int], marks: int) -> None:
    if marks in apart:
        apart[marks] += 1
    else:
        put(apart, marks, 1)


def _see_source(sources: dict[int, tuple[Moment, Moment]], source: int, moment: Moment) -> None:
    known = sources.get(source)
    if known is None:
        put(sources, source, (moment, moment))
    elif moment > known[1]:
        sources[source] = (known[0], moment)
    elif moment < known[0]:
        sources[source] = (moment, known[1])


def _come(basics: Basics, derived: Derived, moment: Moment) -> None:
    """Keep how the person came first, and how last. Ranks are compared before anything is made: most events lose."""
    first, last = basics.first_traffic, basics.last_traffic
    # Who returns directly was still won by whatever brought the person before.
    is_last = last is None or (
        moment > last.moment
        if (derived.traffic_source == DIRECT) is (last.traffic_source == DIRECT)
        else last.traffic_source == DIRECT
    )
    if is_last or first is None or moment < first.moment:
        traffic = _traffic(derived, moment)
        basics.first_traffic = traffic if first is None or moment < first.moment else first
        basics.last_traffic = traffic if is_last else last


def _lateness(traffic: Traffic) -> tuple[bool, Moment]:
    """Who returns directly was still won by whatever brought the person before."""
    return traffic.traffic_source != DIRECT, traffic.moment


def _traffic(derived: Derived, moment: Moment) -> Traffic:
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


def _united_traffic(united: Basics, left: Basics, right: Basics) -> None:
    firsts = [one for one in (left.first_traffic, right.first_traffic) if one]
    lasts = [one for one in (left.last_traffic, right.last_traffic) if one]
    united.first_traffic = min(firsts, key=lambda one: one.moment, default=None)
    united.last_traffic = max(lasts, key=_lateness, default=None)


def _like(event: Event) -> Held:
    return Held(None, origin_of(event), event.time, event.position, event.source)


def _united_basics(left: Basics, right: Basics, attributes: Basics) -> Basics:
    united = Basics(
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
        frequencies=attributes.frequencies,
    )
    _united_traffic(united, left, right)
    unite_visits(united, left, right)
    return united


def _united_sources(
    left: dict[int, tuple[Moment, Moment]], right: dict[int, tuple[Moment, Moment]]
) -> dict[int, tuple[Moment, Moment]]:
    united = dict(left)
    for source, (first, last) in right.items():
        mine = united.get(source, (first, last))
        united[source] = (min(mine[0], first), max(mine[1], last))
    return united
