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
from konnektu.product_lists.held import settle
from konnektu.product_lists.logic import hear, in_currency
from konnektu.product_lists.model import Heard, Told
from konnektu.product_lists.tail import folded, words
from konnektu.product_lists.telling import FACT, told_of
from konnektu.product_lists.words import EVENTS
from konnektu.storage.api import Connection

REASON = "wrong_product_list"


class Working(Struct):
    """What the events of a batch say of lists."""

    said: dict[store.ListId, Heard] = field(default_factory=dict)
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
        heard = working.said.setdefault((one.atom, told.list), Heard())
        heard.words.append(words(one.event, told))
        hear(heard, told, one.event.time)
    if told.faults:
        working.rejected.append(rejected(one.event, REASON, *told.faults))


def save(db: Connection, working: Working, decisions: Sequence[Decision], homes: Mapping[int, int]) -> None:
    """Write what a batch says of lists: a few statements at most, none where it says nothing.

    `decisions` are identity's of the batch in their order, `homes` the profile of each atom in hand after them.
    """
    open_lists = [(person, "") for person in _follow(db, decisions)]
    said = {id_: (homes[id_[0]], heard) for id_, heard in working.said.items() if homes.get(id_[0])}
    if said:
        told = store.append(db, said)
        if rows := [(id_, *folded(state, tail)) for id_, state, tail in told.long]:
            store.put_folded(db, rows)
        open_lists += sorted({(said[id_][0], id_[1]) for id_ in told.open})
    settle(db, open_lists)


def _follow(db: Connection, decisions: Sequence[Decision]) -> list[int]:
    """Lists go with their people; those who have others now."""
    cuts, merged = identity.parted(decisions), identity.survivors(decisions)
    for one in cuts:
        store.part(db, one.profile, one.other, one.moved)
    if merged:
        store.merge(db, merged)
    parted = {profile for one in cuts for profile in (one.profile, one.other)}
    return sorted({merged.get(one, one) for one in parted} | set(merged.values()))
