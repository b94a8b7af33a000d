"""`konnektu import` and `konnektu export`. In: a workspace and a file or a list. Out: facts on the log, or a file.

Invariant: they work beside a running server and without one; an import that is stopped goes on with the same words.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from msgspec import Struct, structs

from konnektu.access import api as access
from konnektu.cli.answer import Answer, Injected
from konnektu.cli.answer import output as standard_output
from konnektu.cli.progress import bar
from konnektu.cli.serve import doors, wait_for_store
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.core.errors import BadRequest
from konnektu.core.ids import public_id
from konnektu.exports import api as exports
from konnektu.flow import options
from konnektu.imports import api as imports
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord, find

HEAD_START_MS = 15_000
"""A job takes up an import so long after its command began: by then the command has it, unless it died."""
WRITER_SECONDS = 10.0
"""A writer that takes nothing for so long is not there."""
LOOK_SECONDS = 0.1

SUFFIXES: dict[str, exports.Format] = {".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl"}


class Imported(Struct, frozen=True, kw_only=True):
    """What became of an import."""

    workspace: str
    id: str
    state: str
    kind: str
    rows: imports.RowCounts
    reason: str
    errors: str
    """CSV file of the rows that were not taken, with reasons; empty where all were."""


class Exported(Struct, frozen=True):
    """A list as it was written."""

    workspace: str
    list: str
    format: str
    rows: int
    file: str
    """Empty: it went to standard output."""


def import_file(
    workspace: str,
    file: Path,
    *,
    map: Path | None = None,  # noqa: A002 - the word of the option
    live: bool = False,
    dry_run: bool = False,
    name: str = "",
    context: Injected,
) -> Answer:
    """Import people or events from a file. What the columns mean is proposed from their names unless a map says it.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    file
        CSV, XLSX or JSON Lines, packed or not, in any usual encoding.
    map
        JSON or TOML file that says what each column means.
    live
        Rows count as traffic of this moment; else as history, which starts nothing.
    dry_run
        Only say how many rows are new, updated, merged and rejected.
    name
        Name of the import; the file's unless given.
    """
    if not file.is_file():
        raise BadRequest(f"There is no file {file}.")
    config = context.settings().config
    with doors(config, () if dry_run else ("belt",)) as storage:
        record = find(storage, workspace)
        work = _work(config, storage, record)
        job = _drafted(config, work, file, map, name, live=live)
        if dry_run:
            return _tried(work, job, is_quiet=context.as_json)
        return _run(work, job, is_quiet=context.as_json)


def export_list(
    workspace: str,
    list: str,  # noqa: A002 - the word of the command
    *,
    output: Path | None = None,
    format: Literal["csv", "xlsx", "jsonl"] | None = None,  # noqa: A002 - the word of the option
    language: Literal["ru", "en"] = "ru",
    context: Injected,
) -> Answer:
    """Write a whole list as a file.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    list
        profiles, events, consents, products, stores, quarantine, imports or audit; records.KIND of related records.
    output
        File to write; standard output unless given (with --json: LIST.csv here).
    format
        csv, xlsx or jsonl; else by the file's name, else csv.
    language
        Of the titles: ru or en.
    """
    form = format or SUFFIXES.get(output.suffix.lower() if output else "", "csv")
    if output is None and context.as_json:
        output = Path(f"{list}.{form}")
    config = context.settings().config
    with doors(config, ("store",) if list == "events" else ()) as storage:
        record, now = find(storage, workspace), SystemClock().now_ms()
        wanted = exports.find_list(list, storage, record)
        caller = access.system_caller(record)
        detail = {"format": form, "personal": True}
        access.record_alone(storage.control, caller, "list.exported", list, detail, now=now)
        if list == "events":
            wait_for_store(storage, record)
        rights = frozenset(caller.rights)
        asker = exports.Asker(storage, record, now, is_open=True, language=language, rights=rights)
        rows = _written(config, asker, wanted, form, output, is_quiet=context.as_json)
    answer = Exported(workspace, list, form, rows, str(output or ""))
    return Answer(answer, f"{rows} rows in {output}" if output else "")


def _work(config: Config, storage: Storage, record: WorkspaceRecord) -> imports.Work:
    with storage.workspace(record).read() as db:
        chosen = options(storage, record, db)
    folder = imports.Folder(config.data, record)
    return imports.Work(storage, record, folder, SystemClock(), chosen, f"command-{os.getpid()}")


def _drafted(
    config: Config, work: imports.Work, file: Path, mapping: Path | None, name: str, *, live: bool
) -> imports.Import:
    """The import as it would be; the file is kept, nothing is written."""
    given = imports.read_mapping(mapping) if mapping else None
    upload = work.folder.keep(imports.copy_chunks(file), config.upload_bytes)
    inspection = imports.inspect_upload(work.folder, upload, work.workspace.timezone)
    if given:
        inspection = structs.replace(inspection, mapping=given)
    source = imports.find_import_source(work.storage, work.workspace, work.clock.now_ms())
    return imports.draft(
        work.storage,
        access.system_caller(work.workspace),
        upload,
        file.name,
        inspection=inspection,
        now=work.clock.now_ms(),
        kinds=work.options.kinds,
        name=name,
        kind="live" if live else "history",
        source=source.id if source else 0,
    )


def _tried(work: imports.Work, job: imports.Import, *, is_quiet: bool) -> Answer:
    try:
        with bar("Dry run", job.layout.rows or None, is_quiet=is_quiet) as shown:
            found = imports.dry_run(work, job, shown)
    finally:
        imports.forget_draft(work, job)
    lines = [
        f"rows       {found.counts.read}",
        f"new        {found.new}",
        f"updated    {found.updated}",
        f"merged     {found.merged}",
        f"orders     {found.orders_new} new, {found.orders_updated} updated",
        f"repeated   {found.repeated}",
        f"rejected   {found.counts.rejected}",
        f"partial    {found.counts.partial}",
        *(f"  {count:>8}  {reason}" for reason, count in found.reasons.items()),
    ]
    return Answer(found, "\n".join(lines))


def _run(work: imports.Work, job: imports.Import, *, is_quiet: bool) -> Answer:
    job = imports.unfinished(work.storage, work.workspace, job) or imports.keep(
        work.storage, access.system_caller(work.workspace), job, work.clock.now_ms()
    )
    access.record_alone(
        work.storage.control,
        access.system_caller(work.workspace),
        "import.started",
        job.name,
        {"kind": job.kind},
        now=work.clock.now_ms(),
    )
    imports.start(
        work.storage, work.workspace, job.id, folder=work.folder, now=work.clock.now_ms(), in_ms=HEAD_START_MS
    )
    with (
        _interruptible() as stop,
        bar("Import", job.layout.rows or None, is_quiet=is_quiet) as shown,
    ):
        done = imports.run(work, job.id, lambda each: shown(each.counts.read), stop)
    _wait_for_writer(work)
    return _answer(work, done)


def _wait_for_writer(work: imports.Work) -> None:
    """Until the writer has taken what was imported, or takes nothing for a while: then the inbox keeps it."""
    db, inbox, number = work.storage.workspace(work.workspace), work.storage.inbox, work.workspace.id
    before, silent = -1, 0.0
    pause = threading.Event()
    while silent < WRITER_SECONDS and (waiting := log.lag(db, inbox, number).waiting_blocks):
        silent = silent + LOOK_SECONDS if waiting == before else 0.0
        before = waiting
        pause.wait(LOOK_SECONDS)


def _answer(work: imports.Work, job: imports.Import) -> Answer:
    errors = str(_rejected(work, job)) if job.counts.rejected or job.counts.partial else ""
    number = public_id(job.created_at, job.id)
    document = Imported(
        workspace=work.workspace.slug,
        id=number,
        state=job.state,
        kind=job.kind,
        rows=job.counts,
        reason=job.reason,
        errors=errors,
    )
    said = (
        f"{job.state}: {job.counts.read} rows, {job.counts.accepted} accepted, {job.counts.rejected} rejected"
    )
    said += f", {job.counts.partial} without some value" if job.counts.partial else ""
    said += f"\n{job.reason}" if job.reason else ""
    said += f"\nWhat was not taken, with its reasons: {errors}" if errors else ""
    return Answer(document, said, exit_code=0 if job.state == "done" else 1)


def _rejected(work: imports.Work, job: imports.Import) -> Path:
    """The rows that were not taken, as a file that a spreadsheet opens."""
    path = work.folder.shown_errors(job.id).absolute()
    with path.open("wb") as file:
        file.writelines(imports.error_lines(work.folder, job))
    return path


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """While this lasts, Ctrl-C lets the chunk under way end; the same command goes on from there."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _written(
    config: Config, asker: exports.Asker, wanted: exports.List, form: exports.Format, output: Path | None, *,
    is_quiet: bool,
) -> int:  # fmt: skip
    """Write the file; how many rows it has."""
    rows = [0]
    with bar(wanted.en, None, is_quiet=is_quiet) as shown:

        def progress(number: int) -> None:
            rows[0] = number
            shown(number)

        pieces = exports.export(asker, wanted, form, config.data / exports.SCRATCH, progress)
        with _opened(output) as file:
            file.writelines(pieces)
    return rows[0]


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """The file, whole or not at all; or standard output."""
    if output is None:
        with standard_output() as file:
            yield file
        return
    half = output.with_name(output.name + ".part")
    try:
        with half.open("wb") as file:
            yield file
        half.replace(output)
    finally:
        half.unlink(missing_ok=True)
