"""The one writer of a workspace.

In: committed blocks of the inbox not yet applied. Out, in one transaction: the state of every stage, the
writer's new place, rejected events, digests, and the hand-over to the event store. The first statement
compares and sets the place and the epoch, so a writer that lost its lease cannot commit.

Deciding is done here alone. Where another process decodes ahead (`ahead`), it hands over what decoding here
would have given, or nothing.

Blocks may be applied one by one or many at once; the outcome is the same, because every stage decides
event by event in the order of positions.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, perf_counter

from msgspec import structs

from konnektu.acquisition import api as acquisition
from konnektu.belt.ahead import Ahead, Decoded
from konnektu.belt.batches import Batch, batches, circumstances, instants_of, with_following
from konnektu.belt.decoding import Read, decoded
from konnektu.belt.handing import hand_overs, stamps_of
from konnektu.belt.judging import Judged, in_parcels, judged_of, replays, set_aside, without
from konnektu.collect import api as collect
from konnektu.core import logging
from konnektu.core.errors import Fenced, KonnektuError
from konnektu.core.logging import Action
from konnektu.core.metrics import (
    block_seconds,
    events_applied,
    events_quarantined,
    events_repeated,
    identity_decisions,
    in_stage,
    stage,
    stage_seconds,
)
from konnektu.core.records import Event, Rejected
from konnektu.dictionary import api as dictionary
from konnektu.flow import BUILT_AT_ONCE, Kept, apply, build_members, settled_options, with_kinds
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.segments import api as segments
from konnektu.storage.api import Connection, Storage, WorkspaceRecord, writes_behind

MOST_CULPRITS = 10
"""Events of one batch that may be set aside for a fault nobody foresaw; more mean a bad release, which must stop."""
KEPT_PEOPLE = 100_000
"""People whose state a writer has at hand; about 1.5 KB of memory each."""
CLOSED_BEHIND = 500
"""Milliseconds for which time stays open: a block may be received and not yet stand in the inbox."""
BROUGHT_AT_ONCE = 20
"""Definitions that come into force one after another before everybody is decided under them."""
SETTINGS_SECONDS = 2.0
"""How long a changed setting of the workspace may take to reach its writer."""

LEAST_AHEAD = 500
"""Events of a batch below which handing it to another process costs more than decoding it here."""

_log = logging.get("belt")


def always() -> bool:
    """Go on whatever comes."""
    return True


class Writer:
    """Applies batches of one workspace under one epoch. Any exception leaves it unusable: make another."""

    def __init__(
        self,
        storage: Storage,
        record: WorkspaceRecord,
        epoch: int,
        ahead: Ahead | None = None,
        *,
        kept_people: int = KEPT_PEOPLE,
    ) -> None:
        """Fence lower epochs and read the place. Raises `Fenced` if a higher epoch has written.

        With `ahead` each batch but the first is decoded by another process while the one before is decided;
        `kept_people` are held in memory from batch to batch.
        """
        self._storage = storage
        self._record = record
        self._db = storage.workspace(record)
        self._ahead = ahead
        self._saver = ThreadPoolExecutor(1, "saver")
        self._following: Batch | None = None
        """The batch that will be next, until it is asked for."""
        self._seen = log.Deduplication()
        self._kept = Kept(identity.Kept(kept_people), profiles.Kept(kept_people))
        self._force: segments.InForce | None = None
        self._followed_at = -1
        """The position at which definitions were last asked for."""
        self._switched = -1
        """Everybody is decided under the definitions that the fact at this position brought into force."""
        self._settled, self._settled_at = settled_options(storage, record), monotonic()
        with self._db.read() as db:
            log.store.unseat(db)
        with self._db.transaction() as db:
            if not log.store.fence(db, epoch):
                raise Fenced
            segments.seat_home(db, record.timezone)
            self._place = structs.replace(log.store.place(db), epoch=epoch)
            self._learner = dictionary.learner(db)
            self._plan = dictionary.plan(db)

    @property
    def place(self) -> log.Place:
        """Where this writer stands."""
        return self._place

    def apply(self, waiting: Sequence[log.Waiting], size: int, goes_on: Callable[[], bool] = always) -> int:
        """Apply these blocks in order; how many events were applied. Blocks applied before are only cleared.

        `goes_on` is asked after each transaction; the blocks behind a no wait on.
        """
        with self._db.read() as db:
            applied = log.store.applied_among(db, [block.id for block in waiting])
        self._clear(sorted(applied))
        events = 0
        fresh = [block for block in waiting if block.id not in applied]
        for batch, following in with_following(batches(fresh, size)):
            self._following = following
            self._commit(batch)
            self._clear([block.id for block in batch.blocks])
            events += batch.events
            if not goes_on():
                break
        return events

    def pass_time(self, now: int, limit: int = segments.ADVANCED_AT_ONCE) -> int:
        """Let time pass for some of those who are due, in a transaction of its own; how many people.

        Time is closed no later than the oldest block that waits was received, so that what was accepted before an
        instant still counts at it.
        """
        if self._followed() is None:
            return 0
        with self._db.read() as db:
            due = segments.next_due(db)
        if due is None or due >= now - CLOSED_BEHIND:
            return 0
        with self._storage.inbox.read() as inbox:
            waiting = log.store.pending_blocks(inbox, self._record.id, 1)
        until = min([now - CLOSED_BEHIND, *(block.received_at for block in waiting)])
        if due >= until:
            return 0
        return self._stand_still(until, lambda db, force: segments.advance_due(db, force, until, limit))

    def switch_segments(self, limit: int = segments.SWITCHED_AT_ONCE) -> int:
        """Decide some people under definitions that have come into force, in a transaction of its own; how many."""
        force = self._defined()
        if force is None or self._switched >= force.decided:
            return 0
        with self._db.read() as db:
            if not segments.is_switching(db, force):
                self._switched = force.decided
                return 0
        return self._stand_still(0, lambda db, force: segments.switch_next(db, force, limit))

    def build_segments(self, limit: int = BUILT_AT_ONCE) -> int:
        """Build some people for definitions that await it, in a transaction of its own; how many."""
        force = self._followed()
        if force is None or not force.building:
            return 0
        return self._stand_still(
            0,
            lambda db, _: build_members(
                self._storage, self._record, db, self._kept.force, self._place, limit
            ),
        )

    def built_segments(self) -> list[tuple[str, int]]:
        """(key, version) of some definitions that were being built and that nobody has to be built for any more.

        None while others that have come into force are not so for everybody, so that few follow each other at once.
        """
        force = self._followed()
        if force is None or not force.building or self._switched < force.decided:
            return []
        with self._db.read() as db:
            if self._kept.force.unbuilt(db, force, 1):
                return []
            return segments.ready_to_stand(db, force)[:BROUGHT_AT_ONCE]

    def _followed(self) -> segments.InForce | None:
        """The definitions to follow, None where there are none; asked once a batch, for facts alone change them."""
        force = self._defined()
        return None if force is None or force.is_idle else force

    def _defined(self) -> segments.InForce | None:
        """The definitions in force and being built, be there any or none; None where there never were."""
        if self._followed_at != self._place.position:
            with self._db.transaction() as db:
                self._force = self._kept.force.of(db)
            self._followed_at = self._place.position
        return self._force

    def _stand_still(self, until: int, act: Callable[[Connection, segments.InForce], int]) -> int:
        """Do something at the place where the writer stands, which takes no block."""
        was = self._place
        now = log.Place(was.position, max(was.instant, until), was.epoch)
        with self._db.transaction() as db:
            if not log.store.move(db, was, now.position, now.instant):
                raise Fenced
            force = self._kept.force.of(db)
            if force is None:
                return 0
            done = act(db, force)
        self._place = now
        return done

    def _clear(self, blocks: Sequence[int]) -> None:
        """Forget that these blocks wait, and tell the way out that the log has grown."""
        if blocks:
            with stage("commit"), self._storage.inbox.transaction() as inbox:
                log.store.clear_pending(inbox, self._record.id, blocks)

    def _commit(self, batch: Batch) -> None:
        """Write a batch; where a stage meets what nobody foresaw, write it without the events that cause it."""
        try:
            self._write(batch)
        except KonnektuError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must cost the events that cause it and no others
            self._seen = log.Deduplication()
            self._kept.force.forget()
            culprits = self._culprits(batch, error)
            _log.error(
                Action.EVENTS_SET_ASIDE,
                workspace=self._record.slug,
                positions=sorted(culprits),
                exc_info=True,
            )
            self._write(batch, culprits)

    def _write(self, batch: Batch, culprits: AbstractSet[int] = frozenset()) -> None:
        begun = perf_counter()
        was = self._place
        first = was.position + 1
        instants = list(instants_of(was.instant, batch.blocks))
        now = log.Place(was.position + batch.events, instants[-1], was.epoch)
        with self._transaction() as db, writes_behind(self._saver) as behind:
            if not log.store.move(db, was, now.position, now.instant):
                raise Fenced
            read, judged, seen = self._judge(db, batch, culprits)
            behind.hold(in_stage, "deduplicate", self._seen.save, db, seen, first, now.instant)
            applied = apply(self._storage, self._record, db, judged.accepted, self._kept, behind)
            with stage("dictionary"):
                homes = applied.known.homes
                lesson = self._learner.learn(
                    [(one.event, homes.get(one.atom, 0)) for one in applied.resolved]
                )
                behind.do(in_stage, "dictionary", dictionary.add, db, lesson)
                behind.do(in_stage, "dictionary", dictionary.count, db, judged.broken())
            rejected = [*judged.rejected, *in_parcels(applied.rejected, read, first)]
            with stage("hand-over"):
                stamps = stamps_of(batch, judged.atoms, first, applied)
                handed = list(hand_overs(batch, first, instants, stamps))
                behind.do(in_stage, "hand-over", log.store.add_applied, db, handed)
            behind.wait()
            with stage("hand-over"):
                log.keep_rejected(db, rejected)
                log.link_replayed(db, replays(batch, first, judged.accepted), now.instant)
                acquisition.count(db, judged.accepted, [one for one, _ in rejected])
                # A fact of the system may have changed the plan.
                in_force = dictionary.plan(db) if batch.alone else self._plan
        self._seen.keep(seen, first, now.instant)
        self._kept.keep(applied)
        self._plan = in_force
        self._place = now
        block_seconds.observe(perf_counter() - begun)
        self._count(judged, [one for one, _ in rejected], applied.decisions)

    def _count(self, judged: Judged, rejected: Sequence[Rejected], decisions: Mapping[str, int]) -> None:
        """Move the figures of a batch that was committed."""
        slug = self._record.slug
        events_applied.labels(slug).inc(len(judged.accepted))
        events_repeated.labels(slug).inc(judged.atoms.count(log.REPEATED))
        for reason, count in Counter(one.reason for one in rejected).items():
            events_quarantined.labels(slug, reason).inc(count)
        for kind, count in decisions.items():
            identity_decisions.labels(slug, kind).inc(count)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction of the workspace whose commit is counted as a stage."""
        with self._db.transaction() as db:
            yield db
            begun = perf_counter()
        stage_seconds.labels("commit").inc(perf_counter() - begun)

    def _judge(
        self, db: Connection, batch: Batch, culprits: AbstractSet[int]
    ) -> "tuple[list[Read], Judged, log.Seen]":
        """Decode and deduplicate a batch; `culprits` are positions set aside before."""
        with stage("decode"):
            found = self._decoded(batch, with_kinds(self._options(), db))
        read, records = found.read, found.records
        if culprits:
            read = [(set_aside(one) if one.position in culprits else one, parcel) for one, parcel in read]
            records = []
        events = [one for one, _ in read if isinstance(one, Event)]
        planned = dictionary.judge(self._plan, events) if self._plan else dictionary.Judged({}, {})
        if planned.rejected:
            read = [(planned.rejected.get(one.position, one), parcel) for one, parcel in read]
            events, records = without(events, records, planned.rejected.keys())
        with stage("deduplicate"):
            seen = self._seen.judge(db, events, records)
            out = privacy.kept_out(self._storage, self._record, db, events)
        return read, judged_of(read, seen.verdicts, out, planned), seen

    def _decoded(self, batch: Batch, chosen: collect.Options) -> Decoded:
        """What the batch holds. Where decoding ahead is had, the following batch is begun meanwhile."""
        given = circumstances(batch, self._place, chosen)
        found = self._ahead.take(given, batch.parcels) if self._ahead else None
        following, self._following = self._following, None
        # A fact of the system may change how later events are read.
        if self._ahead and following and not batch.alone and following.events >= LEAST_AHEAD:
            reached = log.Place(self._place.position + batch.events, given.instants[-1], self._place.epoch)
            then = circumstances(following, reached, chosen)
            self._ahead.ask(then, [block.body for block in following.blocks])
        if found is None:
            found = Decoded(list(decoded(batch.parcels, given.position, given.instants, chosen)), [])
        return found

    def _culprits(self, batch: Batch, error: Exception) -> frozenset[int]:
        """Positions of the events that cannot be applied; raises `error` where they are many, or none alone is it."""
        found: set[int] = set()
        while (position := self._first_culprit(batch, found)) is not None and len(found) < MOST_CULPRITS:
            found.add(position)
        if position is not None or not found:
            raise error
        return frozenset(found)

    def _first_culprit(self, batch: Batch, known: AbstractSet[int]) -> int | None:
        """The first event that fails after those before it, by halving; None where all but the known ones pass."""
        low, high = self._place.position + 1, self._place.position + batch.events
        if self._passes(batch, known, high):
            return None
        while low < high:
            middle = (low + high) // 2
            if self._passes(batch, known, middle):
                low = middle + 1
            else:
                high = middle
        return low

    def _passes(self, batch: Batch, known: AbstractSet[int], upto: int) -> bool:
        """Whether the batch's events up to a position can be applied; a trial that is rolled back."""
        try:
            with self._db.transaction() as db, db.transaction(force_rollback=True):
                _, judged, _ = self._judge(db, batch, known)
                tried = [one for one in judged.accepted if one.position <= upto]
                apply(self._storage, self._record, db, tried, self._kept)
        except KonnektuError:
            raise
        except Exception:  # noqa: BLE001 - the question is whether it fails, whatever with
            return False
        finally:
            self._kept.force.forget()
        return True

    def _options(self) -> collect.Options:
        """The workspace's settings, read again when they may be old; one query spared a batch."""
        if monotonic() - self._settled_at > SETTINGS_SECONDS:
            self._settled, self._settled_at = settled_options(self._storage, self._record), monotonic()
        return self._settled
