"""Round the base, some people at a time. In: a workspace. Out: differences that are kept and told.

People are taken in the order of their ids; a run takes a bounded number, and the next one goes on behind them. At the
end of the base a round is noted, and another begins. Nothing is repaired: what differs waits for somebody to look.
"""

from collections.abc import Callable
from typing import Final

from msgspec import structs

from konnektu.jobs.api import Words, put_schedule, raise_problem, schedules, solve_problem
from konnektu.segments.comparing import store
from konnektu.segments.comparing.looking import confirmed
from konnektu.segments.comparing.model import Progress, Round
from konnektu.storage.api import Storage, WorkspaceRecord

JOB: Final = "segments.compare"
EVERY_TEN_MINUTES: Final = "*/10 * * * *"
PEOPLE_A_RUN: Final = 2_000
PEOPLE_AT_ONCE: Final = 200
PROBLEM: Final = "segments.differ"


def schedule_comparison(storage: Storage, record: WorkspaceRecord, now: int) -> None:
    """Let the base be compared by turns, where nobody has said otherwise."""
    if all(one.kind != JOB for one in schedules(storage, record)):
        put_schedule(storage, record, JOB, cron=EVERY_TEN_MINUTES, now=now)


def compare_people(
    storage: Storage,
    record: WorkspaceRecord,
    clock: Callable[[], int],
    check: Callable[[], None] = lambda: None,
    most: int = PEOPLE_A_RUN,
) -> int:
    """Compare the next people; how many. Raises `Retry` where the event store is away or stays behind."""
    compared = 0
    while compared < most:
        check()
        with storage.workspace(record).read() as own:
            here = store.progress(own)
            people = store.people_after(own, here.after, min(PEOPLE_AT_ONCE, most - compared))
        _compare(storage, record, here, people, clock)
        compared += len(people)
        if len(people) < PEOPLE_AT_ONCE:
            break
    return compared


def _compare(
    storage: Storage,
    record: WorkspaceRecord,
    here: Progress,
    people: list[int],
    clock: Callable[[], int],
) -> None:
    """Compare a page of people, and note how far that is; without anybody left the round ends."""
    now = clock()
    begun = structs.replace(here, begun_at=here.begun_at or now)
    if people:
        looked = confirmed(storage, record, people, now)
        after = structs.replace(
            begun,
            after=people[-1],
            people=begun.people + looked.people,
            verdicts=begun.verdicts + looked.verdicts,
        )
        found = looked.found
    else:
        after = Progress(last=Round(begun.begun_at, now, begun.people, begun.verdicts))
        found = []
    with storage.workspace(record).transaction() as own:
        store.add_differences(own, found, now)
        store.put_progress(own, after)
    tell(storage, record, now)


def close(storage: Storage, record: WorkspaceRecord, number: int, now: int, by: str, note: str) -> bool:
    """Say that somebody has looked at a difference; whether it was open."""
    with storage.workspace(record).transaction() as own:
        is_closed = store.close(own, number, now, by, note)
    tell(storage, record, now)
    return is_closed


def tell(storage: Storage, record: WorkspaceRecord, now: int) -> None:
    """Raise the problem of differences that nobody has looked at, or take it back."""
    with storage.workspace(record).read() as own:
        waiting = store.count_open(own)
    if not waiting:
        solve_problem(storage.control, record, PROBLEM)
        return
    raise_problem(
        storage.control, record, PROBLEM, "problem",
        what=Words(
            f"Evaluators do not agree whether people are in segments: {waiting} differences.",
            f"Проверка расходится с тем, кто числится в сегментах: расхождений {waiting}.",
        ),
        to_do=Words(
            "Look at each on the list of segments and report it with its facts; nothing was repaired.",
            "Посмотрите каждое на странице сегментов и сообщите о нём вместе с фактами; ничего не исправлено.",
        ),
        link="/segments", now=now,
    )  # fmt: skip
