"""The front door of the dictionary: what the writer teaches it, and what it says.

`Connection` arguments are transactions of the workspace's own role.
"""

from collections.abc import Iterable

from konnektu.core.records import Event
from konnektu.dictionary import store
from konnektu.dictionary.correction import Correction, Step
from konnektu.dictionary.jobs import DISCARD, REPLAY
from konnektu.dictionary.learning import Learner
from konnektu.dictionary.mending import Tried, try_on
from konnektu.dictionary.model import PEOPLE, BeyondRow, EventRow, PropertyRow, Subject
from konnektu.dictionary.store import beyond, events_after, forget_seen, one_event, properties_after
from konnektu.storage.api import Connection


def learner(db: Connection) -> Learner:
    """A learner that knows what stands in the dictionary."""
    return Learner(store.known(db))


def learn(db: Connection, learner: Learner, told: Iterable[tuple[Event, int]]) -> None:
    """Count the events of a batch, given with their atoms, inside the caller's transaction."""
    store.add(db, learner.learn(told))


__all__ = [
    "DISCARD",
    "PEOPLE",
    "REPLAY",
    "BeyondRow",
    "Correction",
    "EventRow",
    "Learner",
    "PropertyRow",
    "Step",
    "Subject",
    "Tried",
    "beyond",
    "events_after",
    "forget_seen",
    "learn",
    "learner",
    "one_event",
    "properties_after",
    "try_on",
]
