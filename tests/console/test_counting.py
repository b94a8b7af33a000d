"""How many rows folders hold: exact up to a limit, kept for a while, within rows, and never in the way."""

import pytest

from konnektu.console import api, counting
from konnektu.console.api import Counted, Counts, Person, Question
from konnektu.core.section import sections
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import run_writer, send
from tests.console.people import NOW, later, user, within, without
from tests.orders.facts import order


@pytest.fixture
def anna(storage: Storage, workspace: WorkspaceRecord) -> Person:
    """A marketer of a workspace with three orders to pay and two paid ones, in two stores."""
    for n in range(5):
        fact = order(
            f"N-{n}", n, "u1", n, total=n, status="created" if n < 3 else "paid", store=f"shop-{n % 2}"
        )
        send(storage, workspace, fact, origin="api")
    run_writer(storage, workspace)
    return user(storage, workspace, "anna")


def counted(person: Person, counts: Counts | None = None) -> dict[str, Counted]:
    folders = api.folders(person, "orders")
    found = (counts or Counts()).of(person, folders)
    return {folders[place].name: one for place, one in found.items()}


def test_counts_are_exact(anna: Person) -> None:
    found = counted(anna)
    assert {name: one.rows for name, one in found.items()} == {
        "Not paid": 3,
        "Paid": 2,
        "Cancelled": 0,
        "Returned": 0,
    }
    assert {one.at for one in found.values()} == {NOW}
    assert not any(one.is_more for one in found.values())


def test_beyond_the_limit_there_are_more(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 2)
    found = counted(anna)
    assert (found["Not paid"].rows, found["Not paid"].is_more) == (2, True)
    assert (found["Paid"].rows, found["Paid"].is_more) == (2, False)


def test_a_count_is_kept_for_a_while(anna: Person, storage: Storage, workspace: WorkspaceRecord) -> None:
    counts = Counts()
    assert counted(anna, counts)["Paid"].rows == 2
    send(storage, workspace, order("N-9", 9, "u1", 9, total=1, status="paid"), origin="api")
    run_writer(storage, workspace)
    soon, after = later(anna, counting.FRESH_MS - 1), later(anna, counting.FRESH_MS)
    assert counted(soon, counts)["Paid"] == Counted(2, False, NOW)
    assert counted(after, counts)["Paid"] == Counted(3, False, after.now)


def test_within_a_limit_of_rows_what_is_beyond_is_not_counted(anna: Person) -> None:
    counts = Counts()
    whole = counted(anna, counts)
    limited = counted(within(anna, '{"store":["shop-0"]}'), counts)
    assert (whole["Not paid"].rows, limited["Not paid"].rows) == (3, 2)


def test_what_one_may_not_see_is_not_counted(anna: Person) -> None:
    folders = api.folders(anna, "orders")
    assert Counts().of(without(anna, "orders.read"), folders) == {}
    assert Counts().of(within(anna, '{"store":["x"]}'), api.folders(anna, "imports")) == {}


def test_a_folder_that_cannot_be_asked_is_left_out(anna: Person) -> None:
    api.make(anna, "people", "Он", "mine", Question({"identifier": "nobody"}))
    api.make(anna, "orders", "Его", "mine", Question({"profile": "nobody"}))
    assert "Его" not in counted(anna)
    folders = [one for one in api.folders(anna, "people") if one.owner == "mine"]
    assert Counts().of(anna, folders)[0].rows == 0


def test_nobody_waits_for_a_count_that_takes_long(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PATIENCE_SECONDS", 0.0)
    assert counted(anna) == {}


def test_a_count_that_takes_too_long_is_left_out(
    anna: Person, storage: Storage, workspace: WorkspaceRecord
) -> None:
    with storage.workspace(workspace).transaction() as db:
        db.execute("ALTER TABLE orders RENAME TO kept_orders")
        db.execute(
            "CREATE VIEW orders AS SELECT kept_orders.* FROM kept_orders, LATERAL (SELECT pg_sleep(1)) AS late"
        )
    assert set(counted(anna)) == {"Cancelled", "Returned"}


def test_every_section_but_those_without_a_cheap_way_has_a_count() -> None:
    assert {name for name, one in sections().items() if one.count is None} == {
        "consents",
        "product_lists",
        "events",
    }
