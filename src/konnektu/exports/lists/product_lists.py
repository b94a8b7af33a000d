"""What stands on the product lists of every person."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from konnektu.core.ids import public_id
from konnektu.exports.declared import Asker, List
from konnektu.exports.model import Column
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles

PEOPLE = 200
"""People of a page: each may have several lists of 200 products."""

COLUMNS = (
    Column("profile", "Profile", "Клиент"),
    Column("list", "List", "Список"),
    Column("product", "Product", "Товар"),
    Column("variant", "Variant", "Вариант"),
    Column("quantity", "Quantity", "Количество", "number"),
    Column("price", "Price", "Цена", "number"),
    Column("currency", "Currency", "Валюта"),
    Column("first_at", "On the list since", "В списке с", "time"),
    Column("last_at", "Last spoken of", "Последнее событие", "time"),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every product on every list, person by person; what was bought stands in the lines of orders."""
    db, after = asker.storage.workspace(asker.workspace), 0
    while True:
        with db.read(snapshot=True) as conn:
            page = product_lists.people_after(conn, after, PEOPLE)
            people = profiles.profiles(conn, page)
            lists = list(product_lists.lists(conn, page))
        if not page:
            return
        for profile, name, items in lists:
            if person := people.get(profile):
                for item in items:
                    yield _row(public_id(person.born, person.id), name, item)
        after = page[-1]


def _row(profile: str, name: str, item: product_lists.Item) -> Sequence[Any]:
    return (
        profile,
        name,
        item.product,
        item.variant,
        Decimal(item.quantity),
        Decimal(item.price) if item.price else None,
        item.currency,
        item.first,
        item.last,
    )


LIST = List(
    "product_list_items",
    "Product lists",
    "Списки товаров",
    "profiles.read",
    COLUMNS,
    rows,
    is_within_rows=True,
)
