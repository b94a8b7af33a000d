"""The front door of imports: take a file, look at it, try it, run it, stop it, read what became of it."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import structs

from konnektu.access.api import Caller, Source, create_source, sources
from konnektu.core.clock import Clock
from konnektu.core.csv_text import csv_lines
from konnektu.core.errors import Conflict, NotFound, Refused
from konnektu.core.identifiers import Kind as IdentifierKind
from konnektu.imports import store
from konnektu.imports.dryrun import dry_run
from konnektu.imports.mapping import WrongMapping, check, read_mapping
from konnektu.imports.model import (
    JOB,
    Column,
    ConsentOf,
    DryRun,
    Import,
    Inspection,
    Kind,
    Mapping,
    RowCounts,
)
from konnektu.imports.proposal import is_known, propose, shown_samples
from konnektu.imports.run import TakenOver, Work, find, hash_key, run, settle
from konnektu.imports.saved import NoSavedMapping, SavedMapping, all_saved, delete_saved, save, saved
from konnektu.imports.store import ended_before
from konnektu.imports.trial import Trial, TriedRow, trial
from konnektu.imports.uploads import Folder, Upload, copy_chunks, data_of, erase_rows
from konnektu.imports.views import ImportView, MappingTry, TrialView, of_import, of_trial
from konnektu.jobs.api import defer, machine_name, withdraw
from konnektu.reading.api import BadRow, EmptyFile, Layout, samples
from konnektu.reading.api import inspect as layout_of
from konnektu.related import api as related
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

SOURCE_NAME = "Импорт файлов"
"""Source of imports for which no other is named."""


def inspect(path: Path, zone: str) -> Inspection:
    """How the file is laid out, a proposed mapping, and samples. `zone` is that of times without one."""
    layout = layout_of(path, is_known)
    values = samples(path, layout)
    shown = {name: shown_samples(cells) for name, cells in values.items()}
    return Inspection(layout, propose(layout, values, zone), shown)


def inspect_upload(folder: Folder, upload: Upload, zone: str) -> Inspection:
    """`inspect` of an upload; one that cannot be read is not kept."""
    try:
        return inspect(upload.path, zone)
    except Refused:
        folder.forget(upload.sha256)
        raise


def inspection_of(folder: Folder, job: Import) -> Inspection | None:
    """How an import reads its file, with samples; None where the file is gone."""
    path = folder.upload(job.sha256)
    if not path.exists():
        return None
    shown = {name: shown_samples(cells) for name, cells in samples(path, job.layout).items()}
    return Inspection(job.layout, job.mapping, shown)


def draft(  # noqa: PLR0913 - each says one thing of the file
    storage: Storage, caller: Caller, upload: Upload, file_name: str, *, inspection: Inspection, now: int,
    kinds: tuple[IdentifierKind, ...], name: str = "", kind: Kind = "history", source: int = 0,
) -> Import:  # fmt: skip
    """An import of an uploaded file that is kept nowhere yet, to be tried or added. Raises `WrongMapping`."""
    check(inspection.mapping, inspection.layout, kinds)
    with storage.workspace(caller.workspace).read() as db:
        as_of = store.first_upload(db, upload.sha256, now)
    return Import(
        id=0,
        name=name or file_name,
        file_name=file_name,
        sha256=upload.sha256,
        size=upload.size,
        source=source,
        kind=kind,
        state="uploaded",
        layout=inspection.layout,
        mapping=inspection.mapping,
        as_of=as_of,
        chunk=0,
        cursor=0,
        counts=RowCounts(),
        error_bytes=0,
        reason="",
        created_at=now,
        created_by=caller.login,
        machine=machine_name(data_of(upload)),
    )


def add(  # noqa: PLR0913 - each says one thing of the file
    storage: Storage, caller: Caller, upload: Upload, file_name: str, *, inspection: Inspection, clock: Clock,
    kinds: tuple[IdentifierKind, ...], name: str = "", kind: Kind = "history", source: int = 0,
) -> Import:  # fmt: skip
    """An import of an uploaded file, not yet running. Raises `WrongMapping`."""
    job = draft(
        storage, caller, upload, file_name, inspection=inspection, now=clock.now_ms(), kinds=kinds, name=name,
        kind=kind, source=source,
    )  # fmt: skip
    return keep(storage, caller, job, clock.now_ms())


def keep(storage: Storage, caller: Caller, job: Import, now: int) -> Import:
    """Add a drafted import; without a source it gets the workspace's own source of imports."""
    if not job.source:
        job = structs.replace(job, source=import_source(storage, caller, now).id)
    with storage.workspace(caller.workspace).transaction() as db:
        number = store.add_import(db, job)
    return one(storage, caller.workspace, number)


