"""A copy that counts read holds nobody who was erased while it was made, and goes when nobody reads it any more."""

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from konnektu.log import api as log
from konnektu.rules.model import Member
from konnektu.rules.sql import Needs
from konnektu.segments.copying import GONE, Outdated, Wanted, copied, stands, sweep
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.segments.facts import saved, standing
from tests.segments.test_counting import RULES, shop
from tests.segments.test_live import HOUR, bring_into_force

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


def test_a_copy_made_table_by_table_is_the_one_made_person_by_person(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    """Of what both hold; the second is made person by person because it asks for tags."""
    shop(storage, workspace)
    send(
        storage, workspace,
        identify("anna", 20, city=None, age=4.50, about='"\\ё', lists=["a", "b"], email="anna@shop.example"),
        track("Consent Given", 21, user="anna", channel="email", form="footer"),
        saved(30, "tula", RULES["city"]),
        at=NOW - HOUR // 2, origin="system",
    )  # fmt: skip
    bring_into_force(storage, workspace)
    names = ("city", "age", "about", "lists", "email", "first_name")
    asked = {("attribute", name) for name in names}
    segments = {one.id: key for key, one in standing(storage, workspace).items()}
    needs = Needs(frozenset(asked), (Member("tula"),))
    told = []
    for things in (needs, Needs(needs.things | {("tag", "")}, needs.decided)):
        copy = copied(storage.workspace(workspace), history, Wanted(things, segments, "tula"), NOW)
        rows = history.rows(_WITHOUT_TAGS, {"copy": copy.id})
        told.append((copy.zones, copy.currencies, copy.channels, [(*row[:4], _read(row[4])) for row in rows]))
    assert told[0] == told[1]
    assert {row[1] for row in told[0][3]} == {
        "person", "zone", "attribute", "revenue", "reach", "verdict", "member",
    }  # fmt: skip


_WITHOUT_TAGS = (
    "SELECT profile, kind, name, id, body FROM mirror WHERE copy = {copy:Int64} AND kind NOT IN ('tag', 'whole')"
    " ORDER BY ALL"
)


def _read(body: str) -> Any:
    """What a body says, however it is written."""
    return json.loads(body) if body.startswith("{") else body


def test_what_a_killed_process_left_is_swept(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    def end() -> None:
        raise Killed

    with pytest.raises(Killed):
        copied(storage.workspace(workspace), Between(history, end), WANTED, NOW)  # type: ignore[arg-type]
    assert len(_kept(history)) == 2
    sweep(history, NOW + GONE)
    assert len(_kept(history)) == 2
    sweep(history, NOW + GONE + 1)
    assert _kept(history) == []
