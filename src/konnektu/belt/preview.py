"""Other identity rules tried on a workspace's whole base, beside its traffic.

In: a workspace and rules. Out: how its people would differ. Nothing is changed and no writer waits: the
comparison speaks of the position at which it began. Memory grows with atoms, not with events.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from konnektu.core.records import Event
from konnektu.flow import Replayed, replayed
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord

PEOPLE_AT_ONCE = 2_000
SHOWN_EVERY = 1_000
"""Positions between two calls of the progress."""

Progress = Callable[[int, int], None]
"""Called with the position tried and the last position."""


class Tried(Struct, frozen=True):
    """The base decided again, and the present one it is compared with."""

    position: int
    """The last position that both speak of."""
    trial: identity.Trial
    homes: Mapping[int, int]
    """Present profile of each atom at that position."""


class Previewed(Struct, frozen=True):
    """What the rules would make of the base."""

    position: int
    """The last position that was tried."""
    found: identity.Preview


def preview(
    storage: Storage, record: WorkspaceRecord, rules: identity.Rules, progress: Progress
) -> Previewed:
    """Compare the people under `rules` with the present ones. Raises `Retry` while the event store is away."""
    tried = try_rules(storage, record, rules, progress)
    wanted = identity.splitting(tried.trial, tried.homes)[: identity.MOST_SAMPLES]
    with storage.workspace(record).read() as db:
        # A profile that has gone to another since the position tried has no sample.
        present = {person.id: person for person in identity.persons(db, wanted)}
    return Previewed(tried.position, identity.compare(tried.trial, tried.homes, present))


def try_rules(storage: Storage, record: WorkspaceRecord, rules: identity.Rules, progress: Progress) -> Tried:
    """Decide the whole base again in memory. Raises `Retry` while the event store is away."""
    with storage.workspace(record).read(snapshot=True) as db:
        upto = log.store.place(db).position
        homes = identity.homes(db)
        cuts, separations = identity.effective_cuts(db), identity.separations(db)
    facts = _facts(shown(replayed(storage, record, upto), upto, progress))
    return Tried(upto, identity.decide_again(facts, rules, cuts, separations), homes)


def people(storage: Storage, record: WorkspaceRecord, profiles: Sequence[int]) -> Iterator[identity.Person]:
    """The present people of these profile ids, in memory for a part at a time."""
    for start in range(0, len(profiles), PEOPLE_AT_ONCE):
        with storage.workspace(record).read() as db:
            found = identity.persons(db, profiles[start : start + PEOPLE_AT_ONCE])
        yield from found


def _facts(positions: Iterable[Replayed]) -> Iterator[tuple[Event, int]]:
    return ((one.event, one.atom) for one in positions if one.event is not None)


def shown(positions: Iterable[Replayed], upto: int, progress: Progress) -> Iterator[Replayed]:
    """The positions, while progress is told how far one is."""
    due = 0
    for one in positions:
        if one.position >= due:
            progress(one.position, upto)
            due = one.position + SHOWN_EVERY
        yield one
    progress(upto, upto)
