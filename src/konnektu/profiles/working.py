"""The working set of a batch: profiles in memory between load and save.

In: resolved events in order of position. Out: the same working set, changed in place, with notes of what
must be written. Invariant: every profile that a fact touches was loaded before, so no fact starts a query.

A state is open, and ten times as large as its bytes, only from its first fact of the batch to its last:
a batch of any size holds few of them, and they are at hand in the processor's cache.
"""

from collections.abc import Iterable
from hashlib import blake2b

import msgspec
from msgspec import Struct, field

from konnektu.core.records import Decision, Event, Rejected, Resolved, rejected
from konnektu.profiles.consents import refusals_of, speaks_of_consent, statements_of
from konnektu.profiles.logic import (
    DEFAULT_FOLDING,
    LARGEST_VALUE,
    Folding,
    fold_attributes,
    fold_basics,
    oversized,
    states_attributes,
    unite,
)
from konnektu.profiles.model import ProfileState, Refusal, Statement, TagWord
from konnektu.profiles.packing import Row, opened, packed
from konnektu.profiles.tags import is_later, tag_words

StatementId = tuple[int, int, int]
"""(atom, position, number) of an explicit statement; (atom, 0, hash of its key) of a passive one."""


_SAYING = frozenset(("edit", "tag"))


class Touched(Struct):
    """What the facts of a batch read and change."""

    facts: dict[int, int] = field(default_factory=dict)
    """By profile, how many facts and merges are folded into it."""
    stated: set[int] = field(default_factory=set)
    """Profiles whose attributes are needed."""


class Closed(Struct, frozen=True):
    """Rows to be written together."""

    changed: list[int]
    """Profiles that have a row, in order."""
    made: list[int]
    """Profiles that have none yet, in order."""
    rows: dict[int, Row]
    borns: list[int]
    """When each of the made ones was made."""


class Working(Struct):
    """Profiles in hand, and what changed since they were loaded."""

    folding: Folding = DEFAULT_FOLDING
    stored: dict[int, bytes] = field(default_factory=dict)
    """Profiles that have a row, with their packed states."""
    attributes: dict[int, str] = field(default_factory=dict)
    """JSON of the attributes of those that have a row and need them."""
    ahead: dict[int, int] = field(default_factory=dict)
    """Facts of the batch that are still to be folded, by profile; its state is packed after the last of them."""
    states: dict[int, ProfileState] = field(default_factory=dict)
    """States that are open."""
    rows: dict[int, Row] = field(default_factory=dict)
    """Changed states that are packed again."""
    unsaved: dict[int, Row] = field(default_factory=dict)
    """Those of them that nobody has taken to be written."""
    saved: set[int] = field(default_factory=set)
    """Profiles that had no row and whose row was taken to be written."""
    born: dict[int, int] = field(default_factory=dict)
    """Instant at which a profile without a row was made."""
    restated: set[int] = field(default_factory=set)
    """Profiles whose attributes changed, beside their state."""
    merged: dict[int, int] = field(default_factory=dict)
    """Loser of a merge: winner."""
    moved: dict[int, int] = field(default_factory=dict)
    """Atoms whose words go to another profile because of a cut."""
    tags: dict[tuple[int, str], tuple[int, TagWord]] = field(default_factory=dict)
    """(profile, word) by atom and tag."""
    statements: dict[StatementId, tuple[int, Statement]] = field(default_factory=dict)
    """(profile, statement)."""
    refused: list[Refusal] = field(default_factory=list)
    """Refusals in facts that belong to nobody."""
    erased: set[int] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)
    """Events with values that cannot be used or are too large, or with unreadable consents; the rest was folded."""

    def current(self, profile: int) -> int:
        """The profile that a profile of this batch has become."""
        while profile in self.merged:
            profile = self.merged[profile]
        return profile

    def open(self, profile: int) -> ProfileState | None:
        """The state of a profile, to be changed; None where it has none."""
        state = self.states.get(profile)
        if state is None:
            row = self._reopened(profile)
            kept = self.stored.get(profile) if row is None else row.state
            if kept is None:
                return None
            attributes = (
                self._attributes(profile) if row is None else row.attributes or self._attributes(profile)
            )
            state = self.states[profile] = opened(kept, attributes)
        return state

    def _reopened(self, profile: int) -> Row | None:
        self.unsaved.pop(profile, None)
        return self.rows.pop(profile, None)

    def _attributes(self, profile: int) -> str | None:
        """JSON of the attributes as they were loaded; who has no row has none."""
        return self.attributes.get(profile) if profile in self.stored else "{}"

    def note_folded(self, profile: int) -> None:
        """Count one fact as folded into a profile; pack its state after the last of the batch."""
        ahead = self.ahead.get(profile, 0)
        if ahead > 1:
            self.ahead[profile] = ahead - 1
        elif ahead == 1:
            del self.ahead[profile]
            self.pack(profile)

    def pack(self, profile: int) -> None:
        """Close an open state."""
        row = packed(self.states.pop(profile), is_restated=profile in self.restated)
        self.rows[profile] = self.unsaved[profile] = row

    def pack_all(self) -> None:
        """Close every state that is still open."""
        for profile in list(self.states):
            self.pack(profile)

    def take_closed(self) -> Closed:
        """Take the rows that nobody has taken yet, to be written; a state that is opened again makes another."""
        rows, self.unsaved = self.unsaved, {}
        changed: list[int] = []
        made: list[int] = []
        for profile in sorted(rows):
            (changed if profile in self.stored or profile in self.saved else made).append(profile)
        self.saved.update(made)
        return Closed(changed, made, rows, [self.born[one] for one in made])


