"""What a person has bought, from the person's orders. In: orders, the latest first. Out: items. Pure.

Nothing of it is kept: what was cancelled or given back is off the list as soon as its order says so.
"""

from collections.abc import Sequence
from decimal import Decimal

from konnektu.core.money import shortest
from konnektu.orders import api as orders
from konnektu.product_lists.model import Item, Key

MOST_ORDERS = 200
"""Orders of a person that are looked at: the latest."""


def bought(found: Sequence[orders.OrderRow]) -> list[Item]:
    """The products of orders that were not cancelled, less what was given back; the latest first."""
    made: dict[Key, Item] = {}
    for order in found:
        if order.figures.stage not in ("cancelled", "returned"):
            for item in _items(order):
                key = item.product, item.variant
                made[key] = _joined(made[key], item) if key in made else item
    return sorted(made.values(), key=lambda one: (-one.last, one.product, one.variant))


def _items(order: orders.OrderRow) -> list[Item]:
    source = orders.fields(order).get("source", 0)
    items = []
    for line in orders.shown_lines(order.state):
        product = line.fields.get("product_id") or line.fields.get("sku") or ""
        quantity = Decimal(line.fields.get("quantity", "1")) - Decimal(line.returned)
        if not product or quantity <= 0:
            continue
        price = line.fields.get("price") or ""
        items.append(
            Item(
                product=product,
                variant=line.fields.get("variant") or "",
                quantity=shortest(quantity),
                price=price,
                currency=order.figures.currency if price else "",
                first=order.figures.ordered_at,
                last=order.figures.ordered_at,
                source=source,
            )
        )
    return items


def _joined(later: Item, earlier: Item) -> Item:
    """One product of two lines; the price is the later one's, where it has one."""
    priced = later if later.price else earlier
    return Item(
        product=later.product,
        variant=later.variant,
        quantity=shortest(Decimal(later.quantity) + Decimal(earlier.quantity)),
        price=priced.price,
        currency=priced.currency,
        first=min(later.first, earlier.first),
        last=max(later.last, earlier.last),
        source=later.source,
    )
