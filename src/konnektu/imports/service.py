"""Runs what waits: imports of all workspaces, one after another, until told to stop.

In: the jobs in the inbox's schema. Out: imports at their end. Invariant: an import whose runner died is
taken up again; one that fails in an unforeseen way stops with its reason and does not come back by itself.
"""

import threading
from collections.abc import Callable

from konnektu.core.clock import SECOND
from konnektu.core.errors import KonnektuError, NotFound, Retry
from konnektu.core.logging import Action, get
from konnektu.imports import store
from konnektu.imports.run import TakenOver, Work, fail, run
from konnektu.storage.api import Storage, WorkspaceRecord, find_by_id

LOOK_SECONDS = 1.0
"""How often waiting imports are looked for: one query for all workspaces."""
REST_MS = 15 * SECOND
"""An import that cannot be taken now is tried again after so long."""

log = get("imports")
MakeWork = Callable[[WorkspaceRecord], Work]


def waiting(storage: Storage) -> list[tuple[int, int]]:
    """(workspace, import) of everything that waits for a runner or has one."""
    with storage.inbox.read() as inbox:
        return store.jobs(inbox)


def serve(storage: Storage, make_work: MakeWork, stop: threading.Event) -> None:
    """Run imports until `stop`; `make_work` says where a workspace's imports run."""
    rest: dict[tuple[int, int], int] = {}
    while not stop.wait(LOOK_SECONDS):
        try:
            for job in waiting(storage):
                if not stop.is_set():
                    _run_one(storage, make_work, job, rest, stop)
        except Retry as error:
            log.warning(Action.WORLD_BROKEN, reason=error.message)


def _run_one(
    storage: Storage,
    make_work: MakeWork,
    job: tuple[int, int],
    rest: dict[tuple[int, int], int],
    stop: threading.Event,
) -> None:
    try:
        work = make_work(find_by_id(storage, job[0]))
    except NotFound:  # the workspace is gone, and the import with it
        _forget(storage, job)
        return
    if work.clock.now_ms() < rest.get(job, 0):
        return
    try:
        run(work, job[1], stop=stop)
    except TakenOver:
        rest[job] = work.clock.now_ms() + REST_MS
    except NotFound:
        _forget(storage, job)
    except KonnektuError as error:
        log.warning(Action.WORLD_BROKEN, workspace=work.workspace.slug, number=job[1], reason=error.message)
        rest[job] = work.clock.now_ms() + REST_MS
    except Exception as error:
        # one file must not stop the imports of everybody else
        log.error(Action.IMPORT_ENDED, exc_info=True, workspace=work.workspace.slug, number=job[1])  # noqa: G201 - the product's own logger
        fail(work, job[1], f"An error of ours stopped the import ({type(error).__name__}). See the log.")


def _forget(storage: Storage, job: tuple[int, int]) -> None:
    with storage.inbox.transaction() as inbox:
        store.drop_job(inbox, *job)
