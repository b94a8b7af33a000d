"""Lists from files and snapshots from outside: what becomes of each row, who is on them in the end."""

import pytest
from msgspec import structs

from konnektu.access.api import Author, system_caller
from konnektu.belt.writer import Writer
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.core.errors import Conflict, Forbidden, TooLarge, Unprocessable
from konnektu.jobs.api import Later, Work
from konnektu.jobs.kinds import StopSignal
from konnektu.segments import taking, uploading
from konnektu.segments.lists import Upload, put_people
from konnektu.segments.reading import edits, look
from konnektu.segments.views import ListedView, NewList, NewSnapshot
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, epoch_of, identify, run_writer, send, track, waiting
from tests.segments.facts import saved
from tests.segments.test_explaining import public
from tests.segments.test_listed import both_equal
from tests.segments.test_live import HOUR, ORDERED, bring_into_force, inside, profile_of

pytestmark = pytest.mark.usefixtures("event_store_server")


def by_hand(storage: Storage, record: WorkspaceRecord, now: int = NOW) -> Author:
    return Author(storage, system_caller(record), now, 0)


def put(storage: Storage, record: WorkspaceRecord, text: str, **asked: object) -> ListedView:
    upload = structs.replace(Upload(body=text.encode(), mode="add"), **asked)
    found = put_people(by_hand(storage, record), "vip", upload)
    run_writer(storage, record)
    return found


def work(storage: Storage, record: WorkspaceRecord, now: int) -> Work:
    return Work(
        storage=storage, workspace=record, config=Config(), clock=MovableClock(now), job=1, attempt=1,
        progress=lambda *_, **__: None, is_cancelled=lambda: False, stop=StopSignal(lambda: False),
    )  # fmt: skip


def begun(storage: Storage, record: WorkspaceRecord) -> tuple[int, int, int]:
    """Anna, Boris and Vera, and an empty list in force."""
    send(
        storage,
        record,
        identify("anna", 1, email="anna@shop.example"),
        identify("boris", 2, phone="+79031234567"),
        identify("vera", 3, email="vera@shop.example"),
    )
    taking.make_list(by_hand(storage, record), NewList(name="VIP", key="vip", note="for the opening"))
    bring_into_force(storage, record)
    anna, boris, vera = (profile_of(storage, record, user) for user in ("anna", "boris", "vera"))
    return anna, boris, vera


def test_a_file_says_of_each_row_what_became_of_it(storage: Storage, workspace: WorkspaceRecord) -> None:
    anna, boris, vera = begun(storage, workspace)
    rows = "E-mail;Телефон\nANNA@shop.example;\n;8 (903) 123-45-67\nnobody@shop.example;\nvera@shop.example;+79031234567\n"
    found = put(storage, workspace, rows)
    assert (found.rows, found.found, found.people, found.not_found, found.ambiguous) == (4, 2, 2, 1, 1)
    assert [(one.row, one.why) for one in found.lines] == [(4, "not_found"), (5, "ambiguous")]
    assert inside(storage, workspace, "vip") == sorted([anna, boris])

    replaced = put(storage, workspace, "user_id\nboris\nvera\nvera\n", mode="replace")
    assert (replaced.found, replaced.people, replaced.added, replaced.removed) == (3, 2, 1, 1)
    assert inside(storage, workspace, "vip") == sorted([boris, vera])

    ids = "\n".join(public(storage, workspace, user) for user in ("vera", "anna"))
    removed = put(storage, workspace, f"profile\n{ids}\n", mode="remove")
    assert (removed.added, removed.removed) == (0, 1)
    assert inside(storage, workspace, "vip") == [boris]
    looked = look(storage.workspace(workspace), "UTC")
    told = edits(storage.workspace(workspace), looked, "vip", 0, 10).items
    assert [(one.act, one.note) for one in told] == [
        ("listed", "+0 −1"), ("listed", "+1 −1"), ("listed", "+2 −0"), ("built", ""), ("saved", "for the opening"),
    ]  # fmt: skip
    both_equal(storage, workspace)


def test_people_are_made_only_where_that_is_asked_for(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(storage, workspace)
    writer = Writer(storage, workspace, epoch_of(storage, workspace))

    def applied(_db: object, _block: int, _seconds: float) -> bool:
        while blocks := waiting(storage, workspace):
            writer.apply(blocks, 1000)
        return True

    monkeypatch.setattr("konnektu.segments.lists.log.wait_applied", applied)
    file = b"email\nnew@shop.example\nanna@shop.example\nno address\n"
    asked = Upload(body=file, mode="add", makes=True)
    limited = structs.replace(
        by_hand(storage, workspace),
        caller=structs.replace(system_caller(workspace), rights=frozenset({"profiles.read"})),
    )
    with pytest.raises(Forbidden, match=r"profiles\.write"):
        put_people(limited, "vip", asked)

    found = put_people(structs.replace(by_hand(storage, workspace), wait=5), "vip", asked)

    assert (found.made, found.found, found.not_found, found.applied) == (1, 2, 1, True)
    assert len(inside(storage, workspace, "vip")) == 2


def test_what_no_file_of_people_is(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(storage, workspace)
    send(storage, workspace, saved(1, "tula"), origin="system")
    run_writer(storage, workspace)
    with pytest.raises(Unprocessable, match="No column"):
        put(storage, workspace, "Colour;Size\nred;1\n")
    with pytest.raises(Unprocessable, match="no kind"):
        put(storage, workspace, "a\nb\n", kind="colour")
    with pytest.raises(Conflict, match="no list"):
        put_people(by_hand(storage, workspace), "tula", Upload(body=b"email\na@b.example\n", mode="add"))
    monkeypatch.setattr(uploading, "MOST_ROWS", 1)
    with pytest.raises(TooLarge):
        put(storage, workspace, "email\na@b.example\nb@b.example\n")


def test_a_snapshot_holds_who_was_in_at_its_instant(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, saved(1, "fresh", ORDERED), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    send(storage, workspace, track("Order Completed", 1, user="anna", order_id="1", total=10), at=NOW + HOUR)
    send(
        storage,
        workspace,
        track("Order Completed", 2, user="boris", order_id="2", total=10),
        at=NOW + 2 * HOUR,
    )
    run_writer(storage, workspace)
    anna, boris = profile_of(storage, workspace, "anna"), profile_of(storage, workspace, "boris")
    late = by_hand(storage, workspace, NOW + 80 * HOUR)
    for key, at in (("early", NOW + HOUR), ("both", NOW + 2 * HOUR), ("last", NOW + 73 * HOUR)):
        taking.make_snapshot(late, "fresh", NewSnapshot(name=key, key=key, at=at))
    with pytest.raises(Unprocessable, match="past"):
        taking.make_snapshot(late, "fresh", NewSnapshot(name="next", at=NOW + 99 * HOUR))
    with pytest.raises(Later):
        taking.take(work(storage, workspace, NOW + 80 * HOUR), "fresh", "last", NOW + 73 * HOUR)
    bring_into_force(storage, workspace, 950)

    for key, at in (("early", NOW + HOUR), ("both", NOW + 2 * HOUR), ("last", NOW + 73 * HOUR)):
        for _ in range(2):  # a job that was killed is begun again
            taking.take(work(storage, workspace, NOW + 80 * HOUR), "fresh", key, at)
    run_writer(storage, workspace)
    assert inside(storage, workspace, "early") == [anna]
    assert inside(storage, workspace, "both") == sorted([anna, boris])
    assert inside(storage, workspace, "last") == [boris]
    both_equal(storage, workspace)