def touched(resolved: Iterable[Resolved]) -> Touched:
    """Return every profile whose state these events read or change."""
    found = Touched()
    facts, stated = found.facts, found.stated
    for fact in resolved:
        profile, event = fact.profile, fact.event
        facts[profile] = facts.get(profile, 0) + 1
        if event.traits or states_attributes(event):
            stated.add(profile)
        for decision in fact.decisions:
            if decision.kind in ("merge", "cut", "erase"):
                for side in (decision.profile, decision.other):
                    facts[side] = facts.get(side, 0) + 1
                    stated.add(side)
    facts.pop(0, None)
    stated.discard(0)
    return found


def fold(working: Working, resolved: Resolved) -> int:
    """Carry out the merges that an event caused, then take the event into its profile.

    Returns the start of the event's visit in ms UTC, 0 where it belongs to none.
    """
    if resolved.decisions:
        _carry_out(working, resolved.decisions)
    profile = resolved.profile
    if not profile:
        _take_refusals(working, resolved.event)
        return 0
    if profile in working.erased:
        return 0
    event = resolved.event
    state = working.states.get(profile) or working.open(profile)
    if state is None:
        state = working.states[profile] = ProfileState()
        working.born[profile] = event.instant
    if event.traits or event.refused or len(event.body) > LARGEST_VALUE or says_more(event):
        _take(working, state, resolved)
    visit = fold_basics(state.basics, event, working.folding)
    working.note_folded(profile)
    return visit


def says_more(event: Event) -> bool:
    """Whether an event without traits says something of its person beside that it happened."""
    return event.type in _SAYING or speaks_of_consent(event)


def _carry_out(working: Working, decisions: Iterable[Decision]) -> None:
    for decision in decisions:
        if decision.kind == "merge":
            merge(working, decision.profile, decision.other)
        elif decision.kind == "erase":
            erase(working, decision.profile)


def _take(working: Working, state: ProfileState, resolved: Resolved) -> None:
    """Take what an event says beside that it happened; most say nothing more, and are not asked."""
    event = resolved.event
    if event.refused or len(event.body) > LARGEST_VALUE:
        _note_values(working, resolved)
    if states_attributes(event) and fold_attributes(state, event, working.folding):
        working.restated.add(resolved.profile)
    if event.type == "tag":
        _take_tags(working, resolved)
    elif speaks_of_consent(event):
        _take_statements(working, resolved)


