"""Finding things by what somebody types: people however a contact is written, orders, products, lists and pages."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from konnektu.catalogue import api as catalogue
from konnektu.console import api
from konnektu.console import search as searching
from konnektu.console.api import Hits, Person
from konnektu.core.ids import public_id
from konnektu.identity import api as identity
from konnektu.identity import store as people_store
from konnektu.orders import store as orders_store
from konnektu.profiles import api as profiles
from konnektu.profiles import store as names_store
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.console.people import user, within, without
from tests.orders.facts import order
from tests.shelf import Shelf

ANNA, BORIS, GALINA = "Петрова Анна", "Пётр Борис", "Лёвина Галина"


@pytest.fixture(scope="module")
def shop(storage: Storage, shelf: Shelf) -> Iterator[WorkspaceRecord]:
    """Three people, two of whom buy, each in a store of their own, and a few products."""
    record = shelf.take("console-search", "Search", NOW)
    said = [
        identify(
            "anna-17",
            1,
            firstName="Анна",
            lastName="Петрова",
            email="anna@mail.example",
            phone="+79031234567",
        ),
        identify("boris", 2, firstName="Борис", lastName="Пётр", loyaltyCard="AB-100 200"),
        identify("galina", 3, name="Галина Лёвина", email="Galina@Mail.example"),
        track("Viewed", 4, anonymous="cookie-1"),
    ]
    met = identify("dora", 9, loyaltyCard="ZZ-1").replace(b'"userId"', b'"anonymousId":"cookie-2","userId"')
    send(storage, record, track("Viewed", 8, anonymous="cookie-2"))
    send(storage, record, met)
    send(storage, record, *said)
    for number, who in (("A-100", "anna-17"), ("A-101", "boris"), ("B-7", "boris")):
        fact = order(
            number, len(number) + int(number[2:]), who, 5, total=7.5, status="paid", store=f"of-{who}"
        )
        send(storage, record, fact, origin="api")
    run_writer(storage, record)
    products: list[dict[str, Any]] = [
        {
            "id": "p1",
            "name": "Чайник медный",
            "sku": "K-77",
            "price": 149050,
            "currency": "RUB",
            "barcodes": ["4601"],
        },
        {"id": "p2", "name": "Чайник стальной"},
        {"id": "p3", "name": "Кружка"},
    ]
    catalogue.put(storage.workspace(record), "products", products, by="test", now=lambda: NOW)
    yield record
    shelf.give_back(record)


@pytest.fixture(scope="module")
def anna(storage: Storage, shop: WorkspaceRecord) -> Person:
    return user(storage, shop, "seller")


def found(person: Person, text: str, limit: int = 8) -> Hits:
    return api.search(person, text, limit)


def names(person: Person, text: str) -> list[str]:
    people = found(person, text).people
    assert people is not None
    return [one.name for one in people]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("+7 903 123-45-67", [ANNA]),
        ("8(903)1234567", [ANNA]),
        ("89031234", [ANNA]),
        ("9031234567", [ANNA]),
        ("+7903", [ANNA]),
        ("anna@mail.example", [ANNA]),
        ("ANNA@", [ANNA]),
        ("galina@mail", [GALINA]),
        ("anna-1", [ANNA]),
        ("ab100200", [BORIS]),
        ("AB 100", [BORIS]),
        ("петр", [BORIS, ANNA]),
        ("Петрова А", [ANNA]),
        ("анна петр", [ANNA]),
        ("бор пет", [BORIS]),
        ("левина г", [GALINA]),
        ("галина лев", [GALINA]),
        ("  Анна  ", [ANNA]),
        ("нна", []),
        ("%", []),
        ("nobody", []),
        ("а", []),
    ],
)
def test_people_are_found_by_whatever_one_types_of_them(anna: Person, text: str, people: list[str]) -> None:
    assert names(anna, text) == people


def test_a_person_is_found_by_the_id_and_by_one_of_the_past(
    anna: Person, storage: Storage, shop: WorkspaceRecord
) -> None:
    with storage.workspace(shop).read() as db:
        number = identity.find(db, "user_id", "boris")
        assert number is not None
        row = profiles.profile(db, number)
    assert row is not None
    assert names(anna, public_id(row.born, row.id)) == [BORIS]
    assert names(anna, public_id(0, 999_999)) == []


def test_what_names_a_person_is_shown_before_what_names_a_browser(anna: Person) -> None:
    (dora,) = found(anna, "dora").people or []
    kinds = [kind for kind, _ in dora.identifiers]
    assert (sorted(kinds), kinds[-1]) == (["anonymous_id", "loyalty_card", "user_id"], "anonymous_id")


def test_a_device_is_found_by_its_whole_id_alone(anna: Person) -> None:
    whole, part = found(anna, "cookie-1").people, found(anna, "cookie").people
    assert whole is not None
    assert [(one.is_known, one.identifiers) for one in whole] == [(False, (("anonymous_id", "cookie-1"),))]
    assert part == []


def test_who_may_not_see_personal_data_finds_by_whole_identifiers_and_reads_nothing(anna: Person) -> None:
    closed = without(anna, "profiles.personal")
    for text in ("89031234567", "anna@mail.example"):
        people = found(closed, text).people
        assert people is not None
        assert [one.name for one in people] == ["П••• А•••"]
        assert not {"+79031234567", "anna@mail.example"} & {
            value for one in people for _, value in one.identifiers
        }
    for text in ("петр", "anna@", "8903", "anna-1"):
        assert found(closed, text).people == []


def test_orders_are_found_by_the_beginning_of_their_number(anna: Person) -> None:
    orders = found(anna, "A-10").orders
    assert orders is not None
    assert [(one.number, one.stage, one.net, one.currency) for one in orders] == [
        ("A-100", "paid", "7.50", "RUB"),
        ("A-101", "paid", "7.50", "RUB"),
    ]
    assert found(anna, "-10").orders == []
    assert found(anna, "A-10", limit=1).orders == orders[:1]


def test_products_are_found_by_words_and_numbers(anna: Person) -> None:
    for text, ids in (
        ("чайн", ["p1", "p2"]),
        ("медный чай", ["p1"]),
        ("K-77", ["p1"]),
        ("4601", ["p1"]),
        ("p3", ["p3"]),
    ):
        products = found(anna, text).products
        assert products is not None
        assert [one.id for one in products] == ids, text
    first = (found(anna, "p1").products or [])[0]
    assert (first.name, first.sku, first.price, first.currency) == ("Чайник медный", "K-77", "1490.50", "RUB")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("зак", "orders"), ("orders", "orders"), ("клиент", "people"), ("отклон", "quarantine"), ("rejected ev", "quarantine"),
        ("загрузить", "import_wizard"), ("импорт", "imports"), ("пароль", "me"), ("HOME", "home"), ("товары", "products"),
    ],
)  # fmt: skip
def test_lists_and_pages_are_found_by_words_of_both_languages(
    storage: Storage, shop: WorkspaceRecord, text: str, first: str
) -> None:
    person = user(storage, shop, f"owner-{text.casefold().replace(' ', '-').encode().hex()}", "administrator")
    places = found(person, text).places
    if first in {"people", "me", "imports"}:
        assert first in {one.name for one in places}
    else:
        assert places[0].name == first


def test_places_that_one_may_not_open_are_not_found(anna: Person) -> None:
    assert "users" not in {one.name for one in found(anna, "пользователи").places}
    assert found(anna, "зак", limit=1).places == found(anna, "зак").places[:1]


def test_what_one_may_not_see_is_null(anna: Person) -> None:
    hits = found(without(anna, "profiles.read", "orders.read", "catalogue.read"), "чайник")
    assert (hits.people, hits.orders, hits.products) == (None, None, None)


def test_within_a_limit_of_rows_nothing_beyond_is_found(anna: Person) -> None:
    limited = within(anna, '{"store":["of-boris"]}')
    assert names(limited, "петр") == [BORIS]
    assert names(limited, "+79031234567") == []
    orders = found(limited, "A-10").orders
    assert orders is not None
    assert [one.number for one in orders] == ["A-101"]
    hits = found(limited, "чайник")
    assert hits.products
    assert [one.name for one in found(limited, "заказы").places] == ["orders"]


def test_a_part_that_takes_too_long_is_null_and_the_others_are_found(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(db: Any, *_: Any) -> list[Any]:
        db.execute("SELECT pg_sleep(5)")
        return []

    monkeypatch.setattr(searching, "SEARCH_MS", 50)
    monkeypatch.setattr(searching, "_people", late)
    hits = found(anna, "A-10")
    assert hits.people is None
    assert hits.orders


ROWS = 20_000
FILL = """
    INSERT INTO profile (id, born, known, position, attributes, state)
    SELECT n, n, true, n, jsonb_build_object('last_name', jsonb_build_object('v', 'Фамилия' || n % 5000),
           'first_name', jsonb_build_object('v', 'Имя' || n % 7)), '' FROM generate_series(1, {rows}) AS n;
    INSERT INTO identifier (kind, value, atom, profile, status)
    SELECT 'email', 'mail' || n || '@example.org', n, n, 'active' FROM generate_series(1, {rows}) AS n;
    INSERT INTO orders (number, atom, profile, source, status, stage, stage_at, currency, gross, returned, net,
                        is_returned, ordered_at, position, store, region, brand, state)
    SELECT 'N-' || n, n, n, 1, 'x', 'paid', n, 'RUB', 1, 0, 1, false, n, n, '', '', '', ''
    FROM generate_series(1, {rows}) AS n
