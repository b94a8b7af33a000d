"""Jobs are added once, run, repeated, cancelled, and taken up again when their process dies."""

import importlib.metadata
import os
import signal
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager

from konnektu.jobs import run as run_module
from konnektu.jobs.api import JobEnded, JobOpen, machine_name
from konnektu.jobs.migrations import control
from konnektu.jobs.model import NoJob, SecretArgument, UnknownKind
from konnektu.jobs.rescue import LOST_MOST, rescue
from konnektu.jobs.worker import KEEP_MS, clean
from konnektu.storage.api import create_workspace, drop_workspace, pause_workspace, resume_workspace
from tests.jobs.conftest import Desk, until


def test_a_job_is_done_with_its_result_and_progress(desk: Desk):
    job = desk.defer("test.add", "7", {"numbers": [1, 2, 3]}, by="olga")
    assert (job.state, job.attempt, job.created_by) == ("waiting", 0, "olga")
    with desk.serving():
        done = desk.until(job, "done")
    assert (done.result, done.done, done.total, done.note) == ({"sum": 6}, 3, 3, "at 3")
    assert (done.attempt, done.error) == (1, "")
    assert done.created_at <= (done.started_at or 0) <= (done.finished_at or 0)
    assert desk.tickets() == 0


def test_one_key_waits_once_and_runs_once_at_a_time(desk: Desk):
    folder = {"folder": str(desk.folder)}
    first = desk.defer("test.mark", "a", folder)
    assert desk.defer("test.mark", "a", folder).id == first.id
    assert desk.defer("test.mark", "b", folder).id != first.id
    with desk.serving(at_once=4):
        desk.until(first, "running")
        next_one = desk.defer("test.mark", "a", folder)
        assert next_one.id != first.id
        assert desk.defer("test.mark", "a", folder).id == next_one.id
        until(lambda: len(desk.notes()) == 2, "both keys began")
        assert desk.one(next_one).state == "waiting"
        desk.go()
        desk.until(next_one, "done")
    order = [(what, int(job)) for what, job, _ in desk.notes() if int(job) in {first.id, next_one.id}]
    assert order == [("begin", first.id), ("end", first.id), ("begin", next_one.id), ("end", next_one.id)]


def test_a_kind_may_lock_itself_whole(desk: Desk):
    made = [desk.defer("test.whole", key, {"folder": str(desk.folder)}) for key in "abc"]
    desk.go()
    with desk.serving(at_once=3):
        for job in made:
            desk.until(job, "done")
    assert [what for what, *_ in desk.notes()] == ["begin", "end"] * 3


def test_a_broken_world_is_tried_again_later_each_time_and_then_fails(desk: Desk, monkeypatch):
    pauses: list[int] = []

    def short(failures: int) -> float:
        pauses.append(failures)
        return 0.0

    monkeypatch.setattr(run_module, "pause", short)
    with desk.serving():
        failed = desk.until(desk.defer("test.broken"), "failed")
    assert (failed.attempt, failed.error, pauses) == (3, "The world is broken.", [1, 2])


def test_what_is_wrong_fails_at_once_with_its_message(desk: Desk):
    with desk.serving():
        wrong = desk.until(desk.defer("test.wrong"), "failed")
        bug = desk.until(desk.defer("test.bug"), "failed")
    assert (wrong.attempt, wrong.error) == (1, "The column is missing. Name it.")
    assert bug.error == "An error of ours stopped the job (ZeroDivisionError). See the log."


def test_not_yet_its_turn_is_no_failure(desk: Desk):
    with desk.serving():
        done = desk.until(desk.defer("test.later"), "done")
    assert done.result == {"attempt": 5}


def test_a_job_of_the_future_waits(desk: Desk):
    later = desk.defer("test.add", "later", {"numbers": []}, at=desk.now + 3_600_000)
    with desk.serving():
        desk.until(desk.defer("test.add", "now", {"numbers": []}), "done")
    assert desk.one(later).state == "waiting"


