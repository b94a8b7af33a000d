"""What conditions may ask of orders, lines and products on lists, and of events. In: nothing. Out: types by name.

Names of related records are those of their kinds, and of attributes those of the data dictionary: any type is read.
"""

from collections.abc import Mapping
from typing import Final, Literal

from konnektu.core.records import Derived

FieldType = Literal["text", "number", "money", "instant", "list"]

OTHER: Final = "other."
"""Before the name of a project's own field of an order, a text."""

ORDER: Final[Mapping[str, FieldType]] = {
    "number": "text",
    "stage": "text",
    "status": "text",
    "currency": "text",
    "store": "text",
    "region": "text",
    "brand": "text",
    "delivery_method": "text",
    "payment_method": "text",
    "coupon": "text",
    "affiliation": "text",
    "promo_codes": "list",
    "gross": "money",
    "returned": "money",
    "net": "money",
    "total": "money",
    "revenue": "money",
    "shipping": "money",
    "tax": "money",
    "discount": "money",
    "ordered_at": "instant",
    "stage_at": "instant",
}
"""Of an order. gross = net + returned; all of its money is in its currency."""

LINES: Final = "lines"
"""Under which an order of a list holds its lines."""

LINE: Final[Mapping[str, FieldType]] = {
    "id": "text",
    "product_id": "text",
    "sku": "text",
    "variant": "text",
    "name": "text",
    "category": "text",
    "brand": "text",
    "coupon": "text",
    "quantity": "number",
    "returned": "number",
    "price": "money",
    "discount": "money",
    "total": "money",
}
"""Of a line of an order."""

ITEM: Final[Mapping[str, FieldType]] = {
    "product": "text",
    "variant": "text",
    "quantity": "number",
    "price": "money",
    "first": "instant",
    "last": "instant",
}
"""Of a product on a list."""

EVENT: Final[Mapping[str, FieldType]] = {
    "name": "text",
    "type": "text",
    "origin": "text",
    "source": "number",
    "time": "instant",
}
"""Of an event, beside its `properties` and what is `derived`."""

PROPERTIES: Final = "properties"
DERIVED: Final = "derived"
DERIVED_NAMES: Final = tuple(Derived.__struct_fields__)
