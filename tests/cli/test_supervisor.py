"""Children really are processes: they die, are started again, and never outlive their supervisor."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from konnektu.cli import supervisor as sv
from konnektu.cli.supervisor import Supervisor
from konnektu.core.logging import get
from tests.cli.waiting import PATIENCE, until

LIVE = """
import os, pathlib, signal, subprocess, sys, time
from konnektu.cli.lifeline import follow_supervisor
follow_supervisor()
notes = pathlib.Path(sys.argv[1])
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
def end(*_):
    (notes / "ended").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
with (notes / "pids").open("a") as file:
    file.write(f"{os.getpid()} {grandchild.pid}\\n")
while True:
    time.sleep(0.05)
"""

OWNER = """
import sys
from konnektu.cli.supervisor import Supervisor
from konnektu.core.logging import get
from konnektu.core.config import child_environment
Supervisor({"live": [sys.executable, "-c", sys.argv[1], sys.argv[2]]}, child_environment(), get("test")).run()
"""


def lives(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip() != "" and not done.stdout.startswith("Z")


def families(notes: Path) -> list[list[int]]:
    """Each started child with its grandchild."""
    file = notes / "pids"
    return (
        [[int(pid) for pid in line.split()] for line in file.read_text().splitlines()]
        if file.exists()
        else []
    )


def supervisor_of(script: str, *words: str) -> Supervisor:
    return Supervisor({"live": [sys.executable, "-c", script, *words]}, os.environ, get("test"))


@pytest.fixture
def one_child(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = supervisor_of(LIVE, str(tmp_path))
    thread = supervisor.run_aside()
    until(lambda: len(families(tmp_path)) == 1)
    yield supervisor
    supervisor.ask_to_stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert not [pid for family in families(tmp_path) for pid in family if lives(pid)]


@pytest.mark.usefixtures("one_child")
def test_a_role_that_died_is_started_again_and_its_group_is_gone(tmp_path: Path) -> None:
    first = families(tmp_path)[0]
    os.kill(first[0], signal.SIGKILL)
    until(lambda: len(families(tmp_path)) == 2)
    assert not lives(first[1])
    assert families(tmp_path)[1][0] != first[0]


def test_a_stop_lets_the_role_end_its_work(one_child: Supervisor, tmp_path: Path) -> None:
    one_child.ask_to_stop()
    until((tmp_path / "ended").exists)


def test_a_role_that_keeps_dying_is_started_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sv, "FIRST_PAUSE", 0.01)
    starts = tmp_path / "starts"
    supervisor = supervisor_of("import sys; open(sys.argv[1], 'a').write('x')", str(starts))
    thread = supervisor.run_aside()
    until(lambda: starts.exists() and len(starts.read_text()) >= 5)
    supervisor.ask_to_stop()
    thread.join(PATIENCE)
    assert supervisor.children["live"].pause >= 0.01 * 2**4


@pytest.mark.parametrize(
    "how", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "SIGTERM without a handler"]
)
def test_nothing_outlives_a_supervisor_that_was_killed(how: signal.Signals, tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, LIVE, str(tmp_path)])
    until(lambda: len(families(tmp_path)) == 1)
    family = families(tmp_path)[0]
    owner.send_signal(how)
    owner.wait(PATIENCE)
    until(lambda: not [pid for pid in family if lives(pid)])
    assert (tmp_path / "ended").exists()
