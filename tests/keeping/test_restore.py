"""A backup restored on an empty machine and beside others: the same counts and hashes, and a rebuild that agrees."""

from pathlib import Path

import pytest
from msgspec import structs

from konnektu.access.api import sources, users, write_keys
from konnektu.console import api as console
from konnektu.console.views import key_of
from konnektu.core.errors import Conflict
from konnektu.keeping import api as keeping
from konnektu.log import api as log
from konnektu.storage.api import History, Storage, WorkspaceRecord, drop_workspace
from tests.belt.support import NOW, everything, identify, run_writer, send, track
from tests.conftest import SECRET_KEY
from tests.console.people import user
from tests.keeping.made import (
    LATER,
    applied,
    back_up,
    hashes,
    is_rebuilt_equal,
    live,
    position,
    quiet,
    restored,
    settled,
)
from tests.related.facts import kind as record_kind

pytestmark = pytest.mark.slow
OF_THE_INBOX = ("applied", "seal", "writer", "tombstone_key")
"""Tables that speak of the inbox they stand beside, or of this installation's key."""


@pytest.mark.parametrize("passphrase", ["", "пароль резервной копии"], ids=["plain", "encrypted"])
def test_an_empty_machine_has_everything(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    empty_machine: Storage,
    tmp_path: Path,
    passphrase: str,
) -> None:
    settled(storage, workspace)
    kept = back_up(storage, workspace, tmp_path, passphrase)
    assert kept.counts["events.fact"] == 90 and kept.counts["blocks"] == 15

    secret = None if passphrase else SECRET_KEY
    record, loaded, _ = restored(
        empty_machine, tmp_path, workspace.slug, passphrase, secret, tmp_path / "other"
    )

    assert (record.uuid, record.name, record.timezone) == (workspace.uuid, workspace.name, workspace.timezone)
    assert {name: loaded.counts[name] for name in kept.counts} == kept.counts
    assert not loaded.left_out
    applied(storage, workspace)
    assert everything(empty_machine, record) == everything(storage, workspace)
    assert hashes(empty_machine, record, *OF_THE_INBOX) == hashes(storage, workspace, *OF_THE_INBOX)
    assert position(empty_machine, record) == position(storage, workspace)
    count = "SELECT count(), sum(sipHash64(position, atom, body, time, source)) FROM fact"
    assert empty_machine.history(record).rows(count) == history.rows(count)
    assert is_rebuilt_equal(empty_machine, record).facts == is_rebuilt_equal(storage, workspace).facts


