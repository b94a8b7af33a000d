"""Events that change nobody, known as such before anybody is loaded.

In: the events of a batch and what is kept of the batches before. Out: the other events; whose the first are stands in
the working set. Invariant: deciding them on loaded people would come to the same (`logic.resolve` does so where
another event of the batch has its person loaded).
"""

from collections.abc import Sequence

from konnektu.core.records import Event
from konnektu.identity.effects import MS_A_DAY
from konnektu.identity.facts import FACTS
from konnektu.identity.kept import Kept, Seat
from konnektu.identity.known import Known


def seat(known: Known, events: Sequence[Event], kept: Kept) -> list[Event]:
    """Give those a seat whose values are all one person's, seen on that day, and that say nothing; return the others.

    None has one beside a fact of identity, which may change how values are read.
    """
    if any(event.type in FACTS for event in events):
        return list(events)
    others = []
    for event in events:
        found = None if event.traits or "profile" in event.properties else _seat_of(known, event, kept)
        if found is None:
            others.append(event)
        else:
            known.seat(event, found.atom, found.profile)
    return others


def _seat_of(known: Known, event: Event, kept: Kept) -> Seat | None:
    """The seat of the event's first value, where all its values have one with the same person."""
    kinds, day, first = known.rules.by_name, event.time // MS_A_DAY, None
    for identifier in event.identifiers:
        found = kept.seat(identifier)
        if found is None or not found.first_day <= day <= found.last_day or identifier[0] not in kinds:
            return None
        if first is None:
            first = found
        elif first.profile != found.profile:
            return None
    return first
