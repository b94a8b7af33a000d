"""Who was in when, asked of the event store while entries and exits are on their way there, and after an erasure."""

from pathlib import Path

import pytest

from konnektu.belt.writer import Writer
from konnektu.privacy import api as privacy
from konnektu.segments import api as segments
from konnektu.segments import mirror
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import (
    NOW,
    SimulatedCrash,
    crash_before_statement,
    epoch_of,
    identify,
    run_writer,
    send,
    track,
    waiting,
)
from tests.belt.test_history import seal_all
from tests.segments.facts import saved, standing
from tests.segments.test_live import ORDERED, bring_into_force, erase, profile_of, turns

HOUR = 3_600_000


def kept(history: History) -> list[tuple[int, bool, int, str]]:
    found = history.rows(
        "SELECT profile, entered, toUnixTimestamp64Milli(instant), cause FROM membership FINAL ORDER BY id"
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def was_in(storage: Storage, record: WorkspaceRecord, at: int) -> list[int]:
    return segments.was_in(storage, record, standing(storage, record)["fresh"].id, at)


def test_who_was_in_is_told_by_the_event_store_and_what_is_on_its_way(
    storage: Storage, workspace: WorkspaceRecord, history: History,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(mirror, "PAGE", 2)
    users = ("anna", "boris", "vera")
    send(storage, workspace, saved(1, "fresh", ORDERED), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    for n, user in enumerate(users):
        made = track("Order Completed", n, user=user, order_id=str(n), total=10)
        send(storage, workspace, identify(user, n, email=f"{user}@shop.ru"), made, at=NOW + n * HOUR)
    run_writer(storage, workspace)
    people = [profile_of(storage, workspace, user) for user in users]
    assert was_in(storage, workspace, NOW + HOUR) == sorted(people[:2])
    with pytest.raises(SimulatedCrash), crash_before_statement(monkeypatch, 2):
        segments.carry(storage, workspace)
    assert segments.carry(storage, workspace) == 3
    writer = Writer(storage, workspace, epoch_of(storage, workspace))
    assert writer.pass_time(NOW + 73 * HOUR) == 1
    for _ in range(2):
        assert was_in(storage, workspace, NOW + HOUR) == sorted(people[:2])
        assert was_in(storage, workspace, NOW + 72 * HOUR - 1) == sorted(people)
        assert was_in(storage, workspace, NOW + 72 * HOUR) == sorted(people[1:])
        segments.carry(storage, workspace)
    assert kept(history) == turns(storage, workspace, "fresh")

    erase(storage, workspace, people[1])
    seal_all(storage, workspace)
    assert waiting(storage, workspace) == []
    (finished,) = privacy.finish_erasures(storage, workspace, tmp_path)
    assert finished.removed["entry_or_exit"] >= 1
    segments.carry(storage, workspace)
    assert people[1] not in {row[0] for row in kept(history)}
    assert kept(history) == turns(storage, workspace, "fresh")
    assert was_in(storage, workspace, NOW + 72 * HOUR - 1) == sorted((people[0], people[2]))
