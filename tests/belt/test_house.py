"""Keeping house: the inbox lets go of days that are sealed everywhere, and of nothing else; nothing depends on them."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from konnektu.belt.deliver import keep_house, seal_once
from konnektu.belt.rebuild import rebuild
from konnektu.core.clock import DAY
from konnektu.core.config import Config
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage import embedded
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace, event_store
from tests.belt.support import NOW, run_writer, send, track
from tests.conftest import SECRET_KEY

KEPT = Config(inbox_days=7, dedup_days=30)
LATER = NOW + 9 * DAY
"""Beyond the days that the inbox keeps, within those of deduplication."""


@pytest.fixture(scope="module")
def house(postgres_server: Path, event_store_server: Path) -> Iterator[Storage]:
    """An installation of its own: the days of its inbox hang on every workspace in it."""
    name = f"konnektu_house_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(embedded.url(postgres_server, "postgres"), autocommit=True) as conn:
        conn.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    config = Config(data=event_store_server, secret_key=SECRET_KEY.decode())
    storage = Storage(embedded.url(postgres_server, name), SECRET_KEY, event_store=event_store(config))
    storage.prepare()
    yield storage
    storage.close()


@pytest.fixture
def shop(house: Storage) -> Iterator[WorkspaceRecord]:
    record = create_workspace(house, "shop", "Shop", created_at=NOW)
    yield record
    drop_workspace(house, record)


def bought(n: int, at: int) -> bytes:
    """A purchase whose sender names its time."""
    event = msgspec.json.decode(track("Order Completed", n, user="u1", revenue=10))
    return msgspec.json.encode({**event, "timestamp": at})


def blocks(house: Storage, record: WorkspaceRecord) -> int:
    """Blocks of the workspace that the inbox keeps."""
    with house.inbox.read() as inbox:
        row = inbox.execute("SELECT count(*) FROM block WHERE workspace = %s", [record.id]).fetchone()
    assert row is not None
    return int(row[0])


def purchases(house: Storage, record: WorkspaceRecord) -> int:
    with house.workspace(record).read() as db:
        (person,) = profiles.profiles_after(db, 0, 2)
    return person.state.basics.by_name["Order Completed"].count


def is_equal_when_rebuilt(house: Storage, record: WorkspaceRecord) -> bool:
    return rebuild(house, record, "test", lambda _done, _all: None).is_equal


def seal_all(house: Storage, record: WorkspaceRecord) -> None:
    while seal_once(house, record, 1000):
        pass


def test_sealed_days_go_and_the_history_is_the_truth(house: Storage, shop: WorkspaceRecord) -> None:
    send(house, shop, bought(1, NOW - 1000), bought(2, NOW - 1000))
    run_writer(house, shop)
    seal_all(house, shop)
    keep_house(house, KEPT, NOW + 6 * DAY)
    assert blocks(house, shop) == 1, "within the days it keeps"
    keep_house(house, KEPT, LATER)
    assert blocks(house, shop) == 0
    assert is_equal_when_rebuilt(house, shop)
    send(house, shop, bought(1, NOW - 1000), bought(3, LATER - 1000), at=LATER)
    run_writer(house, shop)
    assert purchases(house, shop) == 3, "one was a repeat"
    assert is_equal_when_rebuilt(house, shop)


def test_a_day_that_a_writer_has_not_applied_stays(house: Storage, shop: WorkspaceRecord) -> None:
    send(house, shop, bought(1, NOW - 1000))
    keep_house(house, KEPT, LATER)
    assert blocks(house, shop) == 1
    run_writer(house, shop)
    assert purchases(house, shop) == 1


def test_a_day_that_the_event_store_lacks_stays(house: Storage, shop: WorkspaceRecord) -> None:
    send(house, shop, bought(1, NOW - 1000))
    run_writer(house, shop)
    keep_house(house, KEPT, LATER)
    assert blocks(house, shop) == 1
    seal_all(house, shop)
    assert house.history(shop).scalar("SELECT count() FROM fact") == 1


def test_a_repeat_is_recognised_for_thirty_days_after_it_first_came(
    house: Storage, shop: WorkspaceRecord
) -> None:
    send(house, shop, bought(1, NOW - 1000))
    run_writer(house, shop)
    seal_all(house, shop)
    for days, counted in ((29, 1), (31, 2)):
        keep_house(house, KEPT, NOW + days * DAY)
        send(house, shop, bought(1, NOW - 1000), at=NOW + days * DAY)
        run_writer(house, shop)
        assert purchases(house, shop) == counted
    assert log.place(house.workspace(shop)).position == 3
