"""Routes of loads: what became of them, their faults, and a person's word on a suspicious one."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from konnektu.access.api import After, Caller, Limit, record_alone, require
from konnektu.catalogue import api, views
from konnektu.catalogue.http.words import Id, feed_names, seen
from konnektu.core.clock import Clock
from konnektu.core.ids import internal_id
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.storage.api import Db, Storage

LATEST = 2**62
Feed = Annotated[str, QueryParameter(max_length=100, description="Only loads of this feed.")]


@get("/catalogue/loads", guards=[require("catalogue.read")], sync_to_thread=True)
def list_loads(
    db: NamedDependency[Db], feed: Feed = "", after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.LoadView]:
    """Loads, the latest first."""
    before = internal_id(after) if after else LATEST
    with db.read() as conn:
        rows = api.loads(conn, before, limit + 1, internal_id(feed) if feed else None)
        feeds = feed_names(conn)
    return page(rows, limit, lambda row: views.of_load(row, feeds), lambda row: views.of_load(row, {}).id)


@get("/catalogue/loads/{load:str}", guards=[require("catalogue.read")], sync_to_thread=True)
def get_load(load: Id, db: NamedDependency[Db]) -> views.LoadView:
    """One load with its numbers."""
    return _view(db, api.find_load(db, internal_id(load)))


@get("/catalogue/loads/{load:str}/faults", guards=[require("catalogue.read")], sync_to_thread=True)
def list_load_faults(
    load: Id, db: NamedDependency[Db], after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.FaultView]:
    """Rows that were refused, or taken without a part, with their reasons; of each load the first 10,000."""
    found = api.find_load(db, internal_id(load))
    with db.read() as conn:
        rows = api.faults(conn, found.id, seen(after), limit + 1)
    return page(rows, limit, lambda row: views.of_fault(row[1]), lambda row: str(row[0]))


@post(
    "/catalogue/loads/{load:str}/confirm",
    status_code=200,
    guards=[require("catalogue.write")],
    sync_to_thread=True,
)
def confirm_load(
    load: Id,
    db: NamedDependency[Db],
    storage: NamedDependency[Storage],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.LoadView:
    """Let a suspicious load take effect."""
    found = api.find_load(db, internal_id(load))
    record_alone(storage.control, caller, "load.confirmed", found.name, now=clock.now_ms())
    return _view(db, api.confirm(db, found.id, clock.now_ms))


@post(
    "/catalogue/loads/{load:str}/discard",
    status_code=200,
    guards=[require("catalogue.write")],
    sync_to_thread=True,
)
def discard_load(
    load: Id,
    db: NamedDependency[Db],
    storage: NamedDependency[Storage],
    caller: NamedDependency[Caller],
    clock: NamedDependency[Clock],
) -> views.LoadView:
    """Drop a suspicious load; the catalogue stays as it is."""
    found = api.find_load(db, internal_id(load))
    record_alone(storage.control, caller, "load.discarded", found.name, now=clock.now_ms())
    return _view(db, api.discard(db, found.id, clock.now_ms))


def _view(db: Db, load: api.Load) -> views.LoadView:
    with db.read() as conn:
        return views.of_load(load, feed_names(conn))


handlers = [list_loads, get_load, list_load_faults, confirm_load, discard_load]
