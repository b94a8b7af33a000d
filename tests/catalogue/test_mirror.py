"""The event store knows the catalogue as it stands, however often it is told, also after it was away."""

from collections.abc import Callable
from typing import Any

import pytest

from konnektu.catalogue import api
from konnektu.catalogue.model import Load
from konnektu.core.errors import Retry
from konnektu.storage.api import Db, History, Storage, WorkspaceRecord
from tests.catalogue.conftest import now
from tests.catalogue.lists import offers

Loader = Callable[..., Load]


def mirrored(history: History, table: str, columns: str) -> dict[str, tuple[Any, ...]]:
    rows = history.rows(f"SELECT id, {columns} FROM {table} FINAL ORDER BY id")
    return {row[0]: row[1:] for row in rows}


def test_what_loads_tell_is_carried_once_and_later_versions_win(
    storage: Storage, workspace: WorkspaceRecord, history: History, load: Loader
) -> None:
    load(offers(range(5)))
    assert api.mirror(storage, workspace) == 8
    assert api.mirror(storage, workspace) == 0
    load(offers(range(3)).replace("1490.50", "5", 1))
    assert api.mirror(storage, workspace) == 3
    products = mirrored(history, "product", "price, state")
    assert products == {
        "p0": (500, "active"), "p1": (149_050, "active"), "p2": (149_050, "active"),
        "p3": (149_050, "gone"), "p4": (149_050, "gone"),
    }  # fmt: skip
    assert mirrored(history, "category", "path")["10"] == (["1", "10"],)


def test_a_crash_before_it_is_noted_repeats_and_changes_nothing(
    storage: Storage, workspace: WorkspaceRecord, history: History, load: Loader, db: Db
) -> None:
    load(offers(range(5)))
    api.mirror(storage, workspace)
    before = mirrored(history, "product", "name, price, version")
    with db.transaction() as conn:
        conn.execute("UPDATE catalogue_state SET mirrored = 0")
    assert api.mirror(storage, workspace) == 8
    assert mirrored(history, "product", "name, price, version") == before


def test_while_the_event_store_is_away_loads_go_on_and_it_catches_up(
    storage: Storage, workspace: WorkspaceRecord, history: History, load: Loader, db: Db,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def away(*_: object) -> None:
        raise Retry

    with monkeypatch.context() as patch:
        patch.setattr(History, "insert", away)
        load(offers(range(3)))
        with pytest.raises(Retry):
            api.mirror(storage, workspace)
    api.put(db, "stores", [{"code": "m1", "latitude": 53.2, "longitude": 50.1}], by="test", now=now)
    assert api.waits(storage, workspace)
    api.mirror(storage, workspace)
    assert not api.waits(storage, workspace)
    assert mirrored(history, "store", "latitude") == {"m1": (53.2,)}
    assert len(mirrored(history, "product", "name")) == 3
