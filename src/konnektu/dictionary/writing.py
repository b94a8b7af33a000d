"""Changes of the dictionary from outside: checked and audited. The plan is changed by facts, waited for; notes at once.

In: a caller's wish. Out: the block that holds it on disk. Invariant: what is appended can be taken by the writer.
"""

from konnektu.access.api import Author
from konnektu.collect import api as collect
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.records import Parcel, Rejected
from konnektu.core.text import clean
from konnektu.dictionary import planning, store, views
from konnektu.dictionary.model import Note, Subject
from konnektu.dictionary.plan import fault_of_plan

MOST_PLANS = 2_000
"""Events that may have a plan."""


def put_plan(author: Author, asked: views.PlanChange) -> views.PlanAccepted:
    """Append the fact that puts another plan of an event in force. Raises `Unprocessable`."""
    subject = Subject(asked.type, clean(asked.name).strip())
    fact = planning.fact(subject, asked.expected, by=author.caller.login, now=author.now)
    parcel = Parcel(0, "system", author.now, [fact])
    if asked.expected is not None:
        _check(asked, parcel)
        with author.db.read() as own:
            if store.count_plans(own) >= MOST_PLANS:
                raise Unprocessable(f"At most {MOST_PLANS} events may have a plan. Take one out first.")
    detail = {"type": asked.type, "expected": planning.as_json(asked.expected)}
    author.record("dictionary.plan_changed", asked.name, detail)
    return views.PlanAccepted(*author.append(parcel))


def put_note(author: Author, asked: views.NoteChange) -> None:
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
    with author.db.transaction() as own:
        if not store.is_known(own, place):
            raise NotFound("Nothing of this name was seen. Write it as the lists of the dictionary do.")
        store.put_note(own, place, note)
    detail = {"is_personal": note.is_personal, "is_deprecated": note.is_deprecated, "owner": note.owner}
    author.record("dictionary.note_changed", about, detail)


def _check(asked: views.PlanChange, parcel: Parcel) -> None:
    fault = fault_of_plan(asked.expected) if asked.expected else ""
    if fault:
        raise Unprocessable(fault)
    read = collect.decode(parcel, 1, parcel.received_at, collect.Options())[0]
    if isinstance(read, Rejected):
        raise Unprocessable(f"The plan of one event is too much for one fact: {read.detail}")
