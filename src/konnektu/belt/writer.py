"""The one writer of a workspace.

In: committed blocks of the inbox not yet applied. Out, in one transaction: the state of every stage, the
writer's new place, rejected events, digests, and the hand-over to the event store. The first statement
compares and sets the place and the epoch, so a writer that lost its lease cannot commit.

Blocks may be applied one by one or many at once; the outcome is the same, because every stage decides
event by event in the order of positions.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from time import monotonic

import numpy as np
from msgspec import Struct, structs

from konnektu.collect import api as collect
from konnektu.core import logging
from konnektu.core.errors import Fenced, KonnektuError
from konnektu.core.logging import Action
from konnektu.core.records import Event, Parcel, Rejected
from konnektu.flow import Folded, Kept, apply, settled_options, with_kinds
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

MOST_CULPRITS = 10
"""Events of one batch that may be set aside for a fault nobody foresaw; more mean a bad release, which must stop."""
KEPT_PEOPLE = 100_000
"""People whose state a writer has at hand; about 1.5 KB of memory each."""
SETTINGS_SECONDS = 2.0
"""How long a changed setting of the workspace may take to reach its writer."""

_log = logging.get("belt")


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


class Writer:
    """Applies batches of one workspace under one epoch. Any exception leaves it unusable: make another."""

    def __init__(
        self, storage: Storage, record: WorkspaceRecord, epoch: int, *, kept_people: int = KEPT_PEOPLE
    ) -> None:
        """Fence lower epochs and read the place. Raises `Fenced` if a higher epoch has written."""
        self._storage = storage
        self._record = record
        self._db = storage.workspace(record)
        self._seen = log.Deduplication()
        self._kept = Kept(identity.Kept(kept_people), profiles.Kept(kept_people))
        self._settled, self._settled_at = settled_options(storage, record), monotonic()
        with self._db.read() as db:
            log.store.unseat(db)
        with self._db.transaction() as db:
            if not log.store.fence(db, epoch):
                raise Fenced
            self._place = structs.replace(log.store.place(db), epoch=epoch)

    @property
    def place(self) -> log.Place:
        """Where this writer stands."""
        return self._place

    def apply(self, waiting: Sequence[log.Waiting], size: int) -> int:
        """Apply these blocks in order; how many events they held. Blocks applied before are only cleared."""
        with self._db.read() as db:
            applied = log.store.applied_among(db, [block.id for block in waiting])
        events = 0
        for batch in batches([block for block in waiting if block.id not in applied], size):
            self._commit(batch)
            events += batch.events
        with self._storage.inbox.transaction() as inbox:
            log.store.clear_pending(inbox, self._record.id, [block.id for block in waiting])
        return events

    def _commit(self, batch: Batch) -> None:
        """Write a batch; where a stage meets what nobody foresaw, write it without the events that cause it."""
        try:
            self._write(batch)
        except KonnektuError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must cost the events that cause it and no others
            self._seen = log.Deduplication()
            culprits = self._culprits(batch, error)
            _log.error(
                Action.EVENTS_SET_ASIDE,
                workspace=self._record.slug,
                positions=sorted(culprits),
                exc_info=True,
            )
            self._write(batch, culprits)

    def _write(self, batch: Batch, culprits: AbstractSet[int] = frozenset()) -> None:
        was = self._place
        first = was.position + 1
        instants = list(_instants(was.instant, batch.blocks))
        now = log.Place(was.position + batch.events, instants[-1], was.epoch)
        with self._db.transaction() as db:
            if not log.store.move(db, was, now.position, now.instant):
                raise Fenced
            read, judged, seen = self._judge(db, batch, culprits)
            applied = apply(self._storage, self._record, db, judged.accepted, self._kept)
            self._seen.save(db, seen, first, now.instant)
            log.keep_rejected(db, [*judged.rejected, *_in_parcels(applied.rejected, read, first)])
            stamps = _stamps(judged.atoms, first, applied.folded)
            log.store.add_applied(db, list(_hand_overs(batch, first, instants, stamps)))
        self._seen.keep(seen, first, now.instant)
        self._kept.keep(applied)
        self._place = now

    def _judge(
        self, db: Connection, batch: Batch, culprits: AbstractSet[int]
    ) -> "tuple[list[Read], Judged, log.Seen]":
        """Decode and deduplicate a batch; `culprits` are positions set aside before."""
        instants = list(_instants(self._place.instant, batch.blocks))
        chosen = with_kinds(self._options(), db)
        decoded = _decoded(batch, self._place.position + 1, instants, chosen)
        read = [(_set_aside(one) if one.position in culprits else one, parcel) for one, parcel in decoded]
        events = [one for one, _ in read if isinstance(one, Event)]
        seen = self._seen.judge(db, events)
        out = privacy.kept_out(self._storage, self._record, db, events)
        return read, _judged(read, seen.verdicts, out), seen

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
        return True

    def _options(self) -> collect.Options:
        """The workspace's settings, read again when they may be old; one query spared a batch."""
        if monotonic() - self._settled_at > SETTINGS_SECONDS:
            self._settled, self._settled_at = settled_options(self._storage, self._record), monotonic()
        return self._settled


Read = tuple[Event | Rejected, Parcel]


def _decoded(batch: Batch, position: int, instants: Sequence[int], chosen: collect.Options) -> Iterator[Read]:
    """What every parcel of the batch holds, from `position` on."""
    for parcels, instant in zip(batch.parcels, instants, strict=True):
        for parcel in parcels:
            for one in collect.decode(parcel, position, instant, chosen):
                yield one, parcel
            position += len(parcel.events)


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


def _judged(read: Sequence[Read], verdicts: Sequence[str], kept_out: AbstractSet[int]) -> Judged:
    """Who is accepted, who is rejected, and what the stamps say of the rest."""
    judged = Judged([], [], [])
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


def _stamps(atoms: Sequence[int], first: int, folded: Sequence[Folded]) -> log.Stamps:
    """The stamps of a whole batch; position `first` is index 0."""
    stamps = log.Stamps(
        np.array(atoms, np.int64), np.zeros(len(atoms), np.uint8), np.zeros(len(atoms), np.int64)
    )
    for one in folded:
        index = one.event.position - first
        stamps.atoms[index] = one.atom
        stamps.marks[index] = one.event.marks
        stamps.visits[index] = one.visit
    return stamps


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
