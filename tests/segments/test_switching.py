"""Other definitions come into force for everybody in bounded batches; whatever is killed where, the outcome is one."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from konnektu.belt.rebuild import rebuild
from konnektu.belt.writer import Writer
from konnektu.segments import api as segments
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
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
from tests.segments.facts import saved, told
from tests.segments.test_live import ORDERED, bring_into_force, inside, profile_of, turns

HOUR = 3_600_000
CITIES = ("Тула", "Орёл", "Тула", "Тула")


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fact that brings definitions into force decides one person by itself."""
    whole = segments.switch_next
    monkeypatch.setattr(segments, "switch_next", lambda db, force, limit=1: whole(db, force, limit))


def test_a_switch_goes_on_between_events_and_carries_its_own_instant(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, one_by_one: None
) -> None:
    send(storage, workspace, *(identify(f"u{n}", n, city=city) for n, city in enumerate(CITIES)))
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    writer = run_writer(storage, workspace)
    while writer.build_segments():
        pass
    send(storage, workspace, told(2, key="tula", act="built", version=1), at=NOW + 1, origin="system")
    send(storage, workspace, identify("u3", 9, city="Орёл"), at=NOW + 2)
    writer.apply(waiting(storage, workspace), 1000)
    people = [profile_of(storage, workspace, f"u{n}") for n in range(4)]
    assert turns(storage, workspace, "tula") == [
        (people[0], True, NOW + 1, "definition"),
        (people[3], True, NOW + 1, "definition"),
        (people[3], False, NOW + 2, "fact"),
    ]
    assert writer.switch_segments(1) == 1
    writer = Writer(storage, workspace, epoch_of(storage, workspace))
    assert writer.switch_segments() == 1
    assert writer.switch_segments() == 0
    assert inside(storage, workspace, "tula") == sorted((people[0], people[2]))
    assert turns(storage, workspace, "tula")[-1] == (people[2], True, NOW + 1, "definition")
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal


def test_what_is_out_of_force_is_left_in_batches_too_and_nothing_is_remembered_for_nothing(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, one_by_one: None
) -> None:
    send(storage, workspace, *(identify(f"u{n}", n, city="Тула") for n in range(3)))
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    writer = bring_into_force(storage, workspace)
    send(storage, workspace, told(3, key="tula", act="off"), at=NOW + 5, origin="system")
    writer.apply(waiting(storage, workspace), 1000)
    assert len(inside(storage, workspace, "tula")) == 2
    while writer.switch_segments(1):
        pass
    assert inside(storage, workspace, "tula") == []
    left = turns(storage, workspace, "tula")[3:]
    assert [(turn[1], turn[2], turn[3]) for turn in left] == [(False, NOW + 5, "definition")] * 3
    assert everything(storage, workspace, ("segment_state", "segment_due")) == {
        "segment_state": [],
        "segment_due": [],
    }
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal


def test_a_cancelled_building_leaves_the_old_version_in_force(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, identify("u0", 1, city="Тула"), saved(1, "x"), at=NOW)
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    writer = bring_into_force(storage, workspace)
    before = turns(storage, workspace, "tula")
    other: dict[str, Any] = {"is": "not", "rule": {"is": "tag", "names": ["vip"]}}
    send(storage, workspace, saved(2, "tula", other), at=NOW + 1, origin="system")
    writer.apply(waiting(storage, workspace), 1000)
    assert writer.build_segments() == 1
    send(storage, workspace, told(3, key="tula", act="dropped", version=2), at=NOW + 2, origin="system")
    send(storage, workspace, identify("u1", 2, city="Орёл"), at=NOW + 3)
    writer.apply(waiting(storage, workspace), 1000)
    assert writer.switch_segments() == writer.build_segments() == 0
    assert turns(storage, workspace, "tula") == before
    assert inside(storage, workspace, "tula") == [profile_of(storage, workspace, "u0")]


JOIN = msgspec.json.encode(
    {
        "type": "merge",
        "messageId": "j",
        "properties": {"people": [{"kind": "user_id", "value": one} for one in ("u0", "u1")]},
    }
)
BLOCKS: tuple[tuple[str, list[bytes]], ...] = (
    ("wire", [identify(f"u{n}", n, city=city) for n, city in enumerate(CITIES)]),
    ("wire", [track("Order Completed", n, user=f"u{n}", order_id=str(n), total=10) for n in range(3)]),
    ("system", [saved(1, "tula")]),
    ("system", [saved(2, "fresh", ORDERED)]),
)
LATER: tuple[tuple[str, list[bytes]], ...] = (
    ("system", [told(3, key="tula", act="built", version=1)]),
    ("system", [told(4, key="fresh", act="built", version=1)]),
    (
        "wire",
        [identify("u1", 11, city="Тула"), track("Order Completed", 12, user="u3", order_id="9", total=1)],
    ),
    ("console", [JOIN]),
    ("system", [told(5, key="tula", act="off")]),
)
TOLD = "SELECT segment, version, profile, entered, position, instant, cause FROM membership ORDER BY profile, segment, id"


def live_through(
    storage: Storage, record: WorkspaceRecord, go: Callable[[Callable[[Writer], None]], None]
) -> Any:
    """A workspace in which each part of a story is done under `go`; what stands in the end."""

    def part(blocks: tuple[tuple[str, list[bytes]], ...], after: int, *acts: Callable[[Writer], int]) -> None:
        for number, (origin, bodies) in enumerate(blocks):
            send(storage, record, *bodies, at=NOW + after + number, origin=origin)

        def done(writer: Writer) -> None:
            writer.apply(waiting(storage, record), 1000)
            for act in acts:
                while act(writer):
                    pass

        go(done)

    part(BLOCKS, 0, lambda writer: writer.build_segments(3))
    part(LATER, 1_000, lambda writer: writer.switch_segments(1))
    part((), 0, lambda writer: writer.pass_time(NOW + 100 * HOUR, 1))
    with storage.workspace(record).read() as db:
        flips = db.execute(TOLD).fetchall()
    tables = ("segment", "member", "segment_size", "segment_due", "profile", "order_figures")
    return flips, everything(storage, record, tables)


def test_killed_before_any_statement_the_outcome_is_that_of_an_uninterrupted_run(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object,
    monkeypatch: pytest.MonkeyPatch, one_by_one: None,
) -> None:  # fmt: skip
    def whole(done: Callable[[Writer], None]) -> None:
        done(Writer(storage, workspace, epoch_of(storage, workspace)))

    expected = live_through(storage, workspace, whole)
    assert len(expected[0]) > 8
    crashes = 0
    killed = create_workspace(storage, "killed-stage", "killed", created_at=1)

    def dying(done: Callable[[Writer], None]) -> None:
        nonlocal crashes
        number, is_dying = 1, True
        while is_dying:
            try:
                with crash_before_statement(monkeypatch, number):
                    done(Writer(storage, killed, epoch_of(storage, killed)))
                is_dying = False
            except SimulatedCrash:
                crashes += 1
                number += 3

    try:
        assert live_through(storage, killed, dying) == expected
    finally:
        drop_workspace(storage, killed)
    assert crashes > 30
