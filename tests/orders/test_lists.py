"""Orders as others read them: pages, filters, one order, a person's, files of both lists."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.core.errors import BadRequest, NotFound
from konnektu.core.ids import public_id
from konnektu.exports import api as exports
from konnektu.orders import api as orders
from konnektu.orders import reading
from konnektu.orders.reading import Asked
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track
from tests.orders.facts import DAY, order, profile_of

LINES = [{"sku": "s1", "price": 10, "quantity": 3, "colour": "red"}, {"sku": "s2", "price": "0.5"}]
OWN: dict[str, Any] = {"gift": True, "call": "+79031234567"}


@pytest.fixture
def stocked(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    """Twelve orders, two at each time, of two people and of nobody."""
    for n in range(12):
        store, user = ("north", "u1") if n % 3 else ("south", "" if n == 6 else "u2")
        fact = order(f"N-{n:02}", n, user, n // 2 * 1_000, total=n, status="paid", store=store)
        send(storage, workspace, fact, origin="api")
    send(
        storage,
        workspace,
        order("N-03", 20, at=9_000, total=30.5, lines=LINES, status="shipped", other=OWN),
        origin="api",
    )
    send(
        storage,
        workspace,
        track("Order Refunded", 21, user="u2", order_id="N-03", products=[{"sku": "s1"}]),
        origin="import",
    )
    run_writer(storage, workspace)
    return workspace


def public(storage: Storage, workspace: WorkspaceRecord, user: str) -> str:
    profile = profile_of(storage, workspace, user)
    with storage.workspace(workspace).read() as db:
        return public_id(profiles.profiles(db, [profile])[profile].born, profile)


def all_pages(db: Any, asked: Asked, profile: str, limit: int) -> list[str]:
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        items, after = reading.listed(db, asked, profile, after, limit)
        found += [one.number for one in items]
    return found


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_pages_hold_every_order_once_the_latest_first(
    storage: Storage, stocked: WorkspaceRecord, limit: int
) -> None:
    db = storage.workspace(stocked)
    assert all_pages(db, Asked(), "", limit) == [f"N-{n:02}" for n in range(11, -1, -1)]
    assert all_pages(db, Asked(store="south"), "", limit) == ["N-09", "N-06", "N-03", "N-00"]
    assert all_pages(db, Asked(stage="partly_returned"), "", limit) == ["N-03"]
    assert all_pages(db, Asked(currency="usd"), "", limit) == []
    since = NOW - DAY
    assert all_pages(db, Asked(since=since + 1_000, until=since + 2_000), "", limit) == ["N-03", "N-02"]
    of_u2 = public(storage, stocked, "u2")
    assert all_pages(db, Asked(), of_u2, limit) == ["N-09", "N-03", "N-00"]


def test_one_order_with_everything_that_was_told(storage: Storage, stocked: WorkspaceRecord) -> None:
    db = storage.workspace(stocked)
    found = reading.one(db, "N-03", is_open=True)
    assert found.summary.profile == public(storage, stocked, "u2")
    assert (found.summary.status, found.summary.gross, found.summary.net) == (
        "partly_returned",
        "30.50",
        "20.50",
    )
    assert [(one.status, one.stage, one.is_system) for one in found.history] == [
        ("paid", "paid", True),
        ("shipped", "shipped", True),
    ]
    assert [(one.id, one.total, one.returned, one.other) for one in found.lines] == [
        ("s1", "30", "1", {"colour": "red"}),
        ("s2", "0.5", "0", {}),
    ]
    assert found.other == OWN
    assert reading.one(db, "N-03", is_open=False).other["call"] != OWN["call"]
    with pytest.raises(NotFound):
        reading.one(db, "no such", is_open=True)
    with pytest.raises(BadRequest):
        reading.listed(db, Asked(), "", "yesterday", 1)


def test_a_persons_orders_with_what_they_come_to(storage: Storage, stocked: WorkspaceRecord) -> None:
    found = reading.of_person(storage.workspace(stocked), public(storage, stocked, "u1"), Asked(), "", 3)
    assert [one.number for one in found.items] == ["N-11", "N-10", "N-08"]
    assert found.next
    (figures,) = found.figures
    assert (figures.orders, figures.gross, figures.largest) == (8, "48.00", "11.00")


def test_the_profile_shows_what_its_orders_come_to(storage: Storage, stocked: WorkspaceRecord) -> None:
    for figures, net in ((orders.figures_of, ["48.00"]), (profiles.nothing, [])):
        reader = profiles.Reader(storage, stocked, NOW, is_open=True, tellers=profiles.Tellers(figures))
        assert [one.net for one in profiles.view_found(reader, "user_id", "u1").orders] == net


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_both_lists_as_files(storage: Storage, stocked: WorkspaceRecord, tmp_path: Path, form: Any) -> None:
    asker = exports.Asker(storage, stocked, NOW, is_open=False)
    whole = b"".join(exports.export(asker, exports.find_list("orders"), form, tmp_path))
    lines = b"".join(exports.export(asker, exports.find_list("order_lines"), form, tmp_path))
    assert whole
    assert lines
    if form == "jsonl":
        rows = [msgspec.json.decode(line) for line in whole.splitlines()]
        assert [row["number"] for row in rows] == [f"N-{n:02}" for n in range(11, -1, -1)]
        assert rows[0]["gross"] == "11.00"
        assert OWN["call"] not in whole.decode()
        rows = [msgspec.json.decode(line) for line in lines.splitlines()]
        assert [(row["line"], row["returned"], row["total"]) for row in rows] == [
            ("s1", "1", "30"),
            ("s2", "0", "0.5"),
        ]
