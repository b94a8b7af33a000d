"""A backup of an older release is loaded at its versions and meets every migration since; a later one is refused."""

from pathlib import Path

import msgspec
import pytest

from konnektu.core.errors import Fatal
from konnektu.keeping import api as keeping
from konnektu.keeping.folder import Source
from konnektu.keeping.upgrade import step_of
from konnektu.storage.api import History, Storage, WorkspaceRecord, drop_workspace, steps_after
from tests.belt.support import everything
from tests.keeping.made import LATER, back_up, is_rebuilt_equal, quiet, restored, settled

pytestmark = pytest.mark.slow
LACKS = ("privacy_0002", "privacy_0003", "privacy_0004")
MADE = ("tombstone_key", "retention_rule", "retention_run", "retention_told")
"""Tables that these versions made."""


def older(source: Source) -> Source:
    """The backup as the release before the carried key would have made it."""
    manifest = source.manifest
    versions = {name: tuple(sorted(v)) for name, v in manifest.versions.items()}
    versions["workspace"] = tuple(
        sorted("privacy_0001" if one in LACKS else one for one in versions["workspace"])
    )
    tables = tuple(each for each in manifest.tables if each.table not in MADE)
    return Source(source.path, msgspec.structs.replace(manifest, versions=versions, tables=tables), None)


def test_an_older_backup_meets_the_migrations_since(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    source = older(keeping.source(tmp_path / "backups"))
    steps = keeping.steps(source.manifest)
    assert [(step.target, step.slice, step.name, step.can_roll_back) for step in steps] == [
        ("workspace", "privacy", "0002_pre_carried_key", True),
        ("workspace", "privacy", "0003_pre_retention", True),
        ("workspace", "privacy", "0004_pre_purposes", True),
    ]
    monkeypatch.setattr(keeping, "source", lambda *_: source)
    record, _, _ = restored(storage, tmp_path, "older")
    try:
        with storage.workspace(record).read() as db:
            assert db.execute("SELECT count(*) FROM tombstone_key").fetchone() == (1,)
            heads = {row[0] for row in db.execute("SELECT version_num FROM schema_version")}
        with storage.workspace(workspace).read() as db:
            assert heads == {row[0] for row in db.execute("SELECT version_num FROM schema_version")}
        assert everything(storage, record)["person"]
        is_rebuilt_equal(storage, record)
    finally:
        drop_workspace(storage, record)


def test_what_cannot_be_rolled_back_says_so() -> None:
    lacking = [
        step_of("inbox", path) for path in steps_after("inbox", ["log_inbox_0003", "imports_inbox_0001"])
    ]
    assert [(step.slice, step.name, step.can_roll_back) for step in lacking] == [
        ("imports", "0002_post_import_job", False)
    ]


def test_a_backup_of_a_later_release_is_refused_before_anything_is_written(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    back_up(storage, workspace, tmp_path)
    source = keeping.source(tmp_path / "backups")
    versions = {**source.manifest.versions, "workspace": (*source.manifest.versions["workspace"], "log_9999")}
    later = Source(source.path, msgspec.structs.replace(source.manifest, versions=versions), None)
    with pytest.raises(Fatal, match="later release"):
        keeping.restore(storage, tmp_path, keeping.From(later), "later", LATER, quiet)
    assert keeping.unfinished(storage, "later") is None