def added(db: Connection, job: Import) -> int:
    """Add a drafted import, with its source, inside a transaction of the workspace; its number."""
    return store.add_import(db, job)


def try_mapping(work: Work, job: Import, mapping: Mapping | None = None) -> Trial:
    """A mapping, or the import's own, on the last rows of its file. Raises `WrongMapping`, `FileGone`."""
    wanted = mapping or job.mapping
    check(wanted, job.layout, work.options.kinds)
    path, key = work.folder.upload(job.sha256), hash_key(work.storage, work.workspace)
    with work.storage.workspace(work.workspace).read() as db:
        kinds = related.kinds(db)
    return trial(path, job.layout, wanted, work.options, key=key, now=work.clock.now_ms(), kinds=kinds)


def unfinished(storage: Storage, workspace: WorkspaceRecord, job: Import) -> Import | None:
    """An import of the same content under the same mapping that was begun and not brought to its end, or None."""
    for known in imports(storage, workspace, limit=1_000):
        is_same = (known.sha256, known.mapping, known.kind) == (job.sha256, job.mapping, job.kind)
        if is_same and known.state in ("waiting", "running", "failed") and known.chunk:
            return known
    return None


def forget_draft(work: Work, job: Import) -> None:
    """Remove the file of a draft that was only tried, unless an import reads it."""
    forget_unused(work.storage, work.workspace, work.folder, job.sha256)


def forget_unused(storage: Storage, workspace: WorkspaceRecord, folder: Folder, sha256: str) -> None:
    """Remove an upload, unless an import reads it."""
    with storage.workspace(workspace).read() as db:
        uses = store.uses_of_file(db, sha256)
    if not uses:
        folder.forget(sha256)


def change(
    storage: Storage, workspace: WorkspaceRecord, number: int, *, kinds: tuple[IdentifierKind, ...],
    name: str | None = None, kind: Kind | None = None, layout: Layout | None = None, mapping: Mapping | None = None,
) -> Import:  # fmt: skip
    """Read the file differently, before it runs. Raises `WrongMapping`, `Conflict` once it has run."""
    job = one(storage, workspace, number)
    check(mapping or job.mapping, layout or job.layout, kinds)
    with storage.workspace(workspace).transaction() as db:
        changed = store.change_import(
            db,
            number,
            name=name or job.name,
            kind=kind or job.kind,
            layout=layout or job.layout,
            mapping=mapping or job.mapping,
        )
    if not changed:
        raise Conflict("The import has begun. Upload the file again to read it differently.")
    return one(storage, workspace, number)


def start(
    storage: Storage, workspace: WorkspaceRecord, number: int, *, folder: Folder, now: int, in_ms: int = 0,
) -> Import:  # fmt: skip
    """Let an import run: a new one from its first row, a failed one from where it stopped.

    It runs on the machine that holds its file, not before `in_ms` from `now`: a command that runs it itself
    is first, and a job takes it up where the command dies.
    """
    job = one(storage, workspace, number)
    machine = job.machine or machine_name(folder.data)
    defer(
        storage, workspace, JOB, str(number), {"import": number}, now=now, by=job.created_by,
        at=now + in_ms, machine=machine,
    )  # fmt: skip
    with storage.workspace(workspace).transaction() as db:
        started = store.make_waiting(db, number)
    job = one(storage, workspace, number)
    if not started and job.state not in ("waiting", "running"):
        withdraw(storage.control, workspace, JOB, str(number), now=now)
        raise Conflict(f"The import is {job.state}. Upload the file again to run it again.")
    return job