"""


def test_nothing_but_indexes_is_read(storage: Storage, workspace: WorkspaceRecord) -> None:
    with storage.workspace(workspace).transaction() as db:
        for statement in FILL.format(rows=ROWS).split(";"):
            db.execute(statement.encode())
        for table in ("profile", "identifier", "orders"):
            db.execute(f"ANALYZE {table}".encode())
        for statement in _asked(db):
            plan = "\n".join(row[0] for row in db.execute(f"EXPLAIN {statement}".encode()))
            assert "Seq Scan" not in plan, plan
            assert "Index" in plan


def _asked(db: Any) -> Iterator[str]:
    """The statements of a search with their values."""
    client = psycopg.ClientCursor(db)
    high = chr(0x10FFFF)
    for query, values in (
        (names_store.Q.named, {"low": "фамилия77", "high": "фамилия77" + high, "rest": ["имя"], "limit": 8}),
        (orders_store.Q.beginning, {"low": "N-77", "high": "N-77" + high, "limit": 8}),
        (
            people_store.Q.beginning,
            {"kinds": ["email"], "lows": ["mail77"], "highs": ["mail77" + high], "limit": 8},
        ),
    ):
        yield client.mogrify(query.sql, values)


def test_a_name_changed_is_found_by_the_present_one(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, identify("vera", 1, firstName="Вера", lastName="Старова"))
    run_writer(storage, workspace)
    send(storage, workspace, identify("vera", 2, firstName="Вера", lastName="Новикова"), at=NOW + 1)
    run_writer(storage, workspace)
    person = user(storage, workspace, "seller")
    assert (names(person, "старова"), names(person, "новикова в")) == ([], ["Новикова Вера"])
