"""Orders for whoever asks from outside, many at once in a fixed number of statements. In: a question. Out: views."""

from collections.abc import Sequence

from msgspec import Struct

from konnektu.core.errors import BadRequest, NotFound
from konnektu.core.ids import internal_id, public_id
from konnektu.identity import api as identity
from konnektu.orders import store, views
from konnektu.orders.logic import DEFAULT_CURRENCY
from konnektu.orders.model import OrderRow, Stage
from konnektu.orders.store import LATEST
from konnektu.orders.words import STAGES
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Db


class Asked(Struct, frozen=True, kw_only=True):
    """Which orders are wanted: empty means every one."""

    stage: Stage = ""
    store: str = ""
    currency: str = ""
    since: int = -LATEST[0]
    """Ordered at or after, milliseconds UTC."""
    until: int = LATEST[0]
    """Ordered before."""


def listed(
    db: Db, asked: Asked, profile: str, after: str, limit: int
) -> tuple[list[views.OrderView], str | None]:
    """A page of orders, the latest first, of everybody or of one person; and the cursor of the next."""
    with db.read(snapshot=True) as own:
        return _page(own, asked, _present(own, profile) if profile else None, after, limit)


def of_person(db: Db, profile: str, asked: Asked, after: str, limit: int) -> views.PersonOrders:
    """The orders of a person and what they come to. Raises `NotFound`."""
    with db.read(snapshot=True) as own:
        present = _present(own, profile)
        found = store.figures_of(own, [present]).get(present, [])
        items, further = _page(own, asked, present, after, limit)
    return views.PersonOrders(figures=[profiles.of_figures(one) for one in found], items=items, next=further)


def one(db: Db, number: str, *, is_open: bool) -> views.OrderDetail:
    """One order. Raises `NotFound`."""
    with db.read(snapshot=True) as own:
        row = store.one(own, number.strip())
        if row is None:
            raise NotFound("There is no order of this number.")
        return views.of_detail(row, _named(own, [row]).get(row.profile), store.stages(own), is_open=is_open)


def statuses(db: Db) -> views.StatusesView:
    """The stages, the mapping in force, and statuses that nobody has mapped."""
    with db.read(snapshot=True) as own:
        mapping, unmapped = store.stages(own), store.unmapped(own)
    return views.StatusesView(
        [views.StageView(name, en, ru) for name, (en, ru) in STAGES.items()],
        mapping,
        [views.UnmappedView(status, orders) for status, orders in unmapped],
    )


def currency(db: Db) -> views.Currency:
    """The currency of orders that name none."""
    with db.read() as own:
        return views.Currency(store.terms(own)[1] or DEFAULT_CURRENCY)


def _page(
    db: Connection, asked: Asked, profile: int | None, after: str, limit: int
) -> tuple[list[views.OrderView], str | None]:
    time, number = cursor(after)
    rows = store.listed(
        db,
        profile,
        stages=[asked.stage] if asked.stage else [],
        stores=[asked.store] if asked.store else [],
        currency=asked.currency.upper(),
        since=asked.since,
        until=asked.until,
        time=time,
        number=number,
        limit=limit + 1,
    )
    named = _named(db, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    further = f"{last.figures.ordered_at}.{last.number}" if last else None
    return [views.of_order(row, named.get(row.profile)) for row in rows[:limit]], further


def _named(db: Connection, rows: Sequence[OrderRow]) -> dict[int, str]:
    """Public ids of the people whose orders these are."""
    wanted = sorted({row.profile for row in rows if row.profile})
    found = profiles.profiles(db, wanted) if wanted else {}
    return {row.id: public_id(row.born, row.id) for row in found.values()}


def _present(db: Connection, public: str) -> int:
    profile = identity.current(db, internal_id(public))
    if profile is None:
        raise NotFound("There is no such profile in this workspace; it may have been erased.")
    return profile


def cursor(after: str) -> tuple[int, str]:
    """(when it was ordered, number) of the last order of a page. Raises `BadRequest`."""
    if not after:
        return LATEST
    time, _, number = after.partition(".")
    if not (time.removeprefix("-").isdecimal() and len(time) < 20 and number):
        raise BadRequest("`after` is no cursor of a list of orders. Give the `next` of the page before.")
    return int(time), number
