"""A scheduled import from the job's side: its steps in order, when it is looked at again, what people are told.

In: a job. Out: what stands open. Invariant: whatever is wrong stands in the list of problems until it is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from konnektu.core.errors import Refused, Retry
from konnektu.imports import api as imports
from konnektu.jobs import api as jobs
from konnektu.transfers import finishing, store, taking
from konnektu.transfers.here import Here
from konnektu.transfers.logic import HOUR, is_late
from konnektu.transfers.model import SeenFile, increment_of
from konnektu.transfers.place_register import find_place, secret_of
from konnektu.transfers.places.door import Door
from konnektu.transfers.places.opening import opened, shown_key
from konnektu.transfers.register import find_scheduled
from konnektu.transfers.troubles import solve, tell

IMPORT_SECONDS = 3.0
"""An import that runs is looked at again after so long."""
WATCHED_HOURS = 6
"""A file that grows is looked at again by the same job for so long; then the next one looks."""


def take_in(work: jobs.Work, number: int) -> Mapping[str, Any]:
    """One look at the place and all that follows from it. Raises `Later` while imports run or files settle."""
    here = _here(work, number)
    with _watched(here), _door(here) as door:
        finishing.follow(here)
        finishing.put_away(here, door)
        shown = taking.look(here, door)
        for file in here.open_files():
            work.check()
            if file.path in shown and file.state in ("seen", "held") and taking.is_settled(here, file):
                taking.take(here, door, file, shown[file.path])
        followed = finishing.follow(here)
        finishing.put_away(here, door)
    files = here.open_files()
    _tell(here, files, followed.failed)
    _wait(here, files, followed.running)
    return {"open": len(files), "held": sum(file.state == "held" for file in files)}


def _here(work: jobs.Work, number: int) -> Here:
    plan = find_scheduled(work.storage, work.workspace, number)
    place = find_place(work.storage, work.workspace, plan.place)
    try:
        saved = imports.saved(work.storage, work.workspace, plan.mapping)
    except imports.NoSavedMapping as error:
        now = work.clock.now_ms()
        tell(work.storage, work.workspace, plan, "import", error.message, is_problem=True, now=now)
        raise
    return Here(work, plan, place, saved)


@contextmanager
def _door(here: Here) -> Iterator[Door]:
    """The place; the key of a server that was never met is remembered."""
    work = here.work
    secret = secret_of(work.storage, work.workspace, here.place.id)
    with opened(
        here.place,
        secret,
        work.config,
        now=here.now,
        zone=here.zone,
        query=here.plan.query,
        increment=increment_of(here.plan),
    ) as door:
        if (key := shown_key(door)) and not here.place.host_key:
            with here.transaction() as db:
                store.remember_key(db, here.place.id, key)
        yield door


@contextmanager
def _watched(here: Here) -> Iterator[None]:
    """A place that refuses or is silent is a problem as long as it does."""
    try:
        yield
    except jobs.Stopped:
        raise
    except (Refused, Retry) as error:
        _say(here, "place", error.message, is_problem=isinstance(error, Refused))
        raise
    _say(here, "place", "")


def _tell(here: Here, files: Sequence[SeenFile], failed: str) -> None:
    held = [file for file in files if file.state == "held"]
    said = "; ".join(f"{file.path}: {file.held} {file.detail}".strip() for file in held[:3])
    _say(here, "held", said, is_problem=any(file.held != "growing" for file in held))
    _say(here, "import", failed)
    plan = find_scheduled(here.work.storage, here.work.workspace, here.plan.id)
    late = is_late(plan.taken_at or plan.created_at, plan.late_hours, here.now)
    said = f"Nothing was taken for more than {plan.late_hours} hours." if late else ""
    _say(here, "late", said, is_problem=False)


def _say(here: Here, what: str, detail: str, *, is_problem: bool = True) -> None:
    storage, workspace = here.work.storage, here.work.workspace
    if detail:
        tell(storage, workspace, here.plan, what, detail, is_problem=is_problem, now=here.now)
    else:
        solve(storage, workspace, here.plan.id, what)


def _wait(here: Here, files: Sequence[SeenFile], running: int) -> None:
    """Come again while something is under way: an import, or a file that is not yet settled."""
    if running:
        raise jobs.Later(IMPORT_SECONDS)
    job = jobs.one(here.work.storage.control, here.work.workspace, here.work.job)
    is_watched = here.now - job.created_at < WATCHED_HOURS * HOUR
    if is_watched and any(file.state == "seen" or file.held == "growing" for file in files):
        raise jobs.Later(max(1.0, here.plan.settle_seconds))
