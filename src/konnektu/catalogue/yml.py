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
NO_YML = f"The file is no YML: its root is not {ROOT}."
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
        stream, events=("end",), tag=TAGS, resolve_entities=False, load_dtd=False, no_network=True,
        collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=False,
    )  # fmt: skip
    currency, number, is_known = DEFAULT_CURRENCY, 0, False
    for _, element in events:
        if not is_known:
            _check_root(element)
            is_known = True
        tag = element.tag
        if tag == "offer" and _stands_in(element, "offers"):
            number += 1
            yield from (Placed(number, each) for each in _offer(element, number, currency))
        elif tag == "category" and _stands_in(element, "categories"):
            number += 1
            yield Placed(number, _category(element, number))
        elif tag == "currency" and element.get("rate") == "1":
            currency = element.get("id") or currency
        _forget(element)
    if not is_known:
        raise BrokenFeed(NO_YML)


def _check_root(element: Any) -> None:
    """Raise `BrokenFeed` where the file is another kind of XML, or declares entities."""
    tree = element.getroottree()
    if tree.getroot().tag != ROOT:
        raise BrokenFeed(NO_YML)
    declared = tree.docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise BrokenFeed("The file declares entities, which a price list has no need of. Nothing was taken.")


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


class _Said:
    """What the elements of an offer say, by their names."""

    def __init__(self, element: Any) -> None:
        self.texts: dict[str, list[str]] = {}
        self.params: dict[str, str] = {}
        self.outlets: list[tuple[str, str]] = []
        """(Store, quantity)."""
        for child in element:
            tag = child.tag
            if tag == "param":
                self._add_param(child)
            elif tag == "outlets":
                self.outlets += [
                    (one.get("id") or "", one.get("instock")) for one in child if one.get("instock")
                ]
            elif isinstance(tag, str):
                self.texts.setdefault(tag, []).append(_text(child))

    def first(self, *tags: str) -> str:
        """The first text of the first of these elements that says anything."""
        for tag in tags:
            for text in self.texts.get(tag, ()):
                if text and not text.isspace():
                    return text
        return ""

    def name(self) -> str:
        """The name; of a vendor.model offer its parts, of a book its title."""
        parts = filter(None, map(self.first, ("typePrefix", "vendor", "model")))
        whole = self.first("name")
        return whole or (" ".join(parts) if self.first("model") else self.first("title"))

    def stock(self) -> list[tuple[str, str]]:
        """(Store, quantity), the quantity in all under no store."""
        count = self.first(*COUNTS)
        return [*self.outlets, ("", count)] if count else self.outlets

    def _add_param(self, param: Any) -> None:
        """A parameter with its unit; one that is said twice has both values."""
        name, unit = param.get("name") or "", param.get("unit")
        value = f"{_text(param).strip()} {unit}" if unit else _text(param)
        held = self.params.get(name)
        self.params[name] = value if held is None else f"{held}, {value}"


def _offer(element: Any, number: int, currency: str) -> Iterator[Told]:
    said = _Said(element)
    taken = ""
    for each in product_of(_raw(element, said), number, currency):
        if isinstance(each, Product):
            taken = each.id
        yield each
    if taken:
        for place, quantity in said.stock():
            yield stock_of(number, taken, quantity, store=place)


def _raw(element: Any, said: _Said) -> Raw:
    first, texts = said.first, said.texts
    return Raw(
        id=element.get("id") or "",
        name=said.name(),
        group=element.get("group_id") or "",
        category=first("categoryId"),
        brand=first("vendor"),
        price=first("price"),
        old_price=first("oldprice"),
        currency=first("currencyId"),
        pictures=texts.get("picture", ()),
        link=first("url"),
        barcodes=texts.get("barcode", ()),
        sku=first("vendorCode"),
        available=element.get("available") or first("available"),
        description=first("description"),
        params=said.params,
    )


def _text(element: Any) -> str:
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT]
