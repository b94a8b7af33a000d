"""Who was erased stays erased, whether before the backup, between it and its restore, or while it was made."""

import shutil
from pathlib import Path

import msgspec
import pytest

from konnektu.core.ids import public_id
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import History, Storage, WorkspaceRecord, drop_workspace
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.conftest import SECRET_KEY
from tests.keeping.made import LATER, applied, back_up, hashes, is_rebuilt_equal, restored, settled

pytestmark = pytest.mark.slow


def ask(storage: Storage, record: WorkspaceRecord, user: str, now: int = LATER) -> None:
    """Ask for the erasure of whoever has this user id."""
    with storage.workspace(record).read() as db:
        profile = identity.find(db, "user_id", user)
        row = None if profile is None else profiles.profile(db, profile)
    assert row is not None
    privacy.request(storage, record, public_id(row.born, row.id), now, "test")


def erase(storage: Storage, record: WorkspaceRecord, user: str, folder: Path, now: int = LATER) -> None:
    """Erase whoever has this user id, to the end."""
    ask(storage, record, user, now)
    applied(storage, record)
    assert privacy.finish_erasures(storage, record, folder / "data")


def knows(storage: Storage, record: WorkspaceRecord, user: str) -> bool:
    with storage.workspace(record).read() as db:
        return identity.find(db, "user_id", user) is not None


def traces(storage: Storage, record: WorkspaceRecord, *values: str) -> list[str]:
    """Where any of these values stands: in a table, in a kept block, in the event store."""
    found = []
    with storage.workspace(record).read() as db:
        names = [
            row[0]
            for row in db.execute(
                "SELECT relname::text FROM pg_class c WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            )
        ]
        for name in names:
            text = " ".join(row[0] for row in db.execute(f"SELECT t::text FROM {name} t"))
            blobs = [value for value in values if value in text or value.encode().hex() in text]
            found += [f"{name}: {value}" for value in blobs]
    with storage.inbox.read() as inbox:
        for (body,) in inbox.execute("SELECT body FROM block WHERE workspace = %s", [record.id]):
            text = msgspec.json.encode(
                [str(parcel.events) for parcel in log.decode_block(bytes(body))]
            ).decode()
            found += [f"block: {value}" for value in values if value in text]
    for table in ("fact", "decision"):
        rows = str(storage.history(record).rows(f"SELECT * FROM {table}"))
        found += [f"{table}: {value}" for value in values if value in rows]
    return found


OF_U3 = ("u3@example.org", "+79030000003")


def test_an_erasure_after_the_backup_holds_after_its_restore(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    assert traces(storage, workspace, *OF_U3)
    erase(storage, workspace, "u3", tmp_path)
    assert not traces(storage, workspace, *OF_U3)
    later = tmp_path / "later"
    (later / "data").mkdir(parents=True)
    shutil.copytree(tmp_path / "data" / "erased", later / "data" / "erased")
    back_up(storage, workspace, later)  # its notes are all that the other machine needs to be given
    shutil.copytree(later / "backups" / "erased", tmp_path / "backups" / "erased", dirs_exist_ok=True)

    record, loaded, erased = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    assert erased == 1
    assert not knows(empty_machine, record, "u3") and knows(empty_machine, record, "u4")
    assert not traces(empty_machine, record, *OF_U3)
    is_rebuilt_equal(empty_machine, record)

    send(empty_machine, record, track("Late", 77_000, user="u3"), at=NOW)
    run_writer(empty_machine, record)
    assert not knows(empty_machine, record, "u3"), "a late sending resurrects nobody"


def test_on_the_same_machine_its_own_notes_are_enough(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    erase(storage, workspace, "u3", tmp_path)
    record, _, erased = restored(storage, tmp_path, "again")
    try:
        assert erased == 1 and not traces(storage, record, *OF_U3)
        is_rebuilt_equal(storage, record)
    finally:
        drop_workspace(storage, record)


def test_what_waited_of_the_person_is_kept_out(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    settled(storage, workspace)
    send(storage, workspace, identify("newcomer", 1, email="new@example.org"))
    back_up(storage, workspace, tmp_path)  # nobody has applied it
    applied(storage, workspace)
    erase(storage, workspace, "newcomer", tmp_path)
    notes = privacy.read_notes(tmp_path / "data" / "erased", workspace.uuid)
    privacy.add_notes(tmp_path / "backups" / "erased", workspace.uuid, notes)
    record, _, _ = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    assert not knows(empty_machine, record, "newcomer")
    is_rebuilt_equal(empty_machine, record)


def test_an_erasure_before_the_backup_is_in_it_and_who_came_back_stays(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    settled(storage, workspace)
    run_writer(storage, workspace)
    erase(storage, workspace, "u3", tmp_path, NOW + 1_000)
    erase(storage, workspace, "u4", tmp_path, NOW + 2_000)
    send(storage, workspace, identify("u4", 99, email="back@example.org"), at=LATER)
    applied(storage, workspace)
    assert knows(storage, workspace, "u4")
    kept = back_up(storage, workspace, tmp_path)
    record, _, erased = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    assert erased == 0
    assert not knows(empty_machine, record, "u3") and knows(empty_machine, record, "u4")
    assert not traces(empty_machine, record, *OF_U3)
    assert kept.counts["erasure"] == 2
    is_rebuilt_equal(empty_machine, record)


@pytest.mark.parametrize("passphrase", ["", "a phrase"], ids=["plain", "encrypted"])
def test_an_erasure_under_way_is_finished_under_another_key(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    empty_machine: Storage,
    tmp_path: Path,
    passphrase: str,
) -> None:
    settled(storage, workspace)
    ask(storage, workspace, "u3")
    run_writer(storage, workspace)  # gone from the state; inbox and event store have not followed
    back_up(storage, workspace, tmp_path, passphrase)
    secret = None if passphrase else SECRET_KEY
    record, _, _ = restored(empty_machine, tmp_path, "copy", passphrase, secret, tmp_path / "other")
    assert not traces(empty_machine, record, *OF_U3)
    with empty_machine.workspace(record).read() as db:
        assert not privacy.open_erasures(db)
    is_rebuilt_equal(empty_machine, record)


def test_a_backup_of_a_restored_workspace_keeps_its_tombstones(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    settled(storage, workspace)
    run_writer(storage, workspace)
    erase(storage, workspace, "u3", tmp_path)
    back_up(storage, workspace, tmp_path)
    other = tmp_path / "other"
    record, _, _ = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, other)
    back_up(empty_machine, record, other, "a phrase")
    again, _, _ = restored(storage, other, "there-and-back", "a phrase")
    try:
        send(storage, again, track("Late", 77_000, user="u3"), at=NOW)
        run_writer(storage, again)
        assert not knows(storage, again, "u3")
        assert hashes(storage, again)["tombstone"] == hashes(storage, workspace)["tombstone"]
    finally:
        drop_workspace(storage, again)


def test_a_note_that_a_crash_cut_off_is_none(tmp_path: Path) -> None:
    gone = privacy.Gone(7, 8, (1, 2), (b"a" * 16, b"b" * 16))
    privacy.add_notes(tmp_path, "w", [gone])
    with (tmp_path / "w.jsonl").open("ab") as file:
        file.write(b'{"position":9,"ins')
    later = privacy.Gone(9, 10, (3,), (b"c" * 16,))
    privacy.add_notes(tmp_path, "w", [gone, later])
    assert privacy.read_notes(tmp_path, "w") == [gone, later]
