"""The stage: states of the people of a batch, in memory between load and save, and what facts make of them.

In: facts in order of position, each after the stages before have taken it. Out: states, entries and exits, written
once. Invariant: verdicts are taken after every fact and at every due instant before it, so that entries and exits do
not depend on where a batch ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field, structs

from konnektu.acquisition import api as acquisition
from konnektu.core.records import Decision, Event, Resolved
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
    Flip,
    IdentifiersStand,
    ItemStands,
    OrderStands,
    PersonStands,
    RecordStands,
    State,
    StatementsStand,
    TagsStand,
    advance,
    fold,
    next_due,
    unite,
)
from konnektu.segments.live import known, store
from konnektu.segments.live.definitions import InForce
from konnektu.segments.live.standing import (
    ZONE,
    Asked,
    attributes,
    identifying,
    in_order,
    technical,
    who,
)
from konnektu.segments.live.store import Turn
from konnektu.storage.api import Connection


class Noted(Struct):
    """What the stages before say of a batch while they take it, by position: (atom of the owner, change)."""

    changes: dict[int, list[tuple[int, Change]]] = field(default_factory=dict)
    identified: dict[int, list[tuple[int, Change]]] = field(default_factory=dict)
    """Identifiers by the position of the fact that changed them: (profile, change)."""

    owners: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Atoms of whom the order and the record of an event were before it, by its position."""

    def before(self, event: Event, told: orders.Working | None, records: related.Working | None) -> None:
        """Note whose the order and the record are of which an event is about to speak."""
        order, record = orders.named(told, event), related.named(records, event)
        self.owners[event.position] = (order[1] if order else 0, record[1] if record else 0)

    def after(
        self,
        resolved: Resolved,
        known_people: identity.Known,
        told: orders.Working | None,
        records: related.Working | None,
    ) -> None:
        """Note how the order, the record and the people stand of whom an event has spoken."""
        event = resolved.event
        if (order := orders.named(told, event)) is not None:
            number, atom, state, figures = order
            change = OrderStands(number, event.position, known.order(state, figures, number))
            self._add(event.position, (self.owners.get(event.position, (0, 0))[0], atom), change)
        if records is not None and (record := related.named(records, event)) is not None:
            key, atom, kept = record
            one = known.record(key, kept, records.kinds)
            stands = RecordStands(key.kind, key.id, event.position, one)
            self._add(event.position, (self.owners.get(event.position, (0, 0))[1], atom), stands)
        if resolved.decisions:
            self.identified[event.position] = [
                (profile, IdentifiersStand(identifying(known_people.persons[profile])))
                for profile in sorted({resolved.profile, *_named(resolved.decisions)})
                if profile in known_people.persons
            ]

    def _add(self, position: int, owners: tuple[int, int], change: OrderStands | RecordStands) -> None:
        """A thing is its owner's; whoever had it before has it no more."""
        was, owner = owners
        noted = self.changes.setdefault(position, [])
        if was and was != owner:
            noted.append((was, _gone(change)))
        noted.append((owner, change))


def _gone(change: OrderStands | RecordStands) -> Change:
    if isinstance(change, OrderStands):
        return structs.replace(change, order=None)
    return structs.replace(change, record=None)


def _named(decisions: Iterable[Decision]) -> Iterable[int]:
    for one in decisions:
        yield one.profile
        yield one.other


class Working(Struct):
    """States in hand."""

    force: InForce
    asked: Asked
    noted: Noted
    arrived: acquisition.Working
    homes: Mapping[int, int]
    states: dict[int, State] = field(default_factory=dict)
    built: dict[int, int] = field(default_factory=dict)
    newcomers: set[int] = field(default_factory=set)
    """Profiles without a row: whoever of them comes to be begins from nothing."""
    touched: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    turns: list[Turn] = field(default_factory=list)
    words: dict[int, dict[tuple[int, str], profiles.TagWord]] = field(default_factory=dict)
    lists: dict[int, dict[tuple[int, str], product_lists.ListState]] = field(default_factory=dict)
    currencies: orders.Currencies = orders.Currencies()
    """Which one held when for prices on lists that name none."""
    current: dict[int, int] = field(default_factory=dict)
    """Losers of the batch's merges: winner."""

    def person(self, profile: int) -> int:
        """The profile that a profile has become by now."""
        while profile in self.current:
            profile = self.current[profile]
        return profile


def load(
    db: Connection,
    asked: Asked,
    force: InForce,
    facts: Sequence[Resolved],
    people: profiles.Working,
    besides: tuple[Noted, acquisition.Working, Mapping[int, int]],
) -> Working:
    """The working set of a batch: in one statement, and in one more for tags and for lists where leaves read these."""
    noted, arrived, homes = besides
    working = Working(force, asked, noted, arrived, homes)
    touched = {*people.ahead, *people.stored}
    for changes in noted.changes.values():
        touched |= {homes.get(atom, 0) for atom, _ in changes}
    for several in noted.identified.values():
        touched |= {profile for profile, _ in several}
    touched.discard(0)
    working.newcomers = people.ahead.keys() - people.stored.keys()
    for profile, built, packed in store.states(db, sorted(touched)):
        working.states[profile], working.built[profile] = State.unpack(packed), built
    _load_beside(db, working, facts, sorted(touched))
    return working


