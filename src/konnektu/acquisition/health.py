"""Whether sources of data send, and what becomes of it.

In: the events of a batch as the writer has judged them; the clock. Out: counts by five minutes; problems.
Invariant: a batch is counted in its own transaction, in one statement, so that a kill counts nothing twice.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final
from zoneinfo import ZoneInfo

from konnektu.access import api as access
from konnektu.acquisition import store
from konnektu.acquisition.model import Known, Silence
from konnektu.core.clock import DAY, MINUTE, SECOND
from konnektu.core.ids import public_id
from konnektu.core.records import Event, Rejected
from konnektu.jobs.api import Words, problems, raise_problem, solve_problem
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

STEP: Final = 5 * MINUTE
KEPT: Final = 8 * DAY

_place = attrgetter("source", "instant")
_fault = attrgetter("source", "instant", "reason")


def count(db: Connection, accepted: Sequence[Event], rejected: Sequence[Rejected]) -> None:
    """Count what sources sent in a batch; the platform's own facts are of no source."""
    found: dict[store.Count, tuple[int, int]] = {}
    for (source, instant), number in Counter(map(_place, accepted)).items():
        _add(found, (source, "", instant - instant % STEP), number, instant)
    for (source, instant, reason), number in Counter(map(_fault, rejected)).items():
        _add(found, (source, reason, instant - instant % STEP), number, instant)
    if found:
        store.add_counts(db, dict(sorted(found.items())))


def _add(found: dict[store.Count, tuple[int, int]], key: store.Count, number: int, instant: int) -> None:
    if key[0]:
        before, last = found.get(key, (0, 0))
        found[key] = (before + number, max(last, instant))


def is_silent(silence: Silence, last: int, since: int, now: int, zone: str) -> bool | None:
    """Whether nothing came for too long; None outside of the hours at which something is expected.

    `last` is when the last event came, `since` when the silence was stated to matter. Hours begin anew each day.
    """
    local = datetime.fromtimestamp(now / SECOND, ZoneInfo(zone))
    if local.isoweekday() not in silence.days or not silence.from_hour <= local.hour < silence.to_hour:
        return None
    began = local.replace(hour=silence.from_hour, minute=0, second=0, microsecond=0)
    begun = 0 if silence.is_always else round(began.timestamp() * SECOND)
    return now - max(last, since, begun) > silence.minutes * MINUTE


def watch(storage: Storage, record: WorkspaceRecord, now: int) -> bool:
    """Say of each watched source whether it is silent; whether any is watched in the workspace."""
    with storage.workspace(record).read() as db:
        watched = store.alarms(db)
    if not watched:
        return False
    known = {one.key for one in problems(storage.control, record)}
    sources = {one.id: one for one in access.sources(storage.control, record.id, now=now)}
    for number, said, last in watched:
        source = sources.get(number)
        if source is not None:
            key = problem_of(public_id(source.created_at, number))
            silent = source.state == "active" and _judged(said, last, now, record.timezone)
            if silent:
                _tell(storage, record, key, source.name, said, now)
            elif key in known and silent is False:
                solve_problem(storage.control, record, key)
    return True


def _judged(said: Known, last: int, now: int, zone: str) -> bool | None:
    """An event that is recent enough mends at any hour."""
    if said.about.silence is None:
        return False
    if now - last <= said.about.silence.minutes * MINUTE:
        return False
    return is_silent(said.about.silence, last, said.stated_at, now, zone)


def problem_of(public: str) -> str:
    """The key of the problem that a source is silent."""
    return f"source.silent:{public}"


def _tell(storage: Storage, record: WorkspaceRecord, key: str, name: str, said: Known, now: int) -> None:
    minutes = said.about.silence.minutes if said.about.silence else 0
    raise_problem(
        storage.control, record, key, "problem",
        what=Words(
            f"The source {name} has sent nothing for more than {minutes} minutes.",
            f"От источника «{name}» нет событий дольше {minutes} мин.",
        ),
        to_do=Words(
            "See whether the sender works and its write key is right. The next event ends this.",
            "Проверьте отправителя и ключ записи. Следующее событие снимет проблему.",
        ),
        link="/sources", now=now,
    )  # fmt: skip
