"""Routes of acquisition under /api/{workspace}: marketing sources with the people they brought.

In: requests. Out: views. Invariant: thin; nothing here changes a source, every statement is appended.
"""

from typing import Annotated

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import After, Author, Caller, Limit, Wait, require
from konnektu.acquisition import past_http, reading, views, writing
from konnektu.acquisition.model import About, Stated
from konnektu.acquisition.preview import preview
from konnektu.core.ids import internal_id
from konnektu.core.paging import LIMIT_USUAL, Page
from konnektu.storage.api import Db, Storage

Key = Annotated[
    str, PathParameter(max_length=64, description="Key of the source, or id of the source of data.")
]
Retired = Annotated[bool, QueryParameter(description="Retired ones too.")]


@get("/acquisition/sources", guards=[require("acquisition.read")], sync_to_thread=True)
def list_marketing_sources(
    db: NamedDependency[Db],
    *,
    retired: Retired = False,
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.SourceView]:
    """Marketing sources in the order of keys, with how many people each has brought first, last and at all."""
    return reading.listed(db, after, limit, retired=retired)


@get("/acquisition/sources/{source:str}", guards=[require("acquisition.read")], sync_to_thread=True)
def get_marketing_source(source: Key, db: NamedDependency[Db]) -> views.SourceView:
    """One marketing source."""
    return reading.one(db, source)


@put(
    "/acquisition/sources/{source:str}",
    status_code=202,
    guards=[require("acquisition.manage")],
    sync_to_thread=True,
)
def state_marketing_source(
    source: Key,
    data: JSONBody[Stated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SourceAccepted:
    """Make a marketing source or state it anew, whole. Its rules hold for events from here on."""
    return writing.state(Author(storage, caller, now, wait), source, data)


@delete(
    "/acquisition/sources/{source:str}",
    status_code=202,
    guards=[require("acquisition.manage")],
    sync_to_thread=True,
)
def retire_marketing_source(
    source: Key,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.SourceAccepted:
    """Retire a marketing source: nothing more is recognised as its own; who came from it stays so."""
    return writing.retire(Author(storage, caller, now, wait), source)


@post("/acquisition/preview", status_code=200, guards=[require("acquisition.manage")], sync_to_thread=True)
def preview_marketing_source(
    data: JSONBody[Stated], caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> views.PreviewView:
    """Say how many of the latest 10,000 events a marketing source would recognise, and people; changes nothing."""
    return preview(storage, caller.workspace, data)


@get("/acquisition/data-sources", guards=[require("acquisition.read")], sync_to_thread=True)
def list_data_sources(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.DataSourceView]:
    """Sources of data in the order of their making: what is said of them, what they sent, what was rejected and why."""
    return reading.data_sources(storage, caller.workspace, internal_id(after) if after else 0, limit, now)


@put(
    "/acquisition/data-sources/{source:str}",
    status_code=204,
    guards=[require("acquisition.manage")],
    sync_to_thread=True,
)
def describe_data_source(
    source: Key,
    data: JSONBody[About],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> None:
    """Say whose data a source brings, what it may be used for and until when, and when silence is an alarm."""
    writing.say_of_data_source(storage, caller, source, data, now)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_marketing_sources,
            get_marketing_source,
            state_marketing_source,
            retire_marketing_source,
            preview_marketing_source,
            list_data_sources,
            describe_data_source,
        ],
        tags=["acquisition"],
    ),
    *past_http.routes,
]
