"""Rights by rows: a limited caller's door shows the orders within the limit and the people of these orders."""

import msgspec
import psycopg
import pytest
from msgspec import structs

from konnektu.acquisition import api as acquisition
from konnektu.core.errors import Forbidden
from konnektu.orders import api as orders
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.acquisition.facts import rule, source, visit
from tests.belt.support import identify, run_writer, send, track
from tests.orders.facts import order

PEOPLE_TABLES = {
    "profile": "id",
    "person": "id",
    "identifier": "profile",
    "tag": "profile",
    "consent": "profile",
    "arrival": "profile",
}


@pytest.fixture
def shop(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    """Two stores in two regions; u1 buys in both, u2 in the second, u3 nowhere and lives in Тверь."""
    said = [
        order("1", 1, "u1", total=100, store="M-1", region="Москва", brand="Alfa"),
        order("2", 2, "u1", total=900, store="T-1", region="Тверь", brand="Beta"),
        order("3", 3, "u2", total=50, store="T-1", region="Тверь", brand="Beta"),
        order("4", 4, total=7, store="T-1", region="Тверь", brand="Alfa"),
    ]
    send(storage, workspace, *said, origin="api")
    send(storage, workspace, identify("u3", 5, region="Тверь"), track("Viewed", 6, anonymous="a"))
    consents = [track("Consent Given", 10 + n, user=f"u{n}", channel="sms") for n in (1, 2, 3)]
    send(storage, workspace, *consents)
    stated = [source("direct", 20, rule(utm_source="direct")), source("vk", 21, rule(utm_source="vk"))]
    send(storage, workspace, *stated, origin="system")
    came = [("u1", "direct"), ("u2", "vk"), ("u3", "direct"), ("u3", "vk")]
    for n, (user, utm) in enumerate(came):
        send(storage, workspace, visit(30 + n, user=user, url=f"https://shop.ru/?utm_source={utm}"))
    run_writer(storage, workspace)
    return workspace


def limited(record: WorkspaceRecord, **limit: list[str]) -> WorkspaceRecord:
    return structs.replace(record, row_limit=msgspec.json.encode(limit).decode())


def seen(storage: Storage, record: WorkspaceRecord) -> tuple[list[str], list[str]]:
    """(numbers of orders, user ids) that this record's door shows; every table of people shows the same people."""
    with storage.workspace(record).read() as db:
        numbers = [row[0] for row in db.execute("SELECT number FROM orders ORDER BY number")]
        users = db.execute("SELECT value FROM identifier WHERE kind = 'user_id' ORDER BY value").fetchall()
        people = {row[0] for row in db.execute("SELECT id FROM profile")}
        for table, column in PEOPLE_TABLES.items():
            found = {row[0] for row in db.execute(f"SELECT {column} FROM {table}")}
            assert found <= people, table
    return numbers, [row[0] for row in users]


@pytest.mark.parametrize(
    ("limit", "numbers", "users"),
    [
        ({"store": ["M-1"]}, ["1"], ["u1"]),
        ({"store": ["T-1"]}, ["2", "3", "4"], ["u1", "u2"]),
        ({"store": ["M-1", "T-1"]}, ["1", "2", "3", "4"], ["u1", "u2"]),
        ({"region": ["Тверь"]}, ["2", "3", "4"], ["u1", "u2", "u3"]),
        ({"region": ["Тверь"], "brand": ["Alfa"]}, ["4"], []),
        ({"brand": ["Beta"], "store": ["M-1"]}, [], []),
        ({"source": ["1"]}, ["1", "2", "3", "4"], ["u1", "u2"]),
        ({"source": ["2"]}, [], []),
        ({"store": []}, [], []),
        ({"marketing_source": ["direct"]}, ["1", "2"], ["u1", "u3"]),
        ({"marketing_source": ["vk"]}, ["3"], ["u2", "u3"]),
        ({"marketing_source": ["vk", "direct"]}, ["1", "2", "3"], ["u1", "u2", "u3"]),
        ({"marketing_source": ["vk"], "region": ["Тверь"]}, ["3"], ["u2", "u3"]),
        ({"marketing_source": ["vk"], "region": ["Москва"]}, [], []),
        ({"marketing_source": ["direct"], "store": ["T-1"]}, ["2"], ["u1"]),
        ({"marketing_source": []}, [], []),
    ],
)
def test_what_a_limit_shows(
    storage: Storage, shop: WorkspaceRecord, limit: dict[str, list[str]], numbers: list[str], users: list[str]
) -> None:
    assert seen(storage, limited(shop, **limit)) == (numbers, users)


def test_arrivals_are_those_of_the_sources_within_the_limit(storage: Storage, shop: WorkspaceRecord) -> None:
    with storage.workspace(limited(shop, marketing_source=["vk"])).read() as db:
        (u3,) = db.execute("SELECT profile FROM identifier WHERE value = 'u3'").fetchone() or (0,)
        assert [one.key for one in acquisition.arrivals_of(db, [u3])[u3].every] == ["vk"]
        assert [one.key for one in acquisition.sources(db).values()] == ["vk"]
    with storage.workspace(limited(shop, region=["Тверь"])).read() as db:
        assert [one.key for one in acquisition.arrivals_of(db, [u3])[u3].every] == ["direct", "vk"]


def test_figures_are_those_of_the_orders_within_the_limit(storage: Storage, shop: WorkspaceRecord) -> None:
    with storage.workspace(shop).read() as db:
        (u1,) = db.execute("SELECT profile FROM identifier WHERE value = 'u1'").fetchone() or (0,)
        assert [one.net for one in orders.figures_of(db, [u1])[u1]] == [100_000]
    with storage.workspace(limited(shop, store=["M-1"])).read() as db:
        assert [(one.net, one.purchases) for one in orders.figures_of(db, [u1])[u1]] == [(10_000, 1)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("SELECT * FROM order_figures")


def test_a_limited_door_writes_nothing_and_reaches_no_history(
    storage: Storage, shop: WorkspaceRecord
) -> None:
    record = limited(shop, store=["M-1"])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), storage.workspace(record).transaction() as db:
        db.execute("UPDATE orders SET net = 0")
    with pytest.raises(Forbidden):
        storage.history(record)


@pytest.mark.parametrize(
    "lost", ["", "RESET konnektu.row_limit", "SELECT set_config('konnektu.row_limit', '', true)"]
)
def test_without_a_limit_the_limited_role_sees_nothing(
    storage: Storage, shop: WorkspaceRecord, lost: str
) -> None:
    with psycopg.connect(storage.limited_conninfo(shop)) as thief:
        if lost:
            thief.execute(lost)
        for table in ("orders", *PEOPLE_TABLES):
            assert thief.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_the_doors_of_others_stay_as_they_are(storage: Storage, shop: WorkspaceRecord) -> None:
    assert seen(storage, shop) == (["1", "2", "3", "4"], ["u1", "u2", "u3"])
