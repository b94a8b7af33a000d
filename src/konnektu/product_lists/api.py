"""The front door of product lists: the writer's stage; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from konnektu.core.records import ListFigures
from konnektu.product_lists import store
from konnektu.product_lists.held import standing
from konnektu.product_lists.logic import figures, in_currency, items, united
from konnektu.product_lists.logic import take as take_told
from konnektu.product_lists.model import Item, ListRow, ListState
from konnektu.product_lists.store import erase, of_people, people_after
from konnektu.product_lists.telling import FACT, speaks_of_list, told_of
from konnektu.product_lists.words import BOUGHT, CART, EVENTS, FAVOURITES, LISTS, VIEWED
from konnektu.product_lists.working import Working, save, take
from konnektu.profiles.api import Teller
from konnektu.storage.api import Connection


def lists(db: Connection, profiles: Sequence[int]) -> Iterator[tuple[int, str, list[Item]]]:
    """(profile, list, what stands on it) of these people, without empty lists and without what was bought."""
    return _shown(store.of_people(db, profiles))


def _shown(rows: Iterable[ListRow]) -> Iterator[tuple[int, str, list[Item]]]:
    for (profile, name), several in groupby(rows, key=lambda row: (row.profile, row.list)):
        if found := items(united(row.state for row in several)):
            yield profile, name, found


def _figures_of(db: Connection, profiles: Sequence[int]) -> dict[int, list[ListFigures]]:
    return _figures(store.of_people(db, profiles))


def _figures_in(rows: Iterable[Sequence[Any]]) -> dict[int, list[ListFigures]]:
    return _figures(store.rows_in(rows))


def _figures(rows: Iterable[ListRow]) -> dict[int, list[ListFigures]]:
    found: dict[int, list[ListFigures]] = {}
    for profile, name, listed in _shown(rows):
        found.setdefault(profile, []).append(figures(name, listed))
    return found


figures_of = Teller(_figures_of, store.OF_PEOPLE, _figures_in)
"""How much stands on the lists of people; of those without any nothing is told."""


__all__ = [
    "BOUGHT",
    "CART",
    "EVENTS",
    "FACT",
    "FAVOURITES",
    "LISTS",
    "VIEWED",
    "Item",
    "ListRow",
    "ListState",
    "Working",
    "erase",
    "figures",
    "figures_of",
    "in_currency",
    "items",
    "lists",
    "of_people",
    "people_after",
    "save",
    "speaks_of_list",
    "standing",
    "take",
    "take_told",
    "told_of",
    "united",
]
