"""The section of product lists: how much stands on the cart, the viewed, the favourites and own lists of each person.

In: lists of people. Out: a row for each list that is not empty; what was bought stands in orders.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from konnektu.core.asking import cursor, place
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

_PEOPLE = Listing("SELECT DISTINCT profile FROM product_list WHERE true", {MADE: (Key("profile", 0),)})
Place = tuple[int, int, str]
"""(profile, whether the list is the project's own, its name): lists that every project has come first."""


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Product lists, person by person in the order of their making."""
    seen: Place | None = None
    if wanted.after:
        seen = tuple(place(wanted.after, [int, int, str]))
    asked = {name: value for name, value in wanted.filters.items() if name in _SHOWN}
    found: list[Row] = []
    last, looked = seen, 0
    with asker.db.read(snapshot=True) as conn:
        for at, row in _lists(conn, wanted, seen[0] if seen else 0, asker):
            if seen is not None and at <= seen:
                continue
            if last is not None and (len(found) == wanted.limit or looked >= SEEN_MOST):
                return Found(found, cursor(list(last)))
            last, looked = at, looked + 1
            if row is not None and row_fits(row, COLUMNS, asked):
                found.append(row)
    return Found(found, None)


def _lists(db: Connection, wanted: Wanted, first: int, asker: Asker) -> Iterator[tuple[Place, Row | None]]:
    """Lists in their order; of people whose lists are all empty their place alone, so that looking has an end."""
    for page in _pages(db, wanted, first):
        people = profiles.profiles(db, page)
        shown = groupby(api.lists(db, page), key=lambda one: one[0])
        held = {profile: [(name, items) for _, name, items in several] for profile, several in shown}
        for profile in page:
            person = people.get(profile)
            if person is None or profile not in held:
                yield (profile, 0, ""), None
                continue
            for name, items in held[profile]:
                yield (profile, int(name not in LISTS), name), _row(person, name, items, asker)


def _pages(db: Connection, wanted: Wanted, first: int) -> Iterator[list[int]]:
    """People who have lists, from one of them on, page by page."""
    if "profile" in wanted.filters:
        present = identity.current(db, internal_id(wanted.filters["profile"])) or 0
        if present >= first:
            yield [present]
        return
    after: str | None = cursor([first - 1])
    while after is not None:
        found, after = listed(db, _PEOPLE, Wanted(order=MADE, after=after, limit=wanted.limit))
        yield [row[0] for row in found]


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
