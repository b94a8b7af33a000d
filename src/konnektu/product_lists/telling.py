"""What an event says of a product list. In: an event. Out: `Told`, or None where it speaks of none. Pure.

Two kinds speak: track events of the Segment e-commerce specification, and the fact `product_list` of the API,
the console and imports. Products are read by the names that lines of orders have.
Invariant: what cannot be read costs itself alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from konnektu.core.money import is_currency
from konnektu.core.records import ROBOT, TEST, Event
from konnektu.orders import api as orders
from konnektu.product_lists.logic import MOST_PRODUCTS
from konnektu.product_lists.model import Key, Op, Said, Told
from konnektu.product_lists.words import EVENTS, LISTS, Meaning, list_name

FACT: Final = "product_list"
"""Type of the fact that states something of a product list."""
LONGEST_ID: Final = 200
"""Characters of a product's and a variant's id."""
_APART: Final = ROBOT | TEST
"""Marks of events that change no list."""
_NAMES_OF_LIST: Final = ("list", "list_id", "list_name")
_CURRENCY: Final = ("currency", "currency_code")
_READ: Final = frozenset((*orders.PRODUCT_NAMES, *orders.LINES_NAMES, *_NAMES_OF_LIST, *_CURRENCY))
"""Names of an event's properties that say something of a list."""
_OPS: Final[Mapping[str, Op]] = {
    "see": "add",
    "add": "add",
    "take": "take",
    "like": "set",
    "drop": "drop",
    "snapshot": "add",
}


def speaks_of_list(event: Event) -> bool:
    """Whether an event may say something of a product list."""
    return (event.type == "track" and event.name in EVENTS) or event.type == FACT


def told_of(event: Event) -> Told | None:
    """What an event says of a list; None where it says nothing. A faulty `product_list` fact says what is wrong."""
    if event.marks & _APART or not speaks_of_list(event):
        return None
    if event.type == FACT:
        return _of_fact(event)
    told = _of_event(orders.by_name(event.properties, _READ), EVENTS[event.name])
    return told if told.list and (told.said or told.clears or told.faults) else None


def _of_event(stated: Mapping[str, Any], meaning: Meaning) -> Told:
    name = meaning.list or _named_list(stated)
    if meaning.act == "clear":
        return Told(name, clears=True)
    faults: list[str] = []
    said = _products(stated, _OPS[meaning.act], faults)
    if meaning.act == "snapshot":
        # A cart that names no product may not have been loaded yet: that it is empty is told by `Cart Cleared`.
        return Told(name, said, clears=bool(said), faults=tuple(faults))
    if meaning.act == "see":
        # A price that no machine can read stands on many pages; what was looked at is known all the same.
        return Told(name, tuple([_looked_at(one) for one in said]))
    return Told(name, said, faults=tuple(faults))


def _of_fact(event: Event) -> Told:
    stated = orders.by_name(event.properties)
    name = _named_list(stated)
    if not name:
        return Told("", faults=("The list has no usable name",))
    faults: list[str] = []
    said: list[Said] = []
    replaces = isinstance(stated.get("replace"), list)
    parts: tuple[tuple[str, Op], ...] = (
        ("replace", "add"),
        ("add", "add"),
        ("set", "set"),
        ("remove", "take"),
    )
    for part, op in parts:
        if part in stated:
            said += _listed(stated[part], part, op, _currency(stated, "", faults), faults)
    clears = replaces or stated.get("clear") is True
    if not said and not clears and not faults:
        faults.append("Nothing is said of the list: name add, set, remove, replace or clear")
    return Told(name, tuple(said), clears, tuple(dict.fromkeys(faults)))


def _named_list(stated: Mapping[str, Any]) -> str:
    for name in _NAMES_OF_LIST:
        value = stated.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and (found := list_name(str(value))):
            return found
    return ""


def _looked_at(one: Said) -> Said:
    """A product that was looked at, however many the event names."""
    return one if one.quantity == "1" else Said(one.key, "add", "1", one.price, one.currency)


def _products(stated: Mapping[str, Any], op: Op, faults: list[str]) -> tuple[Said, ...]:
    """The products of an event: its list of them, or else the one that it names itself."""
    currency = _currency(stated, "", faults)
    for name in orders.LINES_NAMES:
        if name in stated and isinstance(stated[name], list):
            return tuple(_listed(stated[name], name, op, currency, faults))
    fields = orders.product_in(stated, "", faults)
    key = _key(fields)
    return (_said(key, op, fields, currency),) if key else ()


def _listed(value: Any, name: str, op: Op, currency: str, faults: list[str]) -> Iterator[Said]:
    if not isinstance(value, list):
        faults.append(f"{name} is no list")
        return
    if len(value) > MOST_PRODUCTS:
        faults.append(f"{name} has more than {MOST_PRODUCTS} products")
    for place, one in enumerate(value[:MOST_PRODUCTS], 1):
        if not isinstance(one, dict):
            faults.append(f"{name} {place} is no object")
            continue
        where = f"{name} {place}: "
        stated = orders.by_name(one)
        fields = orders.product_in(stated, where, faults)
        key = _key(fields)
        if key is None:
            faults.append(f"{where}names no product by an id of at most {LONGEST_ID} characters")
            continue
        yield _said(key, op, fields, _currency(stated, where, faults) or currency)


def _key(fields: Mapping[str, Any]) -> Key | None:
    product, variant = fields.get("product_id") or fields.get("sku") or "", fields.get("variant") or ""
    return (product, variant) if 0 < len(product) <= LONGEST_ID and len(variant) <= LONGEST_ID else None


def _said(key: Key, op: Op, fields: Mapping[str, Any], currency: str) -> Said:
    quantity = fields.get("quantity", "")
    if op == "drop" or (op == "take" and quantity in ("", "0")):
        return Said(key, "drop", "0")
    price = fields.get("price", "")
    return Said(key, op, quantity or "1", price, currency if price else "")


def _currency(stated: Mapping[str, Any], where: str, faults: list[str]) -> str:
    value = stated.get("currency") or stated.get("currency_code")
    if not value:
        return ""
    code = value.strip().upper() if isinstance(value, str) else "?"
    if code and not (len(code) == 3 and is_currency(code)):
        faults.append(f"{where}currency {str(value)[:64]!r} is no currency of ISO 4217")
        return ""
    return code


__all__ = ["FACT", "LISTS", "speaks_of_list", "told_of"]
