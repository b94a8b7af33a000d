"""A backup from before a retention run: what the run removed goes again before anybody is served from it."""

import shutil
from pathlib import Path

import pytest

from konnektu.core.errors import Retry
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.storage.api import History, Storage, WorkspaceRecord, drop_workspace
from tests.belt.support import everything, run_writer, send
from tests.keeping.made import back_up, restored
from tests.privacy.support import is_equal_when_rebuilt, place, rule, traces, track
from tests.privacy.test_rebuilt import TOLD
from tests.privacy.test_retention import story

pytestmark = pytest.mark.slow


def test_what_was_removed_after_the_backup_goes_again(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    story(storage, workspace)
    back_up(storage, workspace, tmp_path)
    rule(storage, workspace, ("event", "Seen"), ("attribute", "city"))
    privacy.retain(place(storage, workspace, tmp_path))
    shutil.copytree(tmp_path / "notes", tmp_path / "backups" / "erased")
    with storage.control.transaction() as control:
        control.execute("DELETE FROM aged")  # the notes beside the backup are enough
    record, _, _ = restored(storage, tmp_path, "again")
    try:
        assert not traces(storage, record, "secret-garden", "Elder-Town", "Old-Town")
        assert traces(storage, record, "New-Town")
        is_equal_when_rebuilt(storage, record)
        assert _counts(storage, record) == _counts(storage, workspace)
    finally:
        drop_workspace(storage, record)


def _counts(storage: Storage, record: WorkspaceRecord) -> dict[str, int]:
    return {table: len(rows) for table, rows in everything(storage, record, TOLD).items()}


@pytest.mark.parametrize("state", ["open", "removed"])
def test_a_run_that_the_backup_met_underway_goes_on(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    story(storage, workspace)
    rule(storage, workspace, ("event", "Seen"))
    step = "take_out" if state == "open" else "_people"

    def stop(*_: object) -> None:
        raise Retry("The world broke here.")

    with monkeypatch.context() as patch:
        patch.setattr(f"konnektu.privacy.retaining.{step}", stop)
        with pytest.raises(Retry):
            privacy.retain(place(storage, workspace, tmp_path))
    with storage.workspace(workspace).read() as db:
        run = privacy.open_run(db)
    assert run is not None and run.state == state
    back_up(storage, workspace, tmp_path)
    record, _, _ = restored(storage, tmp_path, "again")
    try:
        assert not traces(storage, record, "secret-garden", "Elder-Town")
        is_equal_when_rebuilt(storage, record)
    finally:
        drop_workspace(storage, record)


def test_a_backup_holds_back_the_taking_out_and_nothing_else(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    story(storage, workspace)
    rule(storage, workspace, ("event", "Seen"))
    with log.history_held(storage.workspace(workspace)):
        send(storage, workspace, track(50, 1_760_000_000_000, "Later", user="u9"))
        run_writer(storage, workspace)
        with pytest.raises(privacy.HistoryHeld):
            privacy.retain(place(storage, workspace, tmp_path))
        assert traces(storage, workspace, "secret-garden")
    privacy.retain(place(storage, workspace, tmp_path))
    assert not traces(storage, workspace, "secret-garden")
    is_equal_when_rebuilt(storage, workspace)
