"""Marketing sources for whoever asks from outside. In: keys or a page's bounds. Out: views with counts of people."""

from konnektu.acquisition import store, views
from konnektu.acquisition.model import Counted
from konnektu.core.errors import NotFound
from konnektu.core.paging import Page, page
from konnektu.storage.api import Db

NOBODY = Counted()


def listed(db: Db, after: str, limit: int, *, retired: bool) -> Page[views.SourceView]:
    """A page of sources in the order of keys; retired ones where they are asked for."""
    with db.read(snapshot=True) as own:
        sources, counted = store.sources(own), store.counted(own)
    rows = [one for one in sources.values() if one.key > after and (retired or not one.retired)]
    return page(
        rows[: limit + 1],
        limit,
        lambda one: views.of_source(one, counted.get(one.id, NOBODY)),
        lambda one: one.key,
    )


def one(db: Db, key: str) -> views.SourceView:
    """One source, retired or not. Raises `NotFound`."""
    with db.read(snapshot=True) as own:
        source = store.sources(own).get(key)
        if source is None:
            raise NotFound(f"There is no marketing source {key} in this workspace.")
        counted = store.counted(own)
    return views.of_source(source, counted.get(source.id, NOBODY))
