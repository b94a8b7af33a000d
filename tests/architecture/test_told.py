"""What operators are told to watch exists: every action of the log is logged somewhere."""

import re
from pathlib import Path

import pytest

from konnektu.core.logging import Action

SOURCES = Path(__file__).parents[2] / "src" / "konnektu"


@pytest.fixture(scope="module")
def written() -> str:
    """All of the product's code but the declarations."""
    files = (path for path in SOURCES.rglob("*.py") if path.parent.name != "core")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("action", Action)
def test_every_action_is_logged(action: Action, written: str) -> None:
    assert re.search(rf"\bAction\.{action.name}\b", written)
