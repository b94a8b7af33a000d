"""Problems: said twice they are one, mended they are gone, and each workspace sees its own."""

from konnektu.jobs.api import Severity, Words, problems, raise_problem, solve_problem
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.jobs.conftest import Desk

WHAT, TO_DO = Words("It is broken", "Сломано"), Words("Mend it", "Почините")


def test_a_problem_from_its_begin_to_its_end(desk: Desk):
    def say(now: int, severity="warning", what=WHAT) -> None:
        raise_problem(
            desk.control, desk.workspace, "feed:1", severity, what=what, to_do=TO_DO, link="/feeds/1", now=now
        )

    say(1_000)
    say(2_000, "problem", Words("Worse", "Хуже"))
    (one,) = problems(desk.control, desk.workspace)
    assert (one.since, one.seen_at, one.severity, one.what.ru, one.link) == (
        1_000,
        2_000,
        "problem",
        "Хуже",
        "/feeds/1",
    )
    assert solve_problem(desk.control, desk.workspace, "feed:1")
    assert not solve_problem(desk.control, desk.workspace, "feed:1")
    assert problems(desk.control, desk.workspace) == []
    say(3_000)
    assert problems(desk.control, desk.workspace)[0].since == 3_000


def test_each_workspace_sees_its_own_and_the_installations(desk: Desk):
    other = create_workspace(desk.storage, "other-problems", "Other", created_at=1)
    said: list[tuple[WorkspaceRecord | None, str, Severity]] = [
        (desk.workspace, "b", "warning"), (desk.workspace, "a", "problem"), (other, "c", "problem"),
        (None, "disk", "warning"),
    ]  # fmt: skip
    for place, key, severity in said:
        for now in (5, 6):
            raise_problem(desk.control, place, key, severity, what=WHAT, to_do=TO_DO, now=now)
    assert [one.key for one in problems(desk.control, desk.workspace)] == ["a", "b", "disk"]
    assert [one.key for one in problems(desk.control, other)] == ["c", "disk"]
    assert [one.key for one in problems(desk.control)] == ["a", "c", "b", "disk"]
    drop_workspace(desk.storage, other)
    raise_problem(desk.control, other, "late", "problem", what=WHAT, to_do=TO_DO, now=7)
    assert solve_problem(desk.control, None, "disk")
    assert [one.key for one in problems(desk.control)] == ["a", "b"]


def test_where_the_database_is_away_nothing_is_said():
    away = Storage("postgresql://nobody@127.0.0.1:1/none", b"x" * 32)
    away.control._wait_seconds = 0.1
    raise_problem(away.control, None, "x", "problem", what=WHAT, to_do=TO_DO, now=1)
    assert not solve_problem(away.control, None, "x")
    away.close()
