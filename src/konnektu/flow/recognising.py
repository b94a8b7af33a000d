"""The marketing sources of events, on their way and told anew.

In: resolved events; where people are told of anew, their facts from history. Out: arrivals.
"""

from collections.abc import Mapping, Sequence

from konnektu.acquisition import api as acquisition
from konnektu.core.metrics import stage
from konnektu.core.records import Resolved
from konnektu.flow.batch import At, Hand
from konnektu.flow.following import at_event
from konnektu.flow.reading import stated_sources, until
from konnektu.identity import api as identity
from konnektu.segments import api as segments
from konnektu.storage.api import Connection, WorkspaceRecord


def recognise(record: WorkspaceRecord, db: Connection, resolved: Sequence[Resolved]) -> acquisition.Working:
    """The marketing sources that events are recognised as."""
    with stage("acquisition"):
        arrived = acquisition.load(record, db)
        acquisition.take(arrived, resolved)
    return arrived


def recognise_anew(at: At, hand: Hand, resolved: Sequence[Resolved]) -> None:
    """Tell anew where people came from, whose atoms a fact names. It stands alone in its batch."""
    for one in resolved:
        named = acquisition.named_atoms(one.event)
        if not named:
            continue
        at.behind.wait()
        homes = identity.current_many(at.db, named)
        atoms, upto = sorted(homes), one.event.position - 1
        facts = [Resolved(event, atom, homes[atom]) for event, atom in until(at, upto)(atoms)]
        retell_arrivals(at, homes, atoms, facts, upto)
        if hand.force is not None:
            segments.retell(at.db, hand.force, set(homes.values()), at_event(at, hand.force, one.event))


def retell_arrivals(
    at: At, homes: Mapping[int, int], atoms: Sequence[int], facts: Sequence[Resolved], upto: int
) -> None:
    """Recognise facts, all that there are of these atoms up to a position, by the sources that hold for then."""
    if acquisition.is_used(at.db):
        acquisition.retell(at.db, atoms, stated_sources(at.storage, at.record, upto), facts, homes)
