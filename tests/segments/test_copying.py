"""A copy that counts read holds nobody who was erased while it was made, and goes when nobody reads it any more."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from konnektu.log import api as log
from konnektu.rules.sql import Needs
from konnektu.segments.copying import GONE, Outdated, Wanted, copied, stands, sweep
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send

WANTED = Wanted(Needs(frozenset({("attribute", "city")})))


class Between:
    """The event store, where something happens after an insert."""

    def __init__(self, history: History, after: Callable[[], None]) -> None:
        self._history = history
        self._after = after

    def insert(self, table: str, rows: pa.Table, token: str | None, **more: Any) -> None:
        self._history.insert(table, rows, token, **more)
        self._after()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._history, name)


class Killed(Exception):
    """The process is no more."""


@pytest.fixture
def history(storage: Storage, workspace: WorkspaceRecord, event_store_server: object) -> History:
    """The event store of a workspace with two people."""
    people = (identify("anna", 1, city="Тула"), identify("boris", 1, city="Орёл"))
    send(storage, workspace, *people, at=NOW - 1_000)
    run_writer(storage, workspace)
    return storage.history(workspace)


def _kept(history: History) -> list[str]:
    """The bodies of all copies."""
    return [row[0] for row in history.rows("SELECT body FROM mirror WHERE copy != 0 ORDER BY body")]


def _erase(history: History) -> None:
    log.erase_from_history(history, [1], [])


def test_a_copy_begun_before_an_erasure_is_thrown_away(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    db, between = storage.workspace(workspace), Between(history, lambda: _erase(history))
    with pytest.raises(Outdated):
        copied(db, between, WANTED, NOW)  # type: ignore[arg-type]  # the same methods
    assert _kept(history) == []
    copy = copied(db, history, WANTED, NOW)
    stands(history, copy.id)
    assert copied(db, history, WANTED, NOW) == copy
    _erase(history)
    assert _kept(history) == []
    with pytest.raises(Outdated):
        stands(history, copy.id)
    assert copied(db, history, WANTED, NOW).id != copy.id


def test_what_a_killed_process_left_is_swept(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    def end() -> None:
        raise Killed

    with pytest.raises(Killed):
        copied(storage.workspace(workspace), Between(history, end), WANTED, NOW)  # type: ignore[arg-type]
    assert len(_kept(history)) == 4
    sweep(history, NOW + GONE)
    assert len(_kept(history)) == 4
    sweep(history, NOW + GONE + 1)
    assert _kept(history) == []
