"""The command line as a script sees it: words in, one document out, exit codes."""

import os
import subprocess
import sys
from functools import reduce
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.cli import COMMANDS, app
from konnektu.core.config import Config


def konnektu(data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KONNEKTU_DATA": str(data), **variables}
    command = [sys.executable, "-m", "konnektu.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def document(done: subprocess.CompletedProcess[str]) -> Any:
    """The one JSON document on standard output."""
    assert done.stdout.endswith("\n"), done.stderr
    return msgspec.json.decode(done.stdout)


def test_config_says_what_is_set_and_by_whom(tmp_path: Path) -> None:
    secret = "postgresql://u:geheim@h/d"
    done = konnektu(tmp_path, "config", "--json", KONNEKTU_PORT="9000", KONNEKTU_POSTGRES_URL=secret)
    rows = {row["name"]: row for row in document(done)}
    assert done.returncode == 0
    assert list(rows) == list(Config.__struct_fields__)
    assert (rows["port"]["value"], rows["port"]["origin"]) == ("9000", "environment")
    assert "geheim" not in done.stdout


def test_config_for_a_person(tmp_path: Path) -> None:
    done = konnektu(tmp_path, "config")
    assert done.returncode == 0
    assert "inbox_days" in done.stdout


def test_flow_says_where_nothing_runs(tmp_path: Path) -> None:
    done = konnektu(tmp_path / "absent", "flow")
    assert (done.returncode, done.stderr) == (0, "")
    assert "hand-over" in done.stdout
    assert f"There is no installation in {tmp_path / 'absent'}" in done.stdout
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["profile", "shop", "email", "anna@example.org"],
        ["export", "shop", "profiles"],
        ["rebuild", "shop"],
        ["erase", "shop", "email", "anna@example.org", "--yes"],
        ["rules", "show", "shop"],
        ["workspace", "list"],
        ["source", "create", "shop", "--kind", "web", "--name", "Site"],
        ["token", "create", "shop", "--scope", "all"],
        ["import", "shop", __file__],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_command_in_a_folder_without_data_says_how_to_name_one_and_makes_nothing(
    words: list[str], tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = konnektu(empty, *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"There is no installation in {empty}" in done.stderr
    assert "--data" in done.stderr
    assert "KONNEKTU_DATA" in done.stderr
    assert list(empty.iterdir()) == []


def test_a_reader_that_has_enough_is_no_error_to_talk_of(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = {**os.environ, "KONNEKTU_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "konnektu.cli", "config"]
    done = subprocess.run(
        command, env=environment, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("words", "variables", "code", "kind"),
    [
        pytest.param(["config"], {"KONNEKTU_PORTS": "1"}, 1, "WrongSetting", id="refused"),
        pytest.param(["confik"], {}, 2, "UnknownCommandError", id="unknown command"),
        pytest.param(["config", "--loud"], {}, 2, "UnknownOptionError", id="unknown option"),
    ],
)
def test_errors_for_a_script(
    words: list[str], variables: dict[str, str], code: int, kind: str, tmp_path: Path
) -> None:
    done = konnektu(tmp_path, "--json", *words, **variables)
    assert (done.returncode, done.stdout) == (code, "")
    assert msgspec.json.decode(done.stderr)["error"]["type"] == kind


def test_an_error_for_a_person_is_a_sentence_with_advice(tmp_path: Path) -> None:
    done = konnektu(tmp_path, "config", KONNEKTU_PORTS="1")
    assert done.stderr == "There is no setting ports (environment). Did you mean port?\n"


def test_doctor_on_a_machine_without_data(tmp_path: Path) -> None:
    done = konnektu(tmp_path / "absent", "doctor", "--json")
    findings = {row["what"]: row for row in document(done)}
    assert findings["postgresql"]["detail"] == "embedded, not running"
    assert not (tmp_path / "absent").exists()


def test_doctor_sees_a_key_that_others_can_read(tmp_path: Path) -> None:
    key = tmp_path / "secret.key"
    key.write_text("0" * 64)
    key.chmod(0o644)
    done = konnektu(tmp_path, "doctor", "--json")
    findings = {row["what"]: row for row in document(done)}
    assert (findings["secret key"]["state"], done.returncode) == ("fault", 1)
    assert "chmod 600" in findings["secret key"]["detail"]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_can_be_loaded_and_explains_itself(words: str) -> None:
    found = reduce(lambda group, word: group[word], words.split(), app)
    assert found.help
    assert callable(found.default_command)
