"""Feeds: fetched when they have changed, told of when they fail, and never half in effect."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from konnektu.catalogue import api
from konnektu.catalogue.feeds import credentials_of
from konnektu.catalogue.jobs import TRIES, load_feed
from konnektu.catalogue.model import Feed, Load, Mapping, Numbers
from konnektu.core.clock import HOUR, MovableClock
from konnektu.core.config import Config
from konnektu.core.errors import Conflict, NotFound, Unprocessable
from konnektu.jobs.api import Problem, Work, problems, schedules
from konnektu.jobs.kinds import StopSignal
from konnektu.outgoing.api import Credentials, Unanswered
from konnektu.storage.api import Db, Storage, WorkspaceRecord
from tests.catalogue.conftest import NOW
from tests.catalogue.lists import offers, price_list
from tests.doubles.feed_server import FeedServer, feed_server


@pytest.fixture
def shop() -> Iterator[FeedServer]:
    with feed_server() as server:
        yield server


class Desk:
    """One feed, and the job that loads it."""

    def __init__(self, storage: Storage, workspace: WorkspaceRecord, shop: FeedServer, folder: Path) -> None:
        self.storage, self.workspace, self.shop, self.folder = storage, workspace, shop, folder
        self.db = storage.workspace(workspace)
        self.clock = MovableClock(NOW)
        self.feed = self.add(self.shape())

    def shape(self, **more: Any) -> api.Shape:
        shape: dict[str, Any] = {
            "name": "Лавка", "address": self.shop.url, "kind": "yml", "scope": "full", "mapping": Mapping(),
            "schedule": "15 * * * *", "is_active": True,
        }  # fmt: skip
        return api.Shape(**(shape | more))

    def add(self, shape: api.Shape) -> Feed:
        with self.db.transaction() as conn:
            return api.add_feed(self.storage, conn, shape, now=NOW, by="test")

    def change(self, **more: Any) -> None:
        with self.db.transaction() as conn:
            self.feed = api.change_feed(
                self.storage, conn, api.find_feed(conn, self.feed.id), self.shape(**more)
            )

    def offer(self, count: int, *, cut: int = 0) -> None:
        self.shop.content = price_list(self.folder / "list.yml", offers(range(count)), cut=cut).read_bytes()

    def run(self, attempt: int = 1) -> Load:
        work = Work(
            storage=self.storage, workspace=self.workspace, clock=self.clock, job=1, attempt=attempt,
            config=Config(data=self.folder / "data", outgoing_networks=("127.0.0.0/8",)),
            progress=lambda *_: None, is_cancelled=lambda: False, stop=StopSignal(lambda: False),
        )  # fmt: skip
        done = load_feed(work, {"feed": self.feed.id})
        assert done is not None
        return api.find_load(self.db, done["load"])

    def problems(self) -> list[Problem]:
        return problems(self.storage.control, self.workspace)


@pytest.fixture
def desk(storage: Storage, workspace: WorkspaceRecord, shop: FeedServer, tmp_path: Path) -> Desk:
    return Desk(storage, workspace, shop, tmp_path)


@pytest.mark.parametrize("has_etag", [True, False])
def test_a_feed_that_has_not_changed_does_nothing(desk: Desk, shop: FeedServer, has_etag: bool) -> None:
    shop.has_etag = has_etag
    desk.offer(10)
    assert desk.run().products == Numbers(new=10)
    assert desk.run().state == "unchanged"
    assert shop.sent == (1 if has_etag else 2)
    desk.offer(11)
    assert desk.run().products == Numbers(new=1, unchanged=10)


def test_credentials_are_sealed_and_sent_to_their_host(
    desk: Desk, shop: FeedServer, db: Db, storage: Storage, workspace: WorkspaceRecord
) -> None:
    shop.login = ("shop", "тайна")
    desk.offer(3)
    assert desk.run().state == "failed"
    desk.change(credentials=Credentials("shop", "тайна"))
    assert desk.run().state == "applied"
    with db.read() as conn:
        kept = conn.execute("SELECT credentials FROM feed").fetchone()
    assert kept and "тайна".encode() not in kept[0]
    desk.change()
    assert credentials_of(storage, workspace, desk.feed).password == "тайна"
    desk.change(address="https://elsewhere.example/list.yml")
    assert credentials_of(storage, workspace, desk.feed) == Credentials()


def test_a_broken_feed_is_a_problem_until_it_is_mended(desk: Desk) -> None:
    desk.offer(10)
    desk.run()
    desk.offer(10, cut=50)
    assert desk.run().state == "failed"
    assert [(one.key, one.severity) for one in desk.problems()] == [(f"feed:{desk.feed.id}", "problem")]
    desk.offer(12)
    assert desk.run().products == Numbers(new=2, unchanged=10)
    assert desk.problems() == []


def test_a_feed_that_breaks_off_on_the_way_changes_nothing(desk: Desk, shop: FeedServer) -> None:
    desk.offer(10)
    desk.run()
    desk.offer(20)
    shop.missing = 100
    with pytest.raises(Unanswered):
        desk.run()
    shop.missing = 0
    assert desk.run().products == Numbers(new=10, unchanged=10)


def test_a_server_that_does_not_answer_is_asked_again_before_a_person_is_told(
    desk: Desk, shop: FeedServer
) -> None:
    shop.status = 503
    with pytest.raises(Unanswered):
        desk.run()
    assert desk.problems() == []
    assert desk.run(attempt=TRIES).state == "failed"
    assert len(desk.problems()) == 1


def test_a_feed_that_lost_half_waits_and_the_next_whole_one_overtakes_it(desk: Desk) -> None:
    desk.offer(10)
    desk.run()
    desk.offer(2)
    held = desk.run()
    assert held.state == "suspicious"
    assert "8 of 10" in desk.problems()[0].what.en
    desk.offer(11)
    assert desk.run().products == Numbers(new=1, unchanged=10)
    assert api.find_load(desk.db, held.id).state == "discarded"
    assert desk.problems() == []


def test_a_feed_that_nobody_renews_is_late(desk: Desk) -> None:
    desk.change(late_hours=24)
    desk.offer(10)
    desk.run()
    desk.clock.advance(23 * HOUR)
    desk.run()
    assert desk.problems() == []
    desk.clock.advance(2 * HOUR)
    desk.run()
    assert [one.severity for one in desk.problems()] == ["warning"]
    desk.offer(9)
    desk.run()
    assert desk.problems() == []


def test_an_inner_address_is_refused(desk: Desk) -> None:
    desk.change(address="http://169.254.169.254/latest/meta-data")
    done = desk.run()
    assert done.state == "failed"
    assert "private network" in done.reason


def test_a_schedule_follows_its_feed(desk: Desk) -> None:
    def crons() -> list[tuple[str, bool]]:
        return [(one.cron, one.is_on) for one in schedules(desk.storage, desk.workspace)]

    api.follow(desk.storage, desk.workspace, desk.feed, now=NOW)
    assert crons() == [("15 * * * *", True)]
    desk.change(schedule="0 4 * * *", is_active=False)
    api.follow(desk.storage, desk.workspace, desk.feed, now=NOW)
    assert crons() == [("0 4 * * *", False)]
    api.forget(desk.storage, desk.workspace, desk.feed)
    assert crons() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "ftp://shop.ru/list"},
        {"schedule": "каждый час"},
        {"kind": "csv", "mapping": Mapping(currency="КОП")},
    ],
    ids=["address", "schedule", "currency"],
)
def test_a_feed_that_cannot_be_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        desk.add(desk.shape(name="Другая", **wrong))


def test_names_are_unique_and_an_ended_feed_is_gone(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.add(desk.shape())
    with desk.db.transaction() as conn:
        api.drop_feed(conn, desk.feed)
    with desk.db.read() as conn, pytest.raises(NotFound):
        api.find_feed(conn, desk.feed.id)
