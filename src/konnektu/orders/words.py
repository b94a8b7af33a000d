"""The words of orders: stages, fields, and the names under which systems send them. In: nothing. Out: tables."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, get_args
from zlib import crc32

from msgspec import Struct

from konnektu.core.text import fold, squeeze
from konnektu.orders.model import Stage

Holds = Literal["text", "amount", "quantity", "time", "currency", "words"]
"""words: a list of texts. An amount is a decimal of the order's currency, not below zero."""


class Field(Struct, frozen=True):
    """One field of an order or of a line."""

    name: str
    en: str
    ru: str
    holds: Holds = "text"
    also: tuple[str, ...] = ()
    """Other names under which it comes; letters of other case and humps are read the same."""


STAGES: Final[dict[Stage, tuple[str, str]]] = {
    "created": ("Created", "Создан"),
    "paid": ("Paid", "Оплачен"),
    "assembled": ("Assembled", "Собран"),
    "shipped": ("Shipped", "Отправлен"),
    "at_pickup": ("At pick-up point", "В пункте выдачи"),
    "received": ("Received", "Получен"),
    "cancelled": ("Cancelled", "Отменён"),
    "partly_returned": ("Partly returned", "Частично возвращён"),
    "returned": ("Returned", "Возвращён"),
}
"""(English, Russian) name of every stage, in the order in which an order goes through them."""

FIELDS: Final = (
    Field("total", "Total", "Сумма", "amount"),
    Field("revenue", "Revenue", "Выручка", "amount", ("value", "subtotal")),
    Field("shipping", "Shipping", "Доставка", "amount", ("shipping_cost", "delivery_cost")),
    Field("tax", "Tax", "Налог", "amount"),
    Field("discount", "Discount", "Скидка", "amount"),
    Field("returned", "Returned in all", "Возвращено всего", "amount", ("returned_total",)),
    Field("currency", "Currency", "Валюта", "currency", ("currency_code",)),
    Field("store", "Store", "Магазин", also=("store_id", "shop")),
    Field("region", "Region", "Регион"),
    Field("brand", "Brand", "Бренд"),
    Field("delivery_method", "Delivery method", "Способ доставки", also=("shipping_method", "delivery")),
    Field("payment_method", "Payment method", "Способ оплаты", also=("payment",)),
    Field("promo_codes", "Promo codes", "Промокоды", "words", ("promo_code", "promocode", "promocodes")),
    Field("coupon", "Coupon", "Купон"),
    Field("affiliation", "Sold through", "Продано через", also=("sales_channel",)),
    Field("ordered_at", "Ordered", "Оформлен", "time", ("order_date", "created_at")),
)
"""Fields of an order beside its number, status, lines and owner."""

LINE_FIELDS: Final = (
    Field("product_id", "Product", "Товар", also=("id", "product")),
    Field("sku", "SKU", "Артикул"),
    Field("variant", "Variant", "Вариант", also=("variant_id",)),
    Field("name", "Name", "Название", also=("product_name", "title")),
    Field("quantity", "Quantity", "Количество", "quantity", ("qty", "count")),
    Field("price", "Price", "Цена", "amount", ("unit_price",)),
    Field("discount", "Discount", "Скидка", "amount"),
    Field("total", "Total", "Сумма", "amount", ("line_total", "subtotal")),
    Field("returned", "Returned", "Возвращено", "quantity", ("returned_quantity",)),
    Field("category", "Category", "Категория"),
    Field("brand", "Brand", "Бренд"),
    Field("coupon", "Coupon", "Купон"),
)

NUMBER_NAMES: Final = ("number", "order_id", "order_number", "order", "transaction_id")
LINES_NAMES: Final = ("lines", "products", "items")
LINE_ID_NAMES: Final = ("line_id", "line_number")

Kind = Literal["completed", "updated", "cancelled", "refunded"]
EVENTS: Final[Mapping[str, Kind]] = {
    "Order Completed": "completed",
    "Completed Order": "completed",
    "order completed": "completed",
    "order_completed": "completed",
    "OrderCompleted": "completed",
    "Order Updated": "updated",
    "Updated Order": "updated",
    "order updated": "updated",
    "order_updated": "updated",
    "OrderUpdated": "updated",
    "Order Cancelled": "cancelled",
    "Order Canceled": "cancelled",
    "Cancelled Order": "cancelled",
    "order cancelled": "cancelled",
    "order_cancelled": "cancelled",
    "OrderCancelled": "cancelled",
    "Order Refunded": "refunded",
    "Refunded Order": "refunded",
    "order refunded": "refunded",
    "order_refunded": "refunded",
    "OrderRefunded": "refunded",
}
"""Track events of the Segment e-commerce specification (version 2; version 1 puts the verb first) by their names."""

OTHER: Final = "other."
"""Before the name of a project's own field."""
MOST_OTHER: Final = 50
"""Own fields of an order."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+")
_STAGES = frozenset(one for one in get_args(Stage) if one)


def own_rank(name: str) -> tuple[int, str]:
    """A rank of names that favours no part of the alphabet and is the same on every machine: CRC-32, then the name."""
    return crc32(name.encode("utf-8", "surrogatepass")), name


@lru_cache(maxsize=4_096)
def snake(name: str) -> str:
    """A name as this product spells names: orderId, Order ID and order-id are order_id."""
    return _HUMP.sub("_", name.strip()).lower()


@lru_cache(maxsize=4_096)
def status_key(status: str) -> str:
    """What two spellings of one status share: no case, single blanks."""
    return fold(squeeze(status))


def stage_of(status: str, stages: Mapping[str, Stage]) -> Stage:
    """The stage of a status by a mapping from `status_key`s; an order of which no status was told is created."""
    if not status:
        return "created"
    key = status_key(status)
    if key in _STAGES:
        return key  # type: ignore[return-value]  # one of the literal's words
    return stages.get(key, "")
