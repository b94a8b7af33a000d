"""The writer on a real PostgreSQL: killed anywhere, cut any way, fenced, it comes to the same state."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from konnektu import flow
from konnektu.belt.writer import Writer
from konnektu.core.errors import Fenced
from konnektu.core.records import Event
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import (
    NOW,
    SimulatedCrash,
    crash_before_statement,
    epoch_of,
    everything,
    identify,
    run_writer,
    send,
    track,
    waiting,
)
from tests.shelf import Shelf

BLOCKS = [
    [track("Page Viewed", 1, anonymous="a1"), track("Page Viewed", 2, anonymous="a2"), b'{"type":"track"'],
    [
        identify("u1", 3, email="anna@shop.example", firstName="Анна"),
        track("Order Completed", 4, user="u1", revenue=100),
    ],
    [track("Page Viewed", 5, user="u1", anonymous="a1"), track("Page Viewed", 1, anonymous="a1")],
    [
        identify("u2", 6, email="anna@shop.example", firstName="Олег"),
        track("Order Completed", 7, user="u2", revenue=7),
    ],
    [track("Page Viewed", 8, user="u2", anonymous="a1"), track("Other", 2, anonymous="a2")],
]


def send_all(storage: Storage, record: WorkspaceRecord) -> None:
    for number, block in enumerate(BLOCKS):
        send(storage, record, *block, at=NOW + number * 1000)


@pytest.fixture(scope="module")
def uninterrupted(storage: Storage, shelf: Shelf) -> dict[str, list[str]]:
    """The state after one run without trouble."""
    record = shelf.take("uninterrupted", "Uninterrupted", NOW)
    send_all(storage, record)
    run_writer(storage, record)
    state = everything(storage, record)
    shelf.give_back(record)
    return state


def test_the_state_is_not_empty(uninterrupted: dict[str, list[str]]) -> None:
    assert len(uninterrupted["profile"]) == 3
    assert len(uninterrupted["quarantine"]) == 2
    assert uninterrupted["decision"]


@pytest.mark.parametrize(("size", "portion"), [(1, 2), (3, 1), (1000, 1), (1000, 2), (1000, 1000)])
def test_any_cut_of_batches_gives_the_same_state(
    storage: Storage,
    workspace: WorkspaceRecord,
    uninterrupted: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    portion: int,
) -> None:
    monkeypatch.setattr("konnektu.flow.applying.FOLDED_AT_ONCE", portion)
    send_all(storage, workspace)
    run_writer(storage, workspace, size)
    assert everything(storage, workspace) == uninterrupted


def test_blocks_offered_twice_change_nothing(
    storage: Storage, workspace: WorkspaceRecord, uninterrupted: dict[str, list[str]]
) -> None:
    send_all(storage, workspace)
    blocks = waiting(storage, workspace)
    writer = run_writer(storage, workspace)
    assert writer.apply(blocks, 1000) == 0
    assert everything(storage, workspace) == uninterrupted


def test_events_sent_twice_in_other_blocks_change_nothing(
    storage: Storage, workspace: WorkspaceRecord, uninterrupted: dict[str, list[str]]
) -> None:
    send_all(storage, workspace)
    everything_once_more = [body for block in BLOCKS for body in block]
    send(storage, workspace, *everything_once_more, at=NOW + 10_000)
    run_writer(storage, workspace)
    assert everything(storage, workspace) == uninterrupted


def test_killed_before_any_statement_it_ends_in_the_same_state(
    storage: Storage,
    workspace: WorkspaceRecord,
    uninterrupted: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("konnektu.flow.applying.FOLDED_AT_ONCE", 2)
    crashes = 0
    send_all(storage, workspace)
    for block in waiting(storage, workspace):
        statement = 1
        while block.id in {one.id for one in waiting(storage, workspace)}:
            writer = Writer(storage, workspace, epoch_of(storage, workspace))
            try:
                with crash_before_statement(monkeypatch, statement):
                    writer.apply([block], 1000)
            except SimulatedCrash:
                crashes += 1
            statement += 1
    assert crashes > 10 * len(BLOCKS)
    assert everything(storage, workspace) == uninterrupted


def test_a_paused_and_revived_writer_cannot_commit(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, track("First", 1, user="u1"))
    paused = Writer(storage, workspace, epoch_of(storage, workspace, "one"))
    with storage.inbox.transaction() as inbox:
        log.store.release_lease(inbox, workspace.id, "one", paused.place.epoch)
    reviver = Writer(storage, workspace, epoch_of(storage, workspace, "two"))
    blocks = waiting(storage, workspace)
    with pytest.raises(Fenced):
        paused.apply(blocks, 1000)
    assert reviver.apply(blocks, 1000) == 1
    with pytest.raises(Fenced):
        paused.apply(blocks + waiting(storage, workspace), 1000) or paused.apply(
            [structs_again(blocks[0])], 1000
        )


def structs_again(block: log.Waiting) -> log.Waiting:
    """The same block under another id, so that it does not count as applied."""
    return log.Waiting(block.id + 1_000_000, block.day, block.received_at, block.events, block.body)


@pytest.mark.parametrize("kept_people", [2, 1000])
def test_what_a_writer_keeps_is_lost_with_its_lease(
    storage: Storage, workspace: WorkspaceRecord, uninterrupted: dict[str, list[str]], kept_people: int
) -> None:
    send_all(storage, workspace)
    writers = []
    for number, block in enumerate(waiting(storage, workspace)):
        if number % 2 == 0:
            epoch = 100 + number
            writers.append(Writer(storage, workspace, epoch, kept_people=kept_people))
        writers[-1].apply([block], 1000)
        for paused in writers[:-1]:
            with pytest.raises(Fenced):
                paused.apply([structs_again(block)], 1000)
    assert everything(storage, workspace) == uninterrupted


def test_a_lower_epoch_cannot_even_begin(storage: Storage, workspace: WorkspaceRecord) -> None:
    Writer(storage, workspace, 7)
    with pytest.raises(Fenced):
        Writer(storage, workspace, 6)


def test_what_a_stage_cannot_take_is_kept_and_the_rest_of_the_event_counts(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    odd = {"type": "identify", "userId": "u9", "messageId": "odd", "traits": {"city": "Moscow"}}
    send(storage, workspace, msgspec.json.encode({**odd, "context": {"consent": "yes please"}}))
    run_writer(storage, workspace)
    state = everything(storage, workspace)
    assert len(state["profile"]) == 1
    assert "wrong_consent" in state["quarantine"][0]


def poisoned(events: Sequence[Event]) -> None:
    if any(event.name == "Poison" for event in events):
        raise ZeroDivisionError


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in a stage, which certain events meet."""
    whole = flow.apply

    def apply(storage: Any, record: Any, db: Any, events: Sequence[Event], *rest: Any) -> flow.Applied:
        applied = whole(storage, record, db, events, *rest)
        poisoned(events)
        return applied

    monkeypatch.setattr("konnektu.belt.writer.apply", apply)


