"""Whose the events of a batch are, where orders and records that they speak of have a say in it.

In: events in order of positions, the working sets of identity, orders and related records. Out: events with their
person, and orders and records that took what these say.
"""

from collections.abc import Sequence

from konnektu.core.records import Event, Resolved
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.related import api as related
from konnektu.segments import api as segments


def resolve(
    known: identity.Known,
    told: orders.Working | None,
    records: related.Working | None,
    events: Sequence[Event],
    noted: segments.Noted | None = None,
) -> list[Resolved]:
    """Decide whose each event is, in order; `noted` is told how orders, records and people stand at each."""
    speaking = speakers(told, records)
    if noted is not None:
        return [_noted(known, told, records, one, noted) for one in identity.each(known, events)]
    if not speaking:
        return identity.resolve(known, events)
    # One by one: whose an order or a record is may decide whose the next event is.
    return [
        _owned(known, told, records, one) if one.event.position in speaking else one
        for one in identity.each(known, events)
    ]


def speakers(told: orders.Working | None, records: related.Working | None) -> frozenset[int]:
    """Positions of the events that speak of an order or a record."""
    return (told.speaking if told else frozenset()) | (records.speaking if records else frozenset())


def _noted(
    known: identity.Known,
    told: orders.Working | None,
    records: related.Working | None,
    resolved: Resolved,
    noted: segments.Noted,
) -> Resolved:
    """An event whose order or record has taken what it says, with a note of how these and its people stand then."""
    noted.before(resolved.event, told, records)
    found = _owned(known, told, records, resolved)
    noted.after(found, known, told, records)
    return found


def _owned(
    known: identity.Known, told: orders.Working | None, records: related.Working | None, resolved: Resolved
) -> Resolved:
    """An event whose order or record has taken what it says; where it names nobody else, it is the owner's."""
    owner = orders.take(told, resolved, known.homes) if told is not None else 0
    if records is not None:
        owner = related.take(records, resolved) or owner
    return identity.adopt(known, resolved, owner) if owner else resolved
