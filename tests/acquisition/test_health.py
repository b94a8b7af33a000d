"""What sources of data sent, and the alarm of those that do not."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from konnektu.access.api import Source, change_source, create_source, system_caller
from konnektu.acquisition import health, reading, store, writing
from konnektu.acquisition.model import About, Silence
from konnektu.belt.writer import Writer
from konnektu.core.clock import DAY, HOUR, MINUTE
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.ids import public_id
from konnektu.core.records import Parcel
from konnektu.jobs.api import problems
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.acquisition.facts import visit
from tests.belt.support import NOW, SimulatedCrash, crash_before_statement, epoch_of, run_writer, waiting

WORKDAYS = Silence(minutes=30, from_hour=9, to_hour=18, days=(1, 2, 3, 4, 5))


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Moscow")).timestamp() * 1_000)


@pytest.mark.parametrize(
    ("silence", "last", "now", "expected"),
    [
        (WORKDAYS, "2025-10-08T10:00", "2025-10-08T10:30", False),
        (WORKDAYS, "2025-10-08T10:00", "2025-10-08T10:31", True),
        (WORKDAYS, "2025-10-07T17:00", "2025-10-08T09:30", False),
        (WORKDAYS, "2025-10-07T17:00", "2025-10-08T09:31", True),
        (WORKDAYS, "2025-10-07T17:00", "2025-10-08T08:59", None),
        (WORKDAYS, "2025-10-07T17:00", "2025-10-08T18:00", None),
        (WORKDAYS, "2025-10-07T17:00", "2025-10-11T12:00", None),
        (Silence(minutes=90), "2025-10-07T23:00", "2025-10-08T00:30", False),
        (Silence(minutes=90), "2025-10-07T23:00", "2025-10-08T00:31", True),
        (Silence(minutes=4_000), "2025-10-01T00:00", "2025-10-08T00:31", True),
    ],
)
def test_silence_in_the_stated_hours(silence: Silence, last: str, now: str, expected: bool | None) -> None:
    assert health.is_silent(silence, at(last), 0, at(now), "Europe/Moscow") is expected


def test_a_silence_counts_from_when_it_was_stated() -> None:
    silence = Silence(minutes=30)
    assert health.is_silent(silence, 0, NOW, NOW + 29 * MINUTE, "UTC") is False
    assert health.is_silent(silence, 0, NOW, NOW + 31 * MINUTE, "UTC") is True


def test_a_silence_that_cannot_be_judged() -> None:
    assert Silence(minutes=10, from_hour=9, to_hour=9).fault
    assert Silence(minutes=60, from_hour=9, to_hour=10).fault
    assert not Silence(minutes=43_200).fault


@pytest.fixture
def till(storage: Storage, workspace: WorkspaceRecord) -> Source:
    return create_source(storage.control, system_caller(workspace), kind="pos", name="Till", now=NOW)


Sends = Callable[..., None]


@pytest.fixture
def sends(storage: Storage, workspace: WorkspaceRecord, till: Source) -> Sends:
    def send(at: int, *bodies: bytes) -> None:
        log.append(storage.inbox, workspace.id, [Parcel(till.id, "wire", at, list(bodies))])
        run_writer(storage, workspace)

    return send


def test_what_came_and_what_was_rejected(storage: Storage, workspace: WorkspaceRecord, sends: Sends) -> None:
    nameless = msgspec.json.encode({"type": "track", "userId": "u", "messageId": "x"})
    sends(NOW - 3 * DAY, visit(1, user="u1", at=-3 * DAY))
    sends(NOW - 3 * HOUR, visit(2, user="u1", at=-3 * HOUR), nameless)
    sends(NOW, visit(3, user="u1"), visit(3, user="u1"), visit(4, user="u2"))
    (found,) = reading.data_sources(storage, workspace, 0, 10, NOW).items
    assert (found.accepted.hour, found.accepted.day, found.accepted.week, found.accepted.last) == (
        2,
        3,
        4,
        NOW,
    )
    assert {reason: (one.hour, one.day) for reason, one in found.rejected.items()} == {"no_name": (0, 1)}
    with storage.workspace(workspace).transaction() as db:
        store.forget_counts(db, NOW + DAY)
    (found,) = reading.data_sources(storage, workspace, 0, 10, NOW + 10 * DAY).items
    assert (found.accepted.week, found.accepted.last) == (0, NOW)


def test_a_kill_counts_nothing_twice(
    storage: Storage, workspace: WorkspaceRecord, till: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(storage.inbox, workspace.id, [Parcel(till.id, "wire", NOW, [visit(1, user="u1")])])
    number, is_dying = 1, True
    while is_dying:
        with crash_before_statement(monkeypatch, number):
            try:
                Writer(storage, workspace, epoch_of(storage, workspace)).apply(
                    waiting(storage, workspace), 10
                )
                is_dying = False
            except SimulatedCrash:
                number += 1
    (found,) = reading.data_sources(storage, workspace, 0, 10, NOW).items
    assert found.accepted.hour == 1


def test_a_silent_source_is_a_problem_until_its_next_event(
    storage: Storage, workspace: WorkspaceRecord, till: Source, sends: Sends
) -> None:
    by, public = system_caller(workspace), public_id(till.created_at, till.id)

    def standing() -> list[str]:
        return [one.key for one in problems(storage.control, workspace)]

    assert not health.watch(storage, workspace, NOW)
    about = About(party="second", owner="Olga", silence=Silence(minutes=30))
    writing.say_of_data_source(storage, by, public, about, NOW)
    assert health.watch(storage, workspace, NOW + 29 * MINUTE)
    assert standing() == []
    health.watch(storage, workspace, NOW + 31 * MINUTE)
    assert standing() == [health.problem_of(public)]
    (found,) = reading.data_sources(storage, workspace, 0, 10, NOW).items
    assert (found.silent, found.about) == (True, about)
    sends(NOW + 32 * MINUTE, visit(1, user="u1"))
    health.watch(storage, workspace, NOW + 33 * MINUTE)
    assert standing() == []
    health.watch(storage, workspace, NOW + 63 * MINUTE)
    assert standing() == [health.problem_of(public)]
    change_source(storage.control, by, till.id, state="disabled", now=NOW)
    health.watch(storage, workspace, NOW + 64 * MINUTE)
    assert standing() == []
    writing.say_of_data_source(storage, by, public, About(), NOW)
    assert not health.watch(storage, workspace, NOW + 99 * MINUTE)


def test_what_cannot_be_said(storage: Storage, workspace: WorkspaceRecord, till: Source) -> None:
    by, public = system_caller(workspace), public_id(till.created_at, till.id)
    with pytest.raises(Unprocessable):
        writing.say_of_data_source(storage, by, public, About(silence=Silence(minutes=90, to_hour=1)), NOW)
    with pytest.raises(NotFound):
        writing.say_of_data_source(storage, by, public_id(NOW, 999_999), About(), NOW)
