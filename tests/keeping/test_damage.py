"""A backup with a damaged, missing, swapped or shortened file is found out before anything is written."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from konnektu.keeping import api as keeping
from konnektu.keeping.folder import Source
from konnektu.keeping.model import MANIFEST
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.keeping.made import LATER, back_up, quiet, settled


def change_a_byte(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


DAMAGES = {"changed": change_a_byte, "shorter": shorten, "longer": lengthen, "gone": Path.unlink}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
@pytest.mark.parametrize("passphrase", ["", "a phrase"], ids=["plain", "encrypted"])
def test_any_file(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    damage: Callable[[Path], None],
    passphrase: str,
) -> None:
    settled(storage, workspace)
    path = Path(back_up(storage, workspace, tmp_path, passphrase).path)
    source = keeping.source(path, passphrase)
    assert len(source.manifest.files) > 15
    for name in source.manifest.files:
        body = (path / name).read_bytes()
        damage(path / name)
        with pytest.raises(keeping.Damaged, match=Path(name).name):
            source.check()
        (path / name).write_bytes(body)
    source.check()


def test_an_encrypted_file_tells_by_itself_that_it_was_changed_or_swapped(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    settled(storage, workspace)
    path = Path(back_up(storage, workspace, tmp_path, "a phrase").path)
    source = keeping.source(path, "a phrase")
    (path / "state/person.zst").write_bytes((path / "state/identifier.zst").read_bytes())
    for change in (change_a_byte, shorten):
        with pytest.raises(keeping.Damaged):
            b"".join(source.read("state/person.zst"))
        change(path / "state/profile.zst")
        with pytest.raises(keeping.Damaged):
            b"".join(source.read("state/profile.zst"))


def test_a_manifest_that_was_changed_is_refused_with_a_passphrase(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    path = Path(back_up(storage, workspace, tmp_path, "a phrase").path)
    manifest = msgspec.json.decode((path / MANIFEST).read_bytes())
    manifest["position"] += 1
    (path / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    with pytest.raises(keeping.WrongPassphrase):
        keeping.source(path, "a phrase")


def test_rows_that_are_not_those_of_the_manifest_are_not_committed(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    settled(storage, workspace)
    back_up(storage, workspace, tmp_path)
    source = keeping.source(tmp_path / "backups")
    tables = tuple(
        msgspec.structs.replace(each, rows=each.rows + (each.table == "identifier"))
        for each in source.manifest.tables
    )
    wrong = Source(source.path, msgspec.structs.replace(source.manifest, tables=tables), None)
    with pytest.raises(keeping.Damaged, match="identifier"):
        keeping.restore(storage, tmp_path, keeping.From(wrong), "wrong", LATER, quiet)
    record = keeping.unfinished(storage, "wrong")
    assert record is not None
    with storage.workspace(record).read() as db:
        assert db.execute("SELECT count(*) FROM identifier").fetchone() == (0,)
