"""A batch through the writer's stages, which see one transaction and hand each other frozen records.

In: events in order of positions, and what is kept of the batches before. Out: what the batch left. Nobody calls the
next stage: `apply` composes them.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from msgspec import structs

from konnektu.acquisition import api as acquisition
from konnektu.core.metrics import in_stage, stage
from konnektu.core.records import Event, Rejected, Resolved
from konnektu.dictionary import api as dictionary
from konnektu.flow.batch import Applied, At, Hand, Kept
from konnektu.flow.following import fold_watched, follow_segments, in_force, remake, retell, watch
from konnektu.flow.parting import part_and_erase
from konnektu.flow.recognising import recognise, recognise_anew
from konnektu.flow.remaining import remain, remainders, restate
from konnektu.flow.resolving import resolve, speakers
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.segments import api as segments
from konnektu.storage.api import AT_ONCE, Behind, Connection, Storage, WorkspaceRecord

FOLDED_AT_ONCE = 2_500
"""Events folded before what they have left is given to be written."""


def apply(
    storage: Storage,
    record: WorkspaceRecord,
    db: Connection,
    events: Sequence[Event],
    kept: Kept,
    behind: Behind = AT_ONCE,
) -> Applied:
    """Take events of one batch, in order of positions, through the writer's stages inside its transaction.

    What the stages write goes `behind` where that is given: wait for it before anything else uses the connection.
    """
    at = At(storage, record, db, behind)
    followed = dictionary.follow(db, events) + follow_segments(at, events, kept.force)
    force, noted = in_force(db, kept.force), segments.Noted()
    with stage("identity"):
        told = orders.load(db, events, orders.ranking(storage, record))
        records = related.load(db, events, orders.ranking(storage, record))
        owners = orders.owners(told) + related.owners(records)
        known = identity.load(db, events, kept.people, owners=owners, owning=speakers(told, records))
        resolved = resolve(known, told, records, events, noted if force else None)
        left = remainders(storage, record, db, known, events)
    with stage("profiles"):
        hand = Hand(told, records, left, force, noted)
        applied = fold_profiles(at, known, resolved, hand, kept.states)
    return structs.replace(applied, rejected=applied.rejected + followed) if followed else applied


def fold_profiles(
    at: At,
    known: identity.Known,
    resolved: Sequence[Resolved],
    hand: Hand,
    kept: profiles.Kept | None = None,
) -> Applied:
    """Fold what identity has resolved, stage by stage, and give each stage's writes to be carried out behind."""
    db, behind, decided = at.db, at.behind, (known.decisions, known.homes)
    told, records, left = hand.told, hand.records, hand.left
    arrived = recognise(at.record, db, resolved)
    prices = _currencies(db, resolved)
    also = {known.homes[atom] for one in left for atom in one.atoms}
    working = profiles.load(db, resolved, kept=kept, also=also)
    watched = watch(at, hand, resolved, working, (arrived, known.homes))
    behind.do(in_stage, "identity", identity.save, db, known)
    listed = product_lists.take(resolved, prices)
    behind.do(in_stage, "profiles", product_lists.save, db, listed, *decided)
    visits = _visits(at, working, resolved, watched)
    part_and_erase(at, known, working, resolved)
    for each in left:
        restate(working, known, each)
    behind.do(in_stage, "profiles", profiles.save, db, working)
    remain(at, known, left)
    behind.do(in_stage, "acquisition", acquisition.save, db, arrived, *decided)
    behind.do(in_stage, "profiles", orders.save, db, told, *decided)
    behind.do(in_stage, "profiles", related.save, db, records, *decided)
    if watched is not None:
        segments.forget(watched, working.erased)
        behind.do(in_stage, "segments", segments.save, db, watched)
        remake(at, hand, resolved, also, known)
        retell(at, hand, resolved)
    recognise_anew(at, hand, resolved)
    decisions = Counter([decision.kind for decision in known.decisions])
    rejected = working.rejected + arrived.rejected + listed.rejected
    rejected += (told.rejected if told else []) + (records.rejected if records else [])
    changes = told.changes if told else []
    return Applied(resolved, visits, _one_each(rejected), known, working, decisions, changes)


def _visits(
    at: At, working: profiles.Working, resolved: Sequence[Resolved], watched: segments.Working | None
) -> list[int]:
    """Fold events into their profiles; the start of the visit of each.

    Portion by portion, so that PostgreSQL writes those that are done with while the next are folded.
    """
    fold = partial(profiles.fold, working) if watched is None else partial(fold_watched, watched, working)
    visits: list[int] = []
    for start in range(0, len(resolved), FOLDED_AT_ONCE):
        if start:
            at.behind.do(in_stage, "profiles", profiles.save_closed, at.db, working.take_closed())
        visits += map(fold, resolved[start : start + FOLDED_AT_ONCE])
    return visits


def _currencies(db: Connection, resolved: Sequence[Resolved]) -> orders.Currencies:
    """Which currency held when for prices on lists that name none; asked where the batch speaks of lists."""
    if not any(product_lists.speaks_of_list(one.event) for one in resolved):
        return orders.Currencies()
    return orders.currencies(db, [one.event for one in resolved])


def _one_each(rejected: Sequence[Rejected]) -> list[Rejected]:
    """What several stages could not take of one event, together: it is kept once."""
    found: dict[int, Rejected] = {}
    for one in rejected:
        first = found.get(one.position)
        found[one.position] = structs.replace(first, detail=f"{first.detail}; {one.detail}") if first else one
    return list(found.values())
