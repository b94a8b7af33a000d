"""Runs an import: chunk by chunk into the inbox, the cursor after it, from wherever it stopped.

In: an import that waits. Out: its rows on the log, its bad rows in a file. Invariant: whenever the process
dies, the next runner goes on and the log gets each row once: a chunk's key is the inbox's to remember, bad
rows behind the last done chunk are cut off, and the cursor moves last.
"""

from collections import deque
from collections.abc import Callable, Iterator
from threading import Event as Signal

from msgspec import Struct

from konnektu.collect.api import Options
from konnektu.core.clock import SECOND, Clock
from konnektu.core.errors import NotFound, Refused, Retry
from konnektu.core.logging import Action, get
from konnektu.core.records import Parcel
from konnektu.core.secrets import derived_key
from konnektu.imports import store
from konnektu.imports.chunks import Chunk, chunks
from konnektu.imports.model import JOB, Import, State
from konnektu.imports.rows import converter
from konnektu.imports.stepping import stepped
from konnektu.imports.uploads import ErrorFile, Folder
from konnektu.jobs.api import withdraw
from konnektu.log.api import append, wait_applied
from konnektu.reading.api import read
from konnektu.related import api as related
from konnektu.storage.api import Storage, WorkspaceRecord

log = get("imports")

BLOCKS_AHEAD = 16
"""Blocks of an import that may wait for the writer; live traffic shares the inbox."""
SILENT_MS = 60 * SECOND
"""A runner silent for so long is taken for dead."""
PATIENCE_SECONDS = 10
"""When no writer applies anything for so long, none is running: the inbox keeps the rest until one does."""
TRIES = 8
"""How often a broken world is tried again without any progress between."""
LONGEST_PAUSE = 5.0
FINAL = frozenset({"done", "cancelled", "failed"})

Progress = Callable[[Import], None]


class Work(Struct, frozen=True):
    """Where an import runs."""

    storage: Storage
    workspace: WorkspaceRecord
    folder: Folder
    clock: Clock
    options: Options
    runner: str
    """Name of this runner, unique among living ones."""


class TakenOver(Retry):
    """Another runner works on this import, or it was not started."""


def run(work: Work, number: int, progress: Progress = lambda _: None, stop: Signal | None = None) -> Import:
    """Bring an import to its end, or to where `stop` finds it (then it waits again); the import after it.

    Raises `TakenOver` where another runner has it, `Retry` where the world stays broken.
    """
    stop = stop or Signal()
    tries, chunk = 0, -1
    while True:
        try:
            return _run_once(work, number, progress, stop)
        except TakenOver:
            raise
        except Retry:
            tries, chunk = (tries + 1, chunk) if (at := _chunk(work, number)) == chunk else (0, at)
            if tries == TRIES or stop.wait(min(0.1 * 2**tries, LONGEST_PAUSE)):
                raise


def _run_once(work: Work, number: int, progress: Progress, stop: Signal) -> Import:
    job = _claim(work, number)
    if job.state in FINAL:  # the runner before died after the end, and left its traces
        settle(work.storage, work.workspace, work.folder, job, work.clock.now_ms())
        return job
    errors = ErrorFile(work.folder.errors(number), job.error_bytes)
    pressure = _Pressure(work, number)
    try:
        for chunk in chunks_of(work, job):
            state = _take(work, job, chunk, errors, pressure)
            progress(find(work, number))
            if state != "running" or stop.is_set():
                return _leave(work, number)
            pressure.wait(stop)
        return _end(work, job, "done", "")
    except Refused as error:
        return _end(work, job, "failed", error.message)
    finally:
        errors.close()


def fail(work: Work, number: int, reason: str) -> Import:
    """Stop an import of this runner with a reason; a person may start it again."""
    return _end(work, find(work, number), "failed", reason)


def find(work: Work, number: int) -> Import:
    """The import; raises `NotFound`."""
    with work.storage.workspace(work.workspace).read() as db:
        found = store.find_import(db, number)
    if found is None:
        raise NotFound("There is no such import.")
    return found


def _claim(work: Work, number: int) -> Import:
    now = work.clock.now_ms()
    with work.storage.workspace(work.workspace).transaction() as db:
        held = store.claim_import(db, number, runner=work.runner, now=now, silent_since=now - SILENT_MS)
    job = find(work, number)
    if not held and job.state not in FINAL:
        raise TakenOver
    return job


