"""A backup or a restore that dies anywhere: what is half is known as half, and the same words go on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from konnektu.keeping import api as keeping
from konnektu.storage import clickhouse
from konnektu.storage.api import History, Storage, WorkspaceRecord, drop_workspace, find
from tests.belt.support import SimulatedCrash, crash_before_statement, everything
from tests.conftest import SECRET_KEY
from tests.keeping.made import applied, back_up, hashes, is_rebuilt_equal, restored, settled
from tests.keeping.test_erasure import OF_U3, erase, traces

pytestmark = pytest.mark.slow
OF_THE_PLACE = (
    "applied", "seal", "writer", "tombstone_key", "erasure", "seen", "quarantine",
    "source_count",  # by five minutes of the clock
)  # fmt: skip
DYING = """
import os, signal, sys
from pathlib import Path
from konnektu.core.config import Config
from konnektu.keeping import api as keeping
from konnektu.storage.api import Storage, event_store, find
url, data, slug, to, part = sys.argv[1:]
key = sys.stdin.read()
storage = Storage(url, key.encode(), event_store=event_store(Config(data=Path(data), secret_key=key)))
def die(name):
    if name == part:
        os.kill(os.getpid(), signal.SIGKILL)
place = keeping.Place(Path(to), Path(to), Path(to))
keeping.back_up(storage, find(storage, slug), place, 1_760_000_000_000, die)
"""


@pytest.mark.parametrize("part", ["inbox", "identifier", "seen", "events"])
def test_a_killed_backup_is_known_as_half_and_removed_by_the_next(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    servers_folder: Path,
    postgres_url: str,
    tmp_path: Path,
    part: str,
) -> None:
    settled(storage, workspace)
    to = tmp_path / "backups"
    words = [sys.executable, "-c", DYING, postgres_url, str(servers_folder), workspace.slug, str(to), part]
    dead = subprocess.run(words, input=SECRET_KEY, check=False, env={"PYTHONPATH": ":".join(sys.path)})
    assert dead.returncode == -signal.SIGKILL
    assert [path.name.startswith(".unfinished") for path in to.iterdir()] == [True]
    with pytest.raises(keeping.NoBackup):
        keeping.source(to)
    kept = back_up(storage, workspace, tmp_path)
    assert [path for path in to.iterdir() if path.name != "erased"] == [Path(kept.path)]
    keeping.source(to).check()


def test_a_restore_that_dies_before_any_of_its_statements_goes_on(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    erase(storage, workspace, "u3", tmp_path)
    whole, _, erased = restored(storage, tmp_path, "whole")
    assert erased == 1
    with crash_before_statement(monkeypatch, 0) as count:
        drop_workspace(storage, restored(storage, tmp_path, "counted")[0])
        statements = count()
    assert statements > 100
    slugs = ["whole"]
    for number in range(1, statements - 5, 17):
        slug = f"dies-{number}"
        with crash_before_statement(monkeypatch, number), pytest.raises(SimulatedCrash):
            restored(storage, tmp_path, slug)
        record, _, _ = restored(storage, tmp_path, slug)
        slugs.append(slug)
        assert everything(storage, record) == everything(storage, whole), f"statement {number}"
        assert hashes(storage, record, *OF_THE_PLACE) == hashes(storage, whole, *OF_THE_PLACE)
        assert not traces(storage, record, *OF_U3)
        is_rebuilt_equal(storage, record)
    for slug in slugs:
        drop_workspace(storage, find(storage, slug))


def test_the_event_store_counts_no_row_twice_after_a_crash(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled(storage, workspace)
    applied(storage, workspace)
    kept = back_up(storage, workspace, tmp_path)
    insert = clickhouse.History.insert

    def half(self: History, table: str, rows: object, token: str | None, **more: object) -> None:
        insert(self, table, rows.slice(0, 7), token, **more)  # type: ignore[attr-defined, arg-type]
        raise SimulatedCrash

    with monkeypatch.context() as patch:
        patch.setattr(clickhouse.History, "insert", half)
        with pytest.raises(SimulatedCrash):
            restored(storage, tmp_path, "half")
    record, _, _ = restored(storage, tmp_path, "half")
    try:
        assert storage.history(record).scalar("SELECT count() FROM fact") == kept.counts["events.fact"]
        is_rebuilt_equal(storage, record)
    finally:
        drop_workspace(storage, record)
