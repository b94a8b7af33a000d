"""Ranks on an installation: computed at their moments over everybody, stated on the log, obeyed by the live writer."""

from typing import Any

import pytest
from msgspec import structs

from konnektu.access.api import Author, system_caller
from konnektu.core.clock import MINUTE, MovableClock
from konnektu.core.config import Config
from konnektu.jobs.api import Later, Work, jobs
from konnektu.jobs.kinds import StopSignal
from konnektu.log import api as log
from konnektu.rules.conditions import Present
from konnektu.rules.figures import Orders
from konnektu.rules.memory import Asked, place_by, ranks_of, top
from konnektu.rules.model import Every, Measured, Rank, Segment
from konnektu.segments import placing
from konnektu.segments.counting import Counter, counted
from konnektu.segments.explain_views import PartView
from konnektu.segments.explained import of_segment
from konnektu.segments.knowing import knowledge
from konnektu.segments.placing import compute_ranks, is_due
from konnektu.segments.ranks import store
from konnektu.segments.ranks.model import Computed
from konnektu.segments.reading import found, look
from konnektu.segments.store import defined
from konnektu.segments.views import Draft, NewSegment
from konnektu.segments.writing import delete, make
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.privacy.support import seal_all
from tests.segments.facts import saved
from tests.segments.test_explaining import asking, public
from tests.segments.test_listed import both_equal
from tests.segments.test_live import HOUR, bring_into_force, decided, erase, inside, profile_of, turns

pytestmark = pytest.mark.usefixtures("event_store_server")
NET = {"how": "sum", "field": ["net"], "type": "money", "currency": "RUB"}
BEST: dict[str, Any] = {"is": "rank", "by": {"is": "orders", "measure": NET}, "top": 34}
OTHERS: dict[str, Any] = {"is": "not", "rule": BEST}
SPENT = {"anna": 500, "boris": 300, "vera": 300, "gleb": 100}


def work(storage: Storage, record: WorkspaceRecord, now: int) -> Work:
    return Work(
        storage=storage, workspace=record, config=Config(), clock=MovableClock(now), job=1, attempt=1,
        progress=lambda *_, **__: None, is_cancelled=lambda: False, stop=StopSignal(lambda: False),
    )  # fmt: skip


def order(n: int, user: str, total: int) -> bytes:
    return track("Order Completed", n, user=user, order_id=f"o{n}", total=total, currency="RUB")


def shop(storage: Storage, record: WorkspaceRecord) -> dict[str, int]:
    """Four people who bought, one who did not, and a visitor who is nobody yet."""
    bought = [order(n, user, total) for n, (user, total) in enumerate(SPENT.items())]
    send(storage, record, *bought, identify("dina", 1), at=NOW - HOUR)
    visit = track("Order Completed", 20, anonymous="a1", order_id="o20", total=9_000, currency="RUB")
    send(storage, record, visit, at=NOW - HOUR)
    run_writer(storage, record)
    return {user: profile_of(storage, record, user) for user in (*SPENT, "dina")}


def computed(storage: Storage, record: WorkspaceRecord, now: int) -> int:
    """How many ranks were computed; what is stated of them is applied."""
    seal_all(storage, record)
    found = compute_ranks(work(storage, record, now))
    run_writer(storage, record)
    return found


