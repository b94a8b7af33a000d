"""Routes of the dictionary under /api/{workspace}: what was seen of events and attributes, what is expected.

In: requests. Out: views. Invariant: thin.
"""

from typing import Annotated

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from konnektu.access.api import After, Author, Caller, Limit, Wait, require
from konnektu.core.ids import public_id
from konnektu.core.paging import LIMIT_USUAL, Page, page
from konnektu.dictionary import api, views, writing
from konnektu.dictionary.api import Subject
from konnektu.jobs import api as jobs
from konnektu.storage.api import Db, Storage

Type = Annotated[
    str, QueryParameter(name="type", max_length=20, description="Type of the event, such as `track`.")
]
Name = Annotated[str, QueryParameter(max_length=200, description="Name of the event.")]


@get("/dictionary/events", guards=[require("dictionary.read")], sync_to_thread=True)
def list_dictionary_events(
    db: NamedDependency[Db], after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.EventView]:
    """The event names that came, in the order of types and names."""
    kind, _, name = after.partition(":")
    rows, used = api.events(db, Subject(kind, name), limit + 1), api.used_events(db)
    return page(
        rows,
        limit,
        lambda row: views.of_event(*row, used.of(row[0].type, row[0].name)),
        lambda row: f"{row[0].type}:{row[0].name}",
    )


@get("/dictionary/events/properties", guards=[require("dictionary.read")], sync_to_thread=True)
def list_event_properties(
    db: NamedDependency[Db], kind: Type, name: Name, after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.PropertyView]:
    """The properties that came with an event, those inside objects too."""
    rows = api.properties(db, Subject(kind, name), after, limit + 1)
    return page(rows, limit, lambda row: views.of_property(*row), lambda row: row[0].path)


@get("/dictionary/attributes", guards=[require("dictionary.read")], sync_to_thread=True)
def list_dictionary_attributes(
    db: NamedDependency[Db], after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.AttributeView]:
    """The attributes that events said of people."""
    rows = api.attributes(db, after, limit + 1)
    return page(rows, limit, views.of_attribute, lambda one: one.row.path)


@get("/dictionary/attributes/unused", guards=[require("dictionary.read")], sync_to_thread=True)
def list_unused_attributes(db: NamedDependency[Db]) -> list[views.AttributeView]:
    """Personal attributes that nothing uses: they are kept without need."""
    return [views.of_attribute(one) for one in api.unused(db)]


@post(
    "/dictionary/attributes/count",
    status_code=202,
    guards=[require("dictionary.manage")],
    sync_to_thread=True,
)
def count_attributes(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> views.CountBegun:
    """Count how many profiles have which attribute."""
    job = jobs.defer(storage, caller.workspace, api.COUNT, now=now, by=caller.login)
    return views.CountBegun(public_id(job.created_at, job.id))


@put("/dictionary/notes", status_code=204, guards=[require("dictionary.manage")], sync_to_thread=True)
def put_note(
    data: JSONBody[views.NoteChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> None:
    """Say what an event, a property or an attribute means, whose it is, and whether it is personal."""
    writing.put_note(Author(storage, caller, now, 0), data)


@get("/dictionary/left_out", guards=[require("dictionary.read")], sync_to_thread=True)
def list_left_out(db: NamedDependency[Db]) -> list[views.LeftOutView]:
    """How many names found no room in the dictionary."""
    with db.read() as own:
        return [views.of_left_out(row) for row in api.beyond(own)]


@get("/dictionary/plan", guards=[require("dictionary.read")], sync_to_thread=True)
def list_plan(db: NamedDependency[Db]) -> list[views.PlanView]:
    """The tracking plan: what is expected of which event."""
    with db.read() as own:
        return [views.of_plan(subject, expected) for subject, expected in api.plans(own).items()]


@put("/dictionary/plan", status_code=202, guards=[require("dictionary.manage")], sync_to_thread=True)
def put_plan(
    data: JSONBody[views.PlanChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.PlanAccepted:
    """Put what is expected of an event in force, or take it back. It holds for what comes after it."""
    return writing.put_plan(Author(storage, caller, now, wait), data)


@get("/dictionary/plan/violations", guards=[require("dictionary.read")], sync_to_thread=True)
def list_violations(
    db: NamedDependency[Db], after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.ViolationView]:
    """How often events broke the plan, by event, property and rule."""
    with db.read() as own:
        rows = api.violations_after(own, views.violation_key(after), limit + 1)
    return page(rows, limit, views.of_violation, views.violation_cursor)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_dictionary_events,
            list_event_properties,
            list_dictionary_attributes,
            list_unused_attributes,
            count_attributes,
            put_note,
            list_left_out,
            list_plan,
            put_plan,
            list_violations,
        ],
        tags=["dictionary"],
    )
]
