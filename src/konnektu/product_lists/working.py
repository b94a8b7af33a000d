"""The stage of product lists: what the events of a batch say, taken into the lists of their atoms.

In: resolved events in order of position, and identity's decisions. Out: rows, and what could not be read.
Invariant: merges and cuts change whose an atom's lists are and never what they hold, so that no tree of merges
changes what a person's list comes to.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from konnektu.core.records import Decision, Rejected, Resolved, rejected
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.product_lists import store
from konnektu.product_lists.logic import in_currency
from konnektu.product_lists.model import Told
from konnektu.product_lists.tail import folded, words
from konnektu.product_lists.telling import FACT, told_of
from konnektu.product_lists.words import EVENTS
from konnektu.storage.api import Connection

REASON = "wrong_product_list"


class Working(Struct):
    """What the events of a batch say of lists."""

    said: dict[store.ListId, list[bytes]] = field(default_factory=dict)
    """Words in the order of positions."""
    rejected: list[Rejected] = field(default_factory=list)
    """Facts of which something could not be read; the rest was taken."""


def take(resolved: Iterable[Resolved], currencies: orders.Currencies) -> Working:
    """What the events of a batch say of lists; prices that name no currency are in the one that was in force."""
    working = Working()
    for one in resolved:
        event = one.event
        if (event.name in EVENTS and event.type == "track") or event.type == FACT:
            told = told_of(event)
            if told is not None:
                _take(working, one, in_currency(told, currencies.at(event.position)))
    return working


def _take(working: Working, one: Resolved, told: Told) -> None:
    if one.atom and (told.said or told.clears):
        working.said.setdefault((one.atom, told.list), []).append(words(one.event, told))
    if told.faults:
        working.rejected.append(rejected(one.event, REASON, *told.faults))


def save(db: Connection, working: Working, decisions: Sequence[Decision], homes: Mapping[int, int]) -> None:
    """Write what a batch says of lists: two statements at most, none where it says nothing.

    `decisions` are identity's of the batch in their order, `homes` the profile of each atom in hand after them.
    """
    _follow(db, decisions)
    said = {id_: (homes[id_[0]], b"".join(heard)) for id_, heard in working.said.items() if homes.get(id_[0])}
    if not said:
        return
    due = store.append(db, said)
    if rows := [(id_, *folded(state, tail)) for id_, state, tail in due]:
        store.put_folded(db, rows)


def _follow(db: Connection, decisions: Sequence[Decision]) -> None:
    """Lists go with their people."""
    for one in identity.parted(decisions):
        store.part(db, one.profile, one.other, one.moved)
    if merged := identity.survivors(decisions):
        store.merge(db, merged)
