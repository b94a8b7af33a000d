"""Imports as jobs: each runs on the machine that holds its file, one run at a time, from wherever it stopped."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from konnektu.core.errors import Conflict, KonnektuError, NotFound, Retry
from konnektu.identity import api as identity
from konnektu.imports import api
from konnektu.imports.run import FINAL, TakenOver, Work, fail, find, run
from konnektu.imports.uploads import Folder
from konnektu.jobs import api as jobs

TRIES = 1_000_000
"""However long a server is away, the import goes on when it is back."""
REST_SECONDS = 15.0
"""An import that another runner has is looked at again after so long."""


def withdraw(work: jobs.Work, arguments: Mapping[str, Any]) -> None:
    """The job was cancelled, and the import with it; what was taken stays."""
    folder = Folder(work.config.data, work.workspace)
    with suppress(Conflict, NotFound):  # it ended before, or is gone
        api.cancel(work.storage, work.workspace, arguments["import"], folder=folder, now=work.clock.now_ms())


@jobs.kind(
    api.JOB, jobs.Words("Import of a file", "Импорт файла"), place="machine", tries=TRIES, on_cancel=withdraw
)
def run_import(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bring an import to its end. Its result says where the import stands."""
    number, here = arguments["import"], import_work(work)
    try:
        done = run(here, number, lambda each: work.progress(each.counts.read, each.layout.rows), work.stop)
    except TakenOver as error:
        _wait_for_other(here, number, error)
    except (Retry, NotFound):
        raise
    except Exception as error:  # nobody foresaw it: the import says so, and a person may start it again
        said = (
            error.message if isinstance(error, KonnektuError) else f"({type(error).__name__}). See the log."
        )
        fail(here, number, f"An error of ours stopped the import {said}")
        raise
    if done.state not in FINAL:
        raise jobs.Stopped
    return {"state": done.state, "read": done.counts.read, "rejected": done.counts.rejected}


def import_work(work: jobs.Work) -> Work:
    """Where an import of this job runs."""
    with work.storage.workspace(work.workspace).read() as db:
        options = identity.options(work.storage, work.workspace, db)
    runner = f"{socket.gethostname()}-{os.getpid()}-{work.job}-{work.attempt}"
    folder = Folder(work.config.data, work.workspace)
    return Work(work.storage, work.workspace, folder, work.clock, options, runner)


def _wait_for_other(here: Work, number: int, error: TakenOver) -> None:
    """A command runs it, or a runner that died is not yet silent for long enough."""
    find(here, number)  # raises where the import is gone, and with it the reason to wait
    raise jobs.Later(REST_SECONDS) from error