def test_cancelling(desk: Desk):
    folder = {"folder": str(desk.folder)}
    waiting = desk.defer("test.mark", "waiting", folder)
    assert desk.cancel(waiting).state == "cancelled"
    assert desk.tickets() == 0
    with pytest.raises(JobEnded):
        desk.cancel(waiting)
    with desk.serving():
        running = desk.until(desk.defer("test.mark", "running", folder), "running")
        until(lambda: bool(desk.notes()), "it began")
        with pytest.raises(JobOpen):
            desk.retry(running)
        desk.cancel(running)
        desk.until(running, "cancelled")
    assert [what for what, *_ in desk.notes()] == ["begin"]


def test_a_slice_hears_of_a_cancelled_job_before_and_after_its_begin(desk: Desk):
    folder = {"folder": str(desk.folder)}
    before = desk.defer("test.careful", "before", folder, at=desk.now + 3_600_000)
    assert desk.cancel(before).state == "waiting"
    with desk.serving():
        desk.until(before, "cancelled")
        after = desk.until(desk.defer("test.careful", "after", folder), "running")
        until(lambda: desk.notes()[-1][0] == "begin", "it began")
        desk.cancel(after)
        desk.until(after, "cancelled")
    assert [(what, int(job)) for what, job, _ in desk.notes()] == [
        ("cancelled", before.id), ("begin", after.id), ("cancelled", after.id),
    ]  # fmt: skip


def test_an_ended_job_is_begun_again(desk: Desk):
    job = desk.defer("test.mark", "x", {"folder": str(desk.folder)})
    desk.cancel(job)
    assert desk.retry(job).state == "waiting"
    desk.go()
    with desk.serving():
        assert desk.until(job, "done").error == ""
    again = desk.defer("test.mark", "x", {"folder": str(desk.folder)})
    assert desk.retry(job).id == again.id


def test_a_stopped_worker_lets_go_and_another_goes_on(desk: Desk):
    job = desk.defer("test.mark", "x", {"folder": str(desk.folder)})
    with desk.serving() as stop:
        until(lambda: bool(desk.notes()), "it began")
        stop.set()
        desk.until(job, "waiting")
    with desk.serving():
        done = desk.until(job, "done")
    assert (done.attempt, done.error) == (2, "")


def test_a_killed_process_loses_no_job(desk: Desk):
    job = desk.defer("test.mark", "x", {"folder": str(desk.folder)})
    process = desk.start_process()
    until(lambda: bool(desk.notes()), "it began")
    process.kill()
    process.wait()
    desk.go()
    with desk.serving():
        assert desk.one(job).state == "running"
        desk.let_silent()
        done = desk.until(job, "done")
    assert done.attempt == 2
    assert [(what, pid) for what, _, pid in desk.notes()] == [
        ("begin", str(process.pid)), ("begin", str(os.getpid())), ("end", str(os.getpid())),
    ]  # fmt: skip


def test_a_process_that_wakes_up_after_it_was_replaced_changes_nothing(desk: Desk):
    job = desk.defer("test.deaf", "x", {"folder": str(desk.folder)})
    process = desk.start_process()
    until(lambda: bool(desk.notes()), "it began")
    process.send_signal(signal.SIGSTOP)
    desk.let_silent()
    with desk.serving():
        until(lambda: len(desk.notes()) == 2, "another began")
        process.send_signal(signal.SIGCONT)
        desk.go()
        done = desk.until(job, "done")
        until(lambda: len(desk.notes()) == 4, "both ended")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert desk.one(job) == done
    assert done.attempt == 2
    assert desk.tickets() == 0


def test_a_job_that_kills_its_processes_is_given_up(desk: Desk):
    job = desk.defer("test.mark", "x", {"folder": str(desk.folder)})
    for _ in range(LOST_MOST):
        with desk.control.transaction() as db:
            db.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        assert rescue(desk.storage, desk.now) == 1
    failed = desk.one(job)
    assert failed.state == "failed"
    assert "died 5 times" in failed.error
    assert desk.tickets() == 0
    assert desk.retry(failed).state == "waiting"


def test_a_job_without_a_ticket_gets_one(desk: Desk):
    job = desk.defer("test.add", "x", {"numbers": [1]})
    with desk.control.transaction() as db:
        db.execute("DELETE FROM procrastinate_jobs")
    with desk.serving():
        assert desk.until(job, "done").result == {"sum": 1}


