"""Sizes of segments over time, what their people come to, and alarms. In: a workspace. Out: rows, problems.

Noted every hour by a job: an hour's point is kept for 35 days, then one of each day for five years.
"""

from collections.abc import Callable
from typing import Final

from konnektu.core.clock import DAY, HOUR
from konnektu.jobs.api import Words, problems, put_schedule, raise_problem, schedules, solve_problem
from konnektu.segments.live import store as live
from konnektu.segments.logic import living
from konnektu.segments.members import store
from konnektu.segments.members.model import Figures, Worth
from konnektu.segments.model import Standing
from konnektu.segments.store import segments, versions
from konnektu.storage.api import Connection, Db, Storage, WorkspaceRecord

JOB: Final = "segments.sizes"
HOURLY: Final = "0 * * * *"
HOURS_KEPT: Final = 35 * DAY
DAYS_KEPT: Final = 5 * 366 * DAY
THINNED: Final = 5 * DAY
"""How far back days are thinned that became old enough while nothing ran."""
LATE: Final = 3 * HOUR
"""How much older than a day a size may be that today's is compared with."""
MOVED: Final = 0.3
MOVED_LEAST: Final = 20
"""People below whom a share says nothing."""
PROBLEM: Final = "segment.size:"


def schedule_sizes(storage: Storage, record: WorkspaceRecord, now: int) -> None:
    """Let sizes be noted every hour, where nobody has said otherwise."""
    if all(one.kind != JOB for one in schedules(storage, record)):
        put_schedule(storage, record, JOB, cron=HOURLY, now=now)


def note_sizes(
    storage: Storage, record: WorkspaceRecord, now: int, check: Callable[[], None] = lambda: None
) -> int:
    """Note how many people are in each segment and what they come to, and say where that is alarming; how many."""
    db = storage.workspace(record)
    with db.transaction() as own:
        store.note_points(own, now)
        store.thin_points(own, now - HOURS_KEPT - THINNED, now - HOURS_KEPT)
        store.forget_points(own, now - DAYS_KEPT)
    with db.read() as own:
        known = [one for one in living(segments(own)) if one.is_on and one.current]
    watch_sizes(storage, record, now)
    if known:
        _count_worth(db, known, now, check)
    return len(known)


def _count_worth(db: Db, known: list[Standing], now: int, check: Callable[[], None]) -> None:
    """One segment at a time, so that no reading takes long."""
    with db.read() as own:
        base, everybody = store.base(own), store.worth_of_all(own)
    for one in known:
        check()
        with db.transaction() as own:
            store.put_figures(own, one.id, _figures(own, one, now, (base, everybody)))


def _figures(
    own: Connection, one: Standing, now: int, of: tuple[tuple[int, int], tuple[Worth, ...]]
) -> Figures:
    (named, everybody), base_worth = of
    definition = one.written
    return Figures(
        at=now,
        people=live.sizes(own).get(one.id, 0),
        base=everybody if definition is not None and definition.people == "all" else named,
        worth=store.worth(own, one.id),
        base_worth=base_worth,
    )


def watch_sizes(storage: Storage, record: WorkspaceRecord, now: int) -> None:
    """Say which segments lost everybody or moved by 30 % within a day, and take back what is so no more."""
    with storage.workspace(record).read() as own:
        known = {one.key: one for one in living(segments(own)) if one.is_on and one.current}
        before, sizes = store.points_near(own, now - DAY, now - DAY - LATE), live.sizes(own)
        calm = {key for key, one in known.items() if _is_new(own, one, now)}
    alarming = {
        key: (before[one.id], sizes.get(one.id, 0))
        for key, one in known.items()
        if one.id in before and is_alarming(before[one.id], sizes.get(one.id, 0), is_new=key in calm)
    }
    for key, (was, is_now) in alarming.items():
        _alarm(storage, record, known[key], (was, is_now), now)
    for one in problems(storage.control):
        key = one.key.removeprefix(PROBLEM)
        if one.workspace == record.id and one.key.startswith(PROBLEM) and key not in alarming:
            solve_problem(storage.control, record, one.key)


def _is_new(own: Connection, one: Standing, now: int) -> bool:
    """Whether the definition in force was stated within the last day."""
    return any(each.version == one.current and each.instant > now - DAY for each in versions(own, one.id))


def is_alarming(was: int, is_now: int, *, is_new: bool = False) -> bool:
    """Whether a size fell to zero, or moved by 30 % in a day without another definition."""
    if was and not is_now:
        return True
    return not is_new and max(was, is_now) >= MOVED_LEAST and abs(is_now - was) >= MOVED * was


def _alarm(
    storage: Storage, record: WorkspaceRecord, one: Standing, sizes: tuple[int, int], now: int
) -> None:
    (was, is_now), name = sizes, one.stated.name
    fell = is_now == 0
    raise_problem(
        storage.control, record, PROBLEM + one.key, "problem" if fell else "warning",
        what=Words(
            f"Nobody is in the segment “{name}” any more; a day ago there were {was} people."
            if fell else f"The segment “{name}” went from {was} people to {is_now} within a day.",
            f"В сегменте «{name}» никого не осталось; сутки назад клиентов было {was}."
            if fell else f"Сегмент «{name}» за сутки изменился с {was} до {is_now} клиентов.",
        ),
        to_do=Words(
            "Look at who left and why: an event or attribute that it asks for may no longer come.",
            "Посмотрите, кто вышел и почему: событие или атрибут, на которые он опирается, могли перестать приходить.",
        ),
        link=f"/segments/{one.key}", now=now,
    )  # fmt: skip
