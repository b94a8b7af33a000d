"""Routes of transfers under /api/{workspace}/transfers: places, scheduled imports, what they saw.

In: requests. Out: views. Invariant: thin; what is done is audited; no secret leaves.
"""

from typing import Annotated

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import After, Caller, Limit, require
from konnektu.core.config import Config
from konnektu.core.ids import internal_id
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.imports.api import MappingTry, TrialView, of_trial
from konnektu.storage.api import Storage
from konnektu.transfers import api, export_http, views

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]
MANAGE = [require("transfers.manage")]


@get("/places", guards=MANAGE, sync_to_thread=True)
def list_places(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> list[views.PlaceView]:
    """Places by name."""
    return [views.of_place(place) for place in api.places(storage, caller.workspace)]


@post("/places", guards=MANAGE, sync_to_thread=True)
def create_place(
    data: JSONBody[views.PlaceDraft],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.PlaceView:
    """Keep a place. Its secret is encrypted and never shown again."""
    return views.of_place(api.add_place(storage, caller, data.name, data.settings, data.secret, now=now))


@put("/places/{place:str}", guards=MANAGE, sync_to_thread=True)
def change_place(
    data: JSONBody[views.PlaceDraft],
    place: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.PlaceView:
    """Change a place. A secret that is not given stays, unless the place is on another server now."""
    changed = api.change_place(
        storage, caller, internal_id(place), name=data.name, settings=data.settings, secret=data.secret,
        forget_key=data.forget_key, now=now,
    )  # fmt: skip
    return views.of_place(changed)


@delete("/places/{place:str}", status_code=204, guards=MANAGE, sync_to_thread=True)
def delete_place(
    place: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """Take a place away that no schedule uses."""
    api.delete_place(storage, caller, internal_id(place), now=now)


@post("/places/{place:str}/try", status_code=200, guards=MANAGE, sync_to_thread=True)
def try_place(
    place: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
    folder: Annotated[str, QueryParameter(max_length=1_000, description="Folder to list.")] = "",
) -> views.TriedView:
    """Connect to the place at once and list a folder of it."""
    tried = api.try_place(storage, caller.workspace, internal_id(place), config, folder=folder, now=now)
    return views.TriedView(tried.files, api.fingerprint(tried.host_key))


@get("/imports", guards=MANAGE, sync_to_thread=True)
def list_scheduled_imports(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> list[views.ScheduledView]:
    """Scheduled imports by name."""
    return [views.of_scheduled(plan) for plan in api.all_scheduled(storage, caller.workspace)]


@post("/imports", guards=MANAGE, sync_to_thread=True)
def create_scheduled_import(
    data: JSONBody[views.ScheduledDraft],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.ScheduledView:
    """Keep a scheduled import; its time comes by its cron."""
    return views.of_scheduled(api.add_scheduled(storage, caller, views.to_scheduled(data), now=now))


@put("/imports/{number:str}", guards=MANAGE, sync_to_thread=True)
def change_scheduled_import(
    data: JSONBody[views.ScheduledDraft],
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.ScheduledView:
    """Change a scheduled import; what it took stays remembered."""
    plan = views.to_scheduled(data, internal_id(number))
    return views.of_scheduled(api.change_scheduled(storage, caller, plan, now=now))


@delete("/imports/{number:str}", status_code=204, guards=MANAGE, sync_to_thread=True)
def delete_scheduled_import(
    number: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """Take a scheduled import away; the imports that it added stay."""
    api.delete_scheduled(storage, caller, internal_id(number), now=now)


@post("/imports/{number:str}/run", status_code=202, guards=MANAGE, sync_to_thread=True)
def run_scheduled_import(
    number: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views.ScheduledView:
    """Look at the place at once; the list of jobs shows how it goes."""
    api.run_now(storage, caller, internal_id(number), now=now)
    return views.of_scheduled(api.find_scheduled(storage, caller.workspace, internal_id(number)))


@post("/imports/{number:str}/try", status_code=200, guards=MANAGE, sync_to_thread=True)
def try_scheduled_import(
    data: JSONBody[MappingTry],
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> TrialView:
    """The last 100 rows of the last file that is there, before and after a mapping. Nothing is taken."""
    found = api.try_scheduled(
        storage, caller.workspace, internal_id(number), config, mapping=data.mapping, now=now
    )
    return of_trial(found, is_open=caller.may("profiles.personal"))


@get("/imports/{number:str}/files", guards=MANAGE, sync_to_thread=True)
def list_seen_files(
    number: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.FileView]:
    """What a scheduled import saw and took, the latest first."""
    plan = api.find_scheduled(storage, caller.workspace, internal_id(number))
    before = internal_id(after) if after else None
    rows = api.seen_files(storage, caller.workspace, plan.id, before=before, limit=limit + 1)
    return page(rows, limit, views.of_file, lambda file: views.of_file(file).id)


@post("/imports/{number:str}/files/{file:str}/accept", status_code=200, guards=MANAGE, sync_to_thread=True)
def accept_file(
    number: Id,
    file: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.FileView:
    """Take a held file as it is: a person looked at it."""
    return views.of_file(api.accept(storage, caller, internal_id(number), internal_id(file), now=now))


routes = [
    Router(
        "/api/{workspace:str}/transfers",
        route_handlers=[
            list_places, create_place, change_place, delete_place, try_place, list_scheduled_imports,
            create_scheduled_import, change_scheduled_import, delete_scheduled_import, run_scheduled_import,
            try_scheduled_import, list_seen_files, accept_file, *export_http.handlers,
        ],
        tags=["transfers"],
    )
]  # fmt: skip
