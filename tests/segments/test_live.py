"""Who is in a segment after every fact and at every due instant, through the real writer."""

import threading
from typing import Any

import msgspec
import pytest

from konnektu.belt import cuts
from konnektu.belt.loop import Belt
from konnektu.belt.rebuild import rebuild
from konnektu.belt.writer import Writer
from konnektu.core.ids import public_id
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.segments import api as segments
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, epoch_of, identify, run_writer, send, track, waiting
from tests.orders.facts import currency, mapping, order
from tests.product_lists.facts import shop
from tests.segments.facts import saved, standing, told

HOUR = 3_600_000
ORDERED: dict[str, Any] = {
    "is": "measured",
    "figure": {
        "is": "events",
        "what": {"names": ["Order Completed"]},
        "window": {"is": "rolling", "far": {"amount": 3}},
    },
    "test": {"is": "number", "op": "at_least", "values": [1]},
}
BOUGHT: dict[str, Any] = {
    "is": "measured",
    "figure": {"is": "orders"},
    "test": {"is": "number", "op": "at_least", "values": [1]},
}


def no_ear() -> Any:
    pytest.fail("a turn does not listen")


def bring_into_force(storage: Storage, record: WorkspaceRecord, n: int = 900) -> Writer:
    """Build what is being built, and say that it is."""
    writer = run_writer(storage, record)
    while writer.switch_segments() or writer.build_segments():
        pass
    for place, (key, version) in enumerate(writer.built_segments()):
        send(storage, record, told(n + place, key=key, act="built", version=version), at=NOW, origin="system")
    while blocks := waiting(storage, record):
        writer.apply(blocks, 1000)
    while writer.switch_segments():
        pass
    return writer


def profile_of(storage: Storage, record: WorkspaceRecord, user: str) -> int:
    with storage.workspace(record).read() as db:
        found = identity.find(db, "user_id", user)
    assert found is not None
    return found


def erase(storage: Storage, record: WorkspaceRecord, profile: int) -> None:
    with storage.workspace(record).read() as db:
        row = profiles.profile(db, profile)
    assert row is not None
    privacy.request(storage, record, public_id(row.born, profile), NOW + 5000, "test")
    run_writer(storage, record)


def turns(storage: Storage, record: WorkspaceRecord, key: str) -> list[tuple[int, bool, int, str]]:
    with storage.workspace(record).read() as db:
        return list(
            db.execute(
                "SELECT profile, entered, instant, cause FROM membership WHERE segment = %s ORDER BY id",
                (standing(storage, record)[key].id,),
            ).fetchall()
        )


def inside(storage: Storage, record: WorkspaceRecord, key: str) -> list[int]:
    with storage.workspace(record).read() as db:
        number = standing(storage, record)[key].id
        found = segments.members(db, number)
        assert segments.sizes(db).get(number, 0) == len(found)
    return found


def test_entries_by_facts_and_exits_by_time_alone_at_their_instant(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, track("Order Completed", 1, user="anna", order_id="1", total=10))
    send(storage, workspace, saved(1, "fresh", ORDERED), at=NOW, origin="system")
    send(storage, workspace, saved(2, "tula"), at=NOW, origin="system")
    send(storage, workspace, saved(3, "bought", BOUGHT), at=NOW, origin="system")
    writer = bring_into_force(storage, workspace)
    assert len(inside(storage, workspace, "fresh")) == len(inside(storage, workspace, "bought")) == 1

    send(
        storage, workspace, identify("boris", 1, city="Тула"), identify("boris", 2, city="Орёл"),
        identify("boris", 3, city="Тула"), track("Order Completed", 2, user="boris", order_id="2", total=5),
        at=NOW + HOUR,
    )  # fmt: skip
    writer.apply(waiting(storage, workspace), 1000)
    assert [turn[1] for turn in turns(storage, workspace, "tula")] == [True, False, True]
    assert len(inside(storage, workspace, "fresh")) == len(inside(storage, workspace, "bought")) == 2

    assert writer.pass_time(NOW + 72 * HOUR) == 0
    writer = Writer(storage, workspace, epoch_of(storage, workspace))
    assert writer.pass_time(NOW + 100 * HOUR) == 2
    assert inside(storage, workspace, "fresh") == []
    left = [(turn[2], turn[3]) for turn in turns(storage, workspace, "fresh") if not turn[1]]
    assert left == [(NOW + 72 * HOUR, "time"), (NOW + 73 * HOUR, "time")]
    number = standing(storage, workspace)["fresh"].id
    assert len(segments.was_in(storage, workspace, number, NOW + 72 * HOUR - 1)) == 2
    assert len(segments.was_in(storage, workspace, number, NOW + 72 * HOUR)) == 1


