"""Segments on the way of a batch: which definitions are followed, who is built for them, what they are told.

In: facts about segments, resolved events, what the stages before have in hand. Out: what segments remember of people.
"""

from collections.abc import Mapping, Sequence

from konnektu.acquisition import api as acquisition
from konnektu.core.metrics import stage
from konnektu.core.records import Event, Rejected, Resolved
from konnektu.flow.batch import At, Hand
from konnektu.flow.reading import lives
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.segments import api as segments
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

BUILT_AT_ONCE = 200
"""People whose history is read at once for segments: live facts wait meanwhile."""


def in_force(db: Connection, kept: segments.Kept) -> segments.InForce | None:
    """The definitions to follow; None where there are none, and then segments cost one statement a batch."""
    force = kept.of(db)
    return None if force is None or force.is_idle else force


def follow_segments(at: At, events: Sequence[Event], kept: segments.Kept) -> list[Rejected]:
    """Take what facts say of segments. Where others come into force, the first people stand under these at once, the
    rest when they are met or in their turn; so does everybody while more are being built, which may follow soon.
    """
    stated = [event for event in events if event.type in segments.FACTS]
    if not stated:
        return []
    was = kept.of(at.db)
    place = at_event(at, was, stated[-1])
    if was is not None and was.building and any(segments.says_built(event) for event in stated):
        found = lives(at, place.position - 1)
        while segments.build_next(at.db, kept, found, place, BUILT_AT_ONCE):
            pass
    rejected = segments.follow(at.db, stated)
    force = kept.of(at.db)
    if force is not None and not force.building:
        segments.switch_next(at.db, force)
    refused = {one.position for one in rejected}
    taken = [one for one in stated if one.position not in refused]
    segments.list_people(at.db, force, taken, home_of(at.record, force))
    segments.rank_people(at.db, force, taken, home_of(at.record, force))
    return rejected


def at_event(at: At, force: segments.InForce | None, event: Event) -> segments.At:
    """Where segments are decided at an event."""
    return segments.At(event.position, event.instant, home_of(at.record, force))


def home_of(record: WorkspaceRecord, force: segments.InForce | None) -> str:
    """The zone of the workspace by what the log says of it; before the first writer what stands outside."""
    return (force.home if force is not None else "") or record.timezone


def build_members(
    storage: Storage,
    record: WorkspaceRecord,
    db: Connection,
    kept: segments.Kept,
    place: log.Place,
    limit: int = BUILT_AT_ONCE,
) -> int:
    """Build the states of some people whom definitions that are being built await; how many, 0 when nobody is left."""
    force = in_force(db, kept)
    if force is None or not force.building:
        return 0
    at = At(storage, record, db)
    where = segments.At(place.position, place.instant, home_of(record, force))
    return segments.build_next(db, kept, lives(at, place.position), where, limit)


def watch(
    at: At,
    hand: Hand,
    resolved: Sequence[Resolved],
    working: profiles.Working,
    beside: tuple[acquisition.Working, Mapping[int, int]],
) -> segments.Working | None:
    """What segments remember of the people of a batch; None where nothing is followed."""
    if hand.force is None:
        return None
    asked = segments.Asked(hand.force.ready.reads.kinds, home_of(at.record, hand.force))
    with stage("segments"):
        return segments.load(at.db, asked, hand.force, resolved, working, (hand.noted, *beside))


def fold_watched(watched: segments.Working, working: profiles.Working, one: Resolved) -> int:
    """Fold an event into its profile, and decide entries and exits; the start of its visit."""
    segments.begin(one, working)
    visit = profiles.fold(working, one)
    segments.tell(watched, one, working)
    return visit


def remake(at: At, hand: Hand, resolved: Sequence[Resolved], also: set[int], known: identity.Known) -> None:
    """Make from history what segments remember of people who were parted, or some of whose facts are gone."""
    for one in resolved:
        people = sorted(person for person in segments.parted(one) | also if person in known.persons)
        if people and hand.force is not None:
            at.behind.wait()
            found = lives(at, one.event.position - 1)
            segments.build(at.db, hand.force, people, found, at_event(at, hand.force, one.event), "cut")


def retell(at: At, hand: Hand, resolved: Sequence[Resolved]) -> None:
    """Tell segments how orders stand that another mapping of statuses has moved. Its fact stands alone in its batch."""
    if hand.told is None or hand.force is None or not hand.told.mapped_at:
        return
    at.behind.wait()
    segments.retell(at.db, hand.force, hand.told.remapped, at_event(at, hand.force, resolved[-1].event))
