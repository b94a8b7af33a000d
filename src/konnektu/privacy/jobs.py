"""Retention that comes by itself. In: rules in force. Out: what the run removed, as the job's result."""

from collections.abc import Mapping
from typing import Any

from konnektu.core.errors import KonnektuError
from konnektu.jobs import api as jobs
from konnektu.privacy.noted import notes_folder
from konnektu.privacy.retaining import HistoryHeld, NothingToKeep, retain
from konnektu.privacy.running import KIND, tell_ended, tell_failed, working

HELD_SECONDS = 60.0


@jobs.kind(KIND, jobs.Words("Retention", "Удаление по срокам хранения"), lock="kind")
def scheduled_retention(work: jobs.Work, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove what is older than the rules allow; a run that was stopped goes on."""
    where = working(
        work.storage,
        work.workspace,
        data=work.config.data,
        notes=notes_folder(work.config),
        now=work.clock.now_ms,
        check=work.check,
        progress=work.progress,
    )
    try:
        run = retain(where)
    except HistoryHeld as error:
        raise jobs.Later(HELD_SECONDS, error.message) from error
    except NothingToKeep:
        return {}
    except jobs.Stopped:
        raise
    except KonnektuError as error:
        tell_failed(work.storage, work.workspace, error, work.clock.now_ms())
        raise
    tell_ended(work.storage, work.workspace)
    return {"position": run.position, "people": run.people, **run.removed}
