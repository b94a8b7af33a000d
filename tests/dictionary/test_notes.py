"""What people say of attributes, how many profiles have them, and which personal ones nothing uses."""

from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.dictionary import store
from konnektu.dictionary.api import PEOPLE
from konnektu.dictionary.jobs import COUNT
from konnektu.dictionary.looking import attributes, unused
from konnektu.dictionary.model import Note
from konnektu.jobs.api import StopSignal, Work, find_kind
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import identify, run_writer, send


def work(storage: Storage, record: WorkspaceRecord) -> Work:
    return Work(
        storage=storage, workspace=record, config=Config(), clock=SystemClock(), job=1, attempt=1,
        progress=lambda *_: None, is_cancelled=lambda: False, stop=StopSignal(lambda: False),
    )  # fmt: skip


def test_personal_attributes_that_nothing_uses_are_shown(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(
        storage, workspace, identify("u1", 1, email="ivan@shop.ru", first_name="Ivan", street="Lenina", size="L"),
        identify("u2", 1, spare="call +7 903 123-45-67", size="M"),
    )  # fmt: skip
    run_writer(storage, workspace)
    db = storage.workspace(workspace)
    assert [one.row.path for one in unused(db)] == ["spare", "street"]
    with db.transaction() as own:
        store.put_note(own, (PEOPLE, "street"), Note(is_personal=False))
        store.put_note(own, (PEOPLE, "size"), Note(is_personal=True, ru="Размер"))
    assert [one.row.path for one in unused(db)] == ["size", "spare"]
    found = {one.row.path: one for one in attributes(db, "", 100)}
    assert found["email"].uses and found["first_name"].uses
    assert found["size"].note.ru == "Размер"


def test_profiles_are_counted_by_attribute(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, identify("u1", 1, size="L", color="red"), identify("u2", 1, size="M"))
    run_writer(storage, workspace)
    for _ in range(2):  # it may be begun again
        find_kind(COUNT).run(work(storage, workspace), {})
    counts = {
        one.row.path: one.counted and one.counted[0]
        for one in attributes(storage.workspace(workspace), "", 100)
    }
    assert counts == {"size": 2, "color": 1}
