"""The workspace moves to another zone: everybody is decided by its clock from that instant on, in bounded batches."""

from typing import Any

import msgspec
import pytest

from konnektu.access.api import system_caller
from konnektu.access.settings import change_settings
from konnektu.belt.writer import Writer
from konnektu.core.clock import DAY, HOUR
from konnektu.segments import api as segments
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, epoch_of, identify, run_writer, send, track, waiting
from tests.privacy.support import seal_all
from tests.segments.facts import saved
from tests.segments.test_comparing import compared
from tests.segments.test_listed import both_equal
from tests.segments.test_live import bring_into_force, inside, profile_of, turns
from tests.segments.test_switching import one_by_one

pytestmark = pytest.mark.usefixtures("event_store_server", one_by_one.__name__)
TODAY: dict[str, Any] = {
    "is": "measured",
    "figure": {"is": "events", "what": {"names": ["visit"]}, "window": {"is": "calendar", "unit": "day"}},
    "test": {"is": "number", "op": "at_least", "values": [1]},
}
MIDNIGHT = NOW - NOW % DAY + DAY - 3 * HOUR
"""In Moscow, where the workspace is."""
USERS = tuple(f"u{n}" for n in range(4))


def moves(n: int, zone: str) -> bytes:
    body = {"type": "zone", "messageId": f"z-{n}", "properties": {"told": {"zone": zone}, "by": "anna"}}
    return msgspec.json.encode(body)


def visited(storage: Storage, record: WorkspaceRecord) -> Writer:
    """Who came an hour after midnight in Moscow: today there, yesterday in London."""
    send(storage, record, *(identify(user, n) for n, user in enumerate(USERS)), at=NOW)
    send(storage, record, saved(1, "today", TODAY), at=NOW, origin="system")
    bring_into_force(storage, record)
    came = [track("visit", n, user=user) for n, user in enumerate(USERS)]
    send(storage, record, *came, at=MIDNIGHT + HOUR)
    return run_writer(storage, record)


def test_everybody_is_decided_by_the_other_clock_at_the_instant_of_the_move(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    writer = visited(storage, workspace)
    people = [profile_of(storage, workspace, user) for user in USERS]
    assert inside(storage, workspace, "today") == sorted(people)
    moved, later = MIDNIGHT + 2 * HOUR, MIDNIGHT + 4 * HOUR
    send(storage, workspace, moves(1, "Europe/London"), at=moved, origin="system")
    # Who comes again before their turn was out in between, and is in by a day that began at midnight in London.
    send(storage, workspace, track("visit", 9, user="u3"), at=later)
    writer.apply(waiting(storage, workspace), 1000)
    assert len(inside(storage, workspace, "today")) == 3
    assert writer.switch_segments(1) == 1
    writer = Writer(storage, workspace, epoch_of(storage, workspace))
    while writer.switch_segments(1):
        pass
    assert inside(storage, workspace, "today") == [people[3]]
    left = [turn for turn in turns(storage, workspace, "today") if turn[2] > MIDNIGHT + HOUR]
    assert sorted(left) == sorted(
        [*((one, False, moved, "fact") for one in people), (people[3], True, later, "fact")]
    )
    both_equal(storage, workspace)
    seal_all(storage, workspace)
    assert compared(storage, workspace, later) == []
    writer = Writer(storage, workspace, epoch_of(storage, workspace))
    assert writer.pass_time(MIDNIGHT + 2 * DAY)
    assert turns(storage, workspace, "today")[-1] == (people[3], False, MIDNIGHT + 26 * HOUR, "time")


def test_moves_follow_each_other_and_the_settings_say_them_on_the_log(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    writer = visited(storage, workspace)
    caller, at = system_caller(workspace), MIDNIGHT + 2 * HOUR
    for after, zone in enumerate(("Europe/London", "Europe/London", "Asia/Tokyo")):
        change_settings(storage, caller, now=at + after, timezone=zone)
    send(storage, workspace, moves(2, "Nowhere/Else"), at=at + 9, origin="system")
    writer.apply(waiting(storage, workspace), 1000)
    while writer.switch_segments(1):
        pass
    with storage.workspace(workspace).read() as db:
        assert [zone for _, _, zone in segments.homes(db)] == ["Europe/Moscow", "Europe/London", "Asia/Tokyo"]
        wrong = db.execute("SELECT detail FROM quarantine").fetchall()
    assert wrong == [("There is no time zone Nowhere/Else.",)]
    assert len(inside(storage, workspace, "today")) == 4
    turned = [
        turn[1:]
        for turn in turns(storage, workspace, "today")
        if turn[0] == min(inside(storage, workspace, "today"))
    ]
    assert [one[:2] for one in turned[-2:]] == [(False, at), (True, at + 2)]
    both_equal(storage, workspace)
