"""When feeds are loaded: their schedules, a load at once, and under which name their problem stands."""

from konnektu.catalogue.model import Feed
from konnektu.jobs.api import Job, defer, delete_schedule, put_schedule, solve_problem
from konnektu.storage.api import Storage, WorkspaceRecord

JOB = "catalogue.feed"
"""The kind of job that loads a feed; its key is the feed's number."""


def follow(storage: Storage, workspace: WorkspaceRecord, feed: Feed, *, now: int) -> None:
    """Let the schedule of a feed be as the feed says."""
    if feed.schedule:
        put_schedule(
            storage, workspace, JOB, str(feed.id), cron=feed.schedule, arguments={"feed": feed.id},
            is_on=feed.is_active, now=now,
        )  # fmt: skip
    else:
        delete_schedule(storage, workspace, JOB, str(feed.id))


def forget(storage: Storage, workspace: WorkspaceRecord, feed: Feed) -> None:
    """Take away the schedule of a feed that has ended, and what was wrong with it."""
    delete_schedule(storage, workspace, JOB, str(feed.id))
    solve_problem(storage.control, workspace, problem_key(feed))


def load_now(storage: Storage, workspace: WorkspaceRecord, feed: Feed, *, now: int, by: str) -> Job:
    """Let a feed be loaded as soon as the process of jobs can."""
    return defer(storage, workspace, JOB, str(feed.id), {"feed": feed.id}, now=now, by=by)


def problem_key(feed: Feed) -> str:
    """Under which name a feed's problem stands."""
    return f"feed:{feed.id}"
