"""Events that change nobody, known as such before anybody is loaded.

In: the events of a batch and what is kept of the batches before. Out: the other events; whose the first are stands in
the working set. Invariant: deciding them on loaded people would come to the same (`logic.resolve` does so where
another event of the batch has its person loaded).
"""

from collections.abc import Container, Sequence

from konnektu.core.records import Event
from konnektu.identity.facts import FACTS
from konnektu.identity.kept import Kept
from konnektu.identity.known import Known


def seat(known: Known, events: Sequence[Event], kept: Kept, owning: Container[int] = ()) -> list[Event]:
    """Give those a seat whose values are all one person's, seen on that day, and that say nothing; return the others.

    None has one beside a fact of identity, which may change how values are read; nor has an event of `owning`: what is
    its person's may make other events of the batch theirs.
    """
    if not FACTS.keys().isdisjoint([event.type for event in events]):
        return list(events)
    seat_of, kinds, homes, seats = kept.seat_of, known.rules.by_name, known.homes, known.seats
    others = []
    for event in events:
        is_more = event.traits or "profile" in event.properties or event.position in owning
        found = None if is_more else seat_of(event, kinds)
        if found is None:
            others.append(event)
        else:
            seats[event.position] = found
            homes[found[1]] = found[0]
    return others
