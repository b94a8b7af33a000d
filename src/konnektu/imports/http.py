"""Routes of imports under /api/{workspace}: upload, look, try, run, stop, and the rows that were not taken.

In: requests. Out: views. Invariant: thin; what is done is audited.
"""

from typing import Annotated, Any

from litestar import Request, Router, delete, get, patch, post, put
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.response import Stream

from konnektu.access.api import After, Caller, Limit, record_alone, require
from konnektu.collect.api import Options
from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.core.ids import internal_id
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.imports import api, views
from konnektu.imports.api import Folder, Import, Inspection, Upload, Work
from konnektu.storage.api import Storage

DRY_RUN_ROWS = 50_000
"""Rows that a dry run over HTTP judges; the command line judges whole files."""

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]
FileName = Annotated[str, QueryParameter(min_length=1, max_length=200, description="Name the file had.")]
Name = Annotated[
    str, QueryParameter(max_length=200, description="Name of the import; the file's unless given.")
]


@post("/imports", guards=[require("imports.run")], request_max_body_size=None)
async def upload_import(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    options: NamedDependency[Options],
    config: NamedDependency[Config],
    clock: NamedDependency[Clock],
    file_name: FileName,
    name: Name = "",
) -> views.ImportDetail:
    """Upload a CSV, XLSX or JSON Lines file as the request's body. A mapping is proposed; nothing runs yet."""
    folder = Folder(config.data, caller.workspace)
    with folder.receiving(config.upload_bytes) as receiver:
        async for chunk in request.stream():
            await sync_to_thread(receiver.write, chunk)
        upload = await sync_to_thread(receiver.close)
    return await sync_to_thread(_added, storage, caller, options, clock, folder, upload, file_name, name)


def _added(
    storage: Storage, caller: Caller, options: Options, clock: Clock, folder: Folder, upload: Upload, file_name: str,
    name: str,
) -> views.ImportDetail:  # fmt: skip
    inspection = api.inspect_upload(folder, upload, caller.workspace.timezone)
    record_alone(
        storage.control, caller, "import.uploaded", file_name, {"size": upload.size}, now=clock.now_ms()
    )
    job = api.add(
        storage, caller, upload, file_name, inspection=inspection, clock=clock, kinds=options.kinds, name=name
    )
    return _detail(job, inspection)


@get("/imports", guards=[require("imports.run")], sync_to_thread=True)
def list_imports(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.ImportView]:
    """Imports, the latest first."""
    before = internal_id(after) if after else None
    rows = api.imports(storage, caller.workspace, before=before, limit=limit + 1)
    return page(rows, limit, views.of_import, lambda job: views.of_import(job).id)


@get("/imports/{number:str}", guards=[require("imports.run")], sync_to_thread=True)
def get_import(
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
) -> views.ImportDetail:
    """One import with its progress, and how its file is read."""
    job = api.one(storage, caller.workspace, internal_id(number))
    folder = Folder(config.data, caller.workspace)
    return _detail(job, api.inspection_of(folder, job))


@patch("/imports/{number:str}", guards=[require("imports.run")], sync_to_thread=True)
def change_import(
    data: JSONBody[views.ImportChange],
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    options: NamedDependency[Options],
    config: NamedDependency[Config],
) -> views.ImportDetail:
    """Read the file differently: another mapping, sheet, delimiter, kind. Only before the import runs."""
    job = api.change(
        storage,
        caller.workspace,
        internal_id(number),
        kinds=options.kinds,
        name=data.name,
        kind=data.kind,
        layout=data.layout,
        mapping=data.mapping,
    )
    return _detail(job, api.inspection_of(Folder(config.data, caller.workspace), job))


@post("/imports/{number:str}/dry-run", status_code=200, guards=[require("imports.run")], sync_to_thread=True)
def try_import(
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    options: NamedDependency[Options],
    config: NamedDependency[Config],
    clock: NamedDependency[Clock],
) -> views.DryRunView:
    """What the import would do: people made, updated, merged, rows rejected. Judges the first 50,000 rows."""
    job = api.one(storage, caller.workspace, internal_id(number))
    folder = Folder(config.data, caller.workspace)
    work = Work(storage, caller.workspace, folder, clock, options, "dry run")
    return views.of_dry_run(api.dry_run(work, job, rows=DRY_RUN_ROWS))


