"""The words of product lists: lists that every project has, and the events that fill them. In: nothing. Out: tables.

Source of the events: https://segment.com/docs/connections/spec/ecommerce/v2/ ; those of a project's own lists
(`Product Added to List` …) are this product's.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from konnektu.core.text import fold, squeeze
from konnektu.orders import api as orders

CART, VIEWED, FAVOURITES, BOUGHT = "cart", "viewed", "favourites", "bought"
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    CART: ("Cart", "Корзина"),
    VIEWED: ("Viewed", "Просмотрено"),
    FAVOURITES: ("Favourites", "Избранное"),
    BOUGHT: ("Bought", "Куплено"),
}
"""(English, Russian) name of every list that each project has. What was bought follows from orders."""
LONGEST_NAME: Final = 50
"""Characters of the name of a project's own list."""

Act = Literal["see", "add", "take", "like", "drop", "snapshot", "clear"]


class Meaning(NamedTuple):
    """What an event does to which list."""

    list: str
    """Empty where the event names a list of the project's own."""
    act: Act


_MEANINGS: Final[Mapping[tuple[str, ...], Meaning]] = {
    ("Product Viewed", "Viewed Product"): Meaning(VIEWED, "see"),
    ("Product Added", "Added Product", "Product Added to Cart", "Wishlist Product Added to Cart"): Meaning(
        CART, "add"
    ),
    ("Product Removed", "Removed Product", "Product Removed from Cart"): Meaning(CART, "take"),
    ("Cart Viewed", "Viewed Cart", "Cart Updated", "Checkout Started", "Started Checkout"): Meaning(
        CART, "snapshot"
    ),
    ("Cart Cleared", "Cart Emptied"): Meaning(CART, "clear"),
    ("Product Added to Wishlist", "Added Product to Wishlist"): Meaning(FAVOURITES, "like"),
    ("Product Removed from Wishlist", "Removed Product from Wishlist"): Meaning(FAVOURITES, "drop"),
    ("Product Added to List",): Meaning("", "like"),
    ("Product Removed from List",): Meaning("", "drop"),
    ("Product List Updated",): Meaning("", "snapshot"),
    ("Product List Cleared",): Meaning("", "clear"),
}


def _spellings(name: str) -> set[str]:
    """How a name comes: `Product Viewed`, `product viewed`, `product_viewed`, `ProductViewed`."""
    return {name, name.lower(), name.lower().replace(" ", "_"), "".join(map(_capital, name.split()))}


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]


EVENTS: Final[Mapping[str, Meaning]] = {
    spelling: meaning
    for names, meaning in _MEANINGS.items()
    for name in names
    for spelling in _spellings(name)
} | {name: Meaning(CART, "clear") for name, kind in orders.EVENTS.items() if kind == "completed"}
"""Track events that change a list, by every usual spelling. A completed order empties the cart."""


def list_name(name: str) -> str:
    """A list's name as it is compared: no case, single blanks; empty where it is none."""
    found = fold(squeeze(name))
    return found if len(found) <= LONGEST_NAME and found.isprintable() and found != BOUGHT else ""
