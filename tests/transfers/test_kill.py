"""Whenever a run dies, the next one goes on: each content once, each file put away once."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from konnektu.core.clock import SystemClock
from konnektu.imports import api as imports
from konnektu.transfers import api
from tests.conftest import SECRET_KEY
from tests.doubles.sftp import SftpServer
from tests.imports.support import SimulatedCrash, dying_before
from tests.jobs.conftest import until
from tests.transfers.conftest import Desk
from tests.transfers.test_taking import names, people, put


@pytest.mark.slow
def test_a_run_that_dies_before_any_statement_changes_nothing(
    desk: Desk, server: SftpServer, remote: Path
) -> None:
    plan = desk.plan(desk.sftp(server), settle_seconds=0, size_factor=0)
    statement, survived = 0, False
    while not survived:
        put(remote, f"people_{statement}.csv", people(statement * 10, 3))
        with suppress(SimulatedCrash), dying_before(statement):
            desk.run_to_end(plan)
            survived = True
        assert desk.run_to_end(plan) == "done"
        statement += 1
        assert desk.people() == statement * 3
        assert len(names(remote / "archive")) == statement
    assert statement > 20
    assert [file.state for file in desk.files(plan)] == ["done"] * statement
    assert [job.state for job in imports.imports(desk.storage, desk.workspace, limit=1_000)] == [
        "done"
    ] * statement


@pytest.mark.slow
def test_a_process_killed_amid_a_file_leaves_it_to_another(
    desk: Desk, server: SftpServer, remote: Path, postgres_url: str
) -> None:
    put(remote, "people_1.csv", people(0, 50_000))
    desk.clock = SystemClock()  # type: ignore[assignment]
    plan = desk.plan(desk.sftp(server), settle_seconds=1)
    server.faults.hold_at = 1_000_000
    api.run_now(desk.storage, desk.caller, plan.id, now=desk.now)
    first = started(desk, postgres_url)
    try:
        until(server.faults.held.is_set, "the file is half here")
    finally:
        first.kill()
        first.wait()
    server.faults.hold_at = None
    server.faults.release.set()
    with desk.storage.control.transaction() as db:
        db.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    second = started(desk, postgres_url)
    try:
        until(lambda: names(remote / "in") == [], "the file is put away")
        until(lambda: desk.one(plan).state == "done", "it is taken")
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait()
    (job,) = imports.imports(desk.storage, desk.workspace)
    assert (job.state, job.counts.accepted) == ("done", 50_000)
    ids = {msgspec.json.decode(event)["messageId"] for event in desk.imports.events()}
    assert len(ids) == 50_000


def started(desk: Desk, url: str) -> "subprocess.Popen[bytes]":
    """A process that runs jobs."""
    command = [
        sys.executable,
        "-m",
        "tests.transfers.process",
        str(desk.config.data),
        url,
        SECRET_KEY.decode(),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
