"""Figures of people are written anew where one of their orders counts otherwise, and nowhere else."""

from typing import Any

import msgspec

from konnektu.orders import api as orders
from konnektu.orders import store
from konnektu.storage.api import Bigints, Storage, WorkspaceRecord
from tests.belt.support import run_writer, send


def told(number: str, n: int, user: str = "u-1", **said: Any) -> bytes:
    return msgspec.json.encode(
        {"type": "order", "userId": user, "messageId": f"m-{n}", "properties": {"number": number, **said}}
    )


def written(storage: Storage, record: WorkspaceRecord) -> list[tuple[Any, ...]]:
    """(version of the row, purchases, net) of every row of figures."""
    with storage.workspace(record).read() as db:
        return db.execute(
            "SELECT xmin::text, purchases, net::bigint FROM order_figures ORDER BY profile"
        ).fetchall()


def test_a_status_that_changes_no_figure_writes_none(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, told("A-1", 1, total=100, status="paid"), told("A-2", 2, total=50), origin="api")
    run_writer(storage, workspace)
    before = written(storage, workspace)
    assert [one[1:] for one in before] == [(2, 15_000)]
    send(storage, workspace, told("A-1", 3, status="shipped"), told("A-2", 4, store="m1"), origin="api")
    run_writer(storage, workspace)
    assert written(storage, workspace) == before
    send(storage, workspace, told("A-1", 5, status="cancelled"), origin="api")
    run_writer(storage, workspace)
    after = written(storage, workspace)
    assert [one[1:] for one in after] == [(1, 5_000)]
    assert after[0][0] != before[0][0]


def test_an_order_that_passes_to_another_changes_both(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, told("A-1", 1, total=100), told("B-1", 2, "u-2", total=10), origin="api")
    run_writer(storage, workspace)
    assert [one[1:] for one in written(storage, workspace)] == [(1, 10_000), (1, 1_000)]
    send(storage, workspace, told("A-1", 3, "u-2", status="paid"), origin="api")
    run_writer(storage, workspace)
    assert [one[1:] for one in written(storage, workspace)] == [(2, 11_000)]
    with storage.workspace(workspace).read() as db:
        held = db.execute("SELECT DISTINCT profile FROM orders").fetchall()
        assert [one.net for one in orders.figures_of(db, [held[0][0]])[held[0][0]]] == [11_000]


def test_orders_are_counted_by_an_index_alone(storage: Storage, workspace: WorkspaceRecord) -> None:
    with storage.workspace(workspace).transaction() as db:
        db.execute("SET LOCAL enable_seqscan = off")
        db.execute("SET LOCAL enable_bitmapscan = off")
        plan = db.execute(b"EXPLAIN " + store.Q.put_figures.sql.encode(), {"profiles": Bigints([32, 64])})
        said = "\n".join(row[0] for row in plan.fetchall())
    assert "Index Only Scan using orders_counted on orders" in said
