"""The front door of jobs: kinds, jobs, schedules, problems, and the process that runs them.

@kind("catalogue.feed", Words("Product feed", "Товарный фид"))      in <slice>/jobs.py, found by itself
defer(storage, workspace, "catalogue.feed", "17", {"feed": 17}, now=now, by=caller.login)
put_schedule(storage, workspace, "catalogue.feed", "17", cron="0 4 * * *", arguments={"feed": 17}, now=now)
raise_problem(storage.control, workspace, "feed:17", "problem", what=Words(…), to_do=Words(…), now=now)
"""

import threading

from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.jobs.desk import cancel, defer, jobs, one, retry, withdraw, workers
from konnektu.jobs.kinds import Kind, StopSignal, Work, find_kind, kind, kinds
from konnektu.jobs.logic import next_time
from konnektu.jobs.machine import machine_name
from konnektu.jobs.model import (
    Arguments,
    Job,
    JobEnded,
    JobOpen,
    Later,
    Problem,
    Schedule,
    Severity,
    State,
    Stopped,
    Words,
    WrongCron,
)
from konnektu.jobs.own import Progress, latest, one_of, progress
from konnektu.jobs.problems import problems, raise_problem, solve_problem
from konnektu.jobs.schedules import (
    delete_schedule,
    find_schedule,
    follow_schedules,
    put_schedule,
    run_now,
    schedules,
)
from konnektu.storage.api import Storage


def serve(storage: Storage, config: Config, clock: Clock, stop: threading.Event) -> None:
    """Be the process `jobs`: run them until `stop` is set."""
    # The library takes a while to load, and no other process needs it.
    from konnektu.jobs.worker import serve as run  # noqa: PLC0415

    run(storage, config, clock, stop)


__all__ = [
    "Arguments",
    "Job",
    "JobEnded",
    "JobOpen",
    "Kind",
    "Later",
    "Problem",
    "Progress",
    "Schedule",
    "Severity",
    "State",
    "StopSignal",
    "Stopped",
    "Words",
    "Work",
    "WrongCron",
    "cancel",
    "defer",
    "delete_schedule",
    "find_kind",
    "find_schedule",
    "follow_schedules",
    "jobs",
    "kind",
    "kinds",
    "latest",
    "machine_name",
    "next_time",
    "one",
    "one_of",
    "problems",
    "progress",
    "put_schedule",
    "raise_problem",
    "retry",
    "run_now",
    "schedules",
    "serve",
    "solve_problem",
    "withdraw",
    "workers",
]
