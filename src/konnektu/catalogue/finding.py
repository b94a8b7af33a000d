"""Finding products by words. In: a product, or what a person asks. Out: its words, or a question for the database."""

import re

from konnektu.catalogue.model import Product
from konnektu.core.text import fold

MAX_WORDS = 64
MAX_WORD = 50
_WORD = re.compile(r"\w+")


def words(product: Product) -> list[str]:
    """The words by which a product is found: of its name, brand, article, ids and barcodes; folded."""
    text = " ".join((product.name, product.brand, product.sku, product.id, *product.barcodes))
    return list(dict.fromkeys(word[:MAX_WORD] for word in _WORD.findall(fold(text))))[:MAX_WORDS]


def query_of(text: str) -> str:
    """A question of words as a tsquery, of which the last may be a beginning; empty for no words.

    A beginning that half of the products share costs as much as all of them, a whole word does not.
    """
    found = _WORD.findall(fold(text))[:MAX_WORDS]
    return " & ".join(f"'{word[:MAX_WORD]}'" for word in found) + (":*" if found else "")
