"""The section of product lists: how much stands on the cart, the viewed, the favourites and own lists of each person.

In: lists of people. Out: a row for each list that is not empty; what was bought stands in orders.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from konnektu.core.asking import cursor
from konnektu.core.fitting import row_fits
from konnektu.core.ids import internal_id, public_id
from konnektu.core.money import major
from konnektu.core.section import MADE, Column, Filter, Found, Row, Section, Wanted, filters_of
from konnektu.identity import api as identity
from konnektu.product_lists import api
from konnektu.product_lists.model import Item
from konnektu.product_lists.words import LISTS
from konnektu.profiles import api as profiles
from konnektu.storage.api import SEEN_MOST, Asker, Connection, Key, Listing, listed

_HELD = Listing(
    "SELECT DISTINCT profile, is_own::int, list FROM product_list WHERE is_held",
    {MADE: (Key("profile", 0), Key("is_own::int", 1), Key("list", 2, is_text=True))},
    {"profile": "profile = %(profile)s"},
)
"""Lists that hold something, person by person; of each those that every project has come first."""
_SOUGHT = 500
"""Lists that are opened at once for what no index serves."""


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Product lists, person by person in the order of their making."""
    asked = {name: value for name, value in wanted.filters.items() if name in _SHOWN}
    most = min(SEEN_MOST, max(wanted.limit, _SOUGHT)) if asked else wanted.limit
    found: list[Row] = []
    after: str | None = wanted.after
    last: Sequence[int | str] = ()
    looked = 0
    with asker.db.read(snapshot=True) as conn:
        person = _person(conn, wanted)
        while after is not None and len(found) < wanted.limit and looked < SEEN_MOST:
            question = Wanted(filters=person, order=MADE, after=after, limit=most)
            places, after = listed(conn, _HELD, question)
            looked += len(places)
            for place, row in _shown(conn, places, asker):
                if len(found) == wanted.limit:
                    return Found(found, cursor(last))
                last = place
                if row_fits(row, COLUMNS, asked):
                    found.append(row)
    return Found(found, after)


def _person(db: Connection, wanted: Wanted) -> dict[str, Any]:
    """The present number of the person whose lists are asked for; 0 where there is nobody."""
    if "profile" not in wanted.filters:
        return {}
    return {"profile": identity.current(db, internal_id(str(wanted.filters["profile"]))) or 0}


def _shown(
    db: Connection, places: Sequence[Sequence[int | str]], asker: Asker
) -> Iterator[tuple[Sequence[int | str], Row]]:
    """Rows with their places, without lists of people who are gone."""
    found = api.standing(db, [(int(profile), str(name)) for profile, _, name in places])
    people = profiles.profiles(db, sorted({profile for profile, _ in found}))
    for place in places:
        profile, _, name = place
        person, items = people.get(int(profile)), found[int(profile), str(name)]
        if person is not None and items:
            yield place, _row(person, str(name), items, asker)


def _row(person: profiles.ProfileRow, name: str, items: list[Item], asker: Asker) -> Row:
    public, sums = public_id(person.born, person.id), api.figures(name, items)
    en, ru = LISTS.get(name, (name, name))
    worth = ", ".join(f"{major(units, currency)} {currency}".strip() for currency, units in sums.sums)
    shown = (
        public, ru if asker.language == "ru" else en, name, sums.products, Decimal(sums.quantity), worth,
        max(one.last for one in items),
    )  # fmt: skip
    return Row(f"{public}.{name}", shown)


COLUMNS = (
    Column("profile", "Profile", "Клиент", refers="profiles", width=240),
    Column("list", "List", "Список", width=200),
    Column("key", "Key of the list", "Ключ списка", is_visible=False),
    Column("products", "Products", "Товаров", "number", width=110),
    Column("quantity", "Quantity", "Количество", "number", width=110),
    Column("worth", "Worth", "На сумму", width=180),
    Column("last_at", "Last spoken of", "Последнее событие", "time"),
)
_FILTERS = filters_of(COLUMNS, "key", "products", "quantity", "last_at", always=True)
_SHOWN = frozenset(one.name for one in _FILTERS)
PRODUCT_LISTS = Section(
    name="product_lists",
    en="Product lists",
    ru="Списки товаров",
    about=(
        "Carts, favourites and what was viewed, person by person. They follow from events of the shop.",
        "Корзины, избранное и просмотренное по каждому клиенту. Складываются из событий магазина.",
    ),
    right="profiles.read",
    columns=COLUMNS,
    rows=rows,
    orders=(MADE,),
    filters=(
        Filter(name="profile", en="Profile", ru="Клиент", kind="reference", refers="profiles"),
        *_FILTERS,
    ),
    is_within_rows=True,
)

SECTIONS = (PRODUCT_LISTS,)
