"""Schedules: the next time is right on every day of the year, each time comes once, and by hand at once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.jobs.api import (
    delete_schedule,
    find_schedule,
    follow_schedules,
    next_time,
    put_schedule,
    run_now,
    schedules,
)
from konnektu.jobs.model import NoSchedule, SecretArgument, UnknownKind, WrongArguments, WrongCron
from konnektu.storage.api import change_workspace, find, pause_workspace
from tests.jobs.conftest import Desk, until


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000


def shown(milliseconds: int, zone: str) -> str:
    return datetime.fromtimestamp(milliseconds / 1_000, UTC).astimezone(ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        ("0 4 * * *", "Europe/Moscow", "2026-01-01T00:59:59+00:00", "2026-01-01T04:00:00+03:00"),
        ("0 4 * * *", "Europe/Moscow", "2026-01-01T01:00:00+00:00", "2026-01-02T04:00:00+03:00"),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T12:00:00+01:00",
            "2026-03-29T03:00:00+02:00",
        ),  # 2:30 is not
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T12:00:00+02:00",
            "2026-10-25T02:30:00+02:00",
        ),  # 2:30 is twice
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"),
        ("30 * * * *", "Europe/Berlin", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
        ("30 * * * *", "Europe/Berlin", "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"),
        ("*/15 * * * *", "Europe/Berlin", "2026-10-25T02:45:00+02:00", "2026-10-25T02:00:00+01:00"),
        (
            "0 0 * * *",
            "America/Santiago",
            "2026-09-05T12:00:00-04:00",
            "2026-09-06T01:00:00-03:00",
        ),  # no midnight
        ("0 9 * * 1-5", "Asia/Yekaterinburg", "2026-01-02T09:00:00+05:00", "2026-01-05T09:00:00+05:00"),
        ("0 0 31 * *", "UTC", "2026-01-31T00:00:00+00:00", "2026-03-31T00:00:00+00:00"),
        ("0 0 29 2 *", "UTC", "2026-01-01T00:00:00+00:00", "2028-02-29T00:00:00+00:00"),
        ("0 5 L * *", "UTC", "2026-02-01T00:00:00+00:00", "2026-02-28T05:00:00+00:00"),
    ],
)
def test_the_next_time(cron, zone, after, expected):
    assert shown(next_time(cron, zone, ms(after)), zone) == expected


ZONES = ["UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]  # fmt: skip


@given(
    st.integers(0, 59), st.integers(0, 23), st.sampled_from(ZONES),
    st.integers(ms("2024-01-01T00:00:00+00:00"), ms("2030-01-01T00:00:00+00:00")),
)  # fmt: skip
def test_a_daily_time_comes_on_each_day_once(minute, hour, zone, start):
    at, days = start, []
    for _ in range(4):
        before, at = at, next_time(f"{minute} {hour} * * *", zone, at)
        assert at > before
        local = datetime.fromtimestamp(at / 1_000, UTC).astimezone(ZoneInfo(zone))
        days.append(local.date())
        wanted = local.replace(hour=hour, minute=minute, fold=0)
        is_imaginary = wanted.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(fold=0) != wanted
        assert (local.hour, local.minute) == (hour, minute) or is_imaginary
    assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 3


@given(st.sampled_from([1, 5, 10, 15, 20, 30]), st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]), st.integers(ms("2024-01-01T00:00:00+00:00"), ms("2030-01-01T00:00:00+00:00")))  # fmt: skip
def test_every_so_many_minutes_keeps_its_pace(minutes, zone, start):
    step = minutes * 60_000
    assert next_time(f"*/{minutes} * * * *", zone, start) == (start // step + 1) * step


@pytest.mark.parametrize("cron", ["", "* * * *", "* * * * * *", "60 * * * *", "0 25 * * *", "0 0 30 2 *", "x * * * *", "@daily", "0 0 * * 8", "*/0 * * * *", "0 0 " + "1," * 200 + "1 * *"])  # fmt: skip
def test_what_never_comes(desk: Desk, cron):
    with pytest.raises(WrongCron):
        put_schedule(desk.storage, desk.workspace, "test.add", cron=cron, now=desk.now)


def test_a_schedule_adds_its_job_once_at_its_time(desk: Desk):
    now = ms("2026-05-01T00:00:00+00:00")
    made = put_schedule(
        desk.storage,
        desk.workspace,
        "test.add",
        "feed",
        cron="0 4 * * *",
        arguments={"numbers": [1]},
        now=now,
    )
    assert shown(made.next_at, "Europe/Moscow") == "2026-05-01T04:00:00+03:00"
    assert follow_schedules(desk.storage, made.next_at - 1) == 0
    assert follow_schedules(desk.storage, made.next_at) == 1
    assert follow_schedules(desk.storage, made.next_at) == 0
    (job,) = desk.jobs()
    assert (job.kind, job.key, job.arguments, job.created_by) == (
        "test.add",
        "feed",
        {"numbers": [1]},
        "schedule",
    )
    after = find_schedule(desk.storage, desk.workspace, "test.add", "feed")
    assert (after.last_at, after.last_job) == (made.next_at, job.id)
    assert shown(after.next_at, "Europe/Moscow") == "2026-05-02T04:00:00+03:00"
    assert follow_schedules(desk.storage, after.next_at + 5 * 86_400_000) == 1, (
        "missed ones are made up for once"
    )
    assert [one.id for one in desk.jobs()] == [job.id], "the last one waits: none is added"


def test_many_processes_follow_one_schedule(desk: Desk):
    for number in range(20):
        put_schedule(desk.storage, desk.workspace, "test.add", str(number), cron="* * * * *", now=0)
    found: list[int] = []
    threads = [Thread(target=lambda: found.append(follow_schedules(desk.storage, 60_000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == len(desk.jobs()) == 20


def test_a_worker_follows_schedules(desk: Desk):
    put_schedule(
        desk.storage, desk.workspace, "test.add", cron="* * * * *", arguments={"numbers": [2]}, now=0
    )
    with desk.serving():
        until(lambda: bool(desk.jobs()), "its time has come")
        assert desk.until(desk.jobs()[0], "done").result == {"sum": 2}


def test_off_by_hand_changed_and_gone(desk: Desk):
    def put(**more):
        return put_schedule(
            desk.storage, desk.workspace, "test.add", "x", now=0, **{"cron": "* * * * *", **more}
        )

    put(is_on=False, arguments={"numbers": [1]})
    assert follow_schedules(desk.storage, 10**13) == 0
    job = run_now(desk.storage, desk.workspace, "test.add", "x", now=5, by="olga")
    assert (job.created_by, job.arguments) == ("olga", {"numbers": [1]})
    put(cron="0 0 1 1 *")
    (one,) = schedules(desk.storage, desk.workspace)
    assert (one.cron, one.is_on, one.arguments) == ("0 0 1 1 *", True, {})
    delete_schedule(desk.storage, desk.workspace, "test.add", "x")
    delete_schedule(desk.storage, desk.workspace, "test.add", "x")
    assert schedules(desk.storage, desk.workspace) == []
    with pytest.raises(NoSchedule):
        run_now(desk.storage, desk.workspace, "test.add", "x", now=5, by="olga")


def test_another_zone_moves_the_times_and_adds_nothing(desk: Desk):
    now = ms("2026-05-01T00:00:00+00:00")
    put_schedule(desk.storage, desk.workspace, "test.add", cron="0 4 * * *", now=now)
    change_workspace(desk.storage, desk.workspace, timezone="Asia/Vladivostok")
    assert follow_schedules(desk.storage, now) == 0
    moved = find_schedule(desk.storage, find(desk.storage, desk.workspace.slug), "test.add")
    assert shown(moved.next_at, "Asia/Vladivostok") == "2026-05-02T04:00:00+10:00"
    assert moved.last_at is None


def test_a_paused_workspace_and_a_kind_that_is_gone(desk: Desk):
    put_schedule(desk.storage, desk.workspace, "test.add", cron="* * * * *", now=0)
    with desk.control.transaction() as db:
        db.execute("INSERT INTO schedule SELECT workspace, 'gone', key, cron, zone, arguments, is_on, next_at, last_at, last_job, created_at FROM schedule")  # fmt: skip
    assert follow_schedules(desk.storage, 60_000) == 1
    assert [(one.kind, one.is_on) for one in schedules(desk.storage, desk.workspace)] == [("gone", False), ("test.add", True)]  # fmt: skip
    pause_workspace(desk.storage, desk.workspace, "a test")
    assert follow_schedules(desk.storage, 10**13) == 0


def test_what_may_not_be_scheduled(desk: Desk):
    with pytest.raises(UnknownKind):
        put_schedule(desk.storage, desk.workspace, "no.such", cron="* * * * *", now=0)
    with pytest.raises(SecretArgument):
        put_schedule(
            desk.storage, desk.workspace, "test.add", cron="* * * * *", arguments={"token": "x"}, now=0
        )
    for wrong, said in (
        ({"numbers": ["x"]}, "Expected `int`, got `str`"),
        ({"folder": "/etc"}, "unknown field `folder`"),
        ({"numbers": [7]}, "its key is 'seven'"),
    ):
        with pytest.raises(WrongArguments, match=said):
            put_schedule(
                desk.storage, desk.workspace, "test.add", "x", cron="* * * * *", arguments=wrong, now=0
            )
    with pytest.raises(WrongArguments, match=r"test\.bug"):
        put_schedule(desk.storage, desk.workspace, "test.bug", cron="* * * * *", arguments={"x": 1}, now=0)
    put_schedule(
        desk.storage, desk.workspace, "test.add", "seven", cron="* * * * *", arguments={"numbers": [7]}, now=0
    )
    with pytest.raises(WrongCron, match="one machine"):
        put_schedule(desk.storage, desk.workspace, "test.here", cron="* * * * *", now=0)