def test_ranges_of_records_have_their_indexes(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    fields = [
        {"name": name, "en": name, "ru": name, "type": kind}
        for name, kind in (("born", "date"), ("height", "number"), ("name", "text"))
    ]
    send(storage, workspace, record_kind(1, fields=fields), origin="system")
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    record, _, _ = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    found = indexes(empty_machine, record)
    assert found == indexes(storage, workspace)
    assert len(found) == 2


def indexes(storage: Storage, record: WorkspaceRecord) -> set[str]:
    """The indexes of records by the values of fields."""
    with storage.workspace(record).read() as db:
        query = "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = 'record' AND indexdef ~ 'born|height'"
        return {row[0] for row in db.execute(query, [record.schema])}


def test_what_people_have_in_control_is_there(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    settled(storage, workspace)
    (was,) = sources(storage.control, workspace.id, now=NOW)
    back_up(storage, workspace, tmp_path)
    record, _, _ = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    (found,) = sources(empty_machine.control, record.id, now=NOW)
    assert (found.id, found.name, found.write_keys) == (was.id, was.name, was.write_keys)
    assert [key.workspace for key in write_keys(empty_machine.control) if key.key in was.write_keys] == [
        record.id
    ]


def test_what_people_arranged_in_the_console_is_theirs_again(
    storage: Storage, workspace: WorkspaceRecord, tmp_path: Path
) -> None:
    anna, admin = user(storage, workspace, "anna"), user(storage, workspace, "admin", "administrator")
    for person, owner in ((anna, "mine"), (admin, "shared")):
        made = console.make(person, "orders", f"Папка {owner}", owner, console.Question({"stage": "paid"}))  # type: ignore[arg-type]
        console.place(anna, key_of(made), is_pinned=True, position=3)
    console.place(anna, "orders.unpaid", is_pinned=False, position=None)
    console.put_columns(anna, "orders", (console.ColumnPlace("store"),))
    console.put_menu(admin, "marketer", console.Menu(hidden=("merges",)))
    back_up(storage, workspace, tmp_path)
    record, _, _ = restored(storage, tmp_path, "console-again")
    try:
        there = {one.login: one.id for one in users(storage.control, record.id)}
        caller = structs.replace(anna.caller, workspace=record, user=there["anna"])
        again = structs.replace(anna, caller=caller)
        before, after = (
            [(one.name, one.owner, one.is_pinned, one.position) for one in console.folders(each, "orders")]
            for each in (anna, again)
        )
        assert before == after
        assert ("Папка mine", "mine", True, 3) in after
        assert console.columns(again, "orders") == console.columns(anna, "orders")
        assert console.menu(again) == console.menu(anna)
        assert console.menu(again)[0] == "role"
    finally:
        drop_workspace(storage, record)


def test_beside_the_original_nothing_of_it_is_taken(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    settled(storage, workspace)
    (was,) = sources(storage.control, workspace.id, now=NOW)
    back_up(storage, workspace, tmp_path)
    record, loaded, _ = restored(storage, tmp_path, "copy-beside")
    try:
        assert record.uuid != workspace.uuid
        assert loaded.left_out == {"write_key": 1}
        (found,) = sources(storage.control, record.id, now=NOW)
        assert found.id == was.id and not found.write_keys
        assert sources(storage.control, workspace.id, now=NOW) == [was]

        applied(storage, workspace)
        assert everything(storage, record) == everything(storage, workspace)
        live(storage, record, 3, start=300)
        live(storage, workspace, 3, start=300)
        applied(storage, record)
        applied(storage, workspace)
        assert everything(storage, record) == everything(storage, workspace), "both go on as one would"
        is_rebuilt_equal(storage, record)
        is_rebuilt_equal(storage, workspace)
    finally:
        drop_workspace(storage, record)


def test_what_was_seen_before_the_backup_is_a_repetition_after_it(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    record, _, _ = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    before = everything(empty_machine, record)
    live(empty_machine, record)
    run_writer(empty_machine, record)
    assert everything(empty_machine, record) == before


def test_numbers_of_blocks_are_never_taken_for_those_of_the_other_inbox(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    with storage.workspace(workspace).read() as db:
        highest = log.keeping.last_block(db)
    record, _, _ = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    block = send(empty_machine, record, track("Page Viewed", 9_000, user="u1"))
    assert block > highest
    was = position(empty_machine, record)
    run_writer(empty_machine, record)
    assert position(empty_machine, record) == was + 1


def test_a_taken_slug_is_refused_before_anything_is_written(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    back_up(storage, workspace, tmp_path)
    origin = keeping.From(keeping.source(tmp_path / "backups"))
    with pytest.raises(Conflict, match=workspace.slug):
        keeping.restore(storage, tmp_path, origin, workspace.slug, LATER, quiet)


def test_another_key_is_asked_for_before_anything_is_written(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    back_up(storage, workspace, tmp_path)
    for wrong in (None, b"neither this one nor the other's"):
        origin = keeping.From(keeping.source(tmp_path / "backups"), wrong)
        with pytest.raises(keeping.OtherKey):
            keeping.restore(empty_machine, tmp_path, origin, "copy", LATER, quiet)
    assert keeping.unfinished(empty_machine, "copy") is None


def test_a_wrong_passphrase_opens_nothing(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    send(storage, workspace, identify("u1", 1, email="anna@example.org"))
    applied(storage, workspace)
    kept = back_up(storage, workspace, tmp_path, "one")
    for given in ("", "two"):
        with pytest.raises(keeping.WrongPassphrase):
            keeping.source(tmp_path / "backups", given)
    assert not [
        path for path in Path(kept.path).rglob("*") if path.is_file() and b"anna@" in path.read_bytes()
    ]
    assert not users(storage.control, workspace.id)
