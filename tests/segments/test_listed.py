"""Lists and snapshots through the real writer: who is on them through merges, cuts and erasures; rules that ask."""

from typing import Any

import pytest

from konnektu.belt.rebuild import rebuild
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.segments.facts import member, saved, told
from tests.segments.test_live import ORDERED, bring_into_force, erase, inside, profile_of, turns

pytestmark = pytest.mark.usefixtures("event_store_server")


def a_list(n: int, key: str) -> bytes:
    return told(n, key=key, act="saved", segment={"name": key.title(), "kind": "list"})


def listed(n: int, key: str, **said: Any) -> bytes:
    return told(n, key=key, act="listed", **said)


def both_equal(storage: Storage, record: WorkspaceRecord) -> None:
    found = rebuild(storage, record, "test", lambda _, __: None)
    assert [(one.table, one.missing, one.extra) for one in found.tables if one.missing or one.extra] == []


def test_who_is_put_on_a_list_is_in_it_and_in_what_asks_for_it(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, identify("anna", 1), identify("boris", 2), identify("vera", 3))
    send(storage, workspace, a_list(1, "vip"), at=NOW, origin="system")
    send(storage, workspace, saved(2, "asks", {"is": "not", "rule": member("vip")}), at=NOW, origin="system")
    run_writer(storage, workspace)
    anna, boris, vera = (profile_of(storage, workspace, one) for one in ("anna", "boris", "vera"))
    send(storage, workspace, listed(3, "vip", add=[anna, boris], note="file"), at=NOW + 1, origin="system")
    bring_into_force(storage, workspace)
    assert inside(storage, workspace, "vip") == sorted([anna, boris])
    assert inside(storage, workspace, "asks") == [vera]

    send(storage, workspace, listed(4, "vip", add=[vera, 77], remove=[anna]), at=NOW + 2, origin="system")
    run_writer(storage, workspace)
    assert inside(storage, workspace, "vip") == sorted([boris, vera])
    assert inside(storage, workspace, "asks") == [anna]
    last = turns(storage, workspace, "vip")[-2:]
    assert {(turn[0], turn[1], turn[2], turn[3]) for turn in last} == {
        (vera, True, NOW + 2, "fact"),
        (anna, False, NOW + 2, "fact"),
    }
    both_equal(storage, workspace)


def test_a_list_stays_with_its_people_through_merges_and_goes_with_erased_ones(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, track("Viewed", 1, anonymous="a1"), identify("anna", 2), identify("boris", 3))
    send(storage, workspace, a_list(1, "vip"), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    boris, anna = (profile_of(storage, workspace, one) for one in ("boris", "anna"))
    with storage.workspace(workspace).read() as db:
        (guest,) = [row[0] for row in db.execute("SELECT id FROM profile WHERE NOT known")]
    send(storage, workspace, listed(3, "vip", add=[guest, boris]), at=NOW + 1, origin="system")
    joined = identify("anna", 4).replace(b'"userId"', b'"anonymousId":"a1","userId"')
    send(storage, workspace, joined, at=NOW + 2)
    run_writer(storage, workspace)
    anna = profile_of(storage, workspace, "anna")
    assert inside(storage, workspace, "vip") == sorted([anna, boris])
    both_equal(storage, workspace)
    erase(storage, workspace, boris)
    assert inside(storage, workspace, "vip") == [anna]
    with storage.workspace(workspace).read() as db:
        assert db.execute("SELECT count(*) FROM listed").fetchone() == (1,)
    both_equal(storage, workspace)


def test_what_was_off_is_built_anew_when_it_is_on_again(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, identify("anna", 1), identify("boris", 2))
    send(storage, workspace, a_list(1, "vip"), saved(2, "fresh", ORDERED), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    anna, boris = profile_of(storage, workspace, "anna"), profile_of(storage, workspace, "boris")
    off = [told(n, key=key, act="off") for n, key in ((3, "vip"), (4, "fresh"))]
    send(storage, workspace, listed(5, "vip", add=[anna]), *off, at=NOW + 1, origin="system")
    run_writer(storage, workspace)
    assert inside(storage, workspace, "vip") == inside(storage, workspace, "fresh") == []
    for n, user in enumerate(("anna", "boris")):
        send(storage, workspace, track("Order Completed", n, user=user, order_id=f"{n}", total=1), at=NOW + 1)
    send(storage, workspace, listed(6, "vip", add=[boris]), at=NOW + 2, origin="system")
    send(storage, workspace, told(7, key="vip", act="on"), told(8, key="fresh", act="on"), origin="system")
    bring_into_force(storage, workspace, 950)
    assert inside(storage, workspace, "vip") == inside(storage, workspace, "fresh") == sorted([anna, boris])
    both_equal(storage, workspace)


def test_nobody_is_put_into_a_segment_with_rules_by_hand(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, identify("anna", 1), saved(1, "tula"), origin="system")
    send(storage, workspace, listed(2, "tula", add=[1]), origin="system")
    run_writer(storage, workspace)
    with storage.workspace(workspace).read() as db:
        assert db.execute("SELECT count(*) FROM listed").fetchone() == (0,)
        reasons = db.execute("SELECT detail FROM quarantine WHERE reason = 'wrong_segment'").fetchall()
    assert ["by hand" in row[0] for row in reasons] == [True]
