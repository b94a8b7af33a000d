"""Rejected events corrected all at once: what fits is sent and links to what it became, the rest waits."""

import msgspec
import pytest
from msgspec import structs

from konnektu.dictionary.correction import (
    Cast,
    DoesNotFit,
    Drop,
    NameEvent,
    Rename,
    SetValue,
    Step,
    corrected,
)
from konnektu.dictionary.jobs import DISCARD, REPLAY
from konnektu.dictionary.mending import discard_all, mend, try_on
from konnektu.jobs.api import find_kind
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track, waiting
from tests.dictionary.test_notes import work

FARTHEST = 2**53
WITHOUT_TIME: list[Step] = [Drop("timestamp")]


def nameless(n: int, **properties: object) -> bytes:
    body = {"type": "track", "userId": f"u{n}", "messageId": f"n{n}", "properties": properties}
    return msgspec.json.encode(body)


def untimed(n: int) -> bytes:
    body = {"type": "track", "event": "Seen", "userId": f"u{n}", "messageId": f"w{n}", "timestamp": "never"}
    return msgspec.json.encode(body)


def by_position(storage: Storage, record: WorkspaceRecord, state: str) -> dict[int, log.Quarantined]:
    return {one.position: one for one in log.quarantine(storage.workspace(record), None, 100, state)}


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        (Rename("properties.a", "b"), {"properties": {"a": 1}}, {"properties": {"b": 1}}),
        (Rename("properties.a", "b"), {"properties": {"c": 1}}, {"properties": {"c": 1}}),
        (
            Rename("properties.lines[].a", "b"),
            {"properties": {"lines": [{"a": 1}, {"b": 2}, 3]}},
            {"properties": {"lines": [{"b": 1}, {"b": 2}, 3]}},
        ),
        (SetValue("context.page.url", "x"), {}, {"context": {"page": {"url": "x"}}}),
        (
            Cast("properties.price", "number"),
            {"properties": {"price": "1 234,50"}},
            {"properties": {"price": 1234.5}},
        ),
        (Cast("userId", "text"), {"userId": 7}, {"userId": "7"}),
        (Cast("properties.ok", "boolean"), {"properties": {"ok": "да"}}, {"properties": {"ok": True}}),
        (NameEvent("Seen"), {"type": "track"}, {"type": "track", "event": "Seen"}),
        (Drop("properties.a"), {"properties": {"a": 1, "b": 2}}, {"properties": {"b": 2}}),
    ],
    ids=lambda one: type(one).__name__ if not isinstance(one, dict) else "",
)
def test_a_step(step: Step, before: dict[str, object], after: dict[str, object]) -> None:
    assert msgspec.json.decode(corrected(msgspec.json.encode(before), [step])) == after


@pytest.mark.parametrize(
    ("body", "step"),
    [
        (b"no json", Drop("a")),
        (b"[1]", Drop("a")),
        (b'{"a": 1, "b": 2}', Rename("a", "b")),
        (b'{"a": "much"}', Cast("a", "number")),
    ],
    ids=["no_json", "no_object", "taken", "no_number"],
)
def test_a_step_that_does_not_fit_is_told(body: bytes, step: Step) -> None:
    with pytest.raises(DoesNotFit):
        corrected(body, [step])


def test_all_are_corrected_at_once_and_link_to_what_they_became(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, nameless(1, a=1), track("Seen", 9, user="u9"), untimed(2), nameless(3, a=2, b=1))
    run_writer(storage, workspace)
    chosen = log.Chosen(reason="no_name")
    steps: list[Step] = [NameEvent("Seen"), Rename("properties.a", "b")]
    found = try_on(storage, workspace, chosen, steps, 10)
    assert [(one.position, one.reason) for one in found] == [(1, ""), (4, "does_not_fit")]
    assert msgspec.json.decode(found[0].after)["properties"] == {"b": 1}
    assert waiting(storage, workspace) == [], "trying sends nothing"

    done = list(mend(storage, workspace, chosen, steps, FARTHEST))[-1]
    assert (done.sent, done.kept) == (1, 1)
    run_writer(storage, workspace)
    assert set(by_position(storage, workspace, "open")) == {3, 4}
    replayed = by_position(storage, workspace, "replayed")
    assert [(one.became, one.became_at) for one in replayed.values()] == [(5, NOW)]
    assert list(mend(storage, workspace, chosen, steps, FARTHEST))[-1].sent == 0, (
        "what was sent is not sent again"
    )


def test_what_would_be_rejected_again_is_not_sent(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, untimed(1), untimed(2))
    run_writer(storage, workspace)
    assert [one.kept for one in mend(storage, workspace, log.Chosen(), [], FARTHEST)] == [2]
    assert waiting(storage, workspace) == []
    assert [one.sent for one in mend(storage, workspace, log.Chosen(), WITHOUT_TIME, 1)] == [1], (
        "up to a position"
    )
    run_writer(storage, workspace)
    assert set(by_position(storage, workspace, "open")) == {2}


def test_one_sent_as_it_came_and_rejected_again_waits_again(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, untimed(1))
    run_writer(storage, workspace)
    log.replay(storage.workspace(workspace), storage.inbox, workspace.id, [1], {})
    assert set(by_position(storage, workspace, "replayed")) == {1}
    run_writer(storage, workspace)
    assert set(by_position(storage, workspace, "open")) == {2}


def test_an_event_that_was_corrected_and_comes_once_more_stays_settled(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, untimed(1))
    run_writer(storage, workspace)
    list(mend(storage, workspace, log.Chosen(), WITHOUT_TIME, FARTHEST))
    run_writer(storage, workspace)
    send(storage, workspace, untimed(1))
    run_writer(storage, workspace)
    assert by_position(storage, workspace, "open") == {}


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (log.Chosen(), set()),
        (log.Chosen(reason="no_name"), {2, 3}),
        (log.Chosen(source=2), {1, 2, 3}),
        (log.Chosen(since=NOW + 1), {1, 2}),
        (log.Chosen(until=NOW + 1), {3}),
    ],
    ids=["all", "reason", "source", "since", "until"],
)
def test_the_chosen_are_closed(
    storage: Storage, workspace: WorkspaceRecord, chosen: log.Chosen, left: set[int]
) -> None:
    send(storage, workspace, nameless(1), untimed(2))
    send(storage, workspace, untimed(3), at=NOW + 5)
    run_writer(storage, workspace)
    list(discard_all(storage, workspace, chosen, FARTHEST))
    assert set(by_position(storage, workspace, "open")) == left
    assert set(by_position(storage, workspace, "discarded")) == {1, 2, 3} - left


def test_the_jobs_do_it_with_progress(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, nameless(1, a=1), untimed(2))
    run_writer(storage, workspace)
    told: list[tuple[int, ...]] = []
    job = structs.replace(work(storage, workspace), progress=lambda *done: told.append(done))
    which = msgspec.to_builtins(log.Chosen(reason="no_name"))
    steps = msgspec.to_builtins([NameEvent("Seen"), Rename("properties.a", "b")])
    arguments = {"chosen": which, "steps": steps, "upto": FARTHEST}
    assert find_kind(REPLAY).run(job, arguments) == {"sent": 1, "kept": 0}
    assert find_kind(DISCARD).run(job, {"chosen": {}, "upto": FARTHEST}) == {"closed": 1}
    assert told == [(1, 1), (1, 1)]
    assert by_position(storage, workspace, "open") == {}