@post("/imports/{number:str}/preview", status_code=200, guards=[require("imports.run")], sync_to_thread=True)
def preview_import(
    data: JSONBody[views.MappingTry],
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    options: NamedDependency[Options],
    config: NamedDependency[Config],
    clock: NamedDependency[Clock],
) -> views.TrialView:
    """The last 100 rows of the file before and after a mapping, with what each would put on the log or why not."""
    job = api.one(storage, caller.workspace, internal_id(number))
    folder = Folder(config.data, caller.workspace)
    work = Work(storage, caller.workspace, folder, clock, options, "preview")
    return views.of_trial(api.try_mapping(work, job, data.mapping), is_open=caller.may("profiles.personal"))


@post("/imports/{number:str}/start", status_code=202, guards=[require("imports.run")], sync_to_thread=True)
def start_import(
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> views.ImportView:
    """Let the import run; a failed one goes on where it stopped."""
    job = api.one(storage, caller.workspace, internal_id(number))
    record_alone(storage.control, caller, "import.started", job.name, {"kind": job.kind}, now=now)
    return views.of_import(
        api.start(storage, caller.workspace, job.id, folder=Folder(config.data, caller.workspace), now=now)
    )


@post("/imports/{number:str}/cancel", status_code=200, guards=[require("imports.run")], sync_to_thread=True)
def cancel_import(
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> views.ImportView:
    """Stop the import. What was taken stays; the rows under way are the last."""
    job = api.one(storage, caller.workspace, internal_id(number))
    record_alone(storage.control, caller, "import.cancelled", job.name, now=now)
    folder = Folder(config.data, caller.workspace)
    return views.of_import(api.cancel(storage, caller.workspace, job.id, folder=folder, now=now))


@get("/imports/{number:str}/errors", guards=[require("imports.run")], sync_to_thread=True)
def get_import_errors(
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
) -> Stream:
    """The rows that were not taken, with their reasons, as CSV."""
    job = api.one(storage, caller.workspace, internal_id(number))
    lines = api.error_lines(Folder(config.data, caller.workspace), job)
    headers = {"content-disposition": f'attachment; filename="import-{job.id}-errors.csv"'}
    return Stream(lines, media_type="text/csv", headers=headers)


@get("/mappings", guards=[require("imports.run")], sync_to_thread=True)
def list_mappings(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> list[views.SavedMappingView]:
    """Saved mappings by name."""
    return [views.of_saved(one) for one in api.all_saved(storage, caller.workspace)]


@post("/mappings", guards=[require("imports.run")], sync_to_thread=True)
def create_mapping(
    data: JSONBody[views.SavedMappingDraft],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.SavedMappingView:
    """Keep a mapping under a name, for the next files of the same source."""
    return _saved(storage, caller, data, 0, now)


@put("/mappings/{number:str}", guards=[require("imports.run")], sync_to_thread=True)
def change_mapping(
    data: JSONBody[views.SavedMappingDraft],
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.SavedMappingView:
    """Change a saved mapping; imports that were added by it before stay as they are."""
    return _saved(storage, caller, data, api.saved(storage, caller.workspace, internal_id(number)).id, now)


@delete("/mappings/{number:str}", status_code=204, guards=[require("imports.run")], sync_to_thread=True)
def delete_mapping(
    number: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """Take a saved mapping away; scheduled imports that use it stop and say so."""
    there = api.saved(storage, caller.workspace, internal_id(number))
    record_alone(storage.control, caller, "mapping.deleted", there.name, now=now)
    api.delete_saved(storage, caller.workspace, there.id)


def _saved(
    storage: Storage, caller: Caller, data: views.SavedMappingDraft, number: int, now: int
) -> views.SavedMappingView:
    what = "mapping.changed" if number else "mapping.created"
    record_alone(storage.control, caller, what, data.name, {"target": data.mapping.target}, now=now)
    wanted = api.SavedMapping(
        id=number, name=data.name, source=internal_id(data.source) if data.source else 0, kind=data.kind,
        mapping=data.mapping, created_at=now, created_by=caller.login,
    )  # fmt: skip
    return views.of_saved(api.save(storage, caller.workspace, wanted))


def _detail(job: Import, inspection: Inspection | None) -> views.ImportDetail:
    samples = inspection.samples if inspection else {}
    return views.ImportDetail(
        summary=views.of_import(job), layout=job.layout, mapping=job.mapping, samples=samples
    )


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            upload_import,
            list_imports,
            get_import,
            change_import,
            try_import,
            preview_import,
            start_import,
            cancel_import,
            get_import_errors,
            list_mappings,
            create_mapping,
            change_mapping,
            delete_mapping,
        ],
        tags=["imports"],
    )
]
