"""The import law holds for every slice that exists, and it catches what it is there to catch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.import_law import NO_SLICES, slices, whole_law

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "konnektu"


def lint(folder: Path, config: str, scratch: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the package in `folder`, with `config`."""
    law = scratch / "law.ini"
    law.write_text(config, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(law), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)


def test_every_slice_keeps_its_order_and_its_doors(tmp_path: Path) -> None:
    done = lint(PACKAGE.parent, whole_law(PACKAGE), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_guarded() -> None:
    law = whole_law(PACKAGE)
    packages = {each.name for each in PACKAGE.iterdir() if (each / "__init__.py").exists()}
    assert all(f"[importlinter:contract:slice-{name}]" in law for name in packages - NO_SLICES)


def toy(folder: Path, files: dict[str, str]) -> None:
    """A package konnektu with two slices, and `files` over it."""
    names = ("model", "logic", "store", "api", "stage", "http")
    tree = {f"{part}/{name}.py": "" for part in ("identity", "profiles") for name in names}
    tree |= {
        "__init__.py": "",
        "flow.py": "",
        "identity/__init__.py": "",
        "profiles/__init__.py": "",
        **files,
    }
    for path, text in tree.items():
        place = folder / "konnektu" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "text", "is_kept"),
    [
        pytest.param("profiles/stage.py", "import konnektu.identity.api", True, id="through the door"),
        pytest.param("flow.py", "import konnektu.profiles.stage", True, id="flow takes a stage"),
        pytest.param("profiles/stage.py", "import konnektu.identity.store", False, id="past the door"),
        pytest.param(
            "profiles/model.py", "import konnektu.profiles.store", False, id="a model that knows its store"
        ),
        pytest.param("profiles/logic.py", "import psycopg", False, id="logic that knows a database"),
        pytest.param(
            "profiles/api.py", "import konnektu.profiles.http", False, id="a door that knows the web"
        ),
        pytest.param(
            "profiles/api.py", "import konnektu.identity.stage", False, id="a stage taken by a slice"
        ),
    ],
)
def test_the_law_catches(tmp_path: Path, path: str, text: str, is_kept: bool) -> None:
    toy(tmp_path, {path: text})
    assert slices(tmp_path / "konnektu") == ["identity", "profiles"]
    done = lint(tmp_path, whole_law(tmp_path / "konnektu"), tmp_path)
    assert (done.returncode == 0) is is_kept, done.stdout + done.stderr
