"""Notes of retention runs apart from their workspace, so that a restored backup loses the same again.

In: a run. Out: a row in control and a line in a file, each with the run's cuts. Invariant: a note is on disk before
anything is taken out.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from konnektu.core.folders import private_folder
from konnektu.privacy import aging_store
from konnektu.privacy.model import Aged, Run
from konnektu.privacy.where import Where
from konnektu.storage.api import Storage

_decode = msgspec.json.Decoder(Aged).decode
_encode = msgspec.json.Encoder().encode


def note_run(where: Where, run: Run) -> None:
    """Note a run in the folder's file of the workspace and in control; once, however often it is called."""
    aged = Aged(run.position, run.instant, run.cuts)
    add_aged(where.notes, where.record.uuid, [aged])
    with where.storage.control.transaction() as control:
        aging_store.note_aged(control, where.record.uuid, aged)


def add_aged(folder: Path, workspace: str, aged: Iterable[Aged]) -> None:
    """Bring these notes into the folder's file of a workspace, durably, but for those that stand there."""
    missing = sorted(set(aged) - set(read_aged(folder, workspace)), key=lambda one: one.instant)
    if not missing:
        return
    with (private_folder(folder) / _file(workspace)).open("ab") as file:
        # A line that a crash cut off is ended here, and is read as none.
        file.write(b"\n" + b"".join(_encode(one) + b"\n" for one in missing))
        file.flush()
        os.fsync(file.fileno())


def read_aged(folder: Path, workspace: str) -> list[Aged]:
    """The notes of the folder's file of a workspace; a line that was never finished is none."""
    path = folder / _file(workspace)
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [_decode(line) for line in lines if line.endswith(b"}")]


def all_aged(storage: Storage, workspace: str, folders: Iterable[Path]) -> list[Aged]:
    """Every note of a workspace, from control and from these folders, in order of time."""
    with storage.control.read() as control:
        found = set(aging_store.all_aged(control, workspace))
    for folder in folders:
        found.update(read_aged(folder, workspace))
    return sorted(found, key=lambda one: (one.instant, one.position))


def _file(workspace: str) -> str:
    return f"{workspace}.aged.jsonl"
