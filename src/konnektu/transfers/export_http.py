"""Routes of scheduled exports under /api/{workspace}/transfers/exports, and the files that wait for users.

In: requests. Out: views and one stream. Invariant: thin; what is done is audited.
"""

from typing import Annotated
from urllib.parse import quote

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from litestar.response import Stream

from konnektu.access.api import Caller, require
from konnektu.core.config import Config
from konnektu.core.ids import internal_id
from konnektu.storage.api import Storage
from konnektu.transfers import export_register as register
from konnektu.transfers import export_views as views

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]
MANAGE = [require("transfers.manage")]


@get("/exports", guards=MANAGE, sync_to_thread=True)
def list_scheduled_exports(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> list[views.ExportView]:
    """Scheduled exports by name."""
    return [views.of_export(plan) for plan in register.all_exports(storage, caller.workspace)]


@post("/exports", guards=MANAGE, sync_to_thread=True)
def create_scheduled_export(
    data: JSONBody[views.ExportDraft],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> views.ExportView:
    """Keep a scheduled export under your own rights, as they will be each time; not for tokens."""
    return views.of_export(register.add_export(storage, caller, views.to_export(data), config, now=now))


@put("/exports/{number:str}", guards=MANAGE, sync_to_thread=True)
def change_scheduled_export(
    data: JSONBody[views.ExportDraft],
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> views.ExportView:
    """Change a scheduled export and become its owner."""
    plan = views.to_export(data, internal_id(number))
    return views.of_export(register.change_export(storage, caller, plan, config, now=now))


@delete("/exports/{number:str}", status_code=204, guards=MANAGE, sync_to_thread=True)
def delete_scheduled_export(
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> None:
    """Take a scheduled export away, with the files that wait for users."""
    register.delete_export(storage, caller, internal_id(number), config, now=now)


@post("/exports/{number:str}/run", status_code=202, guards=MANAGE, sync_to_thread=True)
def run_scheduled_export(
    number: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views.ExportView:
    """Let a file leave at once; the list of jobs shows how it goes."""
    register.export_now(storage, caller, internal_id(number), now=now)
    return views.of_export(register.find_export(storage, caller.workspace, internal_id(number)))


@get("/exports/files/{file:str}", guards=[require("exports.run")], sync_to_thread=True)
def open_export_file(
    file: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> Stream:
    """The file that a mailed link leads to: for its user, signed in, while its term lasts."""
    found, pieces = register.open_file(storage, caller, internal_id(file), config, now=now)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
        "content-length": str(found.size),
    }
    return Stream(pieces, media_type="application/octet-stream", headers=headers)


handlers = [
    list_scheduled_exports, create_scheduled_export, change_scheduled_export, delete_scheduled_export,
    run_scheduled_export, open_export_file,
]  # fmt: skip
