"""YML, the price list of Yandex Market. In: a file, packed or not. Out: what it tells, offer by offer.

Format: yandex.ru/support/partnermarket/export/yml.html; Windows-1251 and UTF-8, simplified and vendor.model
offers, variants by group_id, stock by outlets. A DOCTYPE that names a file is common and is never opened;
declarations of entities are refused. Memory holds one offer at a time. Raises `BrokenFeed` for a file that is
no well-formed YML to its last byte: then nobody can say which of its offers are whole.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from konnektu.catalogue.logic import DEFAULT_CURRENCY, Raw, category_of, product_of, stock_of
from konnektu.catalogue.model import Category, Placed, Product, Told
from konnektu.core.errors import Unprocessable
from konnektu.reading.api import compression, opened

ROOT = "yml_catalog"
PASSED_OVER = ("promo", "gift")
"""Elements that repeat without end and say nothing of products."""
TAGS = (ROOT, "currency", "category", "offer", *PASSED_OVER)
COUNTS = ("count", "stock_quantity", "quantity_in_stock")
"""How shops write the stock in all."""
MAX_TEXT = 100_000
"""Characters read of one element, before the bounds of fields."""


class BrokenFeed(Unprocessable):
    """The file is no whole YML. Ask whoever makes it; nothing of it was taken."""


def told(path: Path) -> Iterator[Placed]:
    """Categories and offers in the order of the file; products before their stock."""
    with opened(path, compression(path)) as stream:
        try:
            yield from _told(stream)
        except etree.XMLSyntaxError as error:
            raise BrokenFeed(f"{BrokenFeed.__doc__} ({error.msg})") from error


def _told(stream: Any) -> Iterator[Placed]:
    events = etree.iterparse(
        stream, events=("start", "end"), tag=TAGS, resolve_entities=False, load_dtd=False, no_network=True,
        collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=False,
    )  # fmt: skip
    currency, number, has_root = DEFAULT_CURRENCY, 0, False
    for event, element in events:
        if event == "start":
            has_root = has_root or _is_root(element)
            continue
        if not has_root:
            break
        if element.tag == "currency" and element.get("rate") == "1":
            currency = element.get("id") or currency
        elif element.tag == "category" and _stands_in(element, "categories"):
            number += 1
            yield Placed(number, _category(element, number))
        elif element.tag == "offer" and _stands_in(element, "offers"):
            number += 1
            yield from (Placed(number, each) for each in _offer(element, number, currency))
        _forget(element)
    if not has_root:
        raise BrokenFeed(f"The file is no YML: its root is not {ROOT}.")


def _is_root(element: Any) -> bool:
    """Whether this is the root of a price list; refuses one that declares entities."""
    if element.tag != ROOT or element.getparent() is not None:
        return False
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise BrokenFeed("The file declares entities, which a price list has no need of. Nothing was taken.")
    return True


def _stands_in(element: Any, tag: str) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == tag


def _forget(element: Any) -> None:
    """Free an element that was read, and those before it."""
    parent = element.getparent()
    if parent is None or parent.tag == "offer":
        return
    element.clear()
    while element.getprevious() is not None:
        del parent[0]


def _category(element: Any, number: int) -> Told:
    stated = Category(id=element.get("id") or "", name=_text(element), parent=element.get("parentId") or "")
    return category_of(stated, number)


def _offer(element: Any, number: int, currency: str) -> Iterator[Told]:
    said: dict[str, list[str]] = {}
    for child in element:
        if isinstance(child.tag, str) and child.tag not in {"param", "outlets"}:
            said.setdefault(child.tag, []).append(_text(child))
    taken = ""
    for each in product_of(_raw(element, said), number, currency):
        if isinstance(each, Product):
            taken = each.id
        yield each
    if taken:
        yield from _stock(element, said, taken, number)


def _raw(element: Any, said: dict[str, list[str]]) -> Raw:
    def first(*tags: str) -> str:
        return next((text for tag in tags for text in said.get(tag, ()) if text.strip()), "")

    return Raw(
        id=element.get("id") or "",
        name=first("name") or " ".join(filter(None, map(first, ("typePrefix", "vendor", "model")))) or first("title"),
        group=element.get("group_id") or "",
        category=first("categoryId"),
        brand=first("vendor"),
        price=first("price"),
        old_price=first("oldprice"),
        currency=first("currencyId"),
        pictures=said.get("picture", ()),
        link=first("url"),
        barcodes=said.get("barcode", ()),
        sku=first("vendorCode"),
        available=element.get("available") or first("available"),
        description=first("description"),
        params=_params(element),
    )  # fmt: skip


def _params(element: Any) -> dict[str, str]:
    """Parameters by name, with their unit; one that is said twice has both values."""
    found: dict[str, str] = {}
    for child in element.iterchildren("param"):
        name, unit = child.get("name") or "", child.get("unit")
        value = f"{_text(child).strip()} {unit}" if unit else _text(child)
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _stock(element: Any, said: dict[str, list[str]], product: str, number: int) -> Iterator[Told]:
    for outlet in element.iterfind("outlets/outlet"):
        if (quantity := outlet.get("instock")) is not None:
            yield stock_of(number, product, quantity, store=outlet.get("id") or "")
    for tag in COUNTS:
        if tag in said:
            yield stock_of(number, product, said[tag][0])
            return


def _text(element: Any) -> str:
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT]
