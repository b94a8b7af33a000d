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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, perf_counter
from typing import Any

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from konnektu.acquisition import api as acquisition
from konnektu.belt.ahead import Ahead, Circumstances, Decoded
from konnektu.belt.decoding import Read, decoded
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
from konnektu.core.records import Derived, Event, Parcel, Rejected
from konnektu.dictionary import api as dictionary
from konnektu.flow import BUILT_AT_ONCE, Folded, Kept, apply, build_members, settled_options, with_kinds
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


class Batch(Struct, frozen=True):
    """Blocks applied in one transaction."""

    blocks: list[log.Waiting]
    parcels: list[list[Parcel]]
    """The parcels of each block."""
    alone: bool
    """Holds one fact of the system that is decided on state complete up to it (see `batches`)."""

    @property
    def events(self) -> int:
        """Positions the batch takes."""
        return sum(block.events for block in self.blocks)


def batches(waiting: Sequence[log.Waiting], size: int) -> Iterator[Batch]:
    """Cut blocks into batches of about `size` events, in order. A block of the system stands alone.

    Facts of the system (a rule change, an effective cut, an erasure) change how later events are read, or
    need the history up to them; so everything before is committed first.
    """
    blocks: list[log.Waiting] = []
    parcels: list[list[Parcel]] = []
    events = 0
    for block in waiting:
        opened = log.decode_block(block.body)
        alone = any(parcel.origin == "system" for parcel in opened)
        if blocks and (alone or events + block.events > size):
            yield Batch(blocks, parcels, alone=False)
            blocks, parcels, events = [], [], 0
        if alone:
            yield Batch([block], [opened], alone=True)
            continue
        blocks.append(block)
        parcels.append(opened)
        events += block.events
    if blocks:
        yield Batch(blocks, parcels, alone=False)


class Judged(Struct, frozen=True):
    """The events of a batch after decoding and deduplication."""

    accepted: list[Event]
    rejected: list[tuple[Rejected, Parcel]]
    atoms: list[int]
    """For each position of the batch NOBODY (to be replaced by the atom), REPEATED or REJECTED."""
    planned: dictionary.Judged
    """What the tracking plan says of them."""

    def broken(self) -> dictionary.Found:
        """What events break that were accepted, or rejected for that; a repeat breaks nothing anew."""
        if not self.planned.found:
            return {}
        counted = {one.position for one in self.accepted} | self.planned.rejected.keys()
        return {place: one for place, one in self.planned.found.items() if place in counted}


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
        for batch, following in _with_following(batches(fresh, size)):
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
        instants = list(_instants(was.instant, batch.blocks))
        now = log.Place(was.position + batch.events, instants[-1], was.epoch)
        with self._transaction() as db, writes_behind(self._saver) as behind:
            if not log.store.move(db, was, now.position, now.instant):
                raise Fenced
            read, judged, seen = self._judge(db, batch, culprits)
            applied = apply(self._storage, self._record, db, judged.accepted, self._kept, behind)
            behind.do(in_stage, "deduplicate", self._seen.save, db, seen, first, now.instant)
            with stage("dictionary"):
                homes = applied.known.homes
                lesson = self._learner.learn((one.event, homes.get(one.atom, 0)) for one in applied.folded)
                behind.do(in_stage, "dictionary", dictionary.add, db, lesson)
                behind.do(in_stage, "dictionary", dictionary.count, db, judged.broken())
            rejected = [*judged.rejected, *_in_parcels(applied.rejected, read, first)]
            with stage("hand-over"):
                stamps = _stamps(batch, judged.atoms, first, applied.folded)
                handed = list(_hand_overs(batch, first, instants, stamps))
                behind.do(in_stage, "hand-over", log.store.add_applied, db, handed)
            behind.wait()
            with stage("hand-over"):
                log.keep_rejected(db, rejected)
                log.link_replayed(db, _replayed(batch, first, judged.accepted), now.instant)
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
            read = [(_set_aside(one) if one.position in culprits else one, parcel) for one, parcel in read]
            records = []
        events = [one for one, _ in read if isinstance(one, Event)]
        planned = dictionary.judge(self._plan, events) if self._plan else dictionary.Judged({}, {})
        if planned.rejected:
            read = [(planned.rejected.get(one.position, one), parcel) for one, parcel in read]
            events, records = _without(events, records, planned.rejected.keys())
        with stage("deduplicate"):
            seen = self._seen.judge(db, events, records)
            out = privacy.kept_out(self._storage, self._record, db, events)
        return read, _judged(read, seen.verdicts, out, planned), seen

    def _decoded(self, batch: Batch, chosen: collect.Options) -> Decoded:
        """What the batch holds. Where decoding ahead is had, the following batch is begun meanwhile."""
        given = _circumstances(batch, self._place, chosen)
        found = self._ahead.take(given, batch.parcels) if self._ahead else None
        following, self._following = self._following, None
        # A fact of the system may change how later events are read.
        if self._ahead and following and not batch.alone and following.events >= LEAST_AHEAD:
            reached = log.Place(self._place.position + batch.events, given.instants[-1], self._place.epoch)
            then = _circumstances(following, reached, chosen)
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


def _with_following(batches: Iterable[Batch]) -> Iterator[tuple[Batch, Batch | None]]:
    """Each batch with the one after it."""
    before: Batch | None = None
    for batch in batches:
        if before is not None:
            yield before, batch
        before = batch
    if before is not None:
        yield before, None


