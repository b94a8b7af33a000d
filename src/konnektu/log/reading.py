"""Reading your own writes: waiting until the writer has applied a block, or the event store has it."""

from threading import Event as Signal

from konnektu.log import store
from konnektu.log.model import Place
from konnektu.storage.api import Connection, Db

POLL_SECONDS = 0.02


def place(db: Db) -> Place:
    """Where the workspace's writer stands."""
    with db.read() as read:
        return store.place(read)


def place_in(db: Connection) -> Place:
    """The same, as a transaction sees it."""
    return store.place(db)


def wait_sealed(db: Db, position: int, seconds: float) -> bool:
    """Whether the event store has every fact up to a position within so many seconds."""
    pause = Signal()
    for _ in range(max(1, int(seconds / POLL_SECONDS))):
        with db.read() as read:
            if store.sealed(read)[0] >= position:
                return True
        pause.wait(POLL_SECONDS)
    return False


def wait_applied(db: Db, block: int, seconds: float, stop: Signal | None = None) -> bool:
    """Whether the block was applied within so many seconds."""
    pause = stop or Signal()
    for _ in range(max(1, int(seconds / POLL_SECONDS))):
        with db.read() as read:
            if store.applied_among(read, [block]):
                return True
        if pause.wait(POLL_SECONDS):
            return False
    return False


def position_of(db: Db, block: int) -> int | None:
    """The first position that a block took on the log; None where it is not applied."""
    with db.read() as read:
        return store.position_of(read, block)