def test_who_is_not_built_yet_goes_on_and_is_built_with_it(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, identify("anna", 1, city="Тула"))
    run_writer(storage, workspace)
    send(storage, workspace, saved(1, "tula"), saved(2, "fresh", ORDERED), at=NOW, origin="system")
    run_writer(storage, workspace)
    send(storage, workspace, track("Order Completed", 3, user="anna", order_id="1", total=10))
    bring_into_force(storage, workspace)
    anna = profile_of(storage, workspace, "anna")
    assert inside(storage, workspace, "tula") == inside(storage, workspace, "fresh") == [anna]


def test_a_cart_is_worth_what_the_currency_in_force_made_it(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    worth: dict[str, Any] = {
        "is": "measured",
        "figure": {
            "is": "product_list",
            "list": "cart",
            "measure": {"how": "sum", "field": ["price"], "type": "money", "currency": "KZT"},
        },
        "test": {"is": "money", "op": "at_least", "values": [100_000], "currency": "KZT"},
    }
    send(
        storage,
        workspace,
        identify("early", 1),
        shop("Product Added", 1, "early", product_id="a", price=5_000),
    )
    send(storage, workspace, currency(1, "KZT"), origin="system")
    send(
        storage,
        workspace,
        identify("built", 2),
        shop("Product Added", 2, "built", product_id="a", price=5_000),
    )
    send(storage, workspace, saved(1, "dear", worth), at=NOW, origin="system")
    writer = bring_into_force(storage, workspace)
    send(
        storage, workspace, identify("live", 3), shop("Product Added", 3, "live", product_id="a", price=5_000)
    )
    send(
        storage, workspace, shop("Product Added", 4, "cheap", product_id="a", price=500), identify("cheap", 4)
    )
    writer.apply(waiting(storage, workspace), 1000)
    dear = sorted(profile_of(storage, workspace, user) for user in ("built", "live"))
    assert sorted(inside(storage, workspace, "dear")) == dear
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal


def test_what_stands_is_what_a_rebuild_makes(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, identify("anna", 1, city="Тула"))
    send(storage, workspace, track("Order Completed", 1, anonymous="a1", order_id="1", total=10))
    send(storage, workspace, saved(1, "fresh", ORDERED), at=NOW, origin="system")
    send(storage, workspace, saved(2, "tula"), at=NOW, origin="system")
    writer = bring_into_force(storage, workspace)
    joined = identify("anna", 4).replace(b'"userId"', b'"anonymousId":"a1","userId"')
    send(storage, workspace, joined, at=NOW + 1)
    writer.apply(waiting(storage, workspace), 1000)
    assert len(inside(storage, workspace, "fresh")) == len(inside(storage, workspace, "tula")) == 1
    assert writer.pass_time(NOW + 90 * HOUR) == 1
    found = rebuild(storage, workspace, "test", lambda _, __: None)
    assert [(one.table, one.missing, one.extra) for one in found.tables if one.missing or one.extra] == []


def decided(kind: str, n: int, **properties: object) -> bytes:
    return msgspec.json.encode({"type": kind, "messageId": f"d-{n}", "properties": properties})


def test_whom_a_person_joins_has_the_attributes_of_both_and_a_cut_has_nobody_in_and_out_at_once(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, identify("anna", 1), identify("boris", 2, city="Тула"))
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    anna, boris = (profile_of(storage, workspace, user) for user in ("anna", "boris"))
    pair = [{"kind": "user_id", "value": user} for user in ("anna", "boris")]
    send(storage, workspace, decided("merge", 1, people=pair), origin="console", at=NOW + 1)
    run_writer(storage, workspace)
    joined = profile_of(storage, workspace, "anna")
    assert inside(storage, workspace, "tula") == [joined]

    send(storage, workspace, decided("cut", 2, between=pair), origin="console", at=NOW + 2)
    run_writer(storage, workspace)
    assert cuts.effect_cuts(storage, workspace, NOW + 3) == 1
    run_writer(storage, workspace)
    assert inside(storage, workspace, "tula") == [boris]
    parted = [turn for turn in turns(storage, workspace, "tula") if turn[2] == NOW + 3]
    assert parted == (
        [] if joined == boris else [(anna, False, NOW + 3, "cut"), (boris, True, NOW + 3, "cut")]
    )
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal


RECEIVED: dict[str, Any] = {
    "is": "measured",
    "figure": {
        "is": "orders",
        "where": {
            "is": "field",
            "path": ["stage"],
            "test": {"is": "text", "op": "equals", "values": ["received"]},
        },
    },
    "test": {"is": "number", "op": "at_least", "values": [1]},
}


def test_another_mapping_of_statuses_counts_at_its_instant(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, saved(1, "received", RECEIVED), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    send(storage, workspace, order("1", 1, "anna", total=10, status="Выдан"), origin="api", at=NOW + 1)
    send(storage, workspace, mapping(2, Выдан="received"), origin="system", at=NOW + 2)
    send(storage, workspace, order("2", 3, "boris", total=10, status="Выдан"), origin="api", at=NOW + 3)
    send(storage, workspace, mapping(4, Выдан="paid"), origin="system", at=NOW + 4)
    run_writer(storage, workspace)
    anna, boris = (profile_of(storage, workspace, user) for user in ("anna", "boris"))
    assert turns(storage, workspace, "received") == [
        (anna, True, NOW + 2, "fact"),
        (boris, True, NOW + 3, "fact"),
        (anna, False, NOW + 4, "fact"),
        (boris, False, NOW + 4, "fact"),
    ]
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal


MEMBERSHIP_TABLES = ("segment_state", "segment_due", "member", "membership")


def test_an_erased_person_leaves_no_row_under_any_id_they_ever_had(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, saved(1, "fresh", ORDERED), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    known = identify("x", 1, email="anna@shop.example").replace(b'"userId":"x"', b'"anonymousId":"a1"')
    send(
        storage,
        workspace,
        known,
        track("Order Completed", 1, anonymous="a1", order_id="1", total=10),
        track("Order Completed", 2, user="anna", order_id="2", total=10),
        track("Order Completed", 3, user="boris", order_id="3", total=10),
        identify("anna", 4, email="anna@shop.example"),
    )
    run_writer(storage, workspace)
    assert len({turn[0] for turn in turns(storage, workspace, "fresh")}) == 3
    anna, boris = (profile_of(storage, workspace, user) for user in ("anna", "boris"))

    erase(storage, workspace, anna)

    with storage.workspace(workspace).read() as db:
        left = {
            table: {row[0] for row in db.execute(f"SELECT profile FROM {table}")}
            for table in MEMBERSHIP_TABLES
        }
    assert left == {table: {boris} for table in MEMBERSHIP_TABLES}
    assert inside(storage, workspace, "fresh") == [boris]
    found = rebuild(storage, workspace, "test", lambda _, __: None)
    assert found.is_equal


def test_without_segments_nothing_of_theirs_is_written_and_time_moves_no_place(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, identify("anna", 1, city="Тула"))
    send(storage, workspace, track("Order Completed", 1, user="anna", order_id="1", total=10))
    writer = run_writer(storage, workspace)
    before = writer.place
    assert writer.pass_time(NOW + 1000 * HOUR) == writer.build_segments() == 0
    assert writer.built_segments() == []
    assert writer.place == before
    with storage.workspace(workspace).read() as db:
        assert log.store.place(db) == before
        for table in (*MEMBERSHIP_TABLES, "segment_size", "segment_numbers"):
            assert db.execute(f"SELECT 1 FROM {table}").fetchall() == []


def test_a_belt_that_begins_lets_time_pass_where_nothing_comes_any_more(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, track("Order Completed", 1, user="anna", order_id="1", total=10))
    send(storage, workspace, saved(1, "fresh", ORDERED), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    assert len(inside(storage, workspace, "fresh")) == 1
    with storage.inbox.transaction() as inbox:
        log.store.release_lease(inbox, workspace.id, "test", epoch_of(storage, workspace))
    belt = Belt(storage, "belt", 1000, threading.Event(), no_ear)
    while belt.turn():
        pass
    assert inside(storage, workspace, "fresh") == []
    belt.release()