def test_events_that_nobody_foresaw_cost_themselves_alone(
    storage: Storage, workspace: WorkspaceRecord, fault: None
) -> None:
    bodies = [track("Poison" if n in {3, 7} else "Fine", n, user=f"u{n}") for n in range(10)]
    send(storage, workspace, *bodies)
    assert run_writer(storage, workspace).place.position == 10
    state = everything(storage, workspace)
    assert len(state["profile"]) == 8
    assert [row.count("unforeseen") for row in state["quarantine"]] == [1, 1]
    assert not waiting(storage, workspace)


def test_a_fault_that_all_events_meet_stops_the_writer_and_loses_none(
    storage: Storage, workspace: WorkspaceRecord, fault: None
) -> None:
    send(storage, workspace, *[track("Poison", n, user=f"u{n}") for n in range(30)])
    with pytest.raises(ZeroDivisionError):
        run_writer(storage, workspace)
    assert len(waiting(storage, workspace)) == 1
    assert everything(storage, workspace)["quarantine"] == []


def test_a_value_that_its_attribute_cannot_take_is_told_and_the_rest_counts(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, identify("u1", 1, birthDate="31.31.1990", city="Тверь", phone=" "))
    run_writer(storage, workspace)
    (told,) = log.quarantine(storage.workspace(workspace), None, 10, "open")
    assert (told.position, told.reason) == (1, "wrong_value")
    assert told.detail == "birth_date cannot take its value: not_a_date"
    with storage.workspace(workspace).read() as db:
        (person,) = profiles.profiles_after(db, 0, 10)
    assert person.state.attributes.keys() == {"city"}
    assert person.state.basics.events == 1
