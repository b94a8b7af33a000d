"""One run of a job: begun, done, ended. In: a ticket that a worker took. Out: seconds until the next try, or None.

Invariant: each statement about a run carries its attempt, so that a worker that was taken for dead and wakes
up again writes nothing over the run that took its place.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError, Retry
from konnektu.core.logging import Action, get
from konnektu.jobs import store
from konnektu.jobs.kinds import Kind, StopSignal, Work, find_kind
from konnektu.jobs.logic import pause
from konnektu.jobs.model import Job, Later, State, Stopped
from konnektu.storage.api import Storage, find_by_id

PROGRESS_SECONDS = 0.5
"""Progress is written so often at most; the run learns by it whether it is still the job's."""
PAUSED_SECONDS = 60.0

log = get("jobs")


class Run:
    """One attempt at a job."""

    def __init__(
        self, storage: Storage, config: Config, clock: Clock, job: Job, claimed: store.Claimed, kind: Kind,
        is_over: Callable[[], bool],
    ) -> None:  # fmt: skip
        """`is_over` says whether the worker wants it to stop."""
        self._storage, self._config, self._clock = storage, config, clock
        self.job, self.claimed, self.kind = job, claimed, kind
        self._is_over = is_over
        self._is_cancelled = claimed.is_cancel_asked
        self._is_lost = False
        self._shown: tuple[int, int | None, str] = (0, None, "")
        self._written_at = float("-inf")

    def work(self) -> Work:
        """What the function of its kind gets. Raises `NotFound` where the workspace is gone."""
        return Work(
            storage=self._storage,
            workspace=find_by_id(self._storage, self.job.workspace),
            config=self._config,
            clock=self._clock,
            job=self.job.id,
            attempt=self.claimed.attempt,
            progress=self.progress,
            is_cancelled=self.is_cancelled,
            stop=StopSignal(self._must_stop),
        )

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Note how far it is."""
        self._shown = (done, total, note)
        if time.monotonic() - self._written_at >= PROGRESS_SECONDS:
            self.write_progress()

    def write_progress(self) -> None:
        """Write what was noted; a world that is broken for a moment costs a figure, not the run."""
        self._written_at = time.monotonic()
        done, total, note = self._shown
        with suppress(Retry), self._storage.control.transaction() as db:
            asked = store.note_progress(
                db, self.job.id, self.claimed.attempt, done=done, total=total, note=note
            )
            self._is_lost = asked is None
            self._is_cancelled = self._is_cancelled or bool(asked)

    def is_cancelled(self) -> bool:
        """Whether a person cancelled it; asked of the database at most as often as progress is written."""
        if not self._is_cancelled and time.monotonic() - self._written_at >= PROGRESS_SECONDS:
            self.write_progress()
        return self._is_cancelled

    def _must_stop(self) -> bool:
        return self._is_over() or self._is_lost or self.is_cancelled()


def run_job(
    storage: Storage, config: Config, clock: Clock, number: int, ticket: int, is_over: Callable[[], bool]
) -> float | None:
    """Run the job of a ticket once. Seconds until it is to be tried again; None where it has ended."""
    with storage.control.transaction() as db:
        claimed = store.claim_job(db, number, ticket, clock.now_ms())
        job = store.find_job(db, number)
    if claimed is None or job is None:  # it ended, and the worker before died before it could say so
        return None
    try:
        run = Run(storage, config, clock, job, claimed, find_kind(job.kind), is_over)
        work = run.work()
        result = _called(run, work)
    except Later as error:
        return _again(storage, clock, job, claimed, error.seconds, error.message, failed=False)
    except Retry as error:
        return _tried(storage, clock, job, claimed, error)
    except Exception as error:  # noqa: BLE001 - one job must not stop the others
        _failed(storage, clock, job, claimed, error)
        return None
    run.write_progress()
    _ended(storage, clock, job, claimed, "cancelled" if result is None else "done", result)
    return None


def _called(run: Run, work: Work) -> Mapping[str, Any] | None:
    """What the function gave; None where the run was cancelled."""
    if work.workspace.state != "active":
        raise Later(PAUSED_SECONDS, "The workspace is paused.")
    try:
        if not run.claimed.is_cancel_asked:
            return run.kind.run(work, run.job.arguments) or {}
    except Stopped:
        if not run.is_cancelled():
            raise Later(0.0, "The process that ran it ended.") from None
    if run.kind.on_cancel is not None:
        run.kind.on_cancel(work, run.job.arguments)
    return None


def _tried(storage: Storage, clock: Clock, job: Job, claimed: store.Claimed, error: Retry) -> float | None:
    failures = claimed.failures + 1
    if failures >= find_kind(job.kind).tries:
        _failed(storage, clock, job, claimed, error)
        return None
    return _again(storage, clock, job, claimed, pause(failures), error.message, failed=True)


def _again(
    storage: Storage, clock: Clock, job: Job, claimed: store.Claimed, seconds: float, why: str, *, failed: bool
) -> float | None:  # fmt: skip
    failures = claimed.failures + failed
    due_at = clock.now_ms() + int(seconds * 1_000)
    with storage.control.transaction() as db:
        kept = store.put_back(
            db, job.id, claimed.attempt, failures=failures, error=why if failed else "", due_at=due_at
        )
    if kept and failed:
        log.warning(Action.WORLD_BROKEN, kind=job.kind, job=job.id, reason=why, seconds=seconds)
    return seconds if kept else None


def _failed(storage: Storage, clock: Clock, job: Job, claimed: store.Claimed, error: Exception) -> None:
    if isinstance(error, KonnektuError):
        why = error.message
    else:
        why = f"An error of ours stopped the job ({type(error).__name__}). See the log."
        log.error(Action.JOB_ENDED, exc_info=error, kind=job.kind, job=job.id)
    _ended(storage, clock, job, claimed, "failed", None, why)


def _ended(
    storage: Storage, clock: Clock, job: Job, claimed: store.Claimed, state: State,
    result: Mapping[str, Any] | None, error: str = "",
) -> None:  # fmt: skip
    with storage.control.transaction() as db:
        kept = store.finish_job(
            db, job.id, claimed.attempt, state, result=result, error=error, now=clock.now_ms()
        )
    if kept:
        log.info(Action.JOB_ENDED, kind=job.kind, job=job.id, state=state, reason=error)
