"""Holding a workspace's lease for work that is no writer's: everything stands still while it lasts.

In: a workspace and a name. Out: the epoch of its lease. A belt that holds it lets go within seconds; when
the work ends or its process dies, the belt goes on by itself, and nothing that was accepted is lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

from konnektu.core.errors import Conflict, Retry
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord

LEASE_SECONDS = 20.0
"""How long a workspace waits for its writer after the holder died."""
RENEW_SECONDS = 5.0
WISH_SECONDS = 10.0
"""How long a belt makes way for a holder that no longer asks."""
ASK_SECONDS = 0.2
PATIENCE_SECONDS = 60.0


class StillWritten(Conflict):
    """The writer of this workspace does not let go. Another rebuild may be under way: repeat when it has ended."""


@contextmanager
def held_lease(storage: Storage, record: WorkspaceRecord, holder: str) -> Iterator[int]:
    """Hold the lease while this lasts; yields its epoch. Raises `StillWritten` where it is not given in time."""
    epoch = _wait_for_lease(storage, record, holder)
    ended = Event()
    renewing = Thread(target=_renew, args=(storage, record, holder, epoch, ended), name="lease", daemon=True)
    renewing.start()
    try:
        yield epoch
    finally:
        ended.set()
        renewing.join()
        with storage.inbox.transaction() as inbox:
            log.store.release_lease(inbox, record.id, holder, epoch)


def _wait_for_lease(storage: Storage, record: WorkspaceRecord, holder: str) -> int:
    deadline, pause = monotonic() + PATIENCE_SECONDS, Event()
    while monotonic() < deadline:
        with storage.inbox.transaction() as inbox:
            log.store.ask_for_lease(inbox, record.id, holder, WISH_SECONDS)
            epoch = log.store.take_lease(inbox, record.id, holder, LEASE_SECONDS)
        if epoch is not None:
            return epoch
        pause.wait(ASK_SECONDS)
    raise StillWritten


def _renew(storage: Storage, record: WorkspaceRecord, holder: str, epoch: int, ended: Event) -> None:
    """Renew until ended. What cannot be renewed is lost, which the holder sees by the writer's place."""
    kept = True
    while kept and not ended.wait(RENEW_SECONDS):
        try:
            with storage.inbox.transaction() as inbox:
                kept = log.store.renew_lease(inbox, record.id, holder, epoch, LEASE_SECONDS)
        except Retry:
            continue
