"""Routes of privacy under /api/{workspace}: a person is erased on request, and what became of it.

In: requests. Out: views. Invariant: thin; an erasure is audited with its reason before it is appended as a fact, and
the writer and the event store carry it out in their turn.
"""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import Caller, record_alone, require
from konnektu.core.errors import BadRequest, NotFound
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import LIMIT_MOST, LIMIT_USUAL, Page, page
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api, views
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Storage

MOST_WAIT = 10

Id = Annotated[str, PathParameter(max_length=100, description="Id of the profile, present or former.")]
Wait = Annotated[
    float,
    QueryParameter(ge=0, le=MOST_WAIT, description="Seconds to wait until the person is out of the state."),
]
After = Annotated[str, QueryParameter(max_length=20, description="`next` of the page before.")]
Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST, description="Rows of a page.")]


@post(
    "/profiles/{profile:str}/erase", status_code=202, guards=[require("privacy.erase")], sync_to_thread=True
)
def erase_profile(
    data: JSONBody[views.EraseAsked],
    profile: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.Erasing:
    """Remove a person everywhere, for good. It cannot be undone; GET /erasures says when nothing is left."""
    db = storage.workspace(caller.workspace)
    with db.read() as own:
        public = _present(own, profile)
    record_alone(storage.control, caller, "person.erased", public, {"reason": data.reason}, now=now)
    block = api.request(storage, caller.workspace, public, now, caller.login)
    return views.Erasing(str(block), public, applied=wait > 0 and log.wait_applied(db, block, wait))


@get("/erasures", guards=[require("privacy.erase")], sync_to_thread=True)
def list_erasures(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.ErasureView]:
    """Erasures, the latest first, with what was removed so far."""
    if after and not after.isdecimal():
        raise BadRequest("`after` is the `next` of an earlier page.")
    with storage.workspace(caller.workspace).read() as db:
        rows = api.erasures(db, min(int(after or api.LATEST), api.LATEST), limit + 1)
    return page(rows, limit, views.of_erasure, lambda row: str(row.position))


def _present(db: Connection, profile: str) -> str:
    """The public id that a profile has at present. Raises `NotFound`."""
    row = profiles.profile(db, identity.person(db, internal_id(profile)).id)
    if row is None:
        raise NotFound
    return public_id(row.born, row.id)


routes = [Router("/api/{workspace:str}", route_handlers=[erase_profile, list_erasures], tags=["privacy"])]
