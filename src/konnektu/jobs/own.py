"""Jobs that a slice shows on a page of its own. In: its kinds. Out: how far each is, for its views."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from konnektu.core.ids import public_id
from konnektu.jobs import desk
from konnektu.jobs.model import Job, NoJob, State
from konnektu.storage.api import Db, WorkspaceRecord


class Progress(Struct, frozen=True, kw_only=True):
    """How far a job is."""

    id: str
    state: State
    is_cancel_asked: bool
    done: int
    total: int | None
    note: str
    """The step it is at."""
    error: str
    created_at: int
    created_by: str
    finished_at: int | None


_TAKEN = tuple(name for name in Progress.__struct_fields__ if name != "id")


def progress(job: Job) -> dict[str, Any]:
    """The fields of `Progress` of a job, for a view that holds more."""
    return {"id": public_id(job.created_at, job.id)} | {name: getattr(job, name) for name in _TAKEN}


def latest(control: Db, workspace: WorkspaceRecord, kinds: Collection[str], limit: int) -> list[Job]:
    """The latest jobs of these kinds, `limit` of each, the latest first."""
    found = [job for kind in kinds for job in desk.jobs(control, workspace, kind=kind, limit=limit)]
    return sorted(found, key=lambda job: job.id, reverse=True)


def one_of(control: Db, workspace: WorkspaceRecord, kinds: Collection[str], job: int) -> Job:
    """A job of these kinds. Raises `NoJob`, for any other one, too."""
    found = desk.one(control, workspace, job)
    if found.kind not in kinds:
        raise NoJob
    return found
