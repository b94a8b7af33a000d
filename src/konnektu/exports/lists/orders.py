"""Orders, and the lines of orders."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from konnektu.core.ids import public_id
from konnektu.core.money import major
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows, in_pages
from konnektu.exports.model import Column, ColumnType
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles

_TYPES: dict[str, ColumnType] = {"amount": "number", "quantity": "number", "time": "time"}
_APART = frozenset(("ordered_at", "currency", "returned", "store", "region", "brand"))
"""Fields that have a column of their own before the others."""
_FIELDS = tuple(field for field in orders.FIELDS if field.name not in _APART)

COLUMNS = (
    Column("number", "Order", "Заказ"),
    Column("profile", "Profile", "Клиент"),
    Column("status", "Status", "Статус"),
    Column("stage", "Stage", "Стадия"),
    Column("stage_at", "Stands so since", "Стадия с", "time"),
    Column("ordered_at", "Ordered", "Оформлен", "time"),
    Column("currency", "Currency", "Валюта"),
    Column("gross", "Ordered for", "Сумма заказа", "number"),
    Column("returned", "Returned", "Возвращено", "number"),
    Column("net", "Net", "Чистая сумма", "number"),
    Column("store", "Store", "Магазин"),
    Column("region", "Region", "Регион"),
    Column("brand", "Brand", "Бренд"),
    *(Column(one.name, one.en, one.ru, _TYPES.get(one.holds, "text")) for one in _FIELDS),
    Column("lines", "Lines", "Позиций", "number"),
    Column("other", "Own fields", "Свои поля", is_personal=True),
)

LINE_COLUMNS = (
    Column("number", "Order", "Заказ"),
    Column("profile", "Profile", "Клиент"),
    Column("stage", "Stage", "Стадия"),
    Column("ordered_at", "Ordered", "Оформлен", "time"),
    Column("currency", "Currency", "Валюта"),
    Column("line", "Line", "Позиция"),
    *(Column(one.name, one.en, one.ru, _TYPES.get(one.holds, "text")) for one in orders.LINE_FIELDS),
    Column("other", "Own fields", "Свои поля", is_personal=True),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every order, the latest first."""
    for page, people in _pages(asker):
        for order in page:
            yield _row(order, people.get(order.profile), asker)


def line_rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every line of every order, the latest order first."""
    for page, people in _pages(asker):
        for order in page:
            yield from _line_rows(order, people.get(order.profile), asker)


def _pages(asker: Asker) -> Iterator[tuple[list[orders.OrderRow], dict[int, str]]]:
    """Pages of orders with the public ids of their people."""
    db = asker.storage.workspace(asker.workspace)

    def page(before: tuple[int, str]) -> Sequence[orders.OrderRow]:
        with db.read() as conn:
            return orders.before(conn, before, PAGE)

    for found in in_pages(
        all_rows(orders.LATEST, page, lambda one: (one.figures.ordered_at, one.number)), PAGE
    ):
        with db.read() as conn:
            people = profiles.profiles(conn, sorted({one.profile for one in found if one.profile}))
        yield found, {one.id: public_id(one.born, one.id) for one in people.values()}


def _row(order: orders.OrderRow, profile: str | None, asker: Asker) -> Sequence[Any]:
    found, held = order.figures, orders.fields(order)
    return (
        order.number,
        profile,
        found.shown or found.stage,
        found.stage,
        found.stage_at,
        found.ordered_at,
        found.currency,
        *(Decimal(major(units, found.currency)) for units in (found.gross, found.returned, found.net)),
        held.get("store"),
        held.get("region"),
        held.get("brand"),
        *(_value(held.get(one.name), _TYPES.get(one.holds, "text")) for one in _FIELDS),
        len(orders.shown_lines(order.state)),
        _own(held, asker),
    )


def _line_rows(order: orders.OrderRow, profile: str | None, asker: Asker) -> Iterator[Sequence[Any]]:
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
            *(_value(held.get(one.name), _TYPES.get(one.holds, "text")) for one in orders.LINE_FIELDS),
            _own(line.fields, asker),
        )


def _value(value: Any, kind: ColumnType) -> Any:
    if isinstance(value, list):
        return ", ".join(value)
    return Decimal(value) if kind == "number" and value is not None else value


def _own(held: Mapping[str, Any], asker: Asker) -> str:
    own = {
        name.removeprefix(orders.OTHER): one for name, one in held.items() if name.startswith(orders.OTHER)
    }
    shown = own if asker.is_open else profiles.covered("", own)
    return msgspec.json.encode(shown).decode() if own else ""


LIST = List("orders", "Orders", "Заказы", "orders.read", COLUMNS, rows)
LINES = List("order_lines", "Order lines", "Позиции заказов", "orders.read", LINE_COLUMNS, line_rows)