def _load_beside(db: Connection, working: Working, facts: Sequence[Resolved], people: Sequence[int]) -> None:
    """Words about tags, and lists of products, of people whom the batch tells of some."""
    kinds = working.asked.kinds
    if "tags" in kinds and any(one.event.type == "tag" for one in facts):
        for profile, words in profiles.tags_of(db, people).items():
            working.words[profile] = {(one.atom, one.tag): one for one in words}
    if "items" in kinds and any(product_lists.speaks_of_list(one.event) for one in facts):
        # Rows of people are those of all their atoms, told apart by the order in which they come.
        for place, row in enumerate(product_lists.of_people(db, people)):
            working.lists.setdefault(row.profile, {})[-1 - place, row.list] = row.state
        working.currencies = orders.currencies(db, [one.event for one in facts])


def begin(one: Resolved, people: profiles.Working) -> None:
    """Before profiles fold a fact: keep the state of its person open until `tell` has looked at it."""
    if one.profile:
        people.ahead[one.profile] = people.ahead.get(one.profile, 0) + 1


def tell(working: Working, one: Resolved, people: profiles.Working) -> None:
    """After profiles have folded a fact: what it makes of the memberships of whoever it speaks of."""
    event = one.event
    merged = [decision for decision in one.decisions if decision.kind == "merge"]
    for decision in merged:
        _merge(working, decision.profile, decision.other, event)
    told: dict[int, list[Change]] = {}
    if one.profile:
        told[one.profile] = _of_person(working, one, people, is_merged=bool(merged))
        people.note_folded(one.profile)
    for profile, change in working.noted.identified.get(event.position, ()):
        told.setdefault(working.person(profile), []).append(change)
    for atom, change in working.noted.changes.get(event.position, ()):
        if owner := working.person(working.homes.get(atom, 0)):
            told.setdefault(owner, []).append(change)
    cause = "merge" if merged else "fact"
    for profile, changes in told.items():
        _fold(working, profile, changes, event, cause)


def _of_person(working: Working, one: Resolved, people: profiles.Working, *, is_merged: bool) -> list[Change]:
    event, kinds = one.event, working.asked.kinds
    changes: list[Change] = []
    state = people.states.get(one.profile)
    held = working.states.get(one.profile)
    if state is not None:
        stated = is_merged or profiles.states_attributes(event)
        if stated:
            changes.append(AttributesStand(attributes(state)))
        if stated or one.profile in working.newcomers:
            changes.append(who(state, working.asked.home))
        elif held is not None:
            # Attributes stand as they were, and are not read for it.
            changes.append(PersonStands(state.basics.known, "", working.asked.home, held.picture.zone))
        if "arrivals" in kinds:
            changes.append(ArrivalsStand(_arrivals(working, one, state, held)))
    if "statements" in kinds and profiles.speaks_of_consent(event):
        before = held.picture.statements if held is not None else ()
        heard, _ = profiles.statements_of(event, one.atom)
        changes.append(StatementsStand(known.newest([*before, *map(known.statement, heard)])))
    if "tags" in kinds and event.type == "tag":
        changes.append(TagsStand(_tags(working, one)))
    if "items" in kinds and one.atom and (said := product_lists.told_of(event)) is not None:
        changes += _items(working, one, said, held)
    if (wire := known.event(event)) is not None:
        changes.append(wire)
    return changes


def _arrivals(
    working: Working, one: Resolved, state: profiles.ProfileState, held: State | None
) -> tuple[Arrival, ...]:
    before = held.picture.arrivals if held is not None else ()
    brought = {each.key: each for each in before if each.side == "marketing"}
    rules, here = working.arrived.rules, Moment(one.event.time, one.event.position)
    keys = {source.id: key for key, source in working.arrived.sources.items()}
    for number in rules.recognise(one.event) if rules is not None and one.atom else ():
        key = keys[number]
        was = brought.get(key)
        first, last = (min(was.first, here), max(was.last, here)) if was else (here, here)
        brought[key] = Arrival("marketing", key, first, last)
    return in_order([*brought.values(), *technical(state)])


def _tags(working: Working, one: Resolved) -> frozenset[str]:
    words = working.words.setdefault(one.profile, {})
    for word in profiles.tag_words(one.event, one.atom):
        key = word.atom, word.tag
        if key not in words or profiles.is_later(word, words[key]):
            words[key] = word
    return frozenset(profiles.present_tags(words.values()))


