"""Rejected events corrected all at once. In: which ones and how. Out: what would become of each, or all of them sent.

Invariant: what would be rejected again is not sent, and stays where it is with the reason it has.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from konnektu.collect import api as collect
from konnektu.core.records import Event
from konnektu.dictionary import planning
from konnektu.dictionary.correction import DoesNotFit, Step, corrected
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord

AT_ONCE = 1_000
"""Events of one block that are sent again together."""

Outcome = tuple[str, str]
"""(reason, detail) of why an event would be rejected; both empty where it would be accepted."""
Judge = Callable[[log.Open, bytes], Outcome]


class Tried(Struct, frozen=True):
    """What a correction would make of one rejected event."""

    position: int
    instant: int
    before: bytes
    after: bytes
    """As it came where the correction does not fit."""
    reason: str
    """Why it would be rejected again; empty where it would be accepted."""
    detail: str


class Mended(Struct):
    """What came of correcting many."""

    sent: int = 0
    kept: int = 0
    """Those that would be rejected again, and wait still."""


def judge(storage: Storage, record: WorkspaceRecord) -> Judge:
    """A function that says what would become of an event under the settings in force."""
    with storage.workspace(record).read() as db:
        options, in_force = identity.options(storage, record, db), planning.plan(db)

    def judged(one: log.Open, body: bytes) -> Outcome:
        parcel = log.replayed_parcel(one, body)
        found = collect.decode(parcel, one.position, one.instant, options)[0]
        rejected = (
            planning.judge(in_force, [found]).rejected.get(found.position)
            if isinstance(found, Event)
            else found
        )
        return (rejected.reason, rejected.detail) if rejected is not None else ("", "")

    return judged


def tried(one: log.Open, steps: Sequence[Step], judged: Judge) -> Tried:
    """What the steps would make of one rejected event."""
    try:
        after = corrected(one.body, steps)
    except DoesNotFit as error:
        return Tried(one.position, one.instant, one.body, one.body, "does_not_fit", error.message)
    return Tried(one.position, one.instant, one.body, after, *judged(one, after))


def try_on(
    storage: Storage, record: WorkspaceRecord, chosen: log.Chosen, steps: Sequence[Step], samples: int
) -> list[Tried]:
    """What the steps would make of the first of the chosen events; nothing is sent."""
    judged = judge(storage, record)
    found = log.waiting_quarantine(storage.workspace(record), chosen, 0, samples)
    return [tried(one, steps, judged) for one in found]


def mend(
    storage: Storage, record: WorkspaceRecord, chosen: log.Chosen, steps: Sequence[Step], upto: int
) -> Iterator[Mended]:
    """Send the chosen events up to a position again, corrected; what has been done after each part.

    It may be stopped anywhere and begun again: what was sent is not open any more.
    """
    judged, done, after = judge(storage, record), Mended(), 0
    db = storage.workspace(record)
    while found := [
        one for one in log.waiting_quarantine(db, chosen, after, AT_ONCE) if one.position <= upto
    ]:
        after = found[-1].position
        outcomes = [tried(one, steps, judged) for one in found]
        good = {one.position: one.after for one in outcomes if not one.reason}
        if good:
            done.sent += log.replay_open(db, storage.inbox, record.id, good)
        done.kept += len(found) - len(good)
        yield done


def discard_all(storage: Storage, record: WorkspaceRecord, chosen: log.Chosen, upto: int) -> Iterator[int]:
    """Close the chosen events up to a position without sending them; how many were closed, after each part."""
    db, after, closed = storage.workspace(record), 0, 0
    while found := [
        one for one in log.waiting_quarantine(db, chosen, after, AT_ONCE) if one.position <= upto
    ]:
        after = found[-1].position
        log.discard(db, [one.position for one in found])
        closed += len(found)
        yield closed
