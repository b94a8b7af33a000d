"""Commands of keeping as a person types them: a project is backed up here and goes on there."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.storage.api import stop_postgres

PEOPLE = "Email;First name\nanna@example.org;Anna\nivan@example.org;Ivan\n"


def konnektu(data: Path, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KONNEKTU_DATA": str(data), "KONNEKTU_PORT": "18766"}
    command = [sys.executable, "-m", "konnektu.cli", "--json", *words]
    return subprocess.run(command, env=environment, input=said, capture_output=True, text=True, check=False)


def done(data: Path, *words: str, said: str = "") -> Any:
    ended = konnektu(data, *words, said=said)
    assert ended.returncode == 0, ended.stderr
    return msgspec.json.decode(ended.stdout)


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """The empty data folder of another machine."""
    with tempfile.TemporaryDirectory(prefix="konnektu-tests-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
        stop_postgres(Path(folder))


@pytest.mark.slow
def test_a_project_goes_on_on_another_machine(data: Path, elsewhere: Path, tmp_path: Path) -> None:
    file, to = tmp_path / "people.csv", tmp_path / "backups"
    file.write_text(PEOPLE)
    done(data, "workspace", "create", "shop", "--owner", "owner@example.org")
    done(data, "import", "shop", str(file))
    (made,) = done(data, "backup", "--all", "--to", str(to), "--passphrase", said="a phrase\n")
    assert made["workspace"] == "shop" and made["counts"]["profile"] == 2

    refused = konnektu(elsewhere, "restore", str(to), "--passphrase", said="another\n")
    assert msgspec.json.decode(refused.stderr)["error"]["type"] == "WrongPassphrase"
    loaded = done(elsewhere, "restore", str(to), "--passphrase", "--as", "shop-2", said="a phrase\n")
    assert loaded["restored"]["counts"]["profile"] == 2 and loaded["erased"] == 0
    assert loaded["restored"]["counts"]["app_user"] == 1
    found = done(elsewhere, "profile", "shop-2", "email", "anna@example.org")
    assert found["profile"]["attributes"]["first_name"]["value"] == "Anna"
    assert done(elsewhere, "rebuild", "shop-2")["equal"]


@pytest.mark.slow
def test_a_release_is_tried_on_a_backup_and_touches_nothing_else(
    data: Path, elsewhere: Path, tmp_path: Path
) -> None:
    file, to = tmp_path / "people.csv", tmp_path / "backups"
    file.write_text(PEOPLE)
    done(data, "workspace", "create", "shop", "--owner", "owner@example.org")
    done(data, "import", "shop", str(file))
    done(data, "backup", "shop", "--to", str(to))
    scratch = elsewhere / "scratch"
    scratch.mkdir()
    tried = done(data, "upgrade", "--try", "--from", str(to), "--scratch", str(scratch))
    assert (tried["workspace"], tried["steps"], tried["problems"]) == ("shop", [], [])
    assert tried["seconds"].keys() == {"load", "migrate", "open", "rebuild"}
    assert not list(scratch.iterdir())

    state = next(to.glob("shop-*/state/profile.zst"))
    state.write_bytes(state.read_bytes()[:-1])
    ended = konnektu(data, "upgrade", "--try", "--from", str(to), "--scratch", str(scratch))
    assert ended.returncode == 1 and ended.stdout, ended.stderr
    assert "profile.zst" in msgspec.json.decode(ended.stdout)["problems"][0]
    assert not list(scratch.iterdir())


def test_one_workspace_or_all(data: Path, tmp_path: Path) -> None:
    for words in ((), ("shop", "--all")):
        refused = konnektu(data, "backup", *words, "--to", str(tmp_path))
        assert msgspec.json.decode(refused.stderr)["error"]["type"] == "BadRequest"