def cancel(storage: Storage, workspace: WorkspaceRecord, number: int, *, folder: Folder, now: int) -> Import:
    """Stop an import. What was taken stays; the chunk that is under way is the last."""
    one(storage, workspace, number)
    with storage.workspace(workspace).transaction() as db:
        cancelled = store.cancel_import(db, number, now)
    job = one(storage, workspace, number)
    if not cancelled:
        raise Conflict(f"The import is {job.state} already.")
    settle(storage, workspace, folder, job, now)
    return job


def one(storage: Storage, workspace: WorkspaceRecord, number: int) -> Import:
    """One import; raises `NotFound`."""
    with storage.workspace(workspace).read() as db:
        found = store.find_import(db, number)
    if found is None:
        raise NotFound("There is no such import.")
    return found


def imports(
    storage: Storage, workspace: WorkspaceRecord, *, before: int | None = None, limit: int = 50
) -> list[Import]:
    """Imports, the latest first; `before` is the id of the last one of the page before."""
    with storage.workspace(workspace).read() as db:
        return store.list_imports(db, before if before is not None else 2**62, limit)


def bad_rows(folder: Folder, job: Import) -> Iterator[BadRow]:
    """The rows that could not be taken so far, in the order of the file."""
    return folder.bad_rows(job.id, job.error_bytes)


def error_lines(folder: Folder, job: Import) -> Iterator[bytes]:
    """The same as lines of a CSV file with a head: the row's number, the reason, what is wrong, the row itself."""
    return csv_lines(("row", "reason", "detail", "text"), bad_rows(folder, job))


def import_source(storage: Storage, caller: Caller, now: int) -> Source:
    """The workspace's own source of kind import, made at its first use."""
    if known := find_import_source(storage, caller.workspace, now):
        return known
    try:
        return create_source(storage.control, caller, kind="import", name=SOURCE_NAME, now=now)
    except Conflict:  # made by another request at the same moment
        if known := find_import_source(storage, caller.workspace, now):
            return known
        raise


def find_import_source(storage: Storage, workspace: WorkspaceRecord, now: int) -> Source | None:
    """The workspace's own source of kind import, or None before its first use."""
    found = sources(storage.control, workspace.id, now=now)
    return next((source for source in found if source.kind == "import" and source.name == SOURCE_NAME), None)


__all__ = [
    "JOB",
    "BadRow",
    "Column",
    "ConsentOf",
    "DryRun",
    "EmptyFile",
    "Folder",
    "Import",
    "ImportView",
    "Inspection",
    "Layout",
    "Mapping",
    "MappingTry",
    "NoSavedMapping",
    "RowCounts",
    "SavedMapping",
    "TakenOver",
    "Trial",
    "TrialView",
    "TriedRow",
    "Upload",
    "Work",
    "WrongMapping",
    "add",
    "added",
    "all_saved",
    "bad_rows",
    "cancel",
    "change",
    "check",
    "copy_chunks",
    "delete_saved",
    "draft",
    "dry_run",
    "ended_before",
    "erase_rows",
    "error_lines",
    "find",
    "find_import_source",
    "forget_draft",
    "forget_unused",
    "hash_key",
    "import_source",
    "imports",
    "inspect",
    "inspect_upload",
    "inspection_of",
    "keep",
    "of_import",
    "of_trial",
    "one",
    "read_mapping",
    "run",
    "save",
    "saved",
    "start",
    "trial",
    "try_mapping",
    "unfinished",
]
