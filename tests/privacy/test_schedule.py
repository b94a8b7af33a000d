"""Runs that come by themselves: a job that carries them out, and problems where it fails or does not come."""

import threading
from pathlib import Path
from typing import Any

import pytest

from konnektu.core.clock import DAY
from konnektu.core.config import Config
from konnektu.core.errors import Retry
from konnektu.jobs import api as jobs
from konnektu.privacy import api as privacy
from konnektu.privacy import jobs as kinds
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW
from tests.privacy.support import place, rule, traces
from tests.privacy.test_retention import story


class At:
    """A clock that stands."""

    def now_ms(self) -> int:
        return NOW


def work(storage: Storage, record: WorkspaceRecord, folder: Path) -> jobs.Work:
    over = threading.Event()
    return jobs.Work(
        storage=storage,
        workspace=record,
        config=Config(data=folder, erased_folder=str(folder / "notes")),
        clock=At(),  # type: ignore[arg-type]  # all that is asked of it
        job=1,
        attempt=1,
        progress=lambda *_: None,
        is_cancelled=lambda: False,
        stop=jobs.StopSignal(over.is_set),
    )


def problems(storage: Storage, record: WorkspaceRecord) -> set[str]:
    return {one.key for one in jobs.problems(storage.control, record) if one.key.startswith("retention.")}


def test_the_job_carries_a_run_out_and_a_failure_is_a_problem_until_one_ends(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story(storage, workspace)
    rule(storage, workspace, ("event", "Seen"))

    def beside_no_server(*_: Any, **__: Any) -> privacy.Where:
        return place(storage, workspace, tmp_path)

    def broken(_: privacy.Where) -> None:
        raise Retry("The world broke.")

    with monkeypatch.context() as patch:
        patch.setattr(kinds, "retain", broken)
        with pytest.raises(Retry):
            kinds.scheduled_retention(work(storage, workspace, tmp_path), {})
    assert problems(storage, workspace) == {"retention.failed"}
    monkeypatch.setattr(kinds, "working", beside_no_server)
    result = kinds.scheduled_retention(work(storage, workspace, tmp_path), {})
    assert result is not None and result["event:Seen"] == 5 and result["people"] == 3
    assert problems(storage, workspace) == set()
    assert not traces(storage, workspace, "secret-garden")


def test_rules_bring_a_schedule_and_a_run_that_does_not_come_is_a_problem(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    story(storage, workspace)
    privacy.schedule_retention(storage, workspace, NOW)
    assert not jobs.schedules(storage, workspace)
    rule(storage, workspace, ("event", "Seen"))
    privacy.schedule_retention(storage, workspace, NOW)
    (schedule,) = jobs.schedules(storage, workspace)
    privacy.watch_retention(storage, workspace, schedule.next_at)
    assert problems(storage, workspace) == set()
    privacy.watch_retention(storage, workspace, schedule.next_at + DAY)
    assert problems(storage, workspace) == {"retention.late"}
    privacy.retain(place(storage, workspace, tmp_path, schedule.next_at + DAY))
    privacy.watch_retention(storage, workspace, schedule.next_at + DAY + 1)
    assert problems(storage, workspace) == set()
    rule(storage, workspace)
    privacy.schedule_retention(storage, workspace, NOW)
    assert not jobs.schedules(storage, workspace)


def test_a_job_without_rules_does_nothing(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    assert kinds.scheduled_retention(work(storage, workspace, tmp_path), {}) == {}