def test_a_rank_comes_into_force_when_it_is_computed_and_moves_at_its_moments(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    who = shop(storage, workspace)
    send(storage, workspace, saved(1, "best", BEST), saved(2, "others", OTHERS), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    assert inside(storage, workspace, "others") == []
    assert computed(storage, workspace, NOW + 10) == 1
    bring_into_force(storage, workspace, 800)
    assert inside(storage, workspace, "best") == sorted([who["anna"], who["boris"]])
    assert inside(storage, workspace, "others") == sorted([who["vera"], who["gleb"], who["dina"]])

    send(storage, workspace, order(9, "gleb", 1_000), at=NOW + HOUR)
    run_writer(storage, workspace)
    assert computed(storage, workspace, NOW + HOUR) == 0
    assert who["gleb"] not in inside(storage, workspace, "best")
    shown = _explained(storage, workspace, "gleb")
    assert not shown.holds
    assert shown.as_of is not None and shown.as_of.ru.startswith("По состоянию на 9 окт. 2025")
    (stands,) = found(look(storage.workspace(workspace), "Europe/Moscow"), "best").ranks
    assert (stands.at, stands.placed, stands.inside) == (NOW + 10, 4, 2)
    later = NOW + 24 * HOUR
    assert computed(storage, workspace, later) == 1
    assert inside(storage, workspace, "best") == sorted([who["anna"], who["gleb"]])
    assert turns(storage, workspace, "best")[-2:] == [
        (profile, profile == who["gleb"], later, "fact") for profile in sorted((who["boris"], who["gleb"]))
    ]
    both_equal(storage, workspace)
    _agrees_with_the_reference(storage, workspace, later)


def _explained(storage: Storage, record: WorkspaceRecord, user: str) -> PartView:
    told = of_segment(asking(storage, record, NOW + HOUR), "best", public(storage, record, user))
    assert told.difference is None
    return told.parts[0]


def _agrees_with_the_reference(storage: Storage, record: WorkspaceRecord, at: int) -> None:
    """What the event store has ordered is what the reference makes of everybody's facts at that instant."""
    with storage.workspace(record).read() as own:
        people = [row[0] for row in own.execute("SELECT id FROM profile WHERE known").fetchall()]
        ranks = ranks_of([one.definition for one in defined(own)])
        stated = {key: set(store.at_the_top(own, key)) for key in ranks}
    (key, rank) = next(iter(ranks.items()))
    placed = Measured(rank.by, Present())
    told = knowledge(storage, record, people, lambda _, __: {"placed": Segment(placed)}, at)
    figures = {one.id: place_by(rank, Asked(one.known, at)) for one in told.people.values()}
    assert stated[key] == top(rank, figures)


def test_who_is_at_the_top_stays_there_through_merges_and_goes_when_erased(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    who = shop(storage, workspace)
    send(storage, workspace, identify("guest", 5), at=NOW - HOUR)
    send(storage, workspace, saved(1, "best", {**BEST, "top": 2, "unit": "people"}), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    assert computed(storage, workspace, NOW + 10) == 1
    bring_into_force(storage, workspace, 800)
    first, second = who["anna"], who["boris"]
    assert inside(storage, workspace, "best") == sorted([first, second])
    # Two of whom one is at the top become one.
    pair = [{"kind": "user_id", "value": user} for user in ("boris", "gleb")]
    send(storage, workspace, decided("merge", 1, people=pair), at=NOW + 20, origin="console")
    run_writer(storage, workspace)
    joined = profile_of(storage, workspace, "boris")
    assert profile_of(storage, workspace, "gleb") == joined
    assert inside(storage, workspace, "best") == sorted([first, joined])
    both_equal(storage, workspace)
    erase(storage, workspace, first)
    assert inside(storage, workspace, "best") == [joined]
    assert computed(storage, workspace, NOW + 24 * HOUR) == 1
    assert inside(storage, workspace, "best") == sorted([joined, who["vera"]])
    both_equal(storage, workspace)


def test_a_computation_in_pieces_and_one_that_was_cut_off_come_to_the_same(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = shop(storage, workspace)
    monkeypatch.setattr(placing, "AT_ONCE", 1)
    send(storage, workspace, saved(1, "best", {**BEST, "top": 3, "unit": "people"}), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    seal_all(storage, workspace)
    append, sent = log.append, list[Any]()

    def dies(*asked: Any) -> int:
        if len(sent) == 2:
            raise KeyboardInterrupt
        sent.append(asked)
        return int(append(*asked))

    with monkeypatch.context() as patched:
        patched.setattr(log, "append", dies)
        with pytest.raises(KeyboardInterrupt):
            compute_ranks(work(storage, workspace, NOW + 10))
    monkeypatch.setattr(placing, "APPLIED_SECONDS", 0.4)
    with pytest.raises(Later):
        compute_ranks(work(storage, workspace, NOW + 20))
    run_writer(storage, workspace)
    with storage.workspace(workspace).read() as own:
        assert store.computed(own) == {}
    assert computed(storage, workspace, NOW + 30) == 1
    bring_into_force(storage, workspace, 800)
    assert inside(storage, workspace, "best") == sorted([who["anna"], who["boris"], who["vera"]])
    both_equal(storage, workspace)


def test_saving_asks_for_the_computation_and_a_rank_without_users_is_forgotten(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    shop(storage, workspace)
    writer = Author(storage, system_caller(workspace), NOW, 0)
    make(writer, NewSegment(name="Best", key="best", definition={"entry": BEST}))
    waiting = jobs(storage.control, workspace, kind=placing.JOB)
    assert [one.key for one in waiting] == [""]
    bring_into_force(storage, workspace)
    assert computed(storage, workspace, NOW + 10) == 1
    bring_into_force(storage, workspace, 800)
    draft = Draft(definition={"entry": {"is": "all", "rules": [BEST, OTHERS]}})
    count = counted(Counter(storage, system_caller(workspace), NOW + 10), draft)
    assert [one.people for one in count.parts] == [0, 2, 3, 2]
    assert len(inside(storage, workspace, "best")) == 2
    delete(structs.replace(writer, now=NOW + 20), "best")
    run_writer(storage, workspace)
    assert computed(storage, workspace, NOW + 30) == 0
    with storage.workspace(workspace).read() as own:
        assert store.computed(own) == {}
        assert own.execute("SELECT count(*) FROM ranked").fetchone() == (0,)
    both_equal(storage, workspace)


def test_when_a_rank_is_due() -> None:
    rank, kolkata = Rank(Orders(), 10, moments=Every("hour")), "Asia/Kolkata"
    at = NOW - NOW % HOUR
    last = Computed("", at, 1, 0, 0)
    assert is_due(rank, None, at, "UTC")
    assert not is_due(rank, last, at + HOUR - 1, "UTC")
    assert is_due(rank, last, at + HOUR, "UTC")
    assert is_due(rank, last, at + 30 * MINUTE, kolkata)
    assert not is_due(rank, last, at + 30 * MINUTE - 1, kolkata)
