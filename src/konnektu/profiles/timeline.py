"""The timeline of a person: facts of its atoms, the latest first.

In: atoms and a place in the order of (time, position). Out: the facts before it, sealed or not.
What is sealed is read from the event store, what is not from the inbox; a fact that is sealed between the
two readings is in both and shown once.
"""

from collections.abc import Sequence
from heapq import nlargest

from msgspec import Struct

from konnektu.collect import api as collect
from konnektu.core.errors import Fatal
from konnektu.core.records import Event
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles.model import Moment
from konnektu.storage.api import Storage, WorkspaceRecord

LATEST: Moment = (2**53, 2**62)
"""After every fact there can be."""


class Only(Struct, frozen=True):
    """Which facts of a timeline are wanted; all of them where nothing is named."""

    types: tuple[str, ...] = ()
    """Types of facts."""
    names: tuple[str, ...] = ()
    """Names of events."""
    texts: tuple[str, ...] = ()
    """Texts of which a fact's body has to hold one, as it came."""

    def takes(self, event: Event) -> bool:
        """Whether a fact is wanted."""
        is_kind = event.type in self.types or (event.type == "track" and event.name in self.names)
        if (self.types or self.names) and not is_kind:
            return False
        return not self.texts or any(text.encode() in event.body for text in self.texts)

    @property
    def conditions(self) -> dict[str, list[str]]:
        """The same as the event store is asked."""
        kinds = {"types": list(self.types), "names": list(self.names)} if self.types or self.names else {}
        return {**kinds, **({"texts": list(self.texts)} if self.texts else {})}


EVERYTHING = Only()


class Told(Struct, frozen=True):
    """One fact of a timeline, with what was decided about it."""

    event: Event
    atom: int
    marks: int
    visit: int

    @property
    def moment(self) -> Moment:
        """Its place in the order of the timeline."""
        return self.event.time, self.event.position


def timeline(
    storage: Storage,
    workspace: WorkspaceRecord,
    atoms: Sequence[int],
    before: Moment = LATEST,
    limit: int = 100,
    only: Only = EVERYTHING,
) -> list[Told]:
    """Return at most `limit` facts of these atoms before a moment, latest first, of those that are wanted.

    Raises `Retry` while the event store is needed and away.
    """
    db = storage.workspace(workspace)
    with db.read() as own:
        sealed, upto = log.store.sealed(own)[0], log.store.place(own).position
        options = collect.Options(kinds=identity.rules(own).kinds)
    entries = log.tail(db, storage.inbox, sealed, upto, atoms)
    told = {entry.position: told_of(entry, options) for entry in entries}
    told = {position: one for position, one in told.items() if only.takes(one.event)}
    if sealed:
        for entry in log.page(storage.history(workspace), atoms, before, limit, only.conditions):
            told[entry.position] = told_of(entry, options)
    return nlargest(limit, (one for one in told.values() if one.moment < before), key=lambda one: one.moment)


def told_of(entry: log.Entry, options: collect.Options) -> Told:
    """Decode an entry as it was decoded when it was accepted."""
    event = collect.decode(entry.parcel, entry.position, entry.instant, options)[0]
    if not isinstance(event, Event):
        message = f"Position {entry.position} was accepted and cannot be read any more: {event.detail}"
        raise Fatal(message)
    return Told(event, entry.atom, entry.marks, entry.visit)
