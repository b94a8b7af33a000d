"""The history in the real event store: sealed once however often sent, equal when rebuilt, cut and erased right."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.belt import cuts
from konnektu.belt.deliver import seal_once
from konnektu.belt.rebuild import rebuild
from konnektu.core.errors import Retry
from konnektu.core.ids import public_id
from konnektu.core.records import Decision
from konnektu.identity import api as identity
from konnektu.imports import api as imports
from konnektu.imports.uploads import ErrorFile
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.reading.api import BadRow
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import (
    NOW,
    SimulatedCrash,
    crash_before_statement,
    everything,
    identify,
    run_writer,
    send,
    track,
)
from tests.belt.test_writer import send_all
from tests.conftest import SECRET_KEY


def rows(history: History, table: str = "fact") -> list[tuple[Any, ...]]:
    columns = "position, atom, name, body" if table == "fact" else "position, ordinal, kind, moved"
    return history.rows(f"SELECT {columns} FROM {table} ORDER BY position{', ordinal' * (table != 'fact')}")


def seal_all(storage: Storage, record: WorkspaceRecord, size: int = 1000) -> int:
    total = 0
    while sealed := seal_once(storage, record, size):
        total += sealed
    return total


def is_equal_when_rebuilt(storage: Storage, record: WorkspaceRecord) -> bool:
    outcome = rebuild(storage, record, "test", lambda _done, _all: None)
    assert any(table.rows for table in outcome.tables)
    return outcome.is_equal


def profile_of(storage: Storage, record: WorkspaceRecord, kind: str, value: str) -> int:
    with storage.workspace(record).read() as db:
        found = identity.find(db, kind, value)
    assert found is not None
    return found


def decisions(storage: Storage, record: WorkspaceRecord, kind: str) -> Sequence[Decision]:
    with storage.workspace(record).read() as db:
        return [one for one in identity.decisions_between(db, 0, 2**62) if one.kind == kind]


def test_every_accepted_fact_is_sealed_and_nothing_else(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    send_all(storage, workspace)
    writer = run_writer(storage, workspace)
    assert seal_all(storage, workspace) == writer.place.position
    assert [row[0] for row in rows(history)] == [1, 2, 4, 5, 6, 8, 9, 10]
    assert len(rows(history, "decision")) == len(everything(storage, workspace)["decision"])
    assert seal_all(storage, workspace) == 0


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_batches_of_any_size_killed_at_any_statement_seal_the_same(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    send_all(storage, workspace)
    position = run_writer(storage, workspace).place.position
    crashes = 0
    for statement in range(1, 200):
        try:
            with crash_before_statement(monkeypatch, statement):
                seal_all(storage, workspace, size)
        except SimulatedCrash:
            crashes += 1
            continue
        break
    assert crashes > 5
    with storage.workspace(workspace).read() as db:
        assert log.store.sealed(db) == (position, None)
    assert [row[0] for row in rows(history)] == [1, 2, 4, 5, 6, 8, 9, 10]
    assert len(rows(history, "decision")) == len(everything(storage, workspace)["decision"])


def test_a_batch_half_inserted_is_completed(
    storage: Storage, workspace: WorkspaceRecord, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events of two years lie in two partitions: the server may die with one written."""
    old = NOW - 400 * 86_400_000
    bodies = [
        msgspec.json.encode(
            {"type": "track", "event": "E", "userId": "u", "messageId": f"m{n}", "timestamp": at}
        )
        for n, at in enumerate((old, NOW, old, NOW))
    ]
    send(storage, workspace, *bodies)
    run_writer(storage, workspace)
    whole = History.insert

    def half(self: History, table: str, given: Any, token: str | None, **more: Any) -> None:
        if table == "fact":
            whole(self, table, given.filter([True, False, True, False]), token, **more)
            raise SimulatedCrash
        whole(self, table, given, token, **more)

    with monkeypatch.context() as patch:
        patch.setattr(History, "insert", half)
        with pytest.raises(SimulatedCrash):
            seal_once(storage, workspace, 1000)
    assert len(rows(history)) == 2
    seal_all(storage, workspace)
    assert [row[0] for row in rows(history)] == [1, 2, 3, 4]


@pytest.mark.parametrize("share", ["sealed", "half", "none"])
def test_rebuilt_from_history_and_decisions_the_state_is_equal(
    storage: Storage, workspace: WorkspaceRecord, history: History, share: str
) -> None:
    send_all(storage, workspace)
    run_writer(storage, workspace)
    if share != "none":
        seal_all(storage, workspace)
    if share == "half":
        send(storage, workspace, track("Later", 90, user="u1", anonymous="a9"), at=NOW + 99_000)
        run_writer(storage, workspace)
    assert is_equal_when_rebuilt(storage, workspace)


def test_a_damaged_state_is_found(storage: Storage, workspace: WorkspaceRecord, history: History) -> None:
    send_all(storage, workspace)
    run_writer(storage, workspace)
    with storage.workspace(workspace).transaction() as db:
        db.execute("UPDATE profile SET first_seen = first_seen + 1 WHERE id = (SELECT min(id) FROM profile)")
    assert not is_equal_when_rebuilt(storage, workspace)


