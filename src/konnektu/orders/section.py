"""The section of orders. In: orders with the people whose they are. Out: rows; money in major units."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import structs

from konnektu.core.errors import Retry
from konnektu.core.money import major
from konnektu.core.section import (
    Choice,
    Column,
    Filter,
    Folder,
    Found,
    Row,
    Section,
    Tree,
    Wanted,
    filters_of,
)
from konnektu.orders.api import FIELDS, STAGES, fields, shown_lines
from konnektu.orders.known import meeting
from konnektu.orders.lists import (
    HELD,
    Fits,
    order_count,
    order_estimate,
    orders_and_people,
    own_fields,
    value_of,
)
from konnektu.orders.model import OrderRow
from konnektu.profiles.api import where_filter
from konnektu.storage.api import Asker

_APART = frozenset(("ordered_at", "currency", "returned", "store", "region", "brand"))
"""Fields that have a column of their own before the others."""
_SUMS = (("gross", "Ordered for", "Сумма заказа"), ("returned", "Returned", "Возвращено"))
_FIELDS = tuple(field for field in FIELDS if field.name not in _APART)


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Orders."""
    plain, fits = _asked(asker, wanted)
    with asker.db.read(snapshot=True) as conn:
        page, people, more = orders_and_people(conn, plain, fits)
    return Found([Row(one.number, _row(one, people.get(one.profile), asker)) for one in page], more)


def count(asker: Asker, wanted: Wanted) -> int:
    """How many orders there are."""
    plain, fits = _asked(asker, wanted)
    with asker.db.read(snapshot=True) as conn:
        return order_count(conn, plain, fits)


def _asked(asker: Asker, wanted: Wanted) -> tuple[Wanted, Fits | None]:
    """What the table is asked, and whether an order of it meets the conditions; None where there are none."""
    tree = wanted.filters.get("where")
    if not isinstance(tree, Tree):
        return wanted, None
    plain = {name: value for name, value in wanted.filters.items() if name != "where"}
    return structs.replace(wanted, filters=plain), meeting(tree, asker.workspace.timezone, asker.now)


def estimate(asker: Asker, wanted: Wanted) -> int:
    """About how many orders there are. Raises `Retry` where no statistics know it."""
    if "where" in wanted.filters:
        raise Retry("How many orders meet conditions is not estimated. Narrow the period.")
    with asker.db.read() as conn:
        return order_estimate(conn, wanted)


def _row(order: OrderRow, profile: str | None, asker: Asker) -> Sequence[Any]:
    found, held = order.figures, fields(order)
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
        *(value_of(held.get(one.name), HELD.get(one.holds, "text")) for one in _FIELDS),
        len(shown_lines(order.state)),
        own_fields(held, is_open=asker.is_open),
    )


COLUMNS = (
    Column("number", "Order", "Заказ", width=140),
    Column("profile", "Profile", "Клиент", refers="profiles", width=240),
    Column("status", "Status", "Статус"),
    Column("stage", "Stage", "Стадия"),
    Column("stage_at", "Stands so since", "Стадия с", "time", is_visible=False),
    Column("ordered_at", "Ordered", "Оформлен", "time"),
    Column("currency", "Currency", "Валюта", width=90),
    Column("gross", "Ordered for", "Сумма заказа", "number", width=130),
    Column("returned", "Returned", "Возвращено", "number", width=130),
    Column("net", "Net", "Чистая сумма", "number", width=130),
    Column("store", "Store", "Магазин"),
    Column("region", "Region", "Регион", is_visible=False),
    Column("brand", "Brand", "Бренд", is_visible=False),
    *(
        Column(one.name, one.en, one.ru, HELD.get(one.holds, "text"), is_visible=False)
        for one in _FIELDS),
    Column("lines", "Lines", "Позиций", "number", width=100),
    Column("other", "Own fields", "Свои поля", is_personal=True, is_visible=False, width=320),
)  # fmt: skip
FOLDERS = (
    Folder(name="unpaid", en="Not paid", ru="Не оплачены", filters={"stage": "created"}),
    Folder(name="paid", en="Paid", ru="Оплачены", filters={"stage": "paid"}),
    Folder(name="cancelled", en="Cancelled", ru="Отменены", filters={"stage": "cancelled"}),
    Folder(name="returned", en="Returned", ru="Возвращены", filters={"stage": "returned"}, is_pinned=False),
)
ORDERS = Section(
    name="orders",
    en="Orders",
    ru="Заказы",
    about=("Orders of every source, each as it stands. They come by events of a shop, the API or an import.",
           "Заказы из всех источников в их нынешнем состоянии. Приходят событиями магазина, по API или импортом."),
    right="orders.read",
    columns=COLUMNS,
    rows=rows,
    count=count,
    estimate=estimate,
    orders=("-ordered_at", "ordered_at"),
    filters=(
        Filter(
            name="stage", en="Stage", ru="Стадия", kind="choice", ways=("any",),
            choices=tuple(Choice(name, en, ru) for name, (en, ru) in STAGES.items() if name),
        ),
        Filter(name="store", en="Store", ru="Магазин", kind="reference", refers="stores", ways=("any", "empty")),
        Filter(name="profile", en="Profile", ru="Клиент", kind="reference", refers="profiles", ways=("empty",)),
        Filter(name="ordered_at", en="Ordered", ru="Оформлен", kind="period"),
        Filter(name="net", en="Net", ru="Чистая сумма", kind="money"),
        *filters_of(COLUMNS, "number", always=True),
        *filters_of(COLUMNS, "status"),
        *(Filter(name=name, en=en, ru=ru, kind="money") for name, en, ru in _SUMS),
        *filters_of(COLUMNS, "region", "brand", "stage_at"),
        where_filter("order"),
    ),
    folders=FOLDERS,
    is_within_rows=True,
)  # fmt: skip

SECTIONS = (ORDERS,)
