"""What the API says of product lists. In: records. Out: views; money as decimal text, times as milliseconds UTC."""

from collections.abc import Callable, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from konnektu.catalogue import api as catalogue
from konnektu.core.money import major
from konnektu.product_lists.logic import MOST_PRODUCTS, figures
from konnektu.product_lists.model import Item
from konnektu.product_lists.words import LISTS
from konnektu.profiles import api as profiles

SourceName = Callable[[int], str]
"""Public id of a source; empty for the platform itself."""
Number = str | int | float
"""A number, or decimal text."""


class ProductNow(Struct, frozen=True, kw_only=True):
    """A product as the catalogue has it at this instant."""

    name: str
    price: str | None
    old_price: str | None
    currency: str
    available: bool
    link: str
    picture: str
    """Address of its first picture; empty where it has none."""


class ItemView(Struct, frozen=True, kw_only=True):
    """One product on a list."""

    product: str
    variant: str
    quantity: str
    """Of viewed ones: how often."""
    price: str | None
    """As stated last."""
    currency: str
    first_at: int
    """Since when it is on the list; of what was bought, the first time."""
    last_at: int
    source: str
    """Source of the last word about it; empty for the console and the API."""
    now: ProductNow | None
    """Null where the catalogue does not know the product, or the caller may not see the catalogue."""


class ListDetail(Struct, frozen=True, kw_only=True):
    """One list with what stands on it, the latest first."""

    summary: profiles.ProductListView
    en: str
    ru: str
    items: list[ItemView]


class PersonLists(Struct, frozen=True):
    """The product lists of a person, without empty ones."""

    lists: list[ListDetail]


class ItemStated(Struct, frozen=True, kw_only=True):
    """One product that a caller speaks of."""

    product: Annotated[str, Meta(min_length=1, max_length=200)]
    """As the catalogue's id of it, or the article."""
    variant: Annotated[str, Meta(max_length=200)] = ""
    quantity: Number | None = None
    """1 where nothing is said; for what is removed, all of it."""
    price: Number | None = None
    currency: Annotated[str, Meta(max_length=3)] = ""


Items = Annotated[list[ItemStated], Meta(max_length=MOST_PRODUCTS)]


class ListReplaced(Struct, frozen=True):
    """All that stands on a list; an empty list clears it."""

    items: Items


class ListChange(Struct, frozen=True, kw_only=True):
    """A change of a list: cleared first, then added to, set, and removed from."""

    clear: bool = False
    add: Items = []
    """Added to the quantity that is there."""
    set: Items = []
    """Stand on the list with exactly this quantity."""
    remove: Items = []


def of_list(
    name: str, items: Sequence[Item], known: dict[str, catalogue.Product], source: SourceName
) -> ListDetail:
    """A list as the API shows it; `known` are products of the catalogue by id."""
    en, ru = LISTS.get(name, (name, name))
    return ListDetail(
        summary=profiles.of_list(figures(name, items)),
        en=en,
        ru=ru,
        items=[_item(one, known, source) for one in items],
    )


def _item(item: Item, known: dict[str, catalogue.Product], source: SourceName) -> ItemView:
    product = known.get(item.variant) or known.get(item.product)
    return ItemView(
        product=item.product,
        variant=item.variant,
        quantity=item.quantity,
        price=item.price or None,
        currency=item.currency,
        first_at=item.first,
        last_at=item.last,
        source=source(item.source),
        now=_now(product) if product else None,
    )


def _now(product: catalogue.Product) -> ProductNow:
    prices = [
        None if units is None else major(units, product.currency)
        for units in (product.price, product.old_price)
    ]
    return ProductNow(
        name=product.name,
        price=prices[0],
        old_price=prices[1],
        currency=product.currency,
        available=product.available,
        link=product.link,
        picture=product.pictures[0] if product.pictures else "",
    )
