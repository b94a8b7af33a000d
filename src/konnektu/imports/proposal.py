"""A mapping proposed from what the columns are called and what stands in them.

In: a layout and the first rows. Out: a mapping to be shown and corrected; nothing is imported by it unasked.
"""

import re
from collections.abc import Mapping as Named
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from konnektu.core.attributes import STANDARD, standard
from konnektu.core.contacts import Email, Phone, email, phone
from konnektu.imports.model import Column, ConsentOf, Mapping, Role, ValueType
from konnektu.imports.values import WrongValue, as_text, instant, number
from konnektu.orders.api import OTHER
from konnektu.reading.api import Layout

SAMPLES = 5
"""Different values shown of each column."""
_UTC = ZoneInfo("UTC")
_ATTRIBUTES = {attribute.name for attribute in STANDARD}
_KEY = (
    r"^(message.?id|(id|номер|№|код|number).?(заказа|чека|покупки|операции|документа)|(заказ|чек)"
    r"|(order|receipt|transaction|purchase|check|invoice).?(id|no|number|num)?)$"
)
_TIME = (
    r"^(time|timestamp|date|datetime|дата|время|дата и время|когда|original.?timestamp"
    r"|(дата|время).*(заказа|покупки|чека|события|операции|продажи)"
    r"|(order|purchase|event|transaction|sale).?(date|time|at))$"
)
_WORDS: tuple[tuple[Role, str], ...] = (
    ("consent", r"согласи|подписк|подписан|\bconsent|subscri|opt.?in|рассылк"),
    ("tag", r"^(теги?|метки?|tags?|labels?)$"),
    ("event", r"^(событие|тип события|event|event.?name|action)$"),
    ("key", _KEY),
    ("time", _TIME),
)
_AMOUNT = re.compile(
    r"сумм|цен|стоимост|количеств|кол-во|итого|revenue|total|price|amount|quantity|qty|value|sum\b",
    re.IGNORECASE,
)
_CHANNELS = (
    ("email", r"mail|почт|емейл|имейл|письм"),
    ("sms", r"sms|смс"),
    ("call", r"звон|call|телефон|phone"),
    ("telegram", r"telegram|телеграм"),
    ("whatsapp", r"whats|ватсап"),
    ("push", r"push|пуш"),
)
_PROPERTIES = (
    ("order_id", r"(номер|id|код|№).?(заказа|чека|покупки)|^(заказ|чек|order|receipt)$|(order|receipt).?(id|no|num)"),
    ("total", r"^(сумма|итого|total|amount|sum|revenue)|(order|purchase).?(total|amount|value)"),
    ("price", r"^(цена|стоимость|price|unit price)$"),
    ("quantity", r"^(количество|кол-во|quantity|qty|count)$"),
    ("product", r"^(товар|наименование|название товара|product|item|product name)$"),
    ("sku", r"^(артикул|sku|код товара)$"),
    ("store", r"^(магазин|точка|салон|store|shop)$"),
    ("discount", r"^(скидка|discount)"),
    ("currency", r"^(валюта|currency)$"),
)  # fmt: skip
"""Names of properties as e-commerce events spell them, so that sums and reports find them."""
_ORDER_FIELDS = (
    ("order.number", r"^(номер|id|код|№).?(заказа|чека)$|^(заказ|order|order.?(id|no|num|number))$"),
    ("order.status", r"^(статус|состояние)( заказа)?$|^(order.?)?status$"),
    ("order.ordered_at", r"^(дата|время|дата и время)( заказа| оформления| покупки| создания)?$"),
    ("order.ordered_at", r"^(order.?)?(date|created.?at|ordered.?at)$"),
    ("order.updated_at", r"изменен|обновлен|^(updated|changed|modified).?(at|date)?$"),
    ("order.total", r"^(сумма заказа|итого|итог|сумма|order.?total|total|amount|grand.?total)$"),
    ("order.shipping", r"^(стоимость )?доставк[аи]$|^(shipping|delivery).?(cost|price)?$"),
    ("order.discount", r"^скидка( заказа| на заказ)?$|^(order.?)?discount$"),
    ("order.currency", r"^(валюта|currency)$"),
    ("order.store", r"^(магазин|точка|салон|store|shop)$"),
    ("order.region", r"^(регион|region)$"),
    ("order.delivery_method", r"^(способ|тип|вид) доставки$|^(delivery|shipping).?(method|type)$"),
    ("order.payment_method", r"^(способ|тип|вид) оплаты$|^payment.?(method|type)$"),
    ("order.promo_codes", r"^промо.?код|^promo.?code"),
    ("line.line_id", r"^(id|номер|№).?(строки|позиции)$|^line.?(id|no|number)$"),
    ("line.product_id", r"^(id|код).?товара$|^product.?id$"),
    ("line.sku", r"^(артикул|sku)$"),
    ("line.name", r"^(товар|наименование|название( товара)?|product|item|product.?name)$"),
    ("line.quantity", r"^(количество|кол-во|quantity|qty)$"),
    ("line.price", r"^(цена|price|unit.?price)$"),
    ("line.category", r"^(категория|category)$"),
    ("line.brand", r"^(бренд|brand)$"),
)  # fmt: skip
"""How columns of orders and their lines are called, by role and field."""
_KINDS = {
    "anonymousid": "anonymous_id",
    "deviceid": "device_id",
    "clientid": "client_id",
    "userid": "user_id",
}


def is_known(name: str) -> bool:
    """Whether a column of this name needs no guess."""
    return standard(name) in _ATTRIBUTES or _by_words(name) is not None


