"""Routes of feeds: make, change, end, and load now."""

from typing import Any

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import structs

from konnektu.access.api import Caller, record_alone, require
from konnektu.catalogue import api, feed_views
from konnektu.catalogue.http.words import Id, by
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import Page
from konnektu.outgoing.api import Credentials
from konnektu.storage.api import Db, Storage

LATEST = 2**62
SHAPE = ("name", "address", "kind", "scope", "mapping", "schedule", "is_active", "late_hours")


@get("/feeds", guards=[require("catalogue.read")], sync_to_thread=True)
def list_feeds(db: NamedDependency[Db]) -> Page[feed_views.FeedView]:
    """Every feed, with what became of it last."""
    with db.read() as conn:
        latest = {one.feed: one for one in api.latest_loads(conn)}
        return Page([feed_views.of_feed(feed, latest.get(feed.id)) for feed in api.list_feeds(conn)], None)


@post("/feeds", guards=[require("catalogue.write")], sync_to_thread=True)
def create_feed(
    data: JSONBody[feed_views.FeedNew],
    db: NamedDependency[Db],
    storage: NamedDependency[Storage],
    caller: NamedDependency[Caller],
    now: NamedDependency[int],
) -> feed_views.FeedView:
    """Make a feed. Credentials are kept encrypted and shown to nobody."""
    shape = api.Shape(
        name=data.name, address=data.address, kind=data.kind, scope=data.scope, mapping=data.mapping,
        schedule=data.schedule, is_active=data.is_active, late_hours=data.late_hours,
        credentials=_credentials(data.credentials),
    )  # fmt: skip
    record_alone(storage.control, caller, "feed.created", data.name, {"address": data.address}, now=now)
    with db.transaction() as conn:
        made = api.add_feed(storage, conn, shape, now=now, by=by(caller))
    api.follow(storage, caller.workspace, made, now=now)
    return feed_views.of_feed(made, None)


@get("/feeds/{feed:str}", guards=[require("catalogue.read")], sync_to_thread=True)
def get_feed(feed: Id, db: NamedDependency[Db]) -> feed_views.FeedView:
    """One feed."""
    return _view(db, internal_id(feed))


@patch("/feeds/{feed:str}", guards=[require("catalogue.write")], sync_to_thread=True)
def change_feed(
    data: JSONBody[feed_views.FeedChange],
    feed: Id,
    db: NamedDependency[Db],
    storage: NamedDependency[Storage],
    caller: NamedDependency[Caller],
    now: NamedDependency[int],
) -> feed_views.FeedView:
    """Change a feed; the next load reads all of it. A new host forgets credentials that are not given anew."""
    number = internal_id(feed)
    with db.read() as conn:
        found = api.find_feed(conn, number)
    given = {name: value for name, value in structs.asdict(data).items() if value is not None}
    given["credentials"] = _credentials(data.credentials)
    shape = api.Shape(**(_shape(found) | given))
    record_alone(storage.control, caller, "feed.changed", found.name, {"address": shape.address}, now=now)
    with db.transaction() as conn:
        changed = api.change_feed(storage, conn, found, shape)
    api.follow(storage, caller.workspace, changed, now=now)
    return _view(db, number)


@delete("/feeds/{feed:str}", guards=[require("catalogue.write")], sync_to_thread=True)
def delete_feed(
    feed: Id,
    db: NamedDependency[Db],
    storage: NamedDependency[Storage],
    caller: NamedDependency[Caller],
    now: NamedDependency[int],
) -> None:
    """End a feed; what it told stays."""
    with db.read() as conn:
        found = api.find_feed(conn, internal_id(feed))
    record_alone(storage.control, caller, "feed.deleted", found.name, now=now)
    with db.transaction() as conn:
        api.drop_feed(conn, found)
    api.forget(storage, caller.workspace, found)


@post("/feeds/{feed:str}/load", status_code=202, guards=[require("catalogue.write")], sync_to_thread=True)
def load_feed(
    feed: Id,
    db: NamedDependency[Db],
    storage: NamedDependency[Storage],
    caller: NamedDependency[Caller],
    now: NamedDependency[int],
) -> feed_views.Asked:
    """Fetch and load a feed now; what became of it is its latest load."""
    with db.read() as conn:
        found = api.find_feed(conn, internal_id(feed))
    record_alone(storage.control, caller, "feed.asked", found.name, now=now)
    job = api.load_now(storage, caller.workspace, found, now=now, by=by(caller))
    return feed_views.Asked(public_id(job.created_at, job.id))


def _view(db: Db, number: int) -> feed_views.FeedView:
    with db.read() as conn:
        latest = api.loads(conn, LATEST, 1, number)
        return feed_views.of_feed(api.find_feed(conn, number), latest[0] if latest else None)


def _shape(feed: api.Feed) -> dict[str, Any]:
    return {name: getattr(feed, name) for name in SHAPE}


def _credentials(given: feed_views.Credentials | None) -> Credentials | None:
    return Credentials(given.login, given.password) if given else None


handlers = [list_feeds, create_feed, get_feed, change_feed, delete_feed, load_feed]
