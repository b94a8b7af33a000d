"""Product lists for whoever asks from outside, in a fixed number of statements. In: a question. Out: views."""

from msgspec import Struct

from konnektu.catalogue import api as catalogue
from konnektu.core.errors import NotFound
from konnektu.core.ids import internal_id
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.product_lists import api, views
from konnektu.product_lists.bought import MOST_ORDERS, bought
from konnektu.product_lists.model import Item
from konnektu.product_lists.words import BOUGHT, LISTS
from konnektu.storage.api import Connection, Db


class Reader(Struct, frozen=True):
    """Who reads, and what they may see beside lists."""

    db: Db
    source: views.SourceName
    sees_orders: bool
    sees_catalogue: bool


def of_person(reader: Reader, public: str) -> views.PersonLists:
    """The lists of a person with what was bought, as the catalogue has the products now. Raises `NotFound`."""
    with reader.db.read(snapshot=True) as own:
        profile = present(own, public)
        lists = {name: items for _, name, items in api.lists(own, [profile])}
        if reader.sees_orders and (items := bought(orders.latest_of(own, profile, MOST_ORDERS))):
            lists[BOUGHT] = items
        known = _known(own, lists) if reader.sees_catalogue else {}
    names = [*(name for name in LISTS if name in lists), *(name for name in lists if name not in LISTS)]
    return views.PersonLists([views.of_list(name, lists[name], known, reader.source) for name in names])


def present(db: Connection, public: str) -> int:
    """The inside id of the profile that a public id leads to. Raises `NotFound`."""
    profile = identity.current(db, internal_id(public))
    if profile is None:
        raise NotFound("There is no such profile in this workspace; it may have been erased.")
    return profile


def _known(db: Connection, lists: dict[str, list[Item]]) -> dict[str, catalogue.Product]:
    ids = {id_ for items in lists.values() for one in items for id_ in (one.product, one.variant) if id_}
    return catalogue.products(db, sorted(ids)) if ids else {}
