"""Where attributes and events are used. In: what slices declare. Out: the uses of each in a workspace.

A slice that reads attributes or events by name declares a function that says which; the dictionary asks them all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from konnektu.dictionary.model import Subject
from konnektu.identity import api as identity
from konnektu.jobs.api import Words
from konnektu.storage.api import Connection

Uses = Callable[[Connection], Iterator[tuple[str, Words]]]
"""Given a connection of the workspace's role, (attribute by its standard name, what uses it)."""

_IDENTITY = Words("Recognising people", "Распознавание клиентов")
_COMPARED = Words("Comparing people before they are joined", "Сверка перед объединением клиентов")
_READ_BY: Mapping[str, Sequence[str]] = {
    "first_name": ("first_name", "name"),
    "patronymic": ("patronymic", "name"),
    "birth_date": ("birth_date",),
    "sex": ("gender",),
}
"""Attributes that a veto reads."""
EventUses = Callable[[Connection], Iterator[tuple[Subject, Words]]]
"""The same of events; a subject without a name stands for every event of its type."""
_declared: list[Uses] = []
_declared_of_events: list[EventUses] = []


def declare_uses(uses: Uses) -> Uses:
    """Add a function that says which attributes a slice uses."""
    _declared.append(uses)
    return uses


def declare_event_uses(uses: EventUses) -> EventUses:
    """Add a function that says which events a slice uses."""
    _declared_of_events.append(uses)
    return uses


@declare_uses
def of_identity(db: Connection) -> Iterator[tuple[str, Words]]:
    """What the rules in force read."""
    rules = identity.rules(db)
    for kind in rules.kinds:
        yield kind.name, _IDENTITY
    for veto in rules.vetoes:
        for name in _READ_BY[veto]:
            yield name, _COMPARED


def uses(db: Connection) -> Mapping[str, Sequence[Words]]:
    """Every attribute that something uses, with what does."""
    found: dict[str, list[Words]] = defaultdict(list)
    for declared in _declared:
        for name, words in declared(db):
            if words not in found[name]:
                found[name].append(words)
    return found


class EventsUsed(Struct, frozen=True):
    """Every event that something uses, with what does."""

    named: Mapping[Subject, Sequence[Words]]

    def of(self, kind: str, name: str) -> list[Words]:
        """What uses an event, by its name or by its type alone."""
        found = [*self.named.get(Subject(kind, name), ()), *self.named.get(Subject(kind, ""), ())]
        return list(dict.fromkeys(found))


def event_uses(db: Connection) -> EventsUsed:
    """Every event that something uses, with what does."""
    found: dict[Subject, list[Words]] = defaultdict(list)
    for declared in _declared_of_events:
        for subject, words in declared(db):
            found[subject].append(words)
    return EventsUsed(found)