def _items(working: Working, one: Resolved, said: Any, held: State | None) -> list[Change]:
    """What stands on a list after a fact; what stood there before and does no more is told as gone."""
    if not (said.said or said.clears):
        return []
    event, lists = one.event, working.lists.setdefault(one.profile, {})
    state = lists.setdefault((one.atom, said.list), product_lists.ListState())
    told = product_lists.in_currency(said, working.currencies.at(event.position))
    product_lists.take_told(state, told, event.time, event.position, event.source)
    same = [each for (_, name), each in lists.items() if name == said.list]
    found = {
        (each.product, each.variant): known.item(said.list, each)
        for each in product_lists.items(product_lists.united(same))
    }
    before = held.picture.items if held is not None else {}
    gone = {
        (key[1], key[2]) for key, (_, item) in before.items() if key[0] == said.list and item
    } - found.keys()
    stands = [ItemStands(said.list, *key, event.position, item) for key, item in found.items()]
    return [*stands, *(ItemStands(said.list, *key, event.position, None) for key in sorted(gone))]


def _state(working: Working, profile: int) -> State | None:
    """The state of a person; a new one of a newcomer, none of somebody who is to be built from history."""
    state = working.states.get(profile)
    if state is None and profile in working.newcomers:
        state = working.states[profile] = State()
        working.built[profile] = working.force.version
    return state


def _fold(working: Working, profile: int, changes: Sequence[Change], event: Event, cause: str) -> None:
    state = _state(working, profile)
    if state is None:
        return
    ready = working.force.ready
    working.touched.add(profile)
    note(working.force, working.turns, profile, advance(ready, state, event.instant), 0, "time")
    note(
        working.force,
        working.turns,
        profile,
        fold(ready, state, changes, event.instant),
        event.position,
        cause,
    )


def _merge(working: Working, winner: int, loser: int, event: Event) -> None:
    """The states of both become one; the loser leaves whatever they were in."""
    working.current[loser] = winner
    working.words.setdefault(winner, {}).update(working.words.pop(loser, {}))
    working.lists.setdefault(winner, {}).update(working.lists.pop(loser, {}))
    mine, theirs = _state(working, winner), working.states.pop(loser, None)
    working.touched.discard(loser)
    if loser not in working.newcomers:
        working.gone.add(loser)
    if theirs is not None:
        _leave(working, loser, theirs, event)
    built = working.built.pop(loser, working.force.version)
    if mine is None or theirs is None:
        if theirs is None and loser not in working.newcomers and mine is not None:
            working.built[winner] = 0
        elif mine is None:
            working.gone.add(winner)
        return
    ready, force = working.force.ready, working.force
    note(force, working.turns, winner, advance(ready, mine, event.instant), 0, "time")
    pictures = mine.picture, theirs.picture
    told: list[Change] = [
        StatementsStand(known.newest([*pictures[0].statements, *pictures[1].statements])),
        ArrivalsStand(_brought([*pictures[0].arrivals, *pictures[1].arrivals])),
    ]
    working.states[winner], flips = unite(ready, mine, theirs, event.instant, told)
    working.built[winner] = min(working.built[winner], built)
    working.touched.add(winner)
    note(force, working.turns, winner, flips, event.position, "merge")


def _leave(working: Working, loser: int, state: State, event: Event) -> None:
    """Whoever is merged into another leaves whatever they were in."""
    force = working.force
    note(force, working.turns, loser, advance(force.ready, state, event.instant), 0, "time")
    left = [Flip(name, event.instant, entered=False) for name in sorted(_inside(force, state))]
    note(force, working.turns, loser, left, event.position, "merge")


def _brought(arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    found: dict[tuple[str, str], Arrival] = {}
    for one in arrivals:
        was = found.get((one.side, one.key), one)
        found[one.side, one.key] = Arrival(
            one.side, one.key, min(was.first, one.first), max(was.last, one.last)
        )
    return in_order(list(found.values()))


def _inside(force: InForce, state: State) -> Iterable[str]:
    return (one.name for one in force.ready.segments if state.inside & one.bit)


def note(
    force: InForce, turns: list[Turn], profile: int, flips: Iterable[Flip], position: int, cause: str
) -> None:
    """Note entries and exits of a person."""
    for flip in flips:
        segment, version = force.ids[flip.segment]
        turns.append(
            Turn(
                segment=segment,
                version=version,
                profile=profile,
                entered=flip.entered,
                position=position,
                instant=flip.at,
                cause=cause,
            )
        )


def forget(working: Working, profiles_gone: Iterable[int]) -> None:
    """People who are erased: nothing is written of them."""
    for profile in profiles_gone:
        working.states.pop(profile, None)
        working.touched.discard(profile)
        working.turns[:] = [one for one in working.turns if one.profile != profile]


def save(db: Connection, working: Working) -> None:
    """Write what a batch changed: at most ten statements, none where nothing did."""
    store.put_turns(db, working.turns)
    if working.gone:
        store.drop_people(db, sorted(working.gone))
    put(db, working.force, {one: working.states[one] for one in sorted(working.touched)}, working.built)


def put(db: Connection, force: InForce, states: Mapping[int, State], built: Mapping[int, int]) -> None:
    """Write states, each with the version until which it lacks nothing, and their due instants."""
    dues = {profile: next_due(force.ready, state) for profile, state in states.items()}
    rows = [(profile, built[profile], state.pack()) for profile, state in states.items()]
    if rows:
        store.put_states(db, rows, dues)


__all__ = ["ZONE", "Asked", "Noted", "Working", "begin", "forget", "load", "put", "save", "tell"]
