"""What a list holds, by plain loops over all that was said: slow, and obviously right."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from konnektu.product_lists.model import Told


class Fact(NamedTuple):
    """A fact about one list of one person."""

    told: Told
    time: int
    position: int
    source: int
    atom: int


Truth = dict[tuple[str, str], tuple[Decimal, str, int, int]]
"""(quantity, price, first, last) by product."""

Word = tuple[tuple[int, int, int], tuple[str, str], str, Decimal, str]
"""(moment, product, op, quantity, price)."""


def truth(facts: Iterable[Fact], products: int, words: int, whole: int) -> Truth:
    """What stands on the list, under the bounds: products of a list, words about a product, words about a list."""
    once = sorted({one.position: one for one in facts}.values(), key=lambda one: (one.time, one.position))
    said: list[Word] = []
    for fact in once:
        if fact.told.clears:
            said = []
        for ordinal, one in enumerate(fact.told.said, 1):
            moment = (fact.time, fact.position, ordinal)
            said.append((moment, one.key, one.op, Decimal(one.quantity), one.price))
    return _standing(_bounded(said, products, words, whole))


def _bounded(said: Sequence[Word], products: int, words: int, whole: int) -> list[Word]:
    kept = [word for word in said if _later(said, word) < words]
    latest = sorted({key: moment for moment, key, *_ in kept}.values(), reverse=True)
    if len(latest) > products:
        too_old = latest[products]
        before = sorted((word[0] for word in kept), reverse=True)
        kept = [word for word in kept if word[0] > too_old and word[0] in before[:whole]]
    else:
        kept = kept[-whole:]
    return kept


def _later(said: Sequence[Word], word: Word) -> int:
    """How many words about the same product came after this one."""
    return sum(other[1] == word[1] and other[0] > word[0] for other in said)


def _standing(said: Sequence[Word]) -> Truth:
    found: Truth = {}
    for (time, _, _), key, op, quantity, price in said:
        had, stated, first, _ = found.get(key, (Decimal(0), "", time, 0))
        now = {"add": had + quantity, "set": quantity, "take": max(had - quantity, Decimal(0))}.get(
            op, Decimal(0)
        )
        if now == 0:
            found.pop(key, None)
        elif had == 0:
            found[key] = now, price, time, time
        else:
            found[key] = now, price or stated, first, time
    return found
