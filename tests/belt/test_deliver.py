"""The way out at its pace: whatever is committed while it rests between insertions is carried all the same."""

import threading
from functools import partial
from pathlib import Path
from time import monotonic

import psycopg
import pytest

from konnektu.belt import deliver
from konnektu.belt.deliver import Deliver
from konnektu.core.config import Config
from konnektu.log import api as log
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track

PATIENCE_SECONDS = 60.0


def test_what_comes_while_it_rests_is_sealed_without_a_sweep(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver, "SWEEP_SECONDS", 3600.0)
    stop, config = threading.Event(), Config(data=tmp_path)
    listen = partial(psycopg.connect, storage.inbox.conninfo, autocommit=True)
    way_out = Deliver(storage, config, lambda: NOW, stop, listen)
    thread = threading.Thread(target=way_out.run)
    thread.start()
    try:
        position = 0
        for number in range(6):
            send(storage, workspace, track("Viewed", number, user="u1"))
            position = run_writer(storage, workspace).place.position
        until = monotonic() + PATIENCE_SECONDS
        while sealed(storage, workspace) != position:
            assert monotonic() < until
            stop.wait(0.05)
    finally:
        stop.set()
        thread.join(30)
    assert [row[0] for row in history.rows("SELECT position FROM fact ORDER BY position")] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def sealed(storage: Storage, record: WorkspaceRecord) -> int:
    with storage.workspace(record).read() as db:
        return log.store.sealed(db)[0]
