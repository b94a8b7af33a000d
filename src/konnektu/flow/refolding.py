"""Folding the log anew: decisions as they were recorded, facts as they were stamped.

In: a part of the log in order. Out: the state behind a connection, as applying the same facts left it.
"""

from collections.abc import Sequence
from functools import partial

from konnektu.core.records import Event, Resolved
from konnektu.dictionary import api as dictionary
from konnektu.flow.applying import fold_profiles
from konnektu.flow.batch import At, Hand
from konnektu.flow.following import follow_segments, in_force
from konnektu.flow.reading import Replayed
from konnektu.flow.remaining import remainders
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.privacy import api as privacy
from konnektu.related import api as related
from konnektu.segments import api as segments
from konnektu.storage.api import Connection, Storage, WorkspaceRecord


def refold(storage: Storage, record: WorkspaceRecord, db: Connection, part: Sequence[Replayed]) -> None:
    """Fold a part of the log into the state behind `db`: decisions as recorded, facts as they were stamped."""
    events = [one.event for one in part if one.event is not None]
    at, kept, noted = At(storage, record, db), segments.Kept(), segments.Noted()
    dictionary.follow(db, events)
    follow_segments(at, events, kept)
    force = in_force(db, kept)
    buried = partial(privacy.buried_orders, storage, record)
    told = orders.load(db, events, orders.ranking(storage, record), buried)
    hidden = partial(privacy.buried_records, storage, record)
    records = related.load(db, events, orders.ranking(storage, record), hidden)
    known = identity.load_for_replay(db, part, orders.owners(told) + related.owners(records))
    resolved = []
    for one in part:
        folded = identity.fold(known, one.event, one.atom, one.decisions)
        if folded is None:
            resolved.append(_gone(one))
        else:
            resolved.append(folded)
            noted.before(folded.event, told, records)
            if told is not None:
                orders.take(told, folded, known.homes)
            if records is not None:
                related.take(records, folded)
            if force is not None:
                noted.after(folded, known, told, records)
    left = remainders(storage, record, db, known, events)
    fold_profiles(at, known, resolved, Hand(told, records, left, force, noted))


def _gone(one: Replayed) -> Resolved:
    """Decisions whose event is gone: they join people still, and it says nothing."""
    event = Event(
        position=one.position, instant=0, source=0, origin="system", type="gone", name="gone", message_id="", time=0,
        raw_time=0, received_at=0,
    )  # fmt: skip
    return Resolved(event, 0, 0, one.decisions)
