"""Rejected events, corrected and sent again: they count as if they had come right, once, and others stay rejected."""

import msgspec
import pytest

from konnektu.core.errors import NotFound
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track, waiting

NAMELESS = b'{"type":"track","userId":"u1","messageId":"m1","properties":{"revenue":10}}'
HOPELESS = b'{"type":"track","event":"Order Completed","userId":"u1","messageId":"m2","timestamp":"never"}'


def corrected() -> bytes:
    return msgspec.json.encode({**msgspec.json.decode(NAMELESS), "event": "Order Completed"})


def replay(storage: Storage, record: WorkspaceRecord, changes: dict[int, bytes]) -> None:
    log.replay(storage.workspace(record), storage.inbox, record.id, list(changes), changes)


def reasons(storage: Storage, record: WorkspaceRecord, state: str) -> dict[int, str]:
    return {one.position: one.reason for one in log.quarantine(storage.workspace(record), None, 100, state)}


def counts(storage: Storage, record: WorkspaceRecord) -> list[tuple[str, int]]:
    with storage.workspace(record).read() as db:
        people = profiles.profiles_after(db, 0, 10)
    return [(name, told.count) for one in people for name, told in sorted(one.state.basics.by_name.items())]


def test_a_corrected_event_counts_as_if_it_had_come_right(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, NAMELESS, track("Page Viewed", 3, user="u1"), HOPELESS)
    run_writer(storage, workspace)
    assert reasons(storage, workspace, "open") == {1: "no_name", 3: "wrong_time"}
    assert counts(storage, workspace) == [("Page Viewed", 1)]

    replay(storage, workspace, {1: corrected()})
    run_writer(storage, workspace)
    assert counts(storage, workspace) == [("Order Completed", 1), ("Page Viewed", 1)]
    assert reasons(storage, workspace, "open") == {3: "wrong_time"}
    assert reasons(storage, workspace, "replayed") == {1: "no_name"}
    with storage.workspace(workspace).read() as db:
        (person,) = profiles.profiles_after(db, 0, 10)
    assert person.state.basics.by_name["Order Completed"].first[0] == NOW, (
        "it counts at the time when it came first"
    )


def test_a_correction_that_is_wrong_too_is_rejected_anew(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, NAMELESS)
    run_writer(storage, workspace)
    replay(storage, workspace, {1: HOPELESS})
    run_writer(storage, workspace)
    assert reasons(storage, workspace, "replayed") == {1: "no_name"}
    assert reasons(storage, workspace, "open") == {2: "wrong_time"}


def test_sent_again_as_it_came_it_is_rejected_again_and_open_again(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, HOPELESS)
    run_writer(storage, workspace)
    replay(storage, workspace, {1: HOPELESS})
    send(storage, workspace, HOPELESS, HOPELESS)  # in one batch with what its source sends again
    run_writer(storage, workspace)
    assert reasons(storage, workspace, "open") == {2: "wrong_time"}
    assert reasons(storage, workspace, "replayed") == {}
    replay(storage, workspace, {2: HOPELESS})
    run_writer(storage, workspace)
    assert reasons(storage, workspace, "open") == {5: "wrong_time"}


def test_a_source_that_repeats_what_was_corrected_does_not_open_it(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, NAMELESS)
    run_writer(storage, workspace)
    replay(storage, workspace, {1: corrected()})
    run_writer(storage, workspace)
    send(storage, workspace, NAMELESS)
    run_writer(storage, workspace)
    assert reasons(storage, workspace, "open") == {}
    assert counts(storage, workspace) == [("Order Completed", 1)]


def test_a_correction_that_fails_as_a_closed_event_did_opens_that_one(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, NAMELESS, HOPELESS)
    run_writer(storage, workspace)
    log.discard(storage.workspace(workspace), [2])
    replay(storage, workspace, {1: HOPELESS})
    run_writer(storage, workspace)
    assert reasons(storage, workspace, "open") == {3: "wrong_time"}
    assert reasons(storage, workspace, "discarded") == {}


def test_it_is_sent_again_once(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, NAMELESS)
    run_writer(storage, workspace)
    replay(storage, workspace, {1: corrected()})
    with pytest.raises(NotFound):
        replay(storage, workspace, {1: corrected()})
    assert len(waiting(storage, workspace)) == 1
    send(storage, workspace, corrected())  # as after a crash between the block and its note
    run_writer(storage, workspace)
    assert counts(storage, workspace) == [("Order Completed", 1)]
