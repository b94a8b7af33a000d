"""Programs that the tests of official clients need; a test without its program is skipped by a named reason."""

import shutil
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parent / "node_modules"


def node() -> str:
    """Path of Node."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed: the Node clients were not driven")
    return found


def node_packages() -> Path:
    """The folder of the official clients for Node and the browser."""
    if not PACKAGES.is_dir():
        pytest.skip(
            "tests/sdk/node_modules is missing (npm ci): the Node and browser clients were not driven"
        )
    return PACKAGES


def chromium() -> str:
    """Path of Debian's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not installed: the browser clients were not driven")
    return found
