"""The lines of orders."""

from collections.abc import Iterator, Sequence
from typing import Any

from konnektu.core.section import Wanted
from konnektu.exports.declared import Asker, List
from konnektu.exports.model import PAGE, Column
from konnektu.orders import api as orders

COLUMNS = (
    Column("number", "Order", "Заказ"),
    Column("profile", "Profile", "Клиент"),
    Column("stage", "Stage", "Стадия"),
    Column("ordered_at", "Ordered", "Оформлен", "time"),
    Column("currency", "Currency", "Валюта"),
    Column("line", "Line", "Позиция"),
    *(Column(one.name, one.en, one.ru, orders.HELD.get(one.holds, "text")) for one in orders.LINE_FIELDS),
    Column("other", "Own fields", "Свои поля", is_personal=True),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every line of every order, the latest order first."""
    after: str | None = ""
    while after is not None:
        wanted = Wanted(order="-ordered_at", after=after, limit=PAGE)
        with asker.db.read(snapshot=True) as conn:
            page, people, after = orders.orders_and_people(conn, wanted)
        for order in page:
            yield from _lines(order, people.get(order.profile), asker)


def _lines(order: orders.OrderRow, profile: str | None, asker: Asker) -> Iterator[Sequence[Any]]:
    found = order.figures
    for line in orders.shown_lines(order.state):
        held = {**line.fields, "total": line.total, "returned": line.returned}
        yield (
            order.number,
            profile,
            found.stage,
            found.ordered_at,
            found.currency,
            line.id,
            *(
                orders.value_of(held.get(one.name), orders.HELD.get(one.holds, "text"))
                for one in orders.LINE_FIELDS
            ),
            orders.own_fields(line.fields, is_open=asker.is_open),
        )


LINES = List(
    "order_lines", "Order lines", "Позиции заказов", "orders.read", COLUMNS, rows, is_within_rows=True
)
