"""What the stage holds of a batch: states of its people, and what the stages before have said of it.

In: a connection, facts. Out: a working set, read in a fixed number of statements.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field, structs

from konnektu.acquisition import api as acquisition
from konnektu.core.records import Decision, Event, Resolved
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.rules.live import Change, IdentifiersStand, OrderStands, RecordStands, State
from konnektu.segments.live import known, store
from konnektu.segments.live.definitions import InForce
from konnektu.segments.live.standing import Asked, identifying
from konnektu.segments.live.store import Turn
from konnektu.segments.live.switching import opened
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
            change = OrderStands(number, event.position, orders.known(state, figures, number))
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
    dues: Mapping[int, int] = {}
    """When people are looked at for time's sake, at the latest, as it is written."""
    newcomers: set[int] = field(default_factory=set)
    """Profiles without a row: whoever of them comes to be begins from nothing."""
    touched: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    turns: list[Turn] = field(default_factory=list)
    words: dict[int, dict[tuple[int, str], profiles.TagWord]] = field(default_factory=dict)
    lists: dict[int, dict[tuple[int, str], product_lists.ListState]] = field(default_factory=dict)
    currencies: orders.Currencies = orders.Currencies()
    """Which one held when for prices on lists that name none."""
    undecided: dict[int, int] = field(default_factory=dict)
    """Whom others have joined by the fact at hand: the segments that they were in before, a bit each."""
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
    found = opened(db, force, store.states(db, sorted(touched)))
    working.states, working.built, working.dues = found.states, found.built, found.dues
    working.touched, working.turns = found.switched, found.turns
    _load_beside(db, working, facts, sorted(touched))
    return working


def _load_beside(db: Connection, working: Working, facts: Sequence[Resolved], people: Sequence[int]) -> None:
    """Words about tags, and lists of products, of people whom the batch tells of some, or whom it joins."""
    kinds = working.asked.kinds
    is_joining = any(each.kind == "merge" for one in facts for each in one.decisions)
    if "tags" in kinds and (is_joining or any(one.event.type == "tag" for one in facts)):
        for profile, words in profiles.tags_of(db, people).items():
            working.words[profile] = {(one.atom, one.tag): one for one in words}
    if "items" in kinds and (is_joining or any(product_lists.speaks_of_list(one.event) for one in facts)):
        # Rows of people are those of all their atoms, told apart by the order in which they come.
        for place, row in enumerate(product_lists.of_people(db, people)):
            working.lists.setdefault(row.profile, {})[-1 - place, row.list] = row.state
        working.currencies = orders.currencies(db, [one.event for one in facts])
