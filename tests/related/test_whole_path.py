"""From facts to rows on a real PostgreSQL: kinds, values, owners, merges, cuts, erasure, rebuilds, kills."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.belt import cuts
from konnektu.belt.rebuild import rebuild
from konnektu.belt.writer import Writer
from konnektu.core.ids import public_id
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.related.logic import is_removed, missing
from konnektu.related.model import MOST_VERSIONS
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
from tests.orders.facts import profile_of
from tests.related.facts import fields_of, history_of, kind, record, row
from tests.shelf import Shelf

MERGE = {"people": [{"kind": "user_id", "value": "u1"}, {"kind": "user_id", "value": "u2"}]}


def decided(what: str, n: int, **properties: object) -> bytes:
    return msgspec.json.encode({"type": what, "messageId": f"d-{n}", "properties": properties})


def assert_rebuilt_equal(storage: Storage, workspace: WorkspaceRecord) -> None:
    done = rebuild(storage, workspace, "test", lambda _at, _of: None)
    assert done.is_equal, done.tables


def erase(storage: Storage, workspace: WorkspaceRecord, user: str) -> None:
    profile = profile_of(storage, workspace, user)
    with storage.workspace(workspace).read() as db:
        born = profiles.profiles(db, [profile])[profile].born
    privacy.request(storage, workspace, public_id(born, profile), NOW + 20_000, "test")
    run_writer(storage, workspace)


@pytest.fixture
def defined(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    """A workspace that has the kind `child`."""
    send(storage, workspace, kind(1), origin="system")
    return workspace


def test_events_and_facts_become_a_record_of_a_person(
    storage: Storage, defined: WorkspaceRecord, event_store_server: object
) -> None:
    said = {"name": " Anna  Maria ", "born": "31.12.2019", "hobbies": "chess, ski"}
    send(storage, defined, track("Record Updated", 1, user="u1", kind="child", id=7, fields=said))
    values: dict[str, Any] = {"height": "1,05", "spent": "10.5", "is_pupil": "нет", "sex": "GIRL"}
    send(storage, defined, record("7", 2, **values), record("8", 3, "u1"), origin="api")
    run_writer(storage, defined)
    assert fields_of(storage, defined, "7") == {
        "name": "Anna Maria",
        "born": "2019-12-31",
        "hobbies": ["chess", "ski"],
        "height": "1.05",
        "spent": 1_050,
        "is_pupil": False,
        "sex": "girl",
    }
    profile = profile_of(storage, defined, "u1")
    assert {row(storage, defined, id_).profile for id_ in "78"} == {profile}
    with storage.workspace(defined).read() as db:
        assert related.counts_of(db, [profile]) == {profile: {"child": 2}}
        assert missing(related.kinds(db)["child"], row(storage, defined, "8").state) == ["name"]
    assert [one.position for one in history_of(storage, defined, "7")] == [2, 3]
    assert_rebuilt_equal(storage, defined)


def test_statements_twice_and_out_of_order_give_one_truth(
    storage: Storage, defined: WorkspaceRecord, event_store_server: object
) -> None:
    said = [
        record("7", 1, "u1", 5_000, name="Anna", height=100),
        record("7", 2, "u1", 9_000, height=110),
        record("7", 3, "u1", 1_000, name="Ann", height=90, sex="girl"),
        record("7", 2, "u1", 9_000, height=110),
        record("7", 4, "u1", 7_000, height=None, removed=True),
    ]
    send(storage, defined, *said, origin="api")
    run_writer(storage, defined, 1)
    assert fields_of(storage, defined, "7") == {"name": "Anna", "height": "110", "sex": "girl"}
    assert not is_removed(row(storage, defined, "7").state)
    send(storage, defined, track("Record Removed", 5, user="u1", kind="child", id="7"))
    run_writer(storage, defined)
    assert not is_removed(row(storage, defined, "7").state)
    send(storage, defined, record("7", 6, at=10_000, removed=True), origin="api")
    run_writer(storage, defined)
    assert is_removed(row(storage, defined, "7").state)
    assert_rebuilt_equal(storage, defined)


def test_a_kind_grows_and_never_changes_what_was_taken(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, record("7", 1, "u1", name="early"), origin="api")
    send(storage, workspace, kind(1), origin="system")
    send(storage, workspace, record("7", 2, "u1", name="Anna", height=100), origin="api")
    retired: list[dict[str, Any]] = [
        {"name": "height", "en": "H", "ru": "Р", "type": "number", "is_retired": True},
        {"name": "born", "en": "B", "ru": "Р", "type": "text"},
        {"name": "school", "en": "School", "ru": "Школа"},
        {"name": "sex", "en": "S", "ru": "П", "type": "choice", "options": [{"value": "x", "en": "X", "ru": "X"}]},
    ]  # fmt: skip
    send(storage, workspace, kind(2, fields=retired), origin="system")
    send(
        storage, workspace, record("7", 3, "u1", 1, height=120, school="№ 5", sex="x", name=""), origin="api"
    )
    send(storage, workspace, kind(3, fields=[], is_retired=True), origin="system")
    send(storage, workspace, record("7", 4, "u1", 2, school="№ 6"), origin="api")
    run_writer(storage, workspace)
    assert fields_of(storage, workspace, "7") == {
        "name": "Anna",
        "height": "100",
        "school": "№ 5",
        "sex": "x",
    }
    with storage.workspace(workspace).read() as db:
        child = related.kinds(db)["child"]
    assert [one.name for one in child.fields] == [
        "name", "born", "height", "spent", "is_pupil", "sex", "hobbies", "school",
    ]  # fmt: skip
    assert child.by_name()["born"].type == "date"
    assert [one.value for one in child.by_name()["sex"].options] == ["girl", "boy", "x"]
    kept = everything(storage, workspace)["quarantine"]
    assert len(kept) == 4
    assert all("wrong_record" in one for one in kept)
    assert_rebuilt_equal(storage, workspace)


def test_the_owner_is_whom_an_own_system_named_last(
    storage: Storage, defined: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, defined, record("7", 1, "u1", 2_000, name="A"), origin="api")
    send(storage, defined, record("7", 2, "u2", 1_000, name="B"), origin="api")
    send(storage, defined, track("Record Updated", 3, user="u3", kind="child", id="7", fields={"name": "C"}))
    run_writer(storage, defined)
    assert row(storage, defined, "7").profile == profile_of(storage, defined, "u1")
    assert fields_of(storage, defined, "7") == {"name": "A"}
    send(storage, defined, record("7", 4, "u2", 3_000), origin="api")
    run_writer(storage, defined)
    assert row(storage, defined, "7").profile == profile_of(storage, defined, "u2")
    assert_rebuilt_equal(storage, defined)


def test_a_fact_that_names_a_record_alone_is_its_owners(
    storage: Storage, defined: WorkspaceRecord, history: History
) -> None:
    send(storage, defined, record("7", 1, at=500), record("7", 2, "u1", 1_000), origin="api")
    send(storage, defined, record("7", 3, at=2_000, name="Anna"), origin="api")
    nobody = {"type": "track", "event": "Record Updated", "messageId": "m", "anonymousId": "null"}
    send(storage, defined, msgspec.json.encode({**nobody, "properties": {"kind": "child", "id": "7"}}))
    run_writer(storage, defined)
    seal_all(storage, defined)
    owner = row(storage, defined, "7").state.fields[".owner"].value
    assert owner
    facts = history.rows("SELECT position, atom FROM fact WHERE position > 1 ORDER BY position")
    assert facts == [(2, 0), (3, owner), (4, owner), (5, 0)]
    assert {one.position: one.atom for one in history_of(storage, defined, "7")} == dict(facts)
    assert_rebuilt_equal(storage, defined)


@pytest.mark.parametrize("size", [1, 1000])
def test_records_go_with_their_people(
    storage: Storage, defined: WorkspaceRecord, event_store_server: object, size: int
) -> None:
    send(storage, defined, record("1", 1, "u1"), record("2", 2, "u2"), origin="api")
    send(storage, defined, record("2", 3, name="B"), decided("merge", 1, **MERGE), origin="console")
    send(storage, defined, record("1", 4, name="A"), record("3", 5, "u2"), origin="api")
    run_writer(storage, defined, size)
    assert {row(storage, defined, id_).profile for id_ in "123"} == {profile_of(storage, defined, "u1")}
    assert_rebuilt_equal(storage, defined)
    send(storage, defined, decided("cut", 2, between=MERGE["people"]), origin="console")
    run_writer(storage, defined, size)
    assert cuts.effect_cuts(storage, defined, NOW + 9_000) == 1
    run_writer(storage, defined, size)
    u1, u2 = (profile_of(storage, defined, user) for user in ("u1", "u2"))
    assert [row(storage, defined, id_).profile for id_ in "123"] == [u1, u2, u2]
    assert_rebuilt_equal(storage, defined)


@pytest.mark.parametrize("sealed_before", [True, False])
def test_an_erased_persons_records_are_gone_everywhere(
    storage: Storage, defined: WorkspaceRecord, history: History, tmp_path: Path, *, sealed_before: bool
) -> None:
    send(storage, defined, record("GONE 7", 1, at=1, name="gone"), record("8", 2, name="kept"), origin="api")
    send(storage, defined, track("Record Updated", 3, anonymous="c1", kind="child", id="GONE 7"))
    send(storage, defined, identify("u1", 4), record("GONE 7", 5, "u1", 9_000, name="gone"), origin="api")
    run_writer(storage, defined)
    if sealed_before:
        seal_all(storage, defined)
    erase(storage, defined, "u1")
    assert [one.split(",")[1] for one in everything(storage, defined)["record"]] == ["8"]
    assert [one.split(",")[1] for one in everything(storage, defined)["record_version"]] == ["8"]
    assert_rebuilt_equal(storage, defined)
    seal_all(storage, defined)
    (finished,) = privacy.finish_erasures(storage, defined, tmp_path)
    assert finished.removed["record"] == 1
    left = history.rows("SELECT position FROM fact WHERE name != 'erase' ORDER BY position")
    assert [one[0] for one in left] == [1, 3, 4]
    with storage.inbox.read() as inbox:
        found = inbox.execute("SELECT body FROM block WHERE workspace = %s", [defined.id]).fetchall()
    assert "gone" not in str([log.decode_block(bytes(body)) for (body,) in found])
    assert_rebuilt_equal(storage, defined)


def test_what_an_erased_person_said_of_anothers_record_is_taken_back(
    storage: Storage, defined: WorkspaceRecord, event_store_server: object, tmp_path: Path
) -> None:
    send(storage, defined, record("7", 1, "u1", 1_000, name="Anna", height=90), origin="api")
    send(storage, defined, record("7", 2, "u2", 2_000, height=100, sex="girl"), origin="api")
    send(storage, defined, record("7", 3, "u1", 3_000, sex="boy"), origin="api")
    run_writer(storage, defined)
    erase(storage, defined, "u2")
    assert fields_of(storage, defined, "7") == {"name": "Anna", "height": "90", "sex": "boy"}
    assert [one.position for one in history_of(storage, defined, "7")] == [4, 2]
    seal_all(storage, defined)
    privacy.finish_erasures(storage, defined, tmp_path)
    assert_rebuilt_equal(storage, defined)


def test_a_history_keeps_the_latest_statements(
    storage: Storage, defined: WorkspaceRecord, event_store_server: object
) -> None:
    said = [record("7", n, "u1", n * 10, height=n) for n in range(MOST_VERSIONS + 20)]
    send(storage, defined, *reversed(said), origin="api")
    run_writer(storage, defined, 7)
    kept = history_of(storage, defined, "7")
    assert len(kept) == MOST_VERSIONS
    assert [one.fields["height"] for one in kept[:2]] == ["119", "118"]
    assert row(storage, defined, "7").state.told == MOST_VERSIONS + 20
    assert_rebuilt_equal(storage, defined)


def test_what_tests_say_changes_no_record(storage: Storage, defined: WorkspaceRecord) -> None:
    body = msgspec.json.decode(track("Record Updated", 1, user="u1", kind="child", id="7"))
    send(storage, defined, msgspec.json.encode({**body, "context": {"test": True}}))
    run_writer(storage, defined)
    assert everything(storage, defined)["record"] == []


BLOCKS = [
    ("system", [kind(1)]),
    ("wire", [track("Record Updated", 1, user="u1", kind="child", id="A", fields={"name": "a"}), track("Page Viewed", 2, anonymous="a")]),
    ("api", [record("A", 3, at=5, height=100), record("B", 4, "u2", name="b"), record("B", 5, height="x", name="c"), record("C", 6, kind="pet")]),
    ("console", [decided("merge", 6, **MERGE)]),
    ("system", [kind(7, fields=[{"name": "school", "en": "School", "ru": "Школа"}])]),
    ("import", [record("B", 8, "u2", 9, school="5"), record("A", 9, at=90, removed=True)]),
]  # fmt: skip


def send_blocks(storage: Storage, workspace: WorkspaceRecord) -> None:
    for number, (origin, bodies) in enumerate(BLOCKS):
        send(storage, workspace, *bodies, at=NOW + number * 1_000, origin=origin)


@pytest.fixture(scope="module")
def uninterrupted(storage: Storage, shelf: Shelf) -> dict[str, list[str]]:
    made = shelf.take("uninterrupted-related", "Uninterrupted", NOW)
    send_blocks(storage, made)
    run_writer(storage, made)
    state = everything(storage, made)
    shelf.give_back(made)
    return state


def test_killed_before_any_statement_it_ends_in_the_same_state(
    storage: Storage,
    workspace: WorkspaceRecord,
    uninterrupted: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert [len(uninterrupted[name]) for name in ("record", "record_version", "record_kind")] == [2, 6, 1]
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


def test_a_batch_without_records_asks_for_none(
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
    assert not any(table in one for one in asked for table in ("record_kind", "FROM record", "INTO record"))