def test_two_processes_never_run_one_job_at_once(desk: Desk):
    desk.go()
    for _ in range(2):
        desk.start_process()
    keys = [f"{number}" for number in range(5)]
    made = []
    for _ in range(8):
        batch = [desk.defer("test.mark", key, {"folder": str(desk.folder)}) for key in keys]
        made += batch
        desk.until(batch[0], "running", "done")
    for job in made:
        desk.until(job, "done")
    ids = {str(job.id) for job in made}
    begun = [job for what, job, _ in desk.notes() if what == "begin"]
    assert sorted(begun) == sorted(ids)
    key_of = {str(job.id): job.key for job in made}
    for key in keys:
        order = [what for what, job, _ in desk.notes() if key_of[job] == key]
        assert order == ["begin", "end"] * (len(order) // 2)


def test_a_job_bound_to_a_machine_runs_there(desk: Desk, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    job = desk.defer("test.here", "x", machine=machine_name(other))
    assert machine_name(other) == machine_name(other) != machine_name(desk.folder)
    with desk.serving():
        desk.until(desk.defer("test.here", "y", machine=machine_name(desk.folder)), "done")
        assert desk.one(job).state == "waiting"
    with desk.serving(other):
        assert desk.until(job, "done").result == {"data": str(other)}


def test_a_paused_workspace_waits(desk: Desk):
    pause_workspace(desk.storage, desk.workspace, "a test")
    job = desk.defer("test.add", "x", {"numbers": []})
    with desk.serving():
        until(lambda: desk.one(job).attempt == 1 and desk.one(job).state == "waiting", "it was put back")
    resume_workspace(desk.storage, desk.workspace)
    assert desk.one(job).error == ""


def test_what_may_not_be_added(desk: Desk):
    with pytest.raises(UnknownKind, match=r"test\.add"):
        desk.defer("no.such.kind")
    for arguments in ({"password": "x"}, {"feed": {"Api_Key": "x"}}, {"AccessToken": "x"}):
        with pytest.raises(SecretArgument):
            desk.defer("test.add", "x", arguments)
    assert desk.jobs() == []


def test_the_list_and_other_workspaces(desk: Desk):
    made = [desk.defer("test.add", str(number), {"numbers": []}) for number in range(3)]
    desk.cancel(made[0])
    assert [job.id for job in desk.jobs(limit=2)] == [made[2].id, made[1].id]
    assert [job.id for job in desk.jobs(before=made[1].id)] == [made[0].id]
    assert [job.id for job in desk.jobs(state="cancelled")] == [made[0].id]
    assert desk.jobs(kind="test.mark") == []
    other = create_workspace(desk.storage, "other-jobs", "Other", created_at=desk.now)
    stranger = Desk(desk.storage, other, desk.url, desk.folder)
    assert stranger.jobs() == []
    for act in (stranger.one, stranger.cancel, stranger.retry):
        with pytest.raises(NoJob):
            act(made[1])
    stranger.defer("test.add", "x", {"numbers": []})
    drop_workspace(desk.storage, other)
    with desk.control.read() as db:
        assert db.execute("SELECT count(*) FROM job WHERE workspace = %s", [other.id]).fetchone() == (0,)


def test_old_jobs_are_forgotten(desk: Desk):
    job = desk.cancel(desk.defer("test.add", "x", {"numbers": []}))
    kept = desk.defer("test.add", "y", {"numbers": []})
    assert job.finished_at is not None
    clean(desk.storage, job.finished_at + KEEP_MS)
    assert len(desk.jobs()) == 2
    clean(desk.storage, job.finished_at + KEEP_MS + 1)
    assert [one.id for one in desk.jobs()] == [kept.id]
    assert desk.tickets() == 1


def test_the_schema_in_our_migration_is_that_of_the_pinned_library():
    version = importlib.metadata.version("procrastinate").replace(".", "_")
    ours = next(Path(control.__path__[0]).glob("procrastinate_*.sql"))
    assert ours.name == f"procrastinate_{version}.sql"
    assert ours.read_text(encoding="utf-8") == SchemaManager.get_schema()
