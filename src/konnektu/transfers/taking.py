"""Taking files: look at the place, bring what is whole and new, make it an import.

In: a scheduled import. Out: imports, and files remembered. Invariant: a run may die at any statement and the next
one goes on: that a content is taken and the import that takes it are written in one transaction, so no content is
imported twice.
"""

import shutil
from hashlib import file_digest
from pathlib import Path

from msgspec.structs import replace

from konnektu.access.api import system_caller
from konnektu.core.errors import Refused, TooLarge
from konnektu.core.folders import private_folder
from konnektu.identity import api as identity
from konnektu.imports import api as imports
from konnektu.reading import api as reading
from konnektu.storage.api import Connection
from konnektu.transfers import store
from konnektu.transfers.here import Here
from konnektu.transfers.logic import LAST_SIZES, Pattern, in_order, is_same, pattern, unusual
from konnektu.transfers.model import FileAway, Held, ScheduledImport, SeenFile
from konnektu.transfers.place_model import Entry, Fetched, Increment
from konnektu.transfers.places.door import Door

SECOND = 1_000
FOLDER = "transfers"
"""Folder in the data folder where files stand while they are looked at."""


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
        staged = folder / "file"
        fetched = _brought(here, door, file, entry, staged)
        if fetched.reached and not staged.stat().st_size:
            with here.transaction() as db:
                store.forget_seen(db, file.id)
        else:
            _taken(here, file, staged, fetched.reached)
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


def _brought(here: Here, door: Door, file: SeenFile, entry: Entry, to: Path) -> Fetched:
    """Bring the file to this machine, whole as it was looked at."""
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
    if file.size == store.UNKNOWN and not (fetched.reached and size == 0):
        _judge_size(here, file, size)
    return fetched


def _taken(here: Here, file: SeenFile, staged: Path, reached: Increment | None) -> None:
    """The content becomes an import, once; how far its query came is written with it."""
    with staged.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    size = staged.stat().st_size
    tag = file.tag if file.tag or file.modified or file.size != store.UNKNOWN else f"sha256:{digest}"
    read = replace(file, bytes=size, sha256=digest, tag=tag)
    with here.transaction() as db:
        if reached is None and (known := store.taken_before(db, here.plan.id, digest, file.id)) is not None:
            _repeated(db, here, read, known)
            return
    draft = _draft(here, file, staged)
    with here.transaction() as db:
        number = imports.added(db, draft)
        store.take(db, replace(read, state="importing", imported=number, detail=""), here.now)
        store.note_taken(db, here.plan.id, here.now)
        if reached:
            store.reach(db, here.plan.id, reached)


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
