"""Routes of computed attributes under /api/{workspace}. In: requests. Out: views.

Invariant: thin; nothing here changes a computed attribute, every change is appended as a fact.
"""

from typing import Annotated

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import After, Author, Caller, Limit, Wait, require
from konnektu.core.paging import LIMIT_USUAL, Page
from konnektu.rules.words import Language
from konnektu.segments.computed import drafts, reading, trying, views, writing
from konnektu.segments.computed.reading import Looker
from konnektu.storage.api import Db, Storage

BODY_MOST = 256 * 1024
"""Bytes of a formula, with room for how it is written."""

Key = Annotated[str, PathParameter(max_length=64, description="Key of the computed attribute.")]
OfProfile = Annotated[
    str,
    PathParameter(max_length=100, description="Id of the profile; a former one leads to the present one."),
]


@get("/computed", guards=[require("segments.read")], sync_to_thread=True)
def list_computed(
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    now: NamedDependency[int],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.ComputedView]:
    """Computed attributes in the order of keys, each with its formula in words and with what uses it."""
    return reading.listed(Looker(db, caller, now), after, limit)


@post(
    "/computed",
    status_code=202,
    guards=[require("segments.manage")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def make_computed(
    data: JSONBody[views.NewComputed],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.ComputedAccepted:
    """Make a computed attribute. Its values are found in the background; what is wrong is named with its place."""
    return writing.make(Author(storage, caller, now, wait), data)


@get("/computed/ready-made", guards=[require("segments.read")], sync_to_thread=True)
def list_ready_made_computed(
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    now: NamedDependency[int],
    language: Annotated[Language, QueryParameter(description="Of the names of labels.")] = "ru",
) -> list[views.ReadyComputedView]:
    """Drafts to begin with: LTV, average bill, days since the last purchase, favourites, RFM."""
    return drafts.shown(Looker(db, caller, now), language)


@post(
    "/computed/try",
    status_code=200,
    guards=[require("segments.read")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def try_computed(
    data: JSONBody[views.TrialAsked],
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views.TrialView:
    """Say what a formula gives for a person, and for a sample of everybody; changes nothing."""
    return trying.tried(Looker(db, caller, now), storage, data)


@get("/computed/{computed:str}", guards=[require("segments.read")], sync_to_thread=True)
def get_computed(
    computed: Key, caller: NamedDependency[Caller], db: NamedDependency[Db], now: NamedDependency[int]
) -> views.ComputedView:
    """One computed attribute."""
    return reading.found(Looker(db, caller, now), computed)


@put(
    "/computed/{computed:str}",
    status_code=202,
    guards=[require("segments.manage")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def change_computed(
    computed: Key,
    data: JSONBody[views.ComputedChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.ComputedAccepted:
    """State a computed attribute anew, whole. Segments that ask for it are built anew, and change as by an edit."""
    return writing.change(Author(storage, caller, now, wait), computed, data)


@delete("/computed/{computed:str}", status_code=202, guards=[require("segments.manage")], sync_to_thread=True)
def delete_computed(
    computed: Key,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.ComputedAccepted:
    """Delete a computed attribute; refused with the list of its users while there are any."""
    return writing.delete(Author(storage, caller, now, wait), computed)


@get("/computed/{computed:str}/versions", guards=[require("segments.read")], sync_to_thread=True)
def list_computed_versions(
    computed: Key, caller: NamedDependency[Caller], db: NamedDependency[Db], now: NamedDependency[int]
) -> list[views.ComputedVersionView]:
    """Every version of a formula in words, the latest first, each with its author."""
    return reading.versions(Looker(db, caller, now), computed)


@get("/profiles/{profile:str}/computed", guards=[require("segments.read")], sync_to_thread=True)
def list_computed_of_profile(
    profile: OfProfile, caller: NamedDependency[Caller], db: NamedDependency[Db], now: NamedDependency[int]
) -> views.PersonComputedView:
    """The computed attributes of a person with their values, and the position and instant at which they are so."""
    return reading.of_person(Looker(db, caller, now), profile)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_computed,
            make_computed,
            list_ready_made_computed,
            try_computed,
            get_computed,
            change_computed,
            delete_computed,
            list_computed_versions,
            list_computed_of_profile,
        ],
        tags=["segments"],
    )
]
