"""What operators are told exists: every action is logged, every metric moves, every setting is read."""

import re
from pathlib import Path

import pytest

from konnektu.core import metrics
from konnektu.core.config import Config
from konnektu.core.logging import Action

METRICS = sorted(name for name, one in vars(metrics).items() if hasattr(one, "describe") and name.islower())
SOURCES = Path(__file__).parents[2] / "src" / "konnektu"


@pytest.fixture(scope="module")
def written() -> str:
    """All of the product's code but the declarations."""
    files = (path for path in SOURCES.rglob("*.py") if path.parent.name != "core")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("action", Action)
def test_every_action_is_logged(action: Action, written: str) -> None:
    assert re.search(rf"\bAction\.{action.name}\b", written)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_moves(metric: str, written: str) -> None:
    assert re.search(rf"\b{metric}\.(labels|inc|observe|set)", written)


@pytest.mark.parametrize("setting", Config.__struct_fields__)
def test_every_setting_is_read(setting: str, written: str) -> None:
    assert re.search(rf"\.{setting}\b", written) or setting == "secret_key"  # read in core
