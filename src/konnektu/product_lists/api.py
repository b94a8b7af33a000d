"""The front door of product lists: the writer's stage; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from konnektu.core.records import ListFigures
from konnektu.product_lists import store
from konnektu.product_lists.logic import figures, items, united
from konnektu.product_lists.model import Item
from konnektu.product_lists.store import erase, people_after
from konnektu.product_lists.telling import FACT, speaks_of_list, told_of
from konnektu.product_lists.words import BOUGHT, CART, EVENTS, FAVOURITES, LISTS, VIEWED
from konnektu.product_lists.working import fold
from konnektu.storage.api import Connection


def lists(db: Connection, profiles: Sequence[int]) -> Iterator[tuple[int, str, list[Item]]]:
    """(profile, list, what stands on it) of these people, without empty lists and without what was bought."""
    rows = store.of_people(db, profiles)
    for (profile, name), several in groupby(rows, key=lambda row: (row.profile, row.list)):
        if found := items(united(row.state for row in several)):
            yield profile, name, found


def figures_of(db: Connection, profiles: Sequence[int]) -> dict[int, list[ListFigures]]:
    """How much stands on the lists of these people; those without any are missing."""
    found: dict[int, list[ListFigures]] = {}
    for profile, name, listed in lists(db, profiles):
        found.setdefault(profile, []).append(figures(name, listed))
    return found


__all__ = [
    "BOUGHT",
    "CART",
    "EVENTS",
    "FACT",
    "FAVOURITES",
    "LISTS",
    "VIEWED",
    "Item",
    "erase",
    "figures",
    "figures_of",
    "fold",
    "lists",
    "people_after",
    "speaks_of_list",
    "told_of",
]