def _note_values(working: Working, resolved: Resolved) -> None:
    """Note which values of an event are not kept. The rows of imports were told so when they were read."""
    event = resolved.event
    if event.refused and event.origin != "import":
        said = [f"{name} cannot take its value: {why}" for name, why in event.refused]
        _reject(working, resolved, "wrong_value", said)
    if len(event.body) > LARGEST_VALUE and (too_large := oversized(event)):
        said = [f"The value of {name} has more than {LARGEST_VALUE} bytes" for name in too_large]
        _reject(working, resolved, "value_too_large", said)


def merge(working: Working, winner: int, loser: int) -> None:
    """Unite the loser's facts into the winner; the loser's profile ends, its id stays an alias of identity."""
    theirs = working.open(loser)
    born = working.born.pop(loser, 0)
    if theirs is not None:
        del working.states[loser]
        mine = working.open(winner)
        if mine is None:
            working.born[winner] = born
        working.states[winner] = unite(mine or ProfileState(), theirs, working.folding)
        working.restated.add(winner)
        working.note_folded(winner)
    working.restated.discard(loser)
    working.merged[loser] = winner


def erase(working: Working, profile: int) -> None:
    """Forget a person: its state, and the words of this batch that were about it."""
    working.erased.add(profile)
    for held in (working.states, working.rows, working.unsaved, working.stored):
        held.pop(profile, None)
    working.restated.discard(profile)
    working.tags = {key: word for key, word in working.tags.items() if working.current(word[0]) != profile}
    working.statements = {
        key: said for key, said in working.statements.items() if working.current(said[0]) != profile
    }


def replace(working: Working, profile: int, state: ProfileState, atoms: Iterable[int], born: int) -> None:
    """Put a refolded state in place of a profile's, and give it the words of these atoms: one side of a cut.

    `born` is the instant at which the profile was made; a profile that has a row keeps the row's.
    """
    restate(working, profile, state, born)
    working.moved |= dict.fromkeys(atoms, profile)


def restate(working: Working, profile: int, state: ProfileState, born: int) -> None:
    """Put a refolded state in place of a profile's, whose atoms stay; `born` is for one that has no row."""
    working.rows.pop(profile, None)
    working.unsaved.pop(profile, None)
    working.states[profile] = state
    if profile not in working.stored:
        working.born[profile] = born
    working.restated.add(profile)


def _take_tags(working: Working, resolved: Resolved) -> None:
    for word in tag_words(resolved.event, resolved.atom):
        key = (word.atom, word.tag)
        if key not in working.tags or is_later(word, working.tags[key][1]):
            working.tags[key] = (resolved.profile, word)


def _take_statements(working: Working, resolved: Resolved) -> None:
    heard, unreadable = statements_of(resolved.event, resolved.atom)
    for statement in heard:
        key = statement_id(statement)
        if key not in working.statements or statement.moment > working.statements[key][1].moment:
            working.statements[key] = (resolved.profile, statement)
    if unreadable:
        _reject(working, resolved, "wrong_consent", unreadable)


def _take_refusals(working: Working, event: Event) -> None:
    """A refusal of a contact that identifies nobody, such as a landline, holds all the same."""
    if speaks_of_consent(event):
        heard, _ = statements_of(event, 0)
        working.refused += refusals_of(said for said in heard if said.explicit)


def statement_id(statement: Statement) -> StatementId:
    """The id a statement is kept under: each explicit one for itself, the newest passive one for each key."""
    if statement.explicit:
        return statement.atom, statement.position, statement.number
    packed = msgspec.msgpack.encode(statement.key)
    return statement.atom, 0, int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True)


def _reject(working: Working, resolved: Resolved, reason: str, faults: Iterable[str]) -> None:
    """Note faults of an event that is folded without them. It is noted once, with the reason of the first."""
    event, last = resolved.event, working.rejected[-1:]
    if last and last[0].position == event.position:
        working.rejected[-1] = rejected(event, last[0].reason, last[0].detail, *faults)
        return
    working.rejected.append(rejected(event, reason, *faults))
