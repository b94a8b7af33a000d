"""The stage of product lists: what the events of a batch say, taken into the lists of their atoms.

In: resolved events in order of position, and identity's decisions. Out: rows, and what could not be read.
Invariant: merges and cuts change whose an atom's lists are and never what they hold, so that no tree of merges
changes what a person's list comes to.
"""

from collections.abc import Iterable, Mapping, Sequence

from konnektu.core.records import Decision, Event, Rejected, Resolved
from konnektu.product_lists import store
from konnektu.product_lists.model import Told
from konnektu.product_lists.opening import OpenList
from konnektu.product_lists.telling import FACT, told_of
from konnektu.product_lists.words import EVENTS
from konnektu.storage.api import Connection

REASON = "wrong_product_list"


def fold(
    db: Connection, resolved: Iterable[Resolved], decisions: Sequence[Decision], homes: Mapping[int, int]
) -> list[Rejected]:
    """Take a batch into product lists: two statements, none where it speaks of no list; what could not be read.

    `decisions` are identity's of the batch in their order, `homes` the profile of each atom in hand after them.
    """
    _follow(db, decisions)
    speaking = [
        one
        for one in resolved
        if (one.event.type == "track" and one.event.name in EVENTS) or one.event.type == FACT
    ]
    if not speaking:
        return []
    told = [(one, said) for one in speaking if (said := told_of(one.event)) is not None]
    _put(db, told, homes)
    return [_rejected(one.event, said.faults) for one, said in told if said.faults]


def _follow(db: Connection, decisions: Sequence[Decision]) -> None:
    """Lists go with their people."""
    merged: dict[int, int] = {}
    for one in decisions:
        if one.kind == "merge":
            merged = {
                loser: one.profile if winner == one.other else winner for loser, winner in merged.items()
            }
            merged[one.other] = one.profile
        elif one.kind == "cut":
            store.part(db, one.profile, one.other, one.moved)
    if merged:
        store.merge(db, merged)


def _put(db: Connection, told: Sequence[tuple[Resolved, Told]], homes: Mapping[int, int]) -> None:
    said = [
        ((one.atom, what.list), one.event, what)
        for one, what in told
        if homes.get(one.atom) and (what.said or what.clears)
    ]
    if not said:
        return
    ids = {id_ for id_, _, _ in said}
    packed = store.load(db, ids)
    lists = {id_: OpenList(packed.get(id_, b"")) for id_ in sorted(ids)}
    for id_, event, what in said:
        lists[id_].take(what, event.time, event.position, event.source)
    store.put(db, [(id_, homes[id_[0]], one.packed()) for id_, one in lists.items()])


def _rejected(event: Event, faults: Sequence[str]) -> Rejected:
    return Rejected(
        position=event.position,
        instant=event.instant,
        source=event.source,
        reason=REASON,
        detail="; ".join(dict.fromkeys(faults))[:2_000],
        body=event.body,
        received_at=event.received_at,
    )
