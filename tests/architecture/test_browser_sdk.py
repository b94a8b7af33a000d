"""The script for pages is brought whole, or one line says that it is missing."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def checkout(folder: Path, lock: str) -> Path:
    """A checkout with nothing in it but what brings the browser SDK."""
    (folder / "scripts").mkdir()
    script = folder / "scripts" / "vendor_browser_sdk.py"
    script.write_bytes((ROOT / "scripts" / "vendor_browser_sdk.py").read_bytes())
    (folder / "requirements-dev.lock").write_text(lock, encoding="utf-8")
    (folder / "src" / "konnektu" / "collect").mkdir(parents=True)
    return script


def bring(script: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_a_package_of_npm_becomes_a_script_and_its_licence(tmp_path: Path) -> None:
    script = checkout(tmp_path, "")
    package = tmp_path / "tests/sdk/node_modules/@segment/analytics-next"
    (package / "dist/umd").mkdir(parents=True)
    (package / "dist/umd/standalone.js").write_text("sdk()\n//# sourceMappingURL=x.map", encoding="utf-8")
    (package / "LICENSE.MD").write_text("MIT", encoding="utf-8")
    assert bring(script).returncode == 0
    static = tmp_path / "src/konnektu/collect/static"
    assert {file.name: file.read_text() for file in static.iterdir()} == {
        "analytics.min.js": "sdk()",
        "analytics.LICENSE.md": "MIT",
    }


def test_without_it_one_line_says_so_and_nothing_half_is_left(tmp_path: Path) -> None:
    script = checkout(tmp_path, "numpy==2.4.6\n")
    done = bring(script, "--if-missing")
    assert done.returncode == 1
    assert "could not be fetched (requirements-dev.lock names no Node)" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "src/konnektu/collect/static").exists()


def test_a_script_that_is_there_is_left_alone(tmp_path: Path) -> None:
    script = checkout(tmp_path, "")
    static = tmp_path / "src/konnektu/collect/static"
    static.mkdir()
    (static / "analytics.min.js").write_text("earlier()", encoding="utf-8")
    done = bring(script, "--if-missing")
    assert (done.returncode, done.stderr) == (0, "")
    assert (static / "analytics.min.js").read_text(encoding="utf-8") == "earlier()"
