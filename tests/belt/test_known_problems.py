"""What belts and the way out know to be broken stands in the list of problems, and goes when it is mended."""

import threading

import psycopg
import pytest

from konnektu.belt import deliver, loop
from konnektu.belt.deliver import Deliver
from konnektu.belt.known_problems import MANY_REJECTED, paused, watch_quarantine
from konnektu.belt.loop import Belt
from konnektu.belt.writer import Writer
from konnektu.core.clock import HOUR
from konnektu.core.config import Config
from konnektu.core.errors import Fatal, Retry
from konnektu.core.records import Parcel, Rejected
from konnektu.jobs.api import problems
from konnektu.log.api import keep_rejected
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, send


def known(storage: Storage, workspace: WorkspaceRecord) -> list[tuple[str, str]]:
    return [(one.key, one.severity) for one in problems(storage.control, workspace)]


def no_ear() -> "psycopg.Connection":
    raise AssertionError("nobody waits here")


def test_a_writer_that_stopped_and_goes_on(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REST_SECONDS", -1.0)
    send(storage, workspace, identify("a", 1))
    belt = Belt(storage, "test", 1_000, threading.Event(), no_ear)
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "apply", _failing)
        belt.turn()
        belt.turn()
        assert known(storage, workspace) == [("writer.stopped", "problem")]
        assert "The disk of time is full" in problems(storage.control, workspace)[0].what.ru
    assert belt.turn() == 1
    assert known(storage, workspace) == []
    belt.release()


def _failing(*_: object) -> int:
    raise Fatal("The disk of time is full.")


def test_an_event_store_that_is_away_and_comes_back(
    storage: Storage, workspace: WorkspaceRecord, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "REST_SECONDS", 0.0)
    monkeypatch.setattr(deliver, "list_workspaces", lambda _: [workspace])
    monkeypatch.setattr(deliver, "keep_house", lambda *_: None)
    out = Deliver(storage, Config(), lambda: NOW, threading.Event(), no_ear)
    with monkeypatch.context() as away:
        away.setattr(deliver, "seal_once", _away)
        out.turn()
        assert known(storage, workspace) == [("event_store.away", "problem")]
    out.turn()
    assert known(storage, workspace) == []


def _away(*_: object) -> int:
    raise Retry("ClickHouse does not answer.")


def rejected(position: int) -> Rejected:
    body = b"%d" % position
    return Rejected(position=position, instant=NOW, source=1, reason="not_json", detail="", body=body)


def test_many_rejected_events_within_an_hour(storage: Storage, workspace: WorkspaceRecord) -> None:
    def reject(start: int, count: int) -> None:
        with storage.workspace(workspace).transaction() as db:
            keep_rejected(
                db,
                [
                    (rejected(position), Parcel(1, "wire", NOW, []))
                    for position in range(start, start + count)
                ],
            )

    reject(1, MANY_REJECTED)
    watch_quarantine(storage, workspace, NOW)
    assert known(storage, workspace) == []
    reject(1_000, 1)
    watch_quarantine(storage, workspace, NOW + HOUR)
    assert known(storage, workspace) == [("quarantine.growing", "warning")]
    watch_quarantine(storage, workspace, NOW + HOUR + 1)
    assert known(storage, workspace) == []


def test_a_paused_workspace(storage: Storage, workspace: WorkspaceRecord) -> None:
    paused(storage, [workspace], {workspace.slug: "migration failed"}, NOW)
    assert known(storage, workspace) == [("workspace.paused", "problem")]
    paused(storage, [workspace], {}, NOW)
    assert known(storage, workspace) == []
