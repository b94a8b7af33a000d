"""The process that runs jobs: a worker of procrastinate, and a look at schedules and at dead workers.

Idle it listens: new work is announced. Beside that it asks every five seconds for work whose time has come
or whose announcement was lost, and every ten whether a schedule is due or a worker died; it says as often
that it lives.
"""

import asyncio
import threading
from contextlib import suppress

import procrastinate
from procrastinate.jobs import Job as Ticket
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from psycopg.conninfo import make_conninfo

from konnektu.core.clock import DAY, Clock
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError, Retry
from konnektu.core.logging import Action, get
from konnektu.jobs import store
from konnektu.jobs.desk import ANYWHERE
from konnektu.jobs.kinds import kinds
from konnektu.jobs.logic import BEAT_SECONDS, FIRST_PAUSE, SILENT_SECONDS
from konnektu.jobs.machine import machine_name, queue_of
from konnektu.jobs.rescue import rescue
from konnektu.jobs.run import run_job
from konnektu.jobs.schedules import follow_schedules
from konnektu.storage.api import Storage

POLL_SECONDS = 5.0
"""How late work begins whose time has come, or whose announcement was lost."""
LOOK_SECONDS = 10.0
"""How often schedules and dead workers are looked for: one transaction for all workspaces."""
REST_SECONDS = 2.0
STOP_SECONDS = 5.0
"""How long runs may go on when their worker ends by itself, before they are told."""
KEEP_MS = 30 * DAY
"""Ended jobs are shown so long."""
CLEAN_SECONDS = 3_600.0

log = get("jobs")


class Again(Exception):
    """The ticket comes again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class WhenItSays(BaseRetryStrategy):
    """Tickets come again when a run says so, and never by themselves."""

    def get_retry_decision(self, *, exception: BaseException, job: Ticket) -> RetryDecision | None:
        """After the seconds of `Again`."""
        if isinstance(exception, Again):
            return RetryDecision(retry_in={"seconds": max(0, round(exception.seconds))})
        return None


def serve(
    storage: Storage,
    config: Config,
    clock: Clock,
    stop: threading.Event,
    *,
    look_seconds: float = LOOK_SECONDS,
) -> None:
    """Run jobs until `stop` is set; those under way are asked to stop, and go on elsewhere or later."""
    kinds()  # before the first job, so that a kind that does not load ends the start
    looking = threading.Thread(
        target=_look, args=(storage, clock, stop, look_seconds), name="look", daemon=True
    )
    looking.start()
    while not stop.is_set():
        try:
            asyncio.run(_work(storage, config, clock, stop))
        except Exception as error:  # noqa: BLE001 - whatever the library raises while the database is away
            log.warning(Action.WORLD_BROKEN, reason=str(error) or type(error).__name__)
        stop.wait(REST_SECONDS)
    looking.join()


async def _work(storage: Storage, config: Config, clock: Clock, stop: threading.Event) -> None:
    """One worker, until `stop` or until the database goes away."""
    app = _app(storage, config, clock, stop)
    queues = [ANYWHERE, queue_of(machine_name(config.data))]
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                queues=queues,
                name="jobs",
                concurrency=config.jobs_at_once,
                fetch_job_polling_interval=POLL_SECONDS,
                abort_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=BEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
                shutdown_graceful_timeout=STOP_SECONDS,
                delete_jobs="always",
                install_signal_handlers=False,
            )
        )
        stopping = asyncio.create_task(_until(stop))
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _until(stop: threading.Event) -> None:
    """Return when `stop` is set, without asking again and again: a thread waits for it."""
    loop, heard = asyncio.get_running_loop(), asyncio.Event()

    def listen() -> None:
        stop.wait()
        with suppress(RuntimeError):  # the loop ended before
            loop.call_soon_threadsafe(heard.set)

    threading.Thread(target=listen, name="stop", daemon=True).start()
    await heard.wait()


def _app(storage: Storage, config: Config, clock: Clock, stop: threading.Event) -> procrastinate.App:
    """What the library needs: one connection for listening, a few for asking, and one task."""
    conninfo = make_conninfo(storage.control.conninfo, application_name="konnektu jobs")
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=3)
    )

    @app.task(name=store.TASK, pass_context=True, retry=WhenItSays())
    def begin(context: procrastinate.JobContext, job: int) -> None:
        ticket = context.job.id
        assert ticket is not None  # noqa: S101 - a job that was fetched has an id
        try:
            seconds = run_job(
                storage, config, clock, job, ticket, lambda: stop.is_set() or context.should_abort()
            )
        except Retry as error:
            log.warning(Action.WORLD_BROKEN, job=job, reason=error.message)
            seconds = FIRST_PAUSE
        if seconds is not None:
            raise Again(seconds)

    return app


def _look(storage: Storage, clock: Clock, stop: threading.Event, seconds: float) -> None:
    """Follow schedules and rescue the jobs of dead workers, until `stop`."""
    cleaned = float("-inf")
    while not stop.wait(seconds):
        now = clock.now_ms()
        try:
            follow_schedules(storage, now)
            rescue(storage, now)
            if now - cleaned > CLEAN_SECONDS * 1_000:
                cleaned = now
                clean(storage, now)
        except KonnektuError as error:
            log.warning(Action.WORLD_BROKEN, reason=error.message)


def clean(storage: Storage, now: int) -> None:
    """Forget jobs that ended long ago."""
    with storage.control.transaction() as db:
        store.forget_jobs(db, now - KEEP_MS)
