"""`konnektu catalogue load` as a script sees it, with nothing running."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.cli.catalogue import kind_of
from tests.catalogue.lists import offer, offers, price_list


def konnektu(data: Path, *words: str) -> tuple[int, Any]:
    environment = {**os.environ, "KONNEKTU_DATA": str(data)}
    command = [sys.executable, "-m", "konnektu.cli", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, msgspec.json.decode(done.stdout or done.stderr)


@pytest.mark.slow
def test_a_price_list_goes_in_and_a_table_comes_out(data: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "list.yml", tmp_path / "products.jsonl"
    assert konnektu(data, "workspace", "create", "shop-a", "--owner", "olga")[0] == 0
    price_list(file, offers(range(4)) + offer(9, price="даром"))
    code, done = konnektu(data, "catalogue", "load", "shop-a", str(file))
    assert (code, done["state"], done["products"]["new"], done["rejected"]) == (0, "applied", 4, 1)
    assert [(one["id"], one["reason"]) for one in done["faults"]] == [("p9", "wrong_price")]

    price_list(file, offers([1]))
    code, held = konnektu(data, "catalogue", "load", "shop-a", str(file))
    assert (code, held["state"]) == (1, "suspicious")
    code, done = konnektu(data, "catalogue", "load", "shop-a", str(file), "--force")
    assert (code, done["products"]["gone"]) == (0, 3)

    code, written = konnektu(data, "export", "shop-a", "products", "--output", str(out))
    assert (code, written["rows"]) == (0, 1)
    assert msgspec.json.decode(out.read_bytes())["price"] == "1490.50"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.yml", "yml"), ("a.XML.gz", "yml"), ("a.csv", "csv"), ("a.xlsx", "csv"), ("a", "csv")],
)
def test_what_a_file_is_by_its_name(name: str, kind: str) -> None:
    assert kind_of(Path(name)) == kind
