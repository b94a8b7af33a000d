"""Jobs whose worker died are taken up again. In: the clock. Out: fresh tickets.

A worker that was taken for dead and is not holds an old ticket and an old attempt: it can neither end the
job nor its new ticket, and stops at its next step.
"""

from konnektu.jobs import store
from konnektu.jobs.logic import SILENT_SECONDS
from konnektu.storage.api import Connection, Storage

LOST_MOST = 5
"""A job that took so many workers with it is not given to another."""
LOST = "The process that ran it died {times} times. Look at its memory and its log, and begin it again."


def rescue(storage: Storage, now: int, silent_seconds: float = SILENT_SECONDS) -> int:
    """Give out again what dead workers held, and what lost its ticket; how many. Any number may do this at once."""
    with storage.control.transaction() as db:
        held = store.stalled(db, silent_seconds)
        for one in held:
            store.drop_ticket(db, one.ticket)
            if one.job is not None and one.state in {"waiting", "running"}:
                _release(db, one.job, one.lost or 0, is_cancelled=bool(one.is_cancel_asked), now=now)
        astray = store.without_ticket(db)
        for job in astray:
            _give_again(db, job)
        if held:
            store.forget_workers(db, silent_seconds)
    return len(held) + len(astray)


def _release(db: Connection, job: int, lost: int, *, is_cancelled: bool, now: int) -> None:
    if lost + 1 >= LOST_MOST and not is_cancelled:
        store.end_lost(db, job, "failed", LOST.format(times=lost + 1), now)
        return
    store.release_lost(db, job)
    store.give_ticket(db, job)


def _give_again(db: Connection, job: int) -> None:
    store.wait_again(db, job)
    store.give_ticket(db, job)