def propose(layout: Layout, samples: Named[str, Sequence[Any]], zone: str) -> Mapping:
    """A mapping for the file: its target, and what each column is most likely."""
    names = set(layout.columns)
    if (
        layout.format.startswith("json")
        and "type" in names
        and names & {"userId", "anonymousId", "messageId"}
    ):
        return Mapping(target="wire")
    columns = [_column(name, samples.get(name, ())) for name in layout.columns]
    if _are_orders(layout.columns):
        return Mapping(target="orders", columns=_for_orders(columns), zone=zone)
    if _are_events(columns):
        return Mapping(target="events", columns=_for_events(columns), event=_event_name(columns), zone=zone)
    return Mapping(target="people", columns=_for_people(columns), zone=zone)


def shown_samples(values: Sequence[Any]) -> list[str]:
    """The first different values of a column, cut to what fits a line."""
    return list(dict.fromkeys(text[:100] for value in values if (text := as_text(value))))[:SAMPLES]


def _column(name: str, values: Sequence[Any]) -> Column:
    known, role = standard(name), _by_words(name)
    kind = _KINDS.get(re.sub(r"[\W_]", "", name).lower())
    if kind or (known == "user_id" and role is None):
        return Column(name, "identifier", kind or "user_id")
    if known in _ATTRIBUTES:
        return Column(name, "attribute", known)
    if role is None:
        return _by_values(name, [value for value in values if as_text(value)])
    consent = ConsentOf(channel=_channel(name)) if role == "consent" else None
    return Column(name, role, _property(name) if role == "key" else "", consent=consent)


def _by_words(name: str) -> Role | None:
    plain = " ".join(name.replace("_", " ").split()).lower().replace("ё", "е")
    return next((role for role, pattern in _WORDS if re.search(pattern, plain)), None)


def _by_values(name: str, values: Sequence[Any]) -> Column:
    """A column whose name says nothing: contacts are recognised, numbers and dates get their type."""
    if values and all(isinstance(email(as_text(v)), Email) for v in values):
        return Column(name, "attribute", "email")
    if values and all(_is_phone(as_text(v)) for v in values):
        return Column(name, "attribute", "phone")
    if name.startswith("column "):
        return Column(name, "ignore")
    return Column(name, "attribute", _property(name), _type(values))


def _is_phone(text: str) -> bool:
    found = phone(text)
    return isinstance(found, Phone) and found.is_identifier


def _type(values: Sequence[Any]) -> ValueType:
    texts = [as_text(value) for value in values]
    if not texts or any(re.fullmatch(r"0\d+", text) for text in texts):
        return ""  # leading zeros are part of a code
    if all(map(_is_number, texts)):
        return "number"
    return "time" if all(map(_is_time, texts)) else ""


def _is_number(text: str) -> bool:
    try:
        return abs(number(text)) < 10**15
    except WrongValue:
        return False


def _is_time(text: str) -> bool:
    try:
        instant(text, "", _UTC)
    except WrongValue:
        return False
    return True


def _are_events(columns: Sequence[Column]) -> bool:
    roles = {column.role for column in columns}
    has_amount = any(_AMOUNT.search(column.column) for column in columns)
    return "event" in roles or ("time" in roles and ("key" in roles or has_amount))


def _are_orders(names: Sequence[str]) -> bool:
    """A number of an order with a status of it: rows that tell how orders stand."""
    fields = {_order_field(name) for name in names}
    return {"order.number", "order.status"} <= fields


def _order_field(name: str) -> str:
    """The field of an order or a line that a column of this name holds, as role and name with a point between."""
    plain = " ".join(name.replace("_", " ").split()).lower().replace("ё", "е")
    return next((field for field, pattern in _ORDER_FIELDS if re.search(pattern, plain)), "")


def _for_orders(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Fields of orders and lines by the names of their columns, the person's attributes and identifiers as they are."""
    found: list[Column] = []
    taken: set[str] = set()
    for column in columns:
        field = _order_field(column.column)
        role, _, name = field.partition(".")
        if field and field not in taken:
            taken.add(field)
            found.append(
                Column(column.column, "order" if role == "order" else "line", name, format=column.format)
            )
        elif column.role in ("time", "event", "key") or (
            column.role == "attribute" and column.name not in _ATTRIBUTES
        ):
            found.append(Column(column.column, "order", OTHER + _property(column.column)))
        else:
            found.append(column)
    return tuple(found)


def _event_name(columns: Sequence[Column]) -> str:
    return "" if any(column.role == "event" for column in columns) else "Order Completed"


def _for_events(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Standard attributes stay the person's; everything else belongs to what happened."""
    return _once(
        Column(c.column, "property", c.name, c.type)
        if c.role == "attribute" and c.name not in _ATTRIBUTES
        else c
        for c in columns
    )


def _for_people(columns: Sequence[Column]) -> tuple[Column, ...]:
    return _once(
        Column(c.column, "attribute", _property(c.column), "time" if c.role == "time" else "")
        if c.role in ("key", "event", "time")
        else c
        for c in columns
    )


def _once(columns: Any) -> tuple[Column, ...]:
    """Only the first time, event and key; the others stay as properties."""
    seen: set[str] = set()
    found = []
    for column in columns:
        if column.role in seen:
            found.append(Column(column.column, "property", column.name or _property(column.column)))
        else:
            found.append(column)
        if column.role in ("time", "event", "key"):
            seen.add(column.role)
    return tuple(found)


def _channel(name: str) -> str:
    return next((channel for channel, pattern in _CHANNELS if re.search(pattern, name.lower())), "")


def _property(name: str) -> str:
    """A name of a property: the usual one, else the column's in lower case with underscores."""
    plain = " ".join(name.replace("_", " ").split()).lower()
    usual = next((usual for usual, pattern in _PROPERTIES if re.search(pattern, plain)), "")
    return usual or re.sub(r"\W+", "_", name.strip().lower()).strip("_") or name
