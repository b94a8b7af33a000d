"""Routes of the dictionary under /api/{workspace}: what was seen of events and attributes.

In: requests. Out: views. Invariant: thin.
"""

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from konnektu.access.api import require
from konnektu.core.paging import LIMIT_MOST, LIMIT_USUAL, Page, page
from konnektu.dictionary import api, views
from konnektu.dictionary.api import PEOPLE, Subject
from konnektu.storage.api import Db

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST, description="Rows of a page.")]
After = Annotated[
    str, QueryParameter(max_length=300, description="`next` of the page before; empty for the first page.")
]
Type = Annotated[str, QueryParameter(max_length=20, description="Type of the event, such as `track`.")]
Name = Annotated[str, QueryParameter(max_length=200, description="Name of the event.")]


@get("/dictionary/events", guards=[require("dictionary.read")], sync_to_thread=True)
def list_dictionary_events(
    db: NamedDependency[Db], after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.EventView]:
    """The event names that came, in the order of types and names."""
    kind, _, name = after.partition(":")
    with db.read() as own:
        rows = api.events_after(own, Subject(kind, name), limit + 1)
    return page(rows, limit, views.of_event, lambda row: f"{row.type}:{row.name}")


@get("/dictionary/events/properties", guards=[require("dictionary.read")], sync_to_thread=True)
def list_event_properties(
    db: NamedDependency[Db], type: Type, name: Name, after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.PropertyView]:
    """The properties that came with an event, those inside objects too."""
    return _properties(db, Subject(type, name), after, limit)


@get("/dictionary/attributes", guards=[require("dictionary.read")], sync_to_thread=True)
def list_dictionary_attributes(
    db: NamedDependency[Db], after: After = "", limit: Limit = LIMIT_USUAL
) -> Page[views.PropertyView]:
    """The attributes that events said of people."""
    return _properties(db, PEOPLE, after, limit)


@get("/dictionary/left_out", guards=[require("dictionary.read")], sync_to_thread=True)
def list_left_out(db: NamedDependency[Db]) -> list[views.LeftOutView]:
    """How many names found no room in the dictionary."""
    with db.read() as own:
        return [views.of_left_out(row) for row in api.beyond(own)]


def _properties(db: Db, subject: Subject, after: str, limit: int) -> Page[views.PropertyView]:
    with db.read() as own:
        rows = api.properties_after(own, subject, after, limit + 1)
    return page(rows, limit, views.of_property, lambda row: row.path)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_dictionary_events,
            list_event_properties,
            list_dictionary_attributes,
            list_left_out,
        ],
        tags=["dictionary"],
    )
]
