"""The front door of the dictionary: what the writer teaches it, and what it says.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.dictionary import store
from konnektu.dictionary.correction import Correction, Step
from konnektu.dictionary.jobs import COUNT, DISCARD, REPLAY
from konnektu.dictionary.learning import Learner
from konnektu.dictionary.looking import attributes, events, properties, unused, used_events
from konnektu.dictionary.mending import Tried, try_on
from konnektu.dictionary.model import (
    PEOPLE,
    BeyondRow,
    EventRow,
    Lesson,
    Note,
    PropertyRow,
    Subject,
    ViolationRow,
)
from konnektu.dictionary.plan import BREAKS_PLAN, Broken, Expected, ExpectedProperty, Plan
from konnektu.dictionary.planning import Found, Judged, count, follow, judge, plan
from konnektu.dictionary.store import (
    add,
    beyond,
    events_after,
    forget_seen,
    one_event,
    plans,
    properties_after,
    violations_after,
)
from konnektu.dictionary.uses import declare_event_uses, declare_uses
from konnektu.dictionary.values import is_personal
from konnektu.storage.api import Connection


def learner(db: Connection) -> Learner:
    """A learner that knows what stands in the dictionary."""
    return Learner(store.known(db))


def replace(db: Connection, lesson: Lesson) -> None:
    """Put what a whole history says in place of what stands."""
    store.forget_seen(db)
    store.add(db, lesson)


__all__ = [
    "BREAKS_PLAN",
    "COUNT",
    "DISCARD",
    "PEOPLE",
    "REPLAY",
    "BeyondRow",
    "Broken",
    "Correction",
    "EventRow",
    "Expected",
    "ExpectedProperty",
    "Found",
    "Judged",
    "Learner",
    "Lesson",
    "Note",
    "Plan",
    "PropertyRow",
    "Step",
    "Subject",
    "Tried",
    "ViolationRow",
    "add",
    "attributes",
    "beyond",
    "count",
    "declare_event_uses",
    "declare_uses",
    "events",
    "events_after",
    "follow",
    "forget_seen",
    "is_personal",
    "judge",
    "learner",
    "one_event",
    "plan",
    "plans",
    "properties",
    "properties_after",
    "replace",
    "try_on",
    "unused",
    "used_events",
    "violations_after",
]
