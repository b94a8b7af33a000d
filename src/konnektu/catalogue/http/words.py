"""Parameters that the catalogue's routes share, and what a change answers with."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from konnektu.access.api import Caller
from konnektu.catalogue import api, views
from konnektu.core.errors import NotFound
from konnektu.storage.api import Connection, Db

External = Annotated[str, PathParameter(max_length=200, description="The shop's own id of it.")]
Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]
Gone = Annotated[bool, QueryParameter(description="With those that are gone.")]
Text = Annotated[str, QueryParameter(max_length=500)]

BATCH_BYTES = 16 * 1_048_576
"""Largest body of a batch: a thousand products with everything they may hold."""
SHOWN_FAULTS = 1_000
"""Faults that the answer to a batch holds: a batch has no more rows."""


def seen(after: str) -> int:
    """The number behind which a page begins. Raises `NotFound` for a cursor that no page gave."""
    if after and not (after.isascii() and after.isdecimal() and len(after) < 19):
        raise NotFound("There is no such page.")
    return int(after or 0)


def became(db: Db, load: api.Load) -> views.Put:
    """What became of a batch."""
    with db.read() as conn:
        faults = api.faults(conn, load.id, 0, SHOWN_FAULTS) if load.rejected or load.remarks else []
    return views.Put(views.of_load(load, {}), [views.of_fault(fault) for _, fault in faults])


def feed_names(db: Connection) -> dict[int, str]:
    """Public ids of the feeds."""
    return views.feed_ids(api.list_feeds(db))


def by(caller: Caller) -> str:
    """Who changes the catalogue, for the list of loads."""
    return caller.login
