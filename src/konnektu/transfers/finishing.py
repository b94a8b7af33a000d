"""What follows when a file was taken: its import is started and watched, then the file is archived or deleted.

In: files that were taken. Out: how their imports stand. Invariant: a file is put away only after its import is done,
and only while it is what was taken.
"""

from msgspec import Struct

from konnektu.imports import api as imports
from konnektu.transfers import store
from konnektu.transfers.here import Here
from konnektu.transfers.logic import archived
from konnektu.transfers.model import SeenFile
from konnektu.transfers.places.door import Door


class Followed(Struct, frozen=True):
    """How imports stand."""

    running: int
    failed: str
    """Which one failed and why; empty where none did."""


def follow(here: Here) -> Followed:
    """Start imports that were added, and see which are done."""
    running, failed = 0, ""
    for file in here.open_files():
        if file.state != "importing":
            continue
        job = imports.one(here.work.storage, here.work.workspace, file.imported)
        if job.state == "uploaded":
            folder = imports.Folder(here.work.config.data, here.work.workspace)
            imports.start(here.work.storage, here.work.workspace, job.id, folder=folder, now=here.now)
        if job.state in ("done", "cancelled"):
            with here.transaction() as db:
                store.move_on(db, file.id, "imported" if job.state == "done" else "failed")
        elif job.state == "failed":
            failed = f"{job.file_name}: {job.reason}"
        else:
            running += 1
    return Followed(running, failed)


def put_away(here: Here, door: Door) -> None:
    """Archive or delete what was taken, as far as it is still what stands at its path."""
    for file in here.open_files():
        if file.state not in ("imported", "repeated"):
            continue
        if here.plan.after != "keep":
            _put_away(here, door, file)
        with here.transaction() as db:
            store.move_on(db, file.id, "done", file.detail)


def _put_away(here: Here, door: Door, file: SeenFile) -> None:
    present = door.stat(file.path)
    if present is None or (present.size, present.modified or 0) != (file.size, file.modified):
        return  # an earlier run put it away, or another content has come since
    if here.plan.ready_suffix:
        # First: left behind, it would vouch for the next file of this name before that one is whole.
        door.remove(file.path + here.plan.ready_suffix)
    if here.plan.after == "archive":
        door.move(file.path, archived(file.path, here.plan.archive, file.taken_at or 0, file.id))
    else:
        door.remove(file.path)