def test_merge_then_cut_is_as_if_never_merged(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    send(
        storage,
        workspace,
        identify("u1", 1, firstName="Anna", city="Moscow"),
        track("Order Completed", 2, user="u1", revenue=10),
        track("Page Viewed", 3, anonymous="a1"),
        track("Page Viewed", 4, anonymous="a1"),
    )
    run_writer(storage, workspace)
    before = everything(storage, workspace, ("profile", "tag", "consent"))
    send(storage, workspace, track("Login", 5, user="u1", anonymous="a1"), at=NOW + 1000)
    run_writer(storage, workspace)
    assert len(everything(storage, workspace)["profile"]) == 1
    (merge,) = decisions(storage, workspace, "merge")
    fact = {"type": "cut", "messageId": "c1", "properties": {"decision": [merge.position, merge.ordinal]}}
    send(storage, workspace, msgspec.json.encode(fact), at=NOW + 2000, origin="console")
    run_writer(storage, workspace)
    assert len(everything(storage, workspace)["profile"]) == 1
    assert cuts.effect_cuts(storage, workspace, NOW + 3000) == 1
    run_writer(storage, workspace)
    after = everything(storage, workspace, ("profile", "tag", "consent"))
    assert len(after["profile"]) == 2
    anonymous = profile_of(storage, workspace, "anonymous_id", "a1")
    assert [r for r in after["profile"] if r.startswith(f"({anonymous},")] == [
        r for r in before["profile"] if r.startswith(f"({anonymous},")
    ]
    assert cuts.effect_cuts(storage, workspace, NOW + 4000) == 0
    assert is_equal_when_rebuilt(storage, workspace)


def test_a_cut_that_meets_an_absent_event_store_is_asked_for_again(
    storage: Storage, workspace: WorkspaceRecord, history: History, postgres_url: str
) -> None:
    send(storage, workspace, track("Viewed", 1, anonymous="a1"))
    send(storage, workspace, track("Login", 2, user="u1"))
    send(storage, workspace, track("Login", 3, user="u1", anonymous="a1"))
    run_writer(storage, workspace)
    (merge,) = decisions(storage, workspace, "merge")
    fact = {"type": "cut", "messageId": "c1", "properties": {"decision": [merge.position, merge.ordinal]}}
    send(storage, workspace, msgspec.json.encode(fact), origin="console")
    run_writer(storage, workspace)
    alone = Storage(postgres_url, SECRET_KEY)
    with pytest.raises(Retry):
        cuts.effect_cuts(alone, workspace, NOW)
    alone.close()
    assert cuts.effect_cuts(storage, workspace, NOW) == 1


def erase(storage: Storage, record: WorkspaceRecord, profile: int) -> None:
    with storage.workspace(record).read() as db:
        row = profiles.profile(db, profile)
    assert row is not None
    privacy.request(storage, record, public_id(row.born, profile), NOW + 5000, "test")
    run_writer(storage, record)


def test_an_erased_person_is_gone_everywhere_and_stays_so(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    send(
        storage,
        workspace,
        identify("gone-user", 1, email="gone@shop.example", phone="+79031234567"),
        track("Order Completed", 2, user="gone-user", revenue=10),
        b'{"type":"track","userId":"gone-user","messageId":"broken"}',
    )
    send(storage, workspace, track("Order Completed", 3, user="stays", revenue=20))
    send(storage, workspace, track("Order Completed", 2, user="gone-user", revenue=10))
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    send(storage, workspace, track("Unsealed", 4, user="gone-user"), at=NOW + 1000)
    run_writer(storage, workspace)

    erase(storage, workspace, profile_of(storage, workspace, "user_id", "gone-user"))
    seal_all(storage, workspace)
    bad = BadRow(7, "wrong_time", "«вчера» is no time", '{"phone": "8 (903) 123-45-67", "date": "вчера"}')
    other = BadRow(8, "wrong_time", "«вчера» is no time", '{"phone": "8 (903) 765-43-21", "date": "вчера"}')
    folder = imports.Folder(tmp_path, workspace)
    errors = ErrorFile(folder.errors(1), 0)
    length = errors.add([bad, other])
    errors.close()
    (finished,) = privacy.finish_erasures(storage, workspace, tmp_path)
    assert list(folder.bad_rows(1, length)) == [bad._replace(detail="", text=""), other]
    assert finished.removed["quarantine"] == 1
    assert not privacy.finish_erasures(storage, workspace, tmp_path)

    for secret in ("gone-user", "gone@shop.example", "79031234567"):
        assert secret not in str(everything(storage, workspace))
        assert secret not in str(rows(history)) + str(history.rows("SELECT body FROM decision"))
        with storage.inbox.read() as inbox:
            bodies = [
                bytes(row[0])
                for row in inbox.execute("SELECT body FROM block WHERE workspace = %s", [workspace.id])
            ]
        assert not any(secret.encode() in str(log.decode_block(body)).encode() for body in bodies)
    assert [row[2] for row in rows(history)] == ["Order Completed", "erase"]
    assert is_equal_when_rebuilt(storage, workspace)


def test_a_late_sending_does_not_bring_an_erased_person_back_but_a_new_visit_does(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    send(storage, workspace, identify("u1", 1, email="gone@shop.example"))
    run_writer(storage, workspace)
    erase(storage, workspace, profile_of(storage, workspace, "user_id", "u1"))
    late = {"type": "track", "event": "Late", "userId": "u1", "messageId": "late", "timestamp": NOW - 1000}
    send(storage, workspace, msgspec.json.encode(late), at=NOW + 9000)
    run_writer(storage, workspace)
    assert everything(storage, workspace)["profile"] == []
    send(storage, workspace, track("Came Back", 9, user="u1"), at=NOW + 10_000)
    run_writer(storage, workspace)
    assert len(everything(storage, workspace)["profile"]) == 1
