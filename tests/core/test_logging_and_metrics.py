import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from konnektu.core import logging, metrics
from konnektu.core.logging import Action

SPEAK = """
from konnektu.core import logging
from konnektu.core.logging import Action
log = logging.get("belt")
logging.configure({level!r}, {form!r})
log.debug(Action.LEASE_TAKEN, workspace="shop")
try:
    1 / 0
except ZeroDivisionError:
    log.error(Action.WRITER_STOPPED, workspace="магазин", exc_info=True)
"""


def spoken(level: str, form: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SPEAK.format(level=level, form=form)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_log_line_is_one_json_object_with_its_action() -> None:
    (line,) = spoken("info", "json")
    facts = msgspec.json.decode(line)
    assert (facts["action"], facts["component"], facts["workspace"]) == ("writer_stopped", "belt", "магазин")
    assert facts["level"] == "error"
    assert facts["at"].endswith("Z")
    assert "ZeroDivisionError" in facts["exception"]


def test_the_level_is_the_least_that_is_written() -> None:
    assert len(spoken("debug", "json")) == 2


def test_lines_for_a_person_name_the_action_too() -> None:
    assert "writer_stopped" in "\n".join(spoken("error", "console"))


def test_every_metric_says_what_it_means_and_what_to_do() -> None:
    declared = metrics.declared()
    assert len(declared) >= 10
    assert all(meaning.count(".") >= 2 for meaning in declared.values())


def test_a_moved_counter_is_shown() -> None:
    metrics.role_restarts.labels("belt").inc()
    assert b'konnektu_role_restarts_total{role="belt"}' in metrics.exposition()


@pytest.mark.parametrize("action", Action)
def test_actions_are_past_facts_in_one_spelling(action: Action) -> None:
    assert action.value == action.name.lower()


def test_every_level_of_the_settings_exists() -> None:
    assert list(logging.LEVELS) == ["debug", "info", "warning", "error"]


SHARE = """
import sys
from pathlib import Path
from konnektu.core import metrics
metrics.role_restarts.labels(sys.argv[1]).inc()
print(metrics.exposition().decode())
"""


def test_each_role_process_shows_the_figures_of_all(tmp_path: Path) -> None:
    environment = {**os.environ, metrics.MULTIPROCESS_VARIABLE: str(tmp_path)}
    for role in ("belt", "store"):
        command = [sys.executable, "-c", SHARE, role]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert 'konnektu_role_restarts_total{role="belt"} 1.0' in done.stdout
    assert 'konnektu_role_restarts_total{role="store"} 1.0' in done.stdout