def chunks_of(work: Work, job: Import) -> Iterator[Chunk]:
    """The chunks of an import that are not done."""
    convert = converter(job.mapping, file=job.sha256, as_of=job.as_of)
    read_rows = read(work.folder.upload(job.sha256), job.layout, job.cursor)
    rows = stepped(read_rows, job.mapping.steps, job.mapping.zone, hash_key(work.storage, work.workspace))

    def envelope(events: list[bytes]) -> Parcel:
        return _parcel(work, job, events)

    with work.storage.workspace(work.workspace).read() as db:
        kinds = related.kinds(db)
    return chunks(rows, convert, envelope, work.options, job.chunk, kinds)


def hash_key(storage: Storage, workspace: WorkspaceRecord) -> bytes:
    """The key under which this workspace hashes values of files."""
    return derived_key(storage.secret_key, f"imports of {workspace.id}")


def _parcel(work: Work, job: Import, events: list[bytes], key: str = "") -> Parcel:
    is_history = job.kind == "history"
    return Parcel(job.source, "import", work.clock.now_ms(), events, history=is_history, key=key)


def _take(work: Work, job: Import, chunk: Chunk, errors: ErrorFile, pressure: "_Pressure") -> State:
    """One chunk: into the inbox by its key, its bad rows into the file, then the cursor."""
    if chunk.rows:
        parcel = _parcel(work, job, chunk.events, f"import:{job.id}:{chunk.number}")
        pressure.appended(append(work.storage.inbox, work.workspace.id, [parcel]))
    length = errors.add(chunk.errors)
    with work.storage.workspace(work.workspace).transaction() as db:
        state = store.advance_import(
            db,
            job.id,
            runner=work.runner,
            chunk=chunk.number,
            cursor=chunk.last,
            counts=chunk.counts,
            error_bytes=length,
            now=work.clock.now_ms(),
        )
    if state is None:
        raise TakenOver
    return state


def _end(work: Work, job: Import, state: State, reason: str) -> Import:
    with work.storage.workspace(work.workspace).transaction() as db:
        now = work.clock.now_ms()
        store.finish_import(db, job.id, runner=work.runner, state=state, reason=reason, now=now)
    return _leave(work, job.id)


def _leave(work: Work, number: int) -> Import:
    """What remains when a runner lets go: an import that goes on later, or its traces removed."""
    with work.storage.workspace(work.workspace).transaction() as db:
        store.release_import(db, number, runner=work.runner)
    job = find(work, number)
    if job.state in FINAL:
        settle(work.storage, work.workspace, work.folder, job, work.clock.now_ms())
        log.info(Action.IMPORT_ENDED, workspace=work.workspace.slug, number=number, state=job.state)
    return job


def settle(storage: Storage, workspace: WorkspaceRecord, folder: Folder, job: Import, now: int) -> None:
    """No runner is needed; the upload goes where no unfinished import reads it."""
    withdraw(storage.control, workspace, JOB, str(job.id), now=now)
    with storage.workspace(workspace).read() as db:
        uses = store.uses_of_file(db, job.sha256)
    if not uses:
        folder.forget(job.sha256)


def _chunk(work: Work, number: int) -> int:
    """How far the import is; -1 where even that cannot be asked."""
    try:
        return find(work, number).chunk
    except Retry:
        return -1


class _Pressure:
    """Holds an import back while too many of its blocks wait for the writer."""

    def __init__(self, work: Work, number: int) -> None:
        self._work = work
        self._number = number
        self._blocks: deque[int] = deque()
        self._is_on = True

    def appended(self, block: int) -> None:
        """One more block waits."""
        self._blocks.append(block)

    def wait(self, stop: Signal) -> None:
        """Return when few enough blocks wait, at `stop`, or when there is no writer."""
        db = self._work.storage.workspace(self._work.workspace)
        seconds = 0
        while self._is_on and len(self._blocks) > BLOCKS_AHEAD and not stop.is_set():
            if wait_applied(db, self._blocks[0], 1.0, stop):
                self._blocks.popleft()
                seconds = 0
            else:
                seconds += 1
                self._is_on = seconds < PATIENCE_SECONDS
                with db.transaction() as conn:
                    store.beat(conn, self._number, runner=self._work.runner, now=self._work.clock.now_ms())
        if not self._is_on:
            self._blocks.clear()
