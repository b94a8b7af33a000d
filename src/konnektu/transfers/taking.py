"""One run of a scheduled import: look at the place, bring what is whole and new, import it, put it away.

In: a scheduled import. Out: imports, and files remembered. Invariant: a run may die at any statement and the next
one goes on: that a content is taken and the import that takes it are written in one transaction, so no content is
imported twice; a file is put away only after its import is done, and only while it is what was taken.
"""

import shutil
from contextlib import AbstractContextManager
from hashlib import file_digest
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from konnektu.access.api import system_caller
from konnektu.core.errors import Refused, TooLarge
from konnektu.core.folders import private_folder
from konnektu.identity import api as identity
from konnektu.imports import api as imports
from konnektu.jobs import api as jobs
from konnektu.reading import api as reading
from konnektu.storage.api import Connection
from konnektu.transfers import store
from konnektu.transfers.logic import LAST_SIZES, Pattern, archived, in_order, is_same, pattern, unusual
from konnektu.transfers.model import Entry, FileAway, Held, Place, ScheduledImport, SeenFile
from konnektu.transfers.places.door import Door

SECOND = 1_000
FOLDER = "transfers"
"""Folder in the data folder where files stand while they are looked at."""


class Here(Struct, frozen=True):
    """What one run works with."""

    work: jobs.Work
    plan: ScheduledImport
    place: Place
    saved: imports.SavedMapping

    @property
    def now(self) -> int:
        """Milliseconds UTC."""
        return self.work.clock.now_ms()

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's zone."""
        return ZoneInfo(self.work.workspace.timezone)

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction of the workspace."""
        return self.work.storage.workspace(self.work.workspace).transaction()

    def open_files(self) -> list[SeenFile]:
        """What is not yet at its end."""
        with self.work.storage.workspace(self.work.workspace).read() as db:
            return store.open_files(db, self.plan.id)


class NotTaken(Exception):
    """A file that is held, and why."""

    def __init__(self, held: Held, detail: str) -> None:
        super().__init__(detail)
        self.held, self.detail = held, detail


def look(here: Here, door: Door) -> dict[str, Entry]:
    """What the place shows at this moment, by path; each content is remembered from its first look on."""
    wanted = pattern(here.plan.pattern)
    entries = list(in_order(_ready(here.plan, door, wanted), wanted))
    with here.transaction() as db:
        store.look(db, here.plan.id, entries, here.now)
    return {entry.path: entry for entry in entries}


def _ready(plan: ScheduledImport, door: Door, wanted: Pattern) -> list[Entry]:
    """The files that are meant, without ready-files, and only those that have one where the rule asks for it."""
    suffix = plan.ready_suffix
    entries = [entry for entry in door.list(wanted) if not (suffix and entry.path.endswith(suffix))]
    if not suffix:
        return entries
    if wanted.is_exact:
        return [entry for entry in entries if door.stat(entry.path + suffix) is not None]
    marks = {entry.path for entry in door.list(Pattern("", wanted.folder, f"*{suffix}"))}
    return [entry for entry in entries if entry.path + suffix in marks]


def is_settled(here: Here, file: SeenFile) -> bool:
    """Whether a file may be read: it looked the same for long enough, or something else says that it is whole."""
    if file.state == "held" and file.held != "growing":
        return False
    if file.is_accepted or here.plan.ready_suffix or file.size == store.UNKNOWN:
        return True
    return here.now - file.seen_at >= here.plan.settle_seconds * SECOND


def take(here: Here, door: Door, file: SeenFile, entry: Entry) -> None:
    """Bring a file here and let it be imported; where something is wrong with it, it is held."""
    folder = private_folder(here.work.config.data / FOLDER / str(here.work.workspace.id) / str(here.plan.id))
    try:
        _judge_size(here, file, file.size)
        staged = _brought(here, door, file, entry, folder / "file")
        _taken(here, file, staged)
    except NotTaken as verdict:
        with here.transaction() as db:
            store.hold(db, file.id, verdict.held, verdict.detail)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _judge_size(here: Here, file: SeenFile, size: int) -> None:
    if size == 0:
        raise NotTaken("empty", "It holds nothing.")
    if size > here.work.config.upload_bytes:
        raise NotTaken("too_large", f"It has {size} bytes, more than upload_bytes allows.")
    if file.is_accepted or size == store.UNKNOWN:
        return
    with here.work.storage.workspace(here.work.workspace).read() as db:
        before = store.last_sizes(db, here.plan.id, LAST_SIZES)
    if why := unusual(size, before, here.plan.size_factor):
        raise NotTaken("unusual_size", why)


def _brought(here: Here, door: Door, file: SeenFile, entry: Entry, to: Path) -> Path:
    """The file on this machine, whole as it was looked at."""
    try:
        fetched = door.fetch(entry, to, here.work.config.upload_bytes)
    except FileAway as error:
        raise NotTaken("changed_while_read", error.message) from error
    except TooLarge as error:
        raise NotTaken("too_large", error.message) from error
    size = to.stat().st_size
    is_whole = fetched.is_unpacked or size == entry.size
    if entry.size is not None and not (is_whole and is_same(entry, fetched.entry)):
        raise NotTaken("changed_while_read", f"It changed while it was read: {size} bytes came.")
    if file.size == store.UNKNOWN:
        _judge_size(here, file, size)
    return to


def _taken(here: Here, file: SeenFile, staged: Path) -> None:
    """The content becomes an import, once."""
    with staged.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    size = staged.stat().st_size
    tag = file.tag if file.tag or file.modified or file.size != store.UNKNOWN else f"sha256:{digest}"
    read = replace(file, bytes=size, sha256=digest, tag=tag)
    with here.transaction() as db:
        if (known := store.taken_before(db, here.plan.id, digest, file.id)) is not None:
            _repeated(db, here, read, known)
            return
    draft = _draft(here, file, staged)
    with here.transaction() as db:
        number = imports.added(db, draft)
        store.take(db, replace(read, state="importing", imported=number, detail=""), here.now)
        store.note_taken(db, here.plan.id, here.now)


def _repeated(db: Connection, here: Here, read: SeenFile, known: int) -> None:
    """The same content came before. A place that cannot say so of itself is simply as it was."""
    if read.size == store.UNKNOWN:
        store.forget_seen(db, read.id)
        return
    detail = f"The same content was taken before, by import {known}."
    store.take(db, replace(read, state="repeated", imported=known, detail=detail), here.now)


def _draft(here: Here, file: SeenFile, staged: Path) -> imports.Import:
    """The import of a file that is whole and that the mapping fits; what is not is not kept."""
    work = here.work
    folder = imports.Folder(work.config.data, work.workspace)
    upload = folder.keep(imports.copy_chunks(staged), work.config.upload_bytes)
    try:
        return _fitting(here, file, upload)
    except NotTaken:
        imports.forget_unused(work.storage, work.workspace, folder, upload.sha256)
        raise


def _fitting(here: Here, file: SeenFile, upload: imports.Upload) -> imports.Import:
    work, saved = here.work, here.saved
    inspection = imports.Inspection(_layout(here, file, upload.path), saved.mapping, {})
    with work.storage.workspace(work.workspace).read() as db:
        kinds = identity.options(work.storage, work.workspace, db).kinds
    try:
        job = imports.draft(
            work.storage, system_caller(work.workspace), upload, file.path.rpartition("/")[2], now=here.now,
            kinds=kinds, inspection=inspection, kind=saved.kind, source=_source(here),
        )  # fmt: skip
    except imports.WrongMapping as error:
        raise NotTaken("wrong_mapping", error.message) from error
    return replace(job, created_by=here.plan.created_by)


def _layout(here: Here, file: SeenFile, path: Path) -> reading.Layout:
    try:
        layout = imports.inspect(path, here.work.workspace.timezone).layout
        broken = reading.breaks_off(path, layout)
    except reading.EmptyFile as error:
        raise NotTaken("empty", error.message) from error
    except (reading.BrokenArchive, reading.BrokenWorkbook) as error:
        raise NotTaken("half_written", error.message) from error
    except Refused as error:
        raise NotTaken("unreadable", error.message) from error
    if broken and not file.is_accepted:
        raise NotTaken("half_written", broken)
    return layout


def _source(here: Here) -> int:
    source = here.plan.source or here.saved.source
    return source or imports.import_source(here.work.storage, system_caller(here.work.workspace), here.now).id


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
    suffix = here.plan.ready_suffix
    if here.plan.after == "archive":
        door.move(file.path, archived(file.path, here.plan.archive, file.taken_at or 0))
    else:
        door.remove(file.path)
    if suffix:
        door.remove(file.path + suffix)
