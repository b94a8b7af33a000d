"""What is known of people at one position and instant. In: definitions, people. Out: `Known`, ready to be asked.

Everything beside events is read from one snapshot of PostgreSQL, in a number of statements that does not grow with the
people; events come from the event store and the inbox, only those that the definitions look at, up to the same
position.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, structs

from konnektu.core.records import Event
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.rules.checking import referred
from konnektu.rules.known import Known, KnownEvent, Membership, Ranked
from konnektu.rules.live import (
    ArrivalsStand,
    AttributesStand,
    Change,
    Compiled,
    IdentifiersStand,
    ItemStands,
    ListsStand,
    OrderStands,
    PersonStands,
    RanksStand,
    RecordStands,
    State,
    StatementsStand,
    TagsStand,
    compiled,
)
from konnektu.rules.model import Segment as Definition
from konnektu.segments.live import known as live_known
from konnektu.segments.live import store as live
from konnektu.segments.live.definitions import InForce, Steps
from konnektu.segments.live.standing import Asked, standing
from konnektu.segments.model import Standing
from konnektu.segments.ranks import store as ranks
from konnektu.segments.ranks.model import Computed
from konnektu.segments.store import decided, defined, home, segments
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

MOST_EVENTS: Final = 100_000
"""Of one person: as many as the writer keeps. Who has more is no person that segments count."""
TOO_MANY: Final = "too_many_events"


class Person(Struct, frozen=True, kw_only=True):
    """One person as far as definitions look at them, and what the writer keeps of them."""

    id: int
    known: Known
    at: int
    """The instant for which everything here is true."""
    told: Sequence[Change]
    """What is known beside events, as the live evaluator is told."""
    events: Mapping[int, Event]
    """Those in `known`, by position, as they were accepted."""
    inside: Mapping[str, tuple[int, int]]
    """(position, instant) of the entry into each segment that they are in, by its key."""
    is_built: bool
    """Whether the writer lacks nothing of them that a definition in force asks for."""
    packed: bytes
    """What the writer remembers of them; empty where it remembers nothing."""


class Knowledge(Struct, frozen=True, kw_only=True):
    """What is known of some people, and under which definitions."""

    position: int
    """The last fact that it rests on."""
    instant: int
    """Where the writer stood."""
    home: str
    """Zone of the workspace there."""
    segments: Mapping[str, Standing]
    in_force: Mapping[str, Definition]
    """The definitions by which people are in segments, by key."""
    force: InForce
    """The definitions that were asked about, with all those that they ask for, made ready."""
    people: Mapping[int, Person]


class _Rows(Struct, frozen=True):
    """What one snapshot says."""

    place: log.Place
    home: str
    segments: Mapping[str, Standing]
    in_force: Mapping[str, Definition]
    force: InForce
    atoms: Mapping[int, int]
    """Person by atom."""
    told: Mapping[int, list[Change]]
    inside: Mapping[int, Mapping[str, tuple[int, int]]]
    states: Mapping[int, State]
    packed: Mapping[int, bytes]
    """States as they are kept."""
    dues: Mapping[int, int]
    computed: Mapping[str, Computed]
    """The last computations of the ranks that are asked for."""


Asking = Callable[[Mapping[str, Standing], Mapping[str, Definition]], Mapping[str, Definition]]
"""The definitions to be asked about, by name, given the segments as they stand and the definitions in force."""


def knowledge(
    storage: Storage, workspace: WorkspaceRecord, people: Sequence[int], asking: Asking, now: int
) -> Knowledge:
    """What is known of these people as the writer left it. Raises `Retry` while the event store is needed and away."""
    with storage.workspace(workspace).read(snapshot=True) as db:
        rows = _rows(db, people, asking, home(db) or workspace.timezone)
    events = _events(storage, workspace, rows)
    return Knowledge(
        position=rows.place.position,
        instant=rows.place.instant,
        home=rows.home,
        segments=rows.segments,
        in_force=rows.in_force,
        force=rows.force,
        people={one: _person(one, rows, events[one], rows.home, now) for one in people},
    )


def _rows(db: Connection, people: Sequence[int], asking: Asking, zone: str) -> _Rows:
    stand = segments(db)
    in_force = {one.key: one.definition for one in defined(db) if not one.is_building}
    ready = compiled(with_referred(asking(stand, in_force), in_force))
    by_id = {one.id: one.key for one in stand.values() if not one.is_deleted}
    inside: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for person, segment, position, instant in live.member_of(db, people):
        if segment in by_id:
            inside[person][by_id[segment]] = position, instant
    # Who was decided under definitions that are in force no more counts as not built yet.
    switched = decided(db)
    packed = {person: state for person, _, position, state in live.states(db, people) if position >= switched}
    return _Rows(
        place=log.store.place(db),
        home=zone,
        segments=stand,
        in_force=in_force,
        force=InForce(0, 0, ready, {}, (), Steps()),
        atoms={atom: one.id for one in identity.persons(db, people) for atom in one.atoms},
        told=standing(db, people, Asked(ready.reads.kinds, zone)),
        inside=inside,
        states={person: State.unpack(state) for person, state in packed.items()},
        packed=packed,
        dues=live.dues(db, people),
        computed=ranks.computed(db) if "ranks" in ready.reads.kinds else {},
    )


def with_referred(
    asked: Mapping[str, Definition], in_force: Mapping[str, Definition]
) -> dict[str, Definition]:
    """Definitions with all those in force that they ask for, directly or not."""
    found = dict(asked)
    waiting = [key for one in asked.values() for key in referred(one)]
    while waiting:
        key = waiting.pop()
        other = in_force.get(key)
        if key not in found and other is not None:
            found[key] = other
            waiting += referred(other)
    return found


def _events(storage: Storage, workspace: WorkspaceRecord, rows: _Rows) -> dict[int, dict[int, Event]]:
    """The events of each person that the definitions look at, by position."""
    found: dict[int, dict[int, Event]] = defaultdict(dict)
    only = looked_at(rows.force.ready)
    if only is None or not rows.atoms:
        return found
    most = (MOST_EVENTS + 1) * len(rows.told)
    for told in profiles.timeline(storage, workspace, sorted(rows.atoms), profiles.LATEST, most, only):
        if told.event.position <= rows.place.position and told.atom in rows.atoms:
            found[rows.atoms[told.atom]][told.event.position] = told.event
    return found


def looked_at(ready: Compiled) -> profiles.Only | None:
    """The facts among which are all events that definitions look at; None where they look at none."""
    types: set[str] = set()
    names: set[str] = set()
    for stream in ready.streams.values():
        others = set(stream.what.types) - {"track"}
        types |= others
        if "track" in stream.what.types and stream.what.names:
            names |= set(stream.what.names)
        elif "track" in stream.what.types:
            types.add("track")
    return profiles.Only(types=tuple(sorted(types)), names=tuple(sorted(names))) if types or names else None


def _person(person: int, rows: _Rows, events: Mapping[int, Event], zone: str, now: int) -> Person:
    state, inside = rows.states.get(person), rows.inside.get(person, {})
    told: Sequence[Change] = rows.told[person]
    heard = tuple(wire for one in events.values() if (wire := live_known.event(one)) is not None)
    overflows = len(events) > MOST_EVENTS or (state is not None and state.picture.overflows)
    if overflows:
        told = [
            structs.replace(one, excluded=TOO_MANY) if isinstance(one, PersonStands) else one for one in told
        ]
    known = known_of(told, heard, inside, zone)
    return Person(
        id=person,
        known=structs.replace(known, ranks=_computed(known, rows.computed)),
        at=true_at(rows.place, state, rows.dues.get(person), now),
        told=told,
        events=events,
        inside=inside,
        is_built=state is not None,
        packed=rows.packed.get(person, b""),
    )


def _computed(known: Known, computed: Mapping[str, Computed]) -> tuple[Ranked, ...]:
    """What the last computation of each rank says of a person; of one that is not whole yet, what came of it."""
    tops = {one.key: one.at for one in known.ranks}
    ats = tops | {one.key: max(one.at, tops.get(one.key, one.at)) for one in computed.values()}
    return tuple(Ranked(key, at, inside=key in tops) for key, at in sorted(ats.items()))


def true_at(place: log.Place, state: State | None, due: int | None, now: int) -> int:
    """The latest instant for which what the writer keeps of a person is true.

    Whoever is due at the instant where the writer stands is decided by the next fact, or when time passes it. What is
    not due before an instant stands until it.
    """
    decided = max(place.instant - 1, state.at if state is not None else 0)
    until = now if due is None else min(now, due - 1)
    return max(decided, until)


_WHOLE: Final[Mapping[type, str]] = {
    StatementsStand: "statements",
    TagsStand: "tags",
    ArrivalsStand: "arrivals",
    IdentifiersStand: "identifiers",
    ListsStand: "memberships",
    RanksStand: "ranks",
}
_THINGS: Final[Mapping[type, tuple[str, str]]] = {
    OrderStands: ("orders", "order"),
    ItemStands: ("items", "item"),
    RecordStands: ("records", "record"),
}


def known_of(
    told: Iterable[Change],
    events: Sequence[KnownEvent],
    inside: Mapping[str, tuple[int, int]],
    home: str,
) -> Known:
    """What is known of a person, from what slices tell."""
    parts: dict[str, Any] = {"workspace_zone": home, "events": tuple(events)}
    stays = [Membership(key, instant) for key, (_, instant) in sorted(inside.items())]
    things: dict[str, list[Any]] = {"orders": [], "items": [], "records": []}
    for one in told:
        if isinstance(one, PersonStands):
            parts |= {"is_known": one.is_known, "excluded": one.excluded, "zone": one.zone}
        elif isinstance(one, AttributesStand):
            parts["attributes"] = {name: value for name, value in one.values.items() if value is not None}
        elif type(one) in _WHOLE:
            name = _WHOLE[type(one)]
            parts[name] = getattr(one, name)
        elif type(one) in _THINGS:
            name, field = _THINGS[type(one)]
            things[name] += [thing] if (thing := getattr(one, field)) is not None else []
    parts["memberships"] = (*parts.get("memberships", ()), *stays)
    parts |= {name: tuple(found) for name, found in things.items()}
    return Known(**parts)


__all__ = ["Knowledge", "Person", "knowledge", "known_of", "with_referred"]
