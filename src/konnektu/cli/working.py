"""`konnektu jobs` and `konnektu problems`. In: a workspace. Out: what works and what is broken there."""

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.workplace import workplace
from konnektu.jobs import api as jobs

SHOWN = 50
Language = Literal["en", "ru"]


def show_jobs(
    workspace: str, *, state: jobs.State | None = None, kind: str = "", limit: int = SHOWN, context: Injected
) -> Answer:
    """Show the jobs of a workspace, the latest first.

    Parameters
    ----------
    workspace
        Its part of the link.
    state
        waiting, running, done, failed or cancelled; all unless given.
    kind
        Only of this kind, as imports.import.
    limit
        How many.
    """
    with workplace(context.settings().config, workspace, ()) as (storage, record):
        found = jobs.jobs(storage.control, record, kind=kind, state=state, limit=limit)
    zone = ZoneInfo(record.timezone)
    rows = [
        (shown(one.created_at, zone), one.kind, one.key, one.state, progress(one), one.error or one.note)
        for one in found
    ]
    return Answer(found, table(("added", "kind", "key", "state", "progress", "says"), rows))


def show_problems(workspace: str, *, language: Language = "en", context: Injected) -> Answer:
    """Show what is broken in a workspace and in the installation, and what to do.

    Parameters
    ----------
    workspace
        Its part of the link.
    language
        en or ru.
    """
    with workplace(context.settings().config, workspace, ()) as (storage, record):
        found = jobs.problems(storage.control, record)
    zone = ZoneInfo(record.timezone)
    rows = [
        (one.severity, shown(one.since, zone), said(one.what, language), said(one.to_do, language))
        for one in found
    ]
    return Answer(found, table(("", "since", "what", "what to do"), rows) if rows else "Nothing is broken.")


def shown(milliseconds: int, zone: ZoneInfo) -> str:
    """A time of the workspace's zone."""
    return datetime.fromtimestamp(milliseconds / 1_000, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def progress(job: jobs.Job) -> str:
    """How far a job is, for a person."""
    return f"{job.done:,} of {job.total:,}" if job.total else f"{job.done:,}" if job.done else ""


def said(words: jobs.Words, language: Language) -> str:
    """The text in one language."""
    return words.ru if language == "ru" else words.en
