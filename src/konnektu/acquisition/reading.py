"""Sources of both kinds for whoever asks from outside. In: keys or a page's bounds. Out: views with counts."""

from konnektu.access import api as access
from konnektu.acquisition import store, views
from konnektu.acquisition.health import problem_of
from konnektu.acquisition.model import About, Counted
from konnektu.core.clock import DAY, HOUR
from konnektu.core.errors import NotFound
from konnektu.core.ids import public_id
from konnektu.core.paging import Page, page
from konnektu.jobs.api import problems
from konnektu.storage.api import Db, Storage, WorkspaceRecord

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


def data_sources(
    storage: Storage, record: WorkspaceRecord, after: int, limit: int, now: int
) -> Page[views.DataSourceView]:
    """A page of sources of data in the order of their making, with what they sent."""
    rows = access.sources(storage.control, record.id, after=after, limit=limit + 1, now=now)
    with storage.workspace(record).read(snapshot=True) as own:
        abouts = store.abouts(own)
        sent = store.counts(own, now - HOUR, now - DAY, now - 7 * DAY)
    standing = {one.key for one in problems(storage.control, record)}

    def shown(source: access.Source) -> views.DataSourceView:
        said = abouts.get(source.id)
        silent = problem_of(public_id(source.created_at, source.id)) in standing
        return views.of_data_source(
            source, said.about if said else About(), sent.get(source.id, {}), silent=silent
        )

    return page(rows, limit, shown, lambda source: public_id(source.created_at, source.id))
