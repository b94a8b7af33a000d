"""The working set of a batch: profiles in memory between load and save.

In: resolved events in order of position. Out: the same working set, changed in place, with notes of what
must be written. Invariant: every profile that a fact touches was loaded before, so no fact starts a query.
"""

from collections.abc import Iterable
from hashlib import blake2b

import msgspec
from msgspec import Struct, field, structs

from konnektu.core.records import Rejected, Resolved
from konnektu.profiles.consents import speaks_of_consent, statements_of
from konnektu.profiles.logic import (
    DEFAULT_FOLDING,
    LARGEST_VALUE,
    Folding,
    fold_attributes,
    fold_basics,
    oversized,
    unite,
)
from konnektu.profiles.model import ProfileState, Statement, TagWord
from konnektu.profiles.tags import is_later, tag_words

StatementId = tuple[int, int, int]
"""(atom, position, number) of an explicit statement; (atom, 0, hash of its key) of a passive one."""


class Working(Struct):
    """Profiles in hand, and what changed since they were loaded."""

    folding: Folding = DEFAULT_FOLDING
    states: dict[int, ProfileState] = field(default_factory=dict)
    stored: set[int] = field(default_factory=set)
    """Profiles that have a row."""
    born: dict[int, int] = field(default_factory=dict)
    """Instant at which a profile without a row was made."""
    touched: set[int] = field(default_factory=set)
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
    erased: set[int] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)
    """Events with values that cannot be used or are too large, or with unreadable consents; the rest was folded."""

    def current(self, profile: int) -> int:
        """The profile that a profile of this batch has become."""
        while profile in self.merged:
            profile = self.merged[profile]
        return profile


def profiles_of(resolved: Iterable[Resolved]) -> set[int]:
    """Return every profile whose state these events read or change."""
    touched: set[int] = set()
    for fact in resolved:
        touched.add(fact.profile)
        for decision in fact.decisions:
            if decision.kind in ("merge", "cut", "erase"):
                touched |= {decision.profile, decision.other}
    return touched - {0}


def fold(working: Working, resolved: Resolved) -> int:
    """Carry out the merges that an event caused, then take the event into its profile.

    Returns the start of the event's visit in ms UTC, 0 where it belongs to none.
    """
    for decision in resolved.decisions:
        if decision.kind == "merge":
            merge(working, decision.profile, decision.other)
        elif decision.kind == "erase":
            erase(working, decision.profile)
    profile = resolved.profile
    if not profile or profile in working.erased:
        return 0
    state = working.states.get(profile)
    if state is None:
        state = working.states[profile] = ProfileState()
        working.born[profile] = resolved.event.instant
    working.touched.add(profile)
    event = resolved.event
    _note_values(working, resolved)
    if fold_attributes(state, event, working.folding):
        working.restated.add(profile)
    if event.type == "tag":
        _take_tags(working, resolved)
    elif speaks_of_consent(event):
        _take_statements(working, resolved)
    return fold_basics(state.basics, event, working.folding)


def _note_values(working: Working, resolved: Resolved) -> None:
    """Note which values of an event are not kept. The rows of imports were told so when they were read."""
    event = resolved.event
    if event.refused and event.origin != "import":
        said = [f"{name} cannot take its value: {why}" for name, why in event.refused]
        _reject(working, resolved, "wrong_value", said)
    if too_large := oversized(event):
        said = [f"The value of {name} has more than {LARGEST_VALUE} bytes" for name in too_large]
        _reject(working, resolved, "value_too_large", said)


def merge(working: Working, winner: int, loser: int) -> None:
    """Unite the loser's facts into the winner; the loser's profile ends, its id stays an alias of identity."""
    mine = working.states.get(winner)
    theirs = working.states.pop(loser, None)
    born = working.born.pop(loser, 0)
    if theirs is not None:
        if mine is None:
            working.born[winner] = born
        working.states[winner] = unite(mine or ProfileState(), theirs, working.folding)
        working.touched.add(winner)
        working.restated.add(winner)
    working.touched.discard(loser)
    working.restated.discard(loser)
    working.merged[loser] = winner


def erase(working: Working, profile: int) -> None:
    """Forget a person: its state, and the words of this batch that were about it."""
    working.erased.add(profile)
    working.states.pop(profile, None)
    for changed in (working.touched, working.restated, working.stored):
        changed.discard(profile)
    working.tags = {key: word for key, word in working.tags.items() if working.current(word[0]) != profile}
    working.statements = {
        key: said for key, said in working.statements.items() if working.current(said[0]) != profile
    }


def replace(working: Working, profile: int, state: ProfileState, atoms: Iterable[int], born: int) -> None:
    """Put a refolded state in place of a profile's, and give it the words of these atoms: one side of a cut.

    `born` is the instant at which the profile was made; a profile that has a row keeps the row's.
    """
    working.states[profile] = state
    if profile not in working.stored:
        working.born[profile] = born
    working.touched.add(profile)
    working.restated.add(profile)
    working.moved |= dict.fromkeys(atoms, profile)


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


def statement_id(statement: Statement) -> StatementId:
    """The id a statement is kept under: each explicit one for itself, the newest passive one for each key."""
    if statement.explicit:
        return statement.atom, statement.position, statement.number
    packed = msgspec.msgpack.encode(statement.key)
    return statement.atom, 0, int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True)


def _reject(working: Working, resolved: Resolved, reason: str, faults: Iterable[str]) -> None:
    """Note faults of an event that is folded without them. It is noted once, with the reason of the first."""
    event, detail, last = resolved.event, "; ".join(dict.fromkeys(faults)), working.rejected[-1:]
    if last and last[0].position == event.position:
        working.rejected[-1] = structs.replace(last[0], detail=f"{last[0].detail}; {detail}")
        return
    made = Rejected(
        position=event.position,
        instant=event.instant,
        source=event.source,
        reason=reason,
        detail=detail,
        body=event.body,
        received_at=event.received_at,
    )
    working.rejected.append(made)
