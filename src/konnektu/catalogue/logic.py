"""What a source says becomes a record, or a fault with its reason. In: text by field. Out: what was told.

Invariant: nothing unbounded and nothing that a browser would run leaves here; a row is never refused for a
part that it can do without.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import available_timezones

import msgspec

from konnektu.catalogue.model import (
    MAX_BARCODES,
    MAX_ID,
    MAX_LINK,
    MAX_NAME,
    MAX_PARAM,
    MAX_PARAMS,
    MAX_PICTURES,
    MAX_TEXT,
    Category,
    Fault,
    Product,
    Stock,
    Store,
    Told,
)
from konnektu.catalogue.prices import currency_of, price_of
from konnektu.core.invalid import Invalid
from konnektu.core.text import clean, squeeze

DEFAULT_CURRENCY = "RUB"
MAX_QUANTITY = 2**53
TRUE_WORDS = frozenset({"true", "1", "yes", "да", "есть", "в наличии", "+", "y", "истина", "available"})
FALSE_WORDS = frozenset({
    "false", "0", "no", "нет", "нет в наличии", "-", "n", "ложь", "под заказ", "not available",
})  # fmt: skip
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_encode = msgspec.json.Encoder(order="sorted").encode


class Raw(msgspec.Struct, kw_only=True):
    """A product as a source writes it: text, not yet looked at."""

    id: str = ""
    name: str = ""
    group: str = ""
    category: str = ""
    brand: str = ""
    price: str = ""
    old_price: str = ""
    currency: str = ""
    pictures: Sequence[str] = ()
    link: str = ""
    barcodes: Sequence[str] = ()
    sku: str = ""
    available: str = ""
    description: str = ""
    params: Mapping[str, str] = {}


def product_of(raw: Raw, number: int, currency: str = DEFAULT_CURRENCY) -> Iterator[Told]:
    """The product, with remarks on parts that were left out; or the one fault that forbids it.

    `currency` is that of prices that name none.
    """
    identity, name = squeeze(raw.id), squeeze(raw.name)[:MAX_NAME]
    if not identity or len(identity) > MAX_ID:
        yield Fault(number, identity[:MAX_ID], "no_id", f"An id has 1 to {MAX_ID} characters.", text=name)
        return
    if not name:
        yield Fault(number, identity, "no_name", "The product has neither a name nor a model.")
        return
    price = _money(raw.price, raw.currency or currency)
    if isinstance(price, Fault):
        yield msgspec.structs.replace(price, number=number, id=identity)
        return
    available = truth(raw.available, usual=True)
    if isinstance(available, Invalid):
        yield Fault(number, identity, "wrong_value", f"Is it available? Not said by {raw.available[:50]!r}.")
        return
    old = _money(raw.old_price, raw.currency or currency)
    for reason, detail in _remarks(raw, old):
        yield Fault(number, identity, reason, detail, is_kept=True)
    yield _product(raw, identity, name, (price, old), currency=currency, available=available)


def _product(
    raw: Raw,
    identity: str,
    name: str,
    prices: tuple[int | None, int | Fault | None],
    *,
    currency: str,
    available: bool,
) -> Product:
    price, old = prices
    code = currency_of(raw.currency or currency)
    return Product(
        id=identity,
        name=name,
        group=squeeze(raw.group)[:MAX_ID],
        category=squeeze(raw.category)[:MAX_ID],
        brand=squeeze(raw.brand)[:MAX_NAME],
        price=price,
        old_price=None if isinstance(old, Fault) else old,
        currency="" if price is None or isinstance(code, Invalid) else code,
        pictures=tuple(filter(None, map(link_of, raw.pictures)))[:MAX_PICTURES],
        link=link_of(raw.link),
        barcodes=_texts(raw.barcodes)[:MAX_BARCODES],
        sku=squeeze(raw.sku)[:MAX_ID],
        available=available,
        description=clean(raw.description).strip()[:MAX_TEXT],
        params=_params(raw.params),
    )


def checked(product: Product, number: int) -> Iterator[Told]:
    """A product that comes as a record, held to the same bounds; prices are minor units already."""
    raw = Raw(
        id=product.id, name=product.name, group=product.group, category=product.category, brand=product.brand,
        currency=product.currency, pictures=product.pictures, link=product.link, barcodes=product.barcodes,
        sku=product.sku, description=product.description, params=product.params,
    )  # fmt: skip
    prices = [each for each in (product.price, product.old_price) if each is not None]
    if any(not 0 <= each < MAX_QUANTITY for each in prices):
        yield Fault(number, product.id[:MAX_ID], "wrong_price", "A price is a whole number of minor units.")
        return
    code = currency_of(product.currency or DEFAULT_CURRENCY)
    if isinstance(code, Invalid):
        yield Fault(number, product.id[:MAX_ID], "wrong_currency", f"No currency: {product.currency[:20]}.")
        return
    for told in product_of(raw, number):
        if isinstance(told, Product):
            yield msgspec.structs.replace(
                told,
                price=product.price,
                old_price=product.old_price,
                currency=code if prices else "",
                available=product.available,
            )
        else:
            yield told


def stock_of(number: int, product: str, quantity: str, store: str = "", region: str = "") -> Told:
    """Stock as a source writes it; a quantity is a whole number, a fraction is rounded down."""
    identity = squeeze(product)[:MAX_ID]
    if not identity:
        return Fault(number, "", "no_id", "The row of stock names no product.")
    if quantity.isascii() and quantity.isdecimal() and len(quantity) < 16:
        return Stock(
            product=identity,
            quantity=int(quantity),
            store=squeeze(store)[:MAX_ID],
            region=squeeze(region)[:MAX_NAME],
        )
    try:
        amount = Decimal(quantity.strip().replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < MAX_QUANTITY:
        return Fault(number, identity, "wrong_value", f"No quantity: {quantity[:50]!r}.")
    return Stock(
        product=identity,
        quantity=int(amount),
        store=squeeze(store)[:MAX_ID],
        region=squeeze(region)[:MAX_NAME],
    )


def category_of(stated: Category, number: int) -> Told:
    """A category within the bounds; at the top where its parent is itself nothing or 0."""
    identity, name = squeeze(stated.id), squeeze(stated.name)[:MAX_NAME]
    if not identity or len(identity) > MAX_ID:
        return Fault(number, identity[:MAX_ID], "no_id", f"An id has 1 to {MAX_ID} characters.", text=name)
    parent = squeeze(stated.parent)[:MAX_ID]
    return Category(id=identity, name=name or identity, parent="" if parent == "0" else parent)


def store_of(stated: Store, number: int) -> Iterator[Told]:
    """A store within the bounds; coordinates and a zone that cannot be are left out with a remark."""
    code = squeeze(stated.code)
    if not code or len(code) > MAX_ID:
        yield Fault(number, code[:MAX_ID], "no_id", f"A code has 1 to {MAX_ID} characters.")
        return
    latitude, longitude = stated.latitude, stated.longitude
    if not _is_place(latitude, longitude):
        yield Fault(number, code, "wrong_value", "Coordinates left out: no place on Earth.", is_kept=True)
        latitude = longitude = None
    zone = squeeze(stated.zone)
    if zone and zone not in available_timezones():
        yield Fault(
            number, code, "wrong_value", f"Time zone left out: there is no {zone[:50]}.", is_kept=True
        )
        zone = ""
    yield Store(
        code=code,
        name=squeeze(stated.name)[:MAX_NAME] or code,
        address=squeeze(stated.address)[:MAX_NAME],
        zone=zone,
        region=squeeze(stated.region)[:MAX_NAME],
        latitude=latitude,
        longitude=longitude,
        opening_hours=squeeze(stated.opening_hours)[:MAX_NAME],
    )


def _is_place(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return latitude is longitude
    return abs(latitude) <= 90 and abs(longitude) <= 180


@lru_cache(maxsize=1024)
def truth(text: str, *, usual: bool) -> bool | Invalid:
    """Yes or no; `usual` where nothing is said; reason `wrong_value`."""
    word = squeeze(text).casefold()
    if not word:
        return usual
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    return int(word) > 0 if word.isdecimal() else Invalid("wrong_value")


def link_of(text: str) -> str:
    """An HTTP address, or nothing: an address of another scheme might be run by who opens it."""
    link = clean(text).strip()
    return link if len(link) <= MAX_LINK and _LINK.fullmatch(link) else ""


def digest(told: Product | Category | Store) -> bytes:
    """16 bytes by which equal content is seen (BLAKE2b)."""
    return hashlib.blake2b(_encode(told), digest_size=16).digest()


def _money(text: str, currency: str) -> int | Fault | None:
    if not text.strip():
        return None
    code = currency_of(currency)
    if isinstance(code, Invalid):
        return Fault(0, "", "wrong_currency", f"There is no currency {currency[:20]!r}.")
    amount = price_of(text, code)
    if isinstance(amount, Invalid):
        return Fault(0, "", "wrong_price", f"No price in {code}: {text[:50]!r}.")
    return amount


def _remarks(raw: Raw, old: int | Fault | None) -> Iterator[tuple[str, str]]:
    for link in (raw.link, *raw.pictures):
        if link.strip() and not link_of(link):
            yield "wrong_link", f"Left out, no HTTP address: {link.strip()[:200]}"
    if isinstance(old, Fault):
        yield "wrong_price", f"Old price left out. {old.detail}"


def _texts(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for value in values if (text := squeeze(value)[:MAX_ID])))


def _params(given: Mapping[str, str]) -> dict[str, str]:
    pairs = ((squeeze(name)[:MAX_PARAM], squeeze(value)[:MAX_PARAM]) for name, value in given.items())
    return dict([(name, value) for name, value in pairs if name and value][:MAX_PARAMS])
