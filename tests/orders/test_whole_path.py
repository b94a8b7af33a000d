"""From an event to the row, its figures and back: the whole path on a real PostgreSQL."""

from typing import Any

import msgspec

from konnektu.belt.rebuild import rebuild
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.orders import store
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track


def test_an_event_becomes_an_order_with_figures(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    lines = [{"product_id": "p1", "price": 100, "quantity": 2}, {"product_id": "p2", "price": "50,5"}]
    send(storage, workspace, track("Order Completed", 1, user="u1", orderId="A-1", products=lines, total=250.5))
    run_writer(storage, workspace)
    with storage.workspace(workspace).read() as db:
        row = store.one(db, "A-1")
        profile = identity.find(db, "user_id", "u1")
        assert row is not None
        assert profile is not None
        assert (row.profile, row.figures.gross, row.figures.stage) == (profile, 25_050, "created")
        assert orders.figures_of(db, [profile])[profile][0].net == 25_050
    done = rebuild(storage, workspace, "test", lambda _at, _of: None)
    assert done.is_equal, done.tables
