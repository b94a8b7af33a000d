"""From events to rows and figures on a real PostgreSQL: statuses, refunds, merges, cuts, erasure, rebuilds, kills."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu import flow
from konnektu.access.api import SourceKind, create_source, system_caller
from konnektu.belt import cuts
from konnektu.belt.rebuild import rebuild
from konnektu.belt.writer import Writer
from konnektu.core.ids import public_id
from konnektu.core.records import Parcel, StatusChanged
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage import postgres
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import (
    NOW,
    SimulatedCrash,
    crash_before_statement,
    epoch_of,
    everything,
    identify,
    run_writer,
    send,
    track,
    waiting,
)
from tests.belt.test_history import seal_all
from tests.orders.facts import currency, figures_of, mapping, order, profile_of, row
from tests.shelf import Shelf

LINES = [{"product_id": "p1", "price": 100, "quantity": 2}, {"product_id": "p2", "price": "50,5"}]
MERGE = {"people": [{"kind": "user_id", "value": "u1"}, {"kind": "user_id", "value": "u2"}]}


def decided(kind: str, n: int, **properties: object) -> bytes:
    return msgspec.json.encode({"type": kind, "messageId": f"d-{n}", "properties": properties})


def assert_rebuilt_equal(storage: Storage, record: WorkspaceRecord) -> None:
    done = rebuild(storage, record, "test", lambda _at, _of: None)
    assert done.is_equal, done.tables


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> list[StatusChanged]:
    """Changes of statuses that the writer hands on."""
    found: list[StatusChanged] = []
    whole = flow.apply

    def apply(*args: object) -> flow.Applied:
        applied = whole(*args)  # type: ignore[arg-type]
        found.extend(applied.status_changes)
        return applied

    monkeypatch.setattr("konnektu.belt.writer.apply", apply)
    return found


def test_an_event_becomes_an_order_with_figures(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(
        storage, workspace, track("Order Completed", 1, user="u1", orderId="A-1", products=LINES, total=250.5)
    )
    run_writer(storage, workspace)
    found = row(storage, workspace, "A-1")
    assert found.profile == profile_of(storage, workspace, "u1")
    assert (found.figures.gross, found.figures.stage, found.figures.currency) == (25_050, "created", "RUB")
    assert [(one.net, one.purchases) for one in figures_of(storage, workspace, "u1")] == [(25_050, 1)]
    assert_rebuilt_equal(storage, workspace)


def test_orders_keep_the_currency_that_was_in_force_when_they_began(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    steps = [
        ("api", order("1", 1, "u1", total=10)),
        ("system", currency(2, "JPY")),
        ("api", order("2", 3, "u1", total=10)),
        ("api", order("3", 4, "u1", total=10, currency="USD")),
        ("api", order("1", 5, at=9_000, total=20)),
        ("system", currency(6, "nothing")),
        ("system", currency(7, "KZT")),
        ("api", order("2", 8, at=9_000, total=30)),
        ("api", order("3", 9, at=9_000, currency=None)),
        ("api", order("4", 10, "u1", total=10)),
    ]
    for origin, fact in steps:
        send(storage, workspace, fact, origin=origin)
    run_writer(storage, workspace)
    found = [row(storage, workspace, number).figures for number in "1234"]
    assert [(one.currency, one.gross) for one in found] == [
        ("RUB", 2_000), ("JPY", 30), ("JPY", 1_000 // 100), ("KZT", 1_000),
    ]  # fmt: skip
    with storage.workspace(workspace).read() as db:
        assert db.execute("SELECT currency FROM order_currency").fetchall() == [("KZT",)]
        reasons = db.execute("SELECT reason, detail FROM quarantine").fetchall()
    assert reasons == [("wrong_order", "'nothing' is no currency of ISO 4217")]
    assert_rebuilt_equal(storage, workspace)


def test_statuses_twice_and_out_of_order_give_one_truth(
    storage: Storage, workspace: WorkspaceRecord, changes: list[StatusChanged], event_store_server: object
) -> None:
    said = [
        order("7", 1, "u1", 1_000, status="created", total=100),
        order("7", 2, at=9_000, status="received"),
        order("7", 3, at=5_000, status="paid"),
        order("7", 4, at=9_000, status="received"),
        order("7", 5, at=7_000, status="shipped"),
    ]
    send(storage, workspace, *said, origin="api")
    run_writer(storage, workspace, 1)
    found = row(storage, workspace, "7")
    assert found.figures.stage == "received"
    assert sorted(status for status, _ in found.state.statuses) == ["created", "paid", "received", "shipped"]
    assert [(one.was, one.became) for one in changes] == [("", "created"), ("created", "received")]
    assert {one.profile for one in changes} == {profile_of(storage, workspace, "u1")}
    assert_rebuilt_equal(storage, workspace)


def test_what_a_browser_says_does_not_pass_what_a_system_said(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, order("7", 1, "u1", total=100, status="paid"), origin="api")
    forged = track(
        "Order Updated", 2, user="forger", order_id="7", total=1, status="received", store="Nowhere"
    )
    send(storage, workspace, forged)
    run_writer(storage, workspace)
    found = row(storage, workspace, "7")
    assert (found.figures.gross, found.figures.status) == (10_000, "paid")
    assert found.profile == profile_of(storage, workspace, "u1")
    assert found.state.fields["store"].value == "Nowhere"


def test_who_is_believed_follows_from_the_kind_of_the_source(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    by = system_caller(workspace)
    kinds: tuple[SourceKind, ...] = ("web", "server", "mobile", "pos")
    made = [create_source(storage.control, by, kind=kind, name=kind, now=NOW).id for kind in kinds]
    for n, source in enumerate(made):
        body = track("Order Updated", n, user="u1", order_id="7", store=kinds[n], order_date=n + 1)
        log.append(storage.inbox, workspace.id, [Parcel(source, "wire", NOW - n, [body])])
    run_writer(storage, workspace, 1)
    found = row(storage, workspace, "7")
    # The server spoke later than the till, the browser last of all.
    assert (found.state.fields["store"].value, found.state.fields["source"].value) == ("server", made[1])


def test_what_a_browser_sends_under_a_number_does_not_speak_for_its_owner(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    send(storage, workspace, order("7", 1, "u1", total=100), origin="api")
    nobody = {"type": "track", "event": "Order Updated", "messageId": "m", "anonymousId": "null"}
    forged = {"properties": {"order_id": "7"}, "context": {"traits": {"city": "Nowhere"}}}
    send(storage, workspace, msgspec.json.encode({**nobody, **forged}))
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    assert [atom > 0 for (atom,) in history.rows("SELECT atom FROM fact ORDER BY position")] == [True, False]


def test_cancelling_and_returning_change_every_figure_at_once(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    for n, total in enumerate((100, 300, 500)):
        send(storage, workspace, track("Order Completed", n, user="u1", order_id=n, total=total))
    run_writer(storage, workspace)
    (before,) = figures_of(storage, workspace, "u1")
    assert (before.purchases, before.net, before.average, before.largest) == (3, 90_000, 30_000, 50_000)

    send(storage, workspace, track("Order Cancelled", 10, user="u1", order_id="2"))
    run_writer(storage, workspace)
    (after,) = figures_of(storage, workspace, "u1")
    assert (after.purchases, after.net, after.average, after.largest) == (2, 40_000, 20_000, 30_000)
    assert (after.orders, after.gross, after.cancelled) == (3, 90_000, 50_000)

    send(storage, workspace, track("Order Refunded", 11, user="u1", order_id="1", total=120.5))
    send(storage, workspace, track("Order Refunded", 12, user="u1", order_id="0"))
    run_writer(storage, workspace)
    (after,) = figures_of(storage, workspace, "u1")
    assert (after.purchases, after.net, after.returned, after.largest) == (1, 17_950, 22_050, 17_950)
    assert after.gross == after.net + after.cancelled + after.returned
    assert [row(storage, workspace, n).figures.stage for n in "012"] == [
        "returned",
        "partly_returned",
        "cancelled",
    ]
    assert_rebuilt_equal(storage, workspace)


def test_refunds_add_up_and_a_stated_sum_stands_above_them(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, track("Order Completed", 1, user="u1", order_id="7", products=LINES))
    back = [{"product_id": "p1", "quantity": 1}]
    again = track("Order Refunded", 2, user="u1", order_id="7", products=back)
    send(storage, workspace, again, again, track("Order Refunded", 3, user="u1", order_id="7", total="50,50"))
    run_writer(storage, workspace)
    assert row(storage, workspace, "7").figures.returned == 15_050
    send(storage, workspace, order("7", 4, returned=30), origin="api")
    run_writer(storage, workspace)
    assert row(storage, workspace, "7").figures.returned == 3_000


def test_a_browser_gives_no_money_back_for_what_a_system_told_of(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, track("Order Completed", 1, user="u1", order_id="7", total=100))
    send(storage, workspace, track("Order Refunded", 2, user="u1", order_id="7"))
    run_writer(storage, workspace)
    assert row(storage, workspace, "7").figures.stage == "returned"
    send(storage, workspace, order("7", 3, status="paid"), origin="api")
    send(storage, workspace, track("Order Updated", 4, user="u1", order_id="7", returned=60))
    run_writer(storage, workspace)
    found = row(storage, workspace, "7").figures
    assert (found.stage, found.net) == ("paid", 10_000)


def test_a_part_that_cannot_be_read_leaves_the_rest(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(
        storage, workspace, order("7", 1, "u1", total="many", status="paid", currency="ROUBLE"), origin="api"
    )
    send(storage, workspace, order("", 2, "u1", total=1), origin="api")
    run_writer(storage, workspace)
    found = row(storage, workspace, "7").figures
    assert (found.status, found.gross, found.currency) == ("paid", 0, "RUB")
    kept = everything(storage, workspace)["quarantine"]
    assert len(kept) == 2
    assert all("wrong_order" in one for one in kept)


def test_a_mapping_holds_for_every_order_there_is(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    for n, status in enumerate(("Выдан клиенту", "Аннулирован", "paid")):
        send(storage, workspace, order(str(n), n, "u1", total=100, status=status), origin="api")
    send(storage, workspace, track("Order Refunded", 20, user="u1", order_id="0", total=40), origin="import")
    run_writer(storage, workspace)
    assert row(storage, workspace, "1").figures.stage == ""
    assert figures_of(storage, workspace, "u1")[0].net == 26_000
    stages = {"выдан  клиенту": "received", "аннулирован": "cancelled"}
    send(storage, workspace, mapping(1, **stages), origin="system")
    send(storage, workspace, order("3", 30, "u1", total=100, status="АННУЛИРОВАН"), origin="api")
    run_writer(storage, workspace)
    stages_now = [row(storage, workspace, str(n)).figures.stage for n in range(4)]
    assert stages_now == ["partly_returned", "cancelled", "paid", "cancelled"]
    assert figures_of(storage, workspace, "u1")[0].net == 16_000
    assert_rebuilt_equal(storage, workspace)


def test_what_tests_say_changes_no_order(storage: Storage, workspace: WorkspaceRecord) -> None:
    body = msgspec.json.decode(track("Order Completed", 1, user="u1", order_id="7", total=1))
    send(storage, workspace, msgspec.json.encode({**body, "context": {"test": True}}))
    run_writer(storage, workspace)
    assert everything(storage, workspace)["orders"] == []


def test_a_fact_that_names_an_order_alone_is_its_owners(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    send(storage, workspace, order("7", 1, at=500, status="created"), origin="api")
    send(storage, workspace, order("7", 2, "u1", 1_000, total=100), origin="api")
    send(storage, workspace, order("7", 3, at=2_000, status="shipped"), origin="api")
    run_writer(storage, workspace, 1000)
    seal_all(storage, workspace)
    facts = history.rows("SELECT position, atom FROM fact ORDER BY position")
    owner = row(storage, workspace, "7").atom
    assert owner
    assert facts == [(1, 0), (2, owner), (3, owner)]
    assert_rebuilt_equal(storage, workspace)


@pytest.mark.parametrize("size", [1, 1000])
def test_orders_go_with_their_people(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, size: int
) -> None:
    send(storage, workspace, order("1", 1, "u1", total=10), order("2", 2, "u2", total=20), origin="api")
    send(storage, workspace, order("2", 3, status="paid"), decided("merge", 1, **MERGE), origin="console")
    send(storage, workspace, order("1", 4, status="paid"), order("3", 5, "u2", total=30), origin="api")
    run_writer(storage, workspace, size)
    assert [one.net for one in figures_of(storage, workspace, "u1")] == [6_000]
    assert len(everything(storage, workspace)["order_figures"]) == 1
    assert_rebuilt_equal(storage, workspace)

    send(storage, workspace, decided("cut", 2, between=MERGE["people"]), origin="console")
    run_writer(storage, workspace, size)
    assert cuts.effect_cuts(storage, workspace, NOW + 9_000) == 1
    run_writer(storage, workspace, size)
    assert [one.net for one in figures_of(storage, workspace, "u1")] == [1_000]
    assert [one.net for one in figures_of(storage, workspace, "u2")] == [5_000]
    assert_rebuilt_equal(storage, workspace)


@pytest.mark.parametrize("sealed_before", [True, False])
def test_an_erased_persons_orders_are_gone_everywhere(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path, *, sealed_before: bool
) -> None:
    send(
        storage,
        workspace,
        order("SECRET-7", 1, at=1, store="gone"),
        order("OTHER-8", 2, store="kept"),
        origin="api",
    )
    # Another person's browser told of the same order: the order is the one's whom the system named.
    send(storage, workspace, track("Order Completed", 3, anonymous="c1", order_id="SECRET-7", total=5))
    send(storage, workspace, identify("u1", 4), order("SECRET-7", 5, "u1", 9_000, total=100), origin="api")
    run_writer(storage, workspace)
    if sealed_before:
        seal_all(storage, workspace)
    profile = profile_of(storage, workspace, "u1")
    assert row(storage, workspace, "SECRET-7").profile == profile
    with storage.workspace(workspace).read() as db:
        born = profiles.profiles(db, [profile])[profile].born
    privacy.request(storage, workspace, public_id(born, profile), NOW + 20_000, "test")
    run_writer(storage, workspace)
    assert [one.split(",")[0] for one in everything(storage, workspace)["orders"]] == ["(OTHER-8"]
    assert everything(storage, workspace)["order_figures"] == []
    assert_rebuilt_equal(storage, workspace)
    seal_all(storage, workspace)
    (finished,) = privacy.finish_erasures(storage, workspace, tmp_path)
    assert finished.removed["order"] == 1
    left = [
        one[0] for one in history.rows("SELECT position FROM fact WHERE name != 'erase' ORDER BY position")
    ]
    assert left == [2, 3]
    with storage.inbox.read() as inbox:
        found = inbox.execute("SELECT body FROM block WHERE workspace = %s", [workspace.id]).fetchall()
    assert "gone" not in str([log.decode_block(bytes(body)) for (body,) in found])
    assert "kept" in str([log.decode_block(bytes(body)) for (body,) in found])
    assert_rebuilt_equal(storage, workspace)


BLOCKS = [
    ("wire", [track("Order Completed", 1, user="u1", orderId="A", total=100), track("Page Viewed", 2, anonymous="a")]),
    ("api", [order("A", 3, at=5, status="paid"), order("B", 4, "u2", total=50), order("B", 5, total="x", status="Выдан")]),
    ("console", [decided("merge", 6, **MERGE)]),
    ("system", [mapping(7, Выдан="received")]),
    ("import", [track("Order Refunded", 8, user="u2", order_id="B", total=20), track("Order Cancelled", 9, user="u1", order_id="A")]),
]  # fmt: skip


def send_blocks(storage: Storage, record: WorkspaceRecord) -> None:
    for number, (origin, bodies) in enumerate(BLOCKS):
        send(storage, record, *bodies, at=NOW + number * 1_000, origin=origin)


@pytest.fixture(scope="module")
def uninterrupted(storage: Storage, shelf: Shelf) -> dict[str, list[str]]:
    record = shelf.take("uninterrupted-orders", "Uninterrupted", NOW)
    send_blocks(storage, record)
    run_writer(storage, record)
    state = everything(storage, record)
    shelf.give_back(record)
    return state


def test_killed_before_any_statement_it_ends_in_the_same_state(
    storage: Storage,
    workspace: WorkspaceRecord,
    uninterrupted: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert [len(uninterrupted[name]) for name in ("orders", "order_figures", "order_stages")] == [2, 1, 1]
    crashes = 0
    send_blocks(storage, workspace)
    for block in waiting(storage, workspace):
        statement = 1
        while block.id in {one.id for one in waiting(storage, workspace)}:
            writer = Writer(storage, workspace, epoch_of(storage, workspace))
            try:
                with crash_before_statement(monkeypatch, statement):
                    writer.apply([block], 1000)
            except SimulatedCrash:
                crashes += 1
            statement += 1
    assert crashes > 10 * len(BLOCKS)
    assert everything(storage, workspace) == uninterrupted


@pytest.mark.parametrize("size", [1, 3])
def test_any_cut_of_batches_gives_the_same_state(
    storage: Storage, workspace: WorkspaceRecord, uninterrupted: dict[str, list[str]], size: int
) -> None:
    send_blocks(storage, workspace)
    run_writer(storage, workspace, size)
    assert everything(storage, workspace) == uninterrupted


def test_a_batch_without_orders_asks_for_none(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(storage, workspace, track("Page Viewed", 1, user="u1"))
    run_writer(storage, workspace)
    asked: list[str] = []
    execute = postgres.BinaryCursor.execute

    def noted(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(postgres.BinaryCursor, "execute", noted)
        send(storage, workspace, track("Page Viewed", 2, user="u1"))
        run_writer(storage, workspace)
    assert asked
    assert not any("order" in one.lower().replace("order by", "") for one in asked)
