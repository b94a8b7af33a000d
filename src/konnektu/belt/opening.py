"""Opening a restored workspace: first it forgets whom and what it had to forget since the backup.

In: a restored workspace, the notes of its erasures and of its retention runs. Out: the workspace, open. While it is
closed, the writer applies what waited in the backup, with the tombstones of later erasures in force; whoever was erased
after the backup is erased by the same fact as then, and inbox and event store follow; what was removed for its age goes
again. So state, history and a rebuild agree again.
Invariant: it may be repeated after a crash at any place, and opens only when nothing is left to erase.
"""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from konnektu.belt.deliver import seal_once
from konnektu.belt.lease import held_lease
from konnektu.belt.writer import Writer
from konnektu.core.ids import public_id
from konnektu.keeping import api as keeping
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord

BLOCKS_AT_ONCE = 200
EVENTS_AT_ONCE = 5_000
FACTS_AT_ONCE = 50_000
BY = "restore"


class Kept(Struct, frozen=True):
    """What an installation keeps in files."""

    data: Path
    """Its data folder."""
    notes: Path
    """Where it notes erasures."""


def open_restored(
    storage: Storage,
    record: WorkspaceRecord,
    notes: Sequence[privacy.Gone],
    kept: Kept,
    now: int,
    holder: str,
    aged: Sequence[privacy.Cut] = (),
) -> int:
    """Carry out the erasures and the cuts that a restored workspace has not seen, and open it; how many people were
    erased.

    Needs the event store: raises `Retry` while it is away, and goes on when repeated.
    """
    db = storage.workspace(record)
    with held_lease(storage, record, holder) as epoch:
        with db.transaction() as own:
            key = privacy.tombstone_key(storage, record, own)
            gone = privacy.to_erase(own, key, notes)
        for profile in gone:
            _ask(storage, record, profile, now)
        with db.transaction() as own:
            privacy.add_tombstones(own, notes)
        with storage.inbox.transaction() as inbox:
            log.keeping.open_restored(inbox, record.id)
        _apply(storage, record, epoch)
        while seal_once(storage, record, FACTS_AT_ONCE):
            pass
        privacy.finish_erasures(storage, record, kept.data, kept.notes)
        _age(storage, record, epoch, kept, now, aged)
        keeping.opened(storage, record)
    return len(gone)


def _age(
    storage: Storage, record: WorkspaceRecord, epoch: int, kept: Kept, now: int, aged: Sequence[privacy.Cut]
) -> None:
    """Remove again what was removed for its age since the backup; first a run goes on that the backup met underway."""

    def apply(_: int) -> None:
        _apply(storage, record, epoch)

    def seal(_: int) -> None:
        while seal_once(storage, record, FACTS_AT_ONCE):
            pass

    where = privacy.Where(
        storage=storage,
        record=record,
        data=kept.data,
        notes=kept.notes,
        now=lambda: now,
        apply=apply,
        seal=seal,
    )
    privacy.go_on(where)
    with storage.workspace(record).read() as own:
        cuts = privacy.to_repeat(own, aged)
    if cuts:
        privacy.retain(where, cuts)


def _ask(storage: Storage, record: WorkspaceRecord, profile: int, now: int) -> None:
    """Ask for the erasure of a person, as a user does."""
    with storage.workspace(record).read() as db:
        row = profiles.profile(db, profile)
    if row is not None:
        privacy.request(storage, record, public_id(row.born, row.id), now, BY)


def _apply(storage: Storage, record: WorkspaceRecord, epoch: int) -> None:
    """Apply everything that waits."""
    writer = Writer(storage, record, epoch)
    while True:
        with storage.inbox.read() as inbox:
            waiting = log.store.pending_blocks(inbox, record.id, BLOCKS_AT_ONCE)
        if not waiting:
            return
        writer.apply(waiting, EVENTS_AT_ONCE)