def _circumstances(batch: Batch, place: log.Place, chosen: collect.Options) -> Circumstances:
    """What decoding a batch depends on, where the writer stands at `place` before it."""
    instants = list(_instants(place.instant, batch.blocks))
    return Circumstances(tuple(block.id for block in batch.blocks), place.position + 1, instants, chosen)


def _set_aside(one: Event | Rejected) -> Rejected:
    """An event that a stage could not take for a reason that nobody foresaw."""
    if isinstance(one, Rejected):
        return one
    return Rejected(
        position=one.position,
        instant=one.instant,
        source=one.source,
        reason="unforeseen",
        detail="No part of the system foresaw this event. The log names the fault; replay it when that is mended.",
        body=one.body,
        received_at=one.received_at,
    )


def _instants(last: int, blocks: Sequence[log.Waiting]) -> Iterator[int]:
    """The instant of each block: when it was received, never before the one in front of it."""
    for block in blocks:
        last = max(last, block.received_at)
        yield last


def _without(
    events: Sequence[Event], records: Sequence[bytes], out: AbstractSet[int]
) -> tuple[list[Event], list[bytes]]:
    """Events, and their records where these are at hand, without those at some positions."""
    kept = [place for place, one in enumerate(events) if one.position not in out]
    return [events[place] for place in kept], [records[place] for place in kept] if records else []


def _judged(
    read: Sequence[Read],
    verdicts: Sequence[str],
    kept_out: AbstractSet[int],
    planned: dictionary.Judged,
) -> Judged:
    """Who is accepted, who is rejected, and what the stamps say of the rest."""
    judged = Judged([], [], [], planned)
    remaining = iter(verdicts)
    for one, parcel in read:
        if isinstance(one, Rejected):
            judged.rejected.append((one, parcel))
            judged.atoms.append(log.REJECTED)
            continue
        verdict = next(remaining)
        if verdict == "other_content":
            judged.rejected.append((_reused_id(one), parcel))
            judged.atoms.append(log.REJECTED)
        elif verdict == "repeated":
            judged.atoms.append(log.REPEATED)
        elif one.position in kept_out:
            judged.atoms.append(log.ERASED)
        else:
            judged.accepted.append(one)
            judged.atoms.append(log.NOBODY)
    return judged


def _in_parcels(
    rejected: Sequence[Rejected], read: Sequence[Read], first: int
) -> list[tuple[Rejected, Parcel]]:
    """Rejected events with the parcel each came in; `read` begins at position `first`."""
    return [(one, read[one.position - first][1]) for one in rejected]


def _replayed(batch: Batch, first: int, accepted: Sequence[Event]) -> dict[int, int]:
    """Rejected events that the batch holds again and that were accepted this time, with what they became."""
    position, again = first, {}
    for parcels in batch.parcels:
        for parcel in parcels:
            if parcel.key and (of := log.replay_of(parcel)) is not None:
                again[position] = of
            position += len(parcel.events)
    return {again[one.position]: one.position for one in accepted if one.position in again} if again else {}


def _reused_id(event: Event) -> Rejected:
    return Rejected(
        position=event.position,
        instant=event.instant,
        source=event.source,
        reason="same_id_other_content",
        detail=f"The message id {event.message_id!r} came before with other content. Give it an id of its own.",
        body=event.body,
        received_at=event.received_at,
    )


def _stamps(batch: Batch, atoms: Sequence[int], first: int, folded: Sequence[Folded]) -> log.Stamps:
    """The stamps of a whole batch; position `first` is index 0."""
    places = np.array([one.event.position - first for one in folded], np.int64)

    def spread(values: Sequence[int], kind: type[np.generic], *, rest: int = 0) -> NDArray[Any]:
        column = np.full(len(atoms), rest, kind)
        column[places] = values
        return column

    stamped = np.array(atoms, np.int64)
    stamped[places] = [one.atom for one in folded]
    events = [one.event for one in folded]
    kinds, table = _derived(batch, events, first)
    return log.Stamps(
        stamped,
        spread([event.marks for event in events], np.uint8),
        spread([one.visit for one in folded], np.int64),
        log.Derivations(
            spread([event.time for event in events], np.int64),
            spread([event.raw_time for event in events], np.int64),
            spread(kinds, np.int32, rest=log.UNDERIVED),
            table,
        ),
    )


def _derived(batch: Batch, events: Sequence[Event], first: int) -> tuple[list[int], tuple[Derived, ...]]:
    """For each event the number of what was derived from it, UNDERIVED where its body is not as it came; and those."""
    came = [body for parcels in batch.parcels for parcel in parcels for body in parcel.events]
    table: dict[int, tuple[int, Derived]] = {}
    kinds: list[int] = []
    for event in events:
        derived = event.derived
        if event.body is not came[event.position - first]:
            kinds.append(log.UNDERIVED)
        elif found := table.get(id(derived)):
            kinds.append(found[0])
        else:
            kinds.append(len(table))
            table[id(derived)] = (len(table), derived)
    return kinds, tuple([derived for _, derived in table.values()])


def _hand_overs(
    batch: Batch, first: int, instants: Sequence[int], stamps: log.Stamps
) -> Iterator[log.Applied]:
    start = 0
    for block, instant in zip(batch.blocks, instants, strict=True):
        part = stamps.part(start, start + block.events)
        yield log.Applied(
            first + start, block.id, block.day, block.events, part.accepted, instant, part.encode()
        )
        start += block.events
