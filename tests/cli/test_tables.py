"""`konnektu import` and `konnektu export` as a script sees them, with nothing running."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest


def konnektu(data: Path, *words: str) -> tuple[int, Any]:
    environment = {**os.environ, "KONNEKTU_DATA": str(data)}
    command = [sys.executable, "-m", "konnektu.cli", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, msgspec.json.decode(done.stdout or done.stderr)


@pytest.mark.slow
def test_a_file_goes_in_and_a_list_comes_out(data: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "people.csv", tmp_path / "people.jsonl"
    text = "ID клиента;Имя;Телефон\n1;Иван;+79031111111\n2;Ольга;+79032222222\nплохая\n"
    file.write_bytes(text.encode("cp1251"))
    assert konnektu(data, "workspace", "create", "shop-a", "--owner", "olga")[0] == 0

    code, tried = konnektu(data, "import", "shop-a", str(file), "--dry-run")
    assert (code, tried["new"], tried["counts"]["rejected"]) == (0, 2, 1)
    code, done = konnektu(data, "import", "shop-a", str(file))
    assert (code, done["state"]) == (0, "done")
    assert done["rows"] == {"read": 3, "accepted": 2, "rejected": 1, "events": 2, "partial": 0}
    rejected = Path(done["errors"]).read_text(encoding="utf-8-sig").splitlines()
    assert rejected[0].split(";") == ["row", "reason", "detail", "text"]
    assert len(rejected) == 2
    assert rejected[1].startswith("4;ragged;")
    assert "плохая" in rejected[1]

    code, written = konnektu(data, "export", "shop-a", "profiles", "--output", str(out))
    assert (code, written["rows"], written["format"]) == (0, 2, "jsonl")
    people = [msgspec.json.decode(line) for line in out.read_bytes().splitlines()]
    assert [(one["user_id"], one["first_name"], one["phone"]) for one in people] == [
        ("1", "Иван", "+79031111111"),
        ("2", "Ольга", "+79032222222"),
    ]

    code, refused = konnektu(data, "import", "shop-a", str(tmp_path / "none.csv"))
    assert (code, refused["error"]["type"]) == (1, "BadRequest")
    code, refused = konnektu(data, "export", "shop-a", "nothing")
    assert (code, refused["error"]["type"]) == (1, "NotFound")
