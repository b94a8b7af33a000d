"""Changes of the dictionary from outside: checked and audited. The plan is changed by facts, waited for; notes at once.

In: a caller's wish. Out: the block that holds it on disk. Invariant: what is appended can be taken by the writer.
"""

from msgspec import Struct

from konnektu.access.api import Caller, record_alone
from konnektu.collect import api as collect
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.records import Parcel, Rejected
from konnektu.core.text import clean
from konnektu.dictionary import planning, store, views
from konnektu.dictionary.model import Note, Subject
from konnektu.dictionary.plan import fault_of_plan
from konnektu.log import api as log
from konnektu.storage.api import Storage

MOST_PLANS = 2_000
"""Events that may have a plan."""


class Writer(Struct, frozen=True):
    """Who changes something, and how long they wait until it is applied."""

    storage: Storage
    caller: Caller
    now: int
    wait: float
    """Seconds."""


def put_plan(writer: Writer, asked: views.PlanChange) -> views.PlanAccepted:
    """Append the fact that puts another plan of an event in force. Raises `Unprocessable`."""
    caller, db = writer.caller, writer.storage.workspace(writer.caller.workspace)
    subject = Subject(asked.type, clean(asked.name).strip())
    fact = planning.fact(subject, asked.expected, by=caller.login, now=writer.now)
    parcel = Parcel(0, "system", writer.now, [fact])
    if asked.expected is not None:
        _check(asked, parcel)
        with db.read() as own:
            if store.count_plans(own) >= MOST_PLANS:
                raise Unprocessable(f"At most {MOST_PLANS} events may have a plan. Take one out first.")
    detail = {"type": asked.type, "expected": planning.as_json(asked.expected)}
    record_alone(
        writer.storage.control, caller, "dictionary.plan_changed", asked.name, detail, now=writer.now
    )
    block = log.append(writer.storage.inbox, caller.workspace.id, [parcel])
    return views.PlanAccepted(str(block), writer.wait > 0 and log.wait_applied(db, block, writer.wait))


def put_note(writer: Writer, asked: views.NoteChange) -> None:
    """Say something of an event, a property or an attribute that was seen. Raises `NotFound`."""
    place = (Subject(asked.type, clean(asked.name)), clean(asked.path))
    note = Note(
        en=clean(asked.en),
        ru=clean(asked.ru),
        owner=clean(asked.owner),
        is_personal=asked.is_personal,
        is_deprecated=asked.is_deprecated,
    )
    about = " ".join(filter(None, (*place[0], place[1])))
    with writer.storage.workspace(writer.caller.workspace).transaction() as own:
        if not store.is_known(own, place):
            raise NotFound("Nothing of this name was seen. Write it as the lists of the dictionary do.")
        store.put_note(own, place, note)
    detail = {"is_personal": note.is_personal, "is_deprecated": note.is_deprecated, "owner": note.owner}
    record_alone(
        writer.storage.control, writer.caller, "dictionary.note_changed", about, detail, now=writer.now
    )


def _check(asked: views.PlanChange, parcel: Parcel) -> None:
    fault = fault_of_plan(asked.expected) if asked.expected else ""
    if fault:
        raise Unprocessable(fault)
    read = collect.decode(parcel, 1, parcel.received_at, collect.Options())[0]
    if isinstance(read, Rejected):
        raise Unprocessable(f"The plan of one event is too much for one fact: {read.detail}")
