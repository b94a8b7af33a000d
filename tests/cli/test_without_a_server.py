"""Commands without a server do the whole work themselves: workspace, import, profile."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

PEOPLE = (
    "Почта;Имя;Телефон\nanna@example.org;Анна;+7 903 123-45-67\nivan@example.org;Иван;8 (916) 765-43-21\n"
)


def konnektu(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KONNEKTU_DATA": str(data), "KONNEKTU_PORT": "18765"}
    command = [sys.executable, "-m", "konnektu.cli", "--json", *words]
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_file_becomes_people_and_a_person_is_found_by_any_spelling(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(PEOPLE.encode("cp1251"))
    made = konnektu(data, "workspace", "create", "shop", "--owner", "owner@example.org")
    assert made.returncode == 0, made.stderr
    imported = konnektu(data, "import", "shop", str(file))
    assert imported.returncode == 0, imported.stderr
    assert msgspec.json.decode(imported.stdout)["rows"]["accepted"] == 2

    found = konnektu(data, "profile", "shop", "phone", "89031234567", "--events", "5")
    assert found.returncode == 0, found.stderr
    document = msgspec.json.decode(found.stdout)
    assert document["profile"]["attributes"]["first_name"]["value"] == "Анна"
    assert {one["kind"] for one in document["profile"]["identifiers"]} >= {"phone", "email"}
    assert document["timeline"]

    absent = konnektu(data, "profile", "shop", "phone", "+79990000001")
    assert absent.returncode == 1
    assert msgspec.json.decode(absent.stderr)["error"]["type"] == "NotFound"
