"""Who may write a workspace: one holder at a time, and a rebuild that asks is let in beside running belts."""

import threading
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from konnektu.belt import lease, loop
from konnektu.belt.lease import StillWritten, held_lease
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import send, track

SECONDS = 60.0


def take(storage: Storage, record: WorkspaceRecord, holder: str) -> int | None:
    with storage.inbox.transaction() as inbox:
        return log.store.take_lease(inbox, record.id, holder, SECONDS)


def ask(storage: Storage, record: WorkspaceRecord, holder: str, seconds: float = SECONDS) -> None:
    with storage.inbox.transaction() as inbox:
        log.store.ask_for_lease(inbox, record.id, holder, seconds)


def renew(storage: Storage, record: WorkspaceRecord, holder: str, epoch: int, *, yields: bool) -> bool:
    with storage.inbox.transaction() as inbox:
        return log.store.renew_lease(inbox, record.id, holder, epoch, SECONDS, yields=yields)


def test_a_belt_makes_way_for_who_asks_and_nobody_comes_between(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    epoch = take(storage, workspace, "belt")
    assert epoch == 1
    assert renew(storage, workspace, "belt", epoch, yields=True)
    ask(storage, workspace, "rebuild")
    assert take(storage, workspace, "rebuild") is None, "the belt has not let go"
    assert renew(storage, workspace, "belt", epoch, yields=False)
    assert not renew(storage, workspace, "belt", epoch, yields=True)
    with storage.inbox.transaction() as inbox:
        log.store.release_lease(inbox, workspace.id, "belt", epoch)
    assert take(storage, workspace, "other belt") is None
    taken = take(storage, workspace, "rebuild")
    assert taken is not None
    assert taken > epoch
    assert renew(storage, workspace, "rebuild", taken, yields=True), "the wish ended when it was granted"


def test_a_wish_of_somebody_gone_is_forgotten(storage: Storage, workspace: WorkspaceRecord) -> None:
    ask(storage, workspace, "gone", seconds=-1.0)
    assert take(storage, workspace, "belt") is not None


def test_a_lease_is_held_while_the_work_lasts(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.05)
    monkeypatch.setattr(lease, "LEASE_SECONDS", 2.0)
    renewed = threading.Event()
    renew_lease = log.store.renew_lease

    def watched(*args: object, **kwargs: object) -> bool:
        kept = renew_lease(*args, **kwargs)  # type: ignore[arg-type]
        renewed.set()
        return kept

    monkeypatch.setattr(log.store, "renew_lease", watched)
    with held_lease(storage, workspace, "rebuild") as epoch:
        assert renewed.wait(30)
        assert take(storage, workspace, "belt") is None
    after = take(storage, workspace, "belt")
    assert after is not None
    assert after > epoch


class Turn:
    """A belt with a clock that moves past a renewal at each look, and what it did to the lease."""

    def __init__(self, storage: Storage, record: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch) -> None:
        self.renewed: list[int] = []
        self.between: Callable[[], None] = lambda: None
        renew_lease, ticks = log.store.renew_lease, count(step=SECONDS)

        def watched(inbox: Any, workspace: int, *args: Any, **kwargs: Any) -> bool:
            if workspace == record.id:
                self.renewed.append(log.place(storage.workspace(record)).position)
                self.between()
            return renew_lease(inbox, workspace, *args, **kwargs)

        monkeypatch.setattr(loop, "monotonic", lambda: float(next(ticks)))
        monkeypatch.setattr(log.store, "renew_lease", watched)
        self.stop = threading.Event()
        self.belt = loop.Belt(storage, "belt", 1, self.stop, _no_ear, lease_seconds=SECONDS)


def _no_ear() -> Any:
    raise AssertionError("nobody listens here")


@pytest.fixture
def turn(storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turn]:
    for n in range(6):
        send(storage, workspace, track("Viewed", n, user="u1"))
    turn = Turn(storage, workspace, monkeypatch)
    yield turn
    turn.belt.release()


def test_a_long_turn_renews_its_lease_after_every_batch(
    storage: Storage, workspace: WorkspaceRecord, turn: Turn
) -> None:
    turn.between = lambda: (  # a rival that tries at each of these moments
        None if take(storage, workspace, "rival") is None else pytest.fail("the lease was lost")
    )
    turn.belt.turn()
    assert log.place(storage.workspace(workspace)).position == 6
    assert turn.renewed[:6] == [1, 2, 3, 4, 5, 6]


def test_a_long_turn_makes_way_for_who_asks(storage: Storage, workspace: WorkspaceRecord, turn: Turn) -> None:
    turn.between = lambda: ask(storage, workspace, "rebuild") if turn.renewed == [1, 2] else None
    turn.belt.turn()
    assert log.place(storage.workspace(workspace)).position == 2
    assert take(storage, workspace, "rebuild") is not None


def test_a_belt_that_stops_does_not_finish_its_turn(
    storage: Storage, workspace: WorkspaceRecord, turn: Turn
) -> None:
    turn.between = lambda: turn.stop.set() if turn.renewed == [1, 2, 3] else None
    turn.belt.turn()
    assert log.place(storage.workspace(workspace)).position == 3


def test_a_writer_that_does_not_let_go_is_named(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "PATIENCE_SECONDS", 0.5)
    take(storage, workspace, "belt")
    with pytest.raises(StillWritten, match="does not let go"), held_lease(storage, workspace, "rebuild"):
        pass
