"""Which lists of people hold anything. In: lists by person and name. Out: what stands on them; a mark kept beside them.

Invariant: no list that holds something is marked as empty, and every row of a list bears the same mark.
"""

from collections.abc import Sequence

from konnektu.product_lists import store
from konnektu.product_lists.logic import items, united
from konnektu.product_lists.model import Item, ListState
from konnektu.product_lists.store import PersonList
from konnektu.storage.api import Connection


def standing(db: Connection, lists: Sequence[PersonList]) -> dict[PersonList, list[Item]]:
    """What stands on these lists, the latest first; nothing on an empty one, in one statement."""
    states: dict[PersonList, list[ListState]] = {one: [] for one in lists}
    for row in store.rows_of(db, lists) if lists else ():
        states[row.profile, row.list].append(row.state)
    return {one: items(united(several)) for one, several in states.items()}


def settle(db: Connection, lists: Sequence[PersonList]) -> None:
    """Mark lists, every one of a person where the name is empty; those are opened whose last words do not tell."""
    doubted = store.unsettled(db, lists) if lists else []
    held = {one: True for one, is_sure in doubted if is_sure}
    opened = standing(db, [one for one, is_sure in doubted if not is_sure])
    held |= {one: bool(found) for one, found in opened.items()}
    if held:
        store.settle(db, held)
