"""An import whose process is killed goes on as the same job elsewhere: each row once, figures as ever."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.imports import api, chunks, run
from konnektu.imports.model import RowCounts
from konnektu.jobs.api import jobs, serve
from tests.conftest import SECRET_KEY
from tests.imports.support import Place
from tests.jobs.conftest import until

CHUNKS = run.BLOCKS_AHEAD + 4
"""Without a writer the first process waits amid the file, after so many blocks as may be ahead."""


@pytest.mark.slow
def test_a_killed_process_leaves_its_import_to_another(place: Place, postgres_url: str, monkeypatch) -> None:
    rows = chunks.CHUNK_ROWS * CHUNKS
    lines = [f"Имя {i};+7903{i:07d};i{i}@shop.ru" if i % 7 else f"Имя {i};broken" for i in range(rows)]
    job = place.upload("Имя;Телефон;Почта\n" + "\n".join(lines) + "\n")
    place.start(job)
    process = started(place, postgres_url)
    try:
        until(lambda: found(place, job.id).chunk > run.BLOCKS_AHEAD, "the first process is amid the file")
    finally:
        process.kill()
        process.wait()
    assert found(place, job.id).state == "running"
    forget_the_dead(place, job.id)
    monkeypatch.setattr(run, "PATIENCE_SECONDS", 1)
    stop = threading.Event()
    thread = threading.Thread(
        target=serve, args=(place.storage, Config(data=place.folder.data), SystemClock(), stop)
    )
    thread.start()
    try:
        until(lambda: found(place, job.id).state == "done", "another process ends it")
        until(lambda: jobs(place.storage.control, place.workspace)[0].state == "done", "the job ends")
    finally:
        stop.set()
        thread.join()
    bad = len(range(0, rows, 7))
    assert found(place, job.id).counts == RowCounts(rows, rows - bad, bad, rows - bad)
    ids = [msgspec.json.decode(event)["messageId"] for event in place.events()]
    assert len(ids) == len(set(ids)) == rows - bad
    (ended,) = jobs(place.storage.control, place.workspace)
    assert ended.attempt == 2
    assert ended.result == {"state": "done", "read": rows, "rejected": bad}


def found(place: Place, number: int) -> api.Import:
    return api.one(place.storage, place.workspace, number)


def started(place: Place, url: str) -> "subprocess.Popen[bytes]":
    """A process that runs jobs."""
    command = [sys.executable, "-m", "tests.jobs.process", str(place.folder.data), url, SECRET_KEY.decode()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])


def forget_the_dead(place: Place, number: int) -> None:
    """The killed process has been silent for long."""
    with place.storage.control.transaction() as db:
        db.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    with place.storage.workspace(place.workspace).transaction() as db:
        db.execute("UPDATE import SET beat_at = 0 WHERE id = %s", [number])
