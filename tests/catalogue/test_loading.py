"""Loads take effect whole or not at all, and say what they did."""

from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from konnektu.catalogue import api, loading
from konnektu.catalogue.model import Load, Mapping, Numbers, Placed, Product
from konnektu.core.clock import DAY
from konnektu.core.errors import Conflict, NotFound
from konnektu.storage.api import Db
from tests.catalogue.conftest import NOW, now
from tests.catalogue.lists import offer, offers

Loader = Callable[..., Load]
Rows = Callable[[], dict[str, tuple[Any, ...]]]


def found(db: Db, **filters: Any) -> dict[str, Product]:
    with db.read() as conn:
        rows = api.looking.products(conn, api.Filters(**filters), 0, 1_000)
    return {row.thing.id: row.thing for row in rows if isinstance(row.thing, Product)}


def faults(db: Db, load: Load) -> list[tuple[str, str, bool]]:
    with db.read() as conn:
        return [(one.id, one.reason, one.is_kept) for _, one in api.faults(conn, load.id, 0, 100)]


def test_a_first_load_is_all_new_and_the_same_again_is_unchanged(db: Db, load: Loader) -> None:
    first = load(offers(range(10)))
    assert (first.state, first.products, first.categories) == ("applied", Numbers(new=10), Numbers(new=3))
    again = load(offers(range(10)))
    assert (again.products, again.categories) == (Numbers(unchanged=10), Numbers(unchanged=3))
    assert found(db)["p3"] == Product(
        id="p3", name="Вафельница 3", category="10", brand="First", price=149_050, currency="RUB",
        link="https://shop.ru/p3",
    )  # fmt: skip


def test_changed_gone_and_come_back(db: Db, load: Loader) -> None:
    load(offers(range(10)))
    second = load(offers(range(8)).replace("<price>1490.50</price>", "<price>99</price>", 1))
    assert second.products == Numbers(changed=1, unchanged=7, gone=2)
    assert found(db)["p0"].price == 9_900
    assert set(found(db, state="gone")) == {"p8", "p9"}
    assert load(offers(range(10))).products == Numbers(changed=3, unchanged=7)
    assert len(found(db)) == 10


def test_a_partial_load_takes_nothing_away(db: Db, load: Loader) -> None:
    load(offers(range(10)))
    partial = load(offers(range(9, 12)), scope="partial")
    assert partial.products == Numbers(new=2, unchanged=1)
    assert len(found(db)) == 12


def test_a_broken_offer_loses_no_good_one(db: Db, load: Loader) -> None:
    body = (
        offers([1])
        + '<offer><name>без номера</name></offer><offer id="p2"/>'
        + offer(3, price="дорого")
        + offer(4, more="<picture>javascript:alert(1)</picture><oldprice>-1</oldprice>")
        + offer(1, price=1)
    )
    done = load(body)
    assert (done.products, done.rejected, done.remarks) == (Numbers(new=2), 4, 2)
    assert sorted(faults(db, done)) == [
        ("", "no_id", False), ("p1", "repeated", False), ("p2", "no_name", False), ("p3", "wrong_price", False),
        ("p4", "wrong_link", True), ("p4", "wrong_price", True),
    ]  # fmt: skip
    assert found(db)["p1"].price == 149_050
    assert found(db)["p4"].pictures == ()


@pytest.mark.parametrize("cut", [1, 14, 31, 400, 4_000])
def test_a_half_written_file_changes_nothing(load: Loader, standing: Rows, cut: int) -> None:
    load(offers(range(20)))
    before = standing()
    broken = load(offers(range(10, 40)), cut=cut + 1)
    assert broken.state == "failed"
    assert "no whole YML" in broken.reason
    assert standing() == before


def test_a_source_that_breaks_off_late_leaves_nothing_staged(
    db: Db, load: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("konnektu.catalogue.staging.CHUNK", 3)
    assert load(offers(range(20)), cut=100).state == "failed"
    with db.read() as conn:
        assert conn.execute("SELECT count(*) FROM staged_product").fetchall() == [(0,)]
        assert conn.execute("SELECT count(*) FROM product").fetchall() == [(0,)]


def test_a_load_that_takes_away_more_than_half_waits_for_a_person(
    db: Db, load: Loader, standing: Rows
) -> None:
    load(offers(range(10)))
    before = standing()
    held = load(offers(range(4)))
    assert (held.state, held.version) == ("suspicious", None)
    assert "6 of 10" in held.reason
    assert standing() == before
    done = loading.confirm(db, held.id, now)
    assert (done.state, done.products) == ("applied", Numbers(unchanged=4, gone=6))
    assert set(found(db)) == {"p0", "p1", "p2", "p3"}
    with pytest.raises(Conflict):
        loading.confirm(db, held.id, now)


def test_an_empty_list_waits_too_and_can_be_discarded(db: Db, load: Loader, standing: Rows) -> None:
    load(offers(range(3)))
    before = standing()
    held = load("")
    assert held.state == "suspicious"
    assert loading.discard(db, held.id, now).state == "discarded"
    assert standing() == before
    with db.read() as conn:
        assert conn.execute("SELECT count(*) FROM staged_category").fetchall() == [(0,)]


def test_half_is_not_too_much_and_a_forced_load_asks_nobody(db: Db, load: Loader) -> None:
    load(offers(range(10)))
    assert load(offers(range(5))).products == Numbers(unchanged=5, gone=5)
    assert load("", is_forced=True).products == Numbers(gone=5)
    assert found(db) == {}


def test_a_suspicious_load_whose_rows_a_crash_has_emptied_is_not_confirmed(
    db: Db, load: Loader, standing: Rows
) -> None:
    load(offers(range(10)))
    held = load(offers(range(4)))
    with db.transaction() as conn:
        conn.execute("TRUNCATE staged_product")
    before = standing()
    with pytest.raises(Conflict, match="Load it again"):
        loading.confirm(db, held.id, now)
    assert standing() == before


def test_circles_of_categories_are_refused_with_their_path(db: Db, load: Loader) -> None:
    circle = (
        '<category id="1">А</category><category id="2" parentId="4">Б</category>'
        '<category id="3" parentId="2">В</category><category id="4" parentId="3">Г</category>'
        '<category id="5" parentId="4">Д</category>'
    )
    done = load(offers([1]), categories=circle)
    assert (done.categories, done.rejected) == (Numbers(new=2), 3)
    with db.read() as conn:
        details = {one.detail for _, one in api.faults(conn, done.id, 0, 10)}
        paths = {row.thing.id: row.path for row in api.looking.categories(conn, 0, 10)}  # type: ignore[union-attr]
    assert details == {"2 → 4 → 3 → 2"}
    assert paths == {"1": ("1",), "5": ("5",)}


def test_a_circle_leaves_what_stood(db: Db, load: Loader) -> None:
    load(offers([1]))
    load(
        offers([1]),
        categories='<category id="1" parentId="10">Т</category><category id="10" parentId="1">К</category>',
    )
    with db.read() as conn:
        rows = api.looking.categories(conn, 0, 10)
    assert {row.thing.id: row.path for row in rows} == {"1": ("1",), "10": ("1", "10")}  # type: ignore[union-attr]


def test_paths_follow_a_parent_that_moves(db: Db, load: Loader) -> None:
    load(offers(range(3)))
    assert set(found(db, category="1")) == {"p0", "p1", "p2"}
    load(
        offers(range(3)),
        categories='<category id="1">Т</category><category id="10" parentId="2">К</category><category id="2">О</category>',
    )
    assert found(db, category="1") == {}
    assert set(found(db, category="2")) == {"p0", "p1", "p2"}


def test_a_feed_takes_away_only_what_it_told_itself(db: Db) -> None:
    def tell(feed: int, names: str) -> Load:
        products = [Placed(number, Product(id=name, name=name)) for number, name in enumerate(names, 1)]
        beginning = loading.Beginning(
            kind="yml", name="f", by="test", scope="full", feed=feed, subjects=("products",), is_forced=True
        )
        return loading.load(db, beginning, products, now)

    tell(1, "abc")
    tell(2, "cde")
    assert tell(1, "a").products == Numbers(unchanged=1, gone=1)
    assert set(found(db)) == set("acde")
    assert tell(2, "d").products == Numbers(unchanged=1, gone=2)
    assert set(found(db)) == set("ad")


def test_every_row_says_which_load_told_it_last(db: Db, load: Loader) -> None:
    first = load(offers(range(4)))
    second = load(offers(range(3)))

    def tellers() -> dict[str, int]:
        with db.read() as conn:
            rows = api.looking.products(conn, api.Filters(state=None), 0, 10)
            loads = api.looking.told_by(conn, rows)
        return {row.thing.id: told[0] for row, told in zip(rows, loads, strict=True)}  # type: ignore[union-attr]

    assert tellers() == {"p0": second.id, "p1": second.id, "p2": second.id, "p3": second.id}
    partial = load(offers([1]), scope="partial")
    assert tellers() == {"p0": second.id, "p1": partial.id, "p2": second.id, "p3": second.id}
    third = load(offers(range(2)))
    assert tellers() == {"p0": third.id, "p1": third.id, "p2": third.id, "p3": second.id}
    assert first.version == 1


def test_loads_at_once_take_effect_one_after_another(db: Db) -> None:
    ready = Barrier(4)
    done: list[Load] = []

    def tell(mine: int) -> None:
        ready.wait()
        rows = [{"id": f"p{number}", "name": f"of {mine}"} for number in range(200)]
        done.append(api.put(db, "products", rows, by="test", now=now))

    threads = [Thread(target=tell, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.version or 0 for one in done) == [1, 2, 3, 4]
    assert sum(one.products.new for one in done) == 200
    assert len({product.name for product in found(db).values()}) == 1


def test_readers_see_the_list_before_or_after_never_between(db: Db, load: Loader) -> None:
    load(offers(range(300)))
    seen: list[set[int | None]] = []

    def look() -> None:
        while not done:
            seen.append({product.price for product in found(db).values()})

    done: list[Load] = []
    reader = Thread(target=look)
    reader.start()
    for price in (100, 200, 300):
        changed = offers(range(300)).replace("1490.50", str(price))
        result = load(changed)
    done.append(result)
    reader.join()
    assert all(len(prices) == 1 for prices in seen)


def test_stock_comes_by_store_and_in_all_and_goes_with_a_full_load(db: Db, load: Loader) -> None:
    outlets = '<outlets><outlet id="m1" instock="5"/><outlet id="m2" instock="0"/></outlets><count>7</count>'
    first = load(offer(1, more=outlets) + offer(2))
    assert first.stock == Numbers(new=3)
    again = load(offer(1, more='<outlets><outlet id="m1" instock="4"/></outlets>') + offer(2))
    assert again.stock == Numbers(changed=1, gone=2)
    with db.read() as conn:
        rows = api.looking.stock(conn, after=("", "", ""), limit=10)
    assert [(row.stock.store, row.stock.quantity) for row in rows] == [("m1", 4)]


def test_what_the_api_takes_away_is_gone_and_only_once(db: Db, load: Loader) -> None:
    load(offers(range(3)))
    assert api.remove(db, "products", "p1", by="test", now=now).products == Numbers(gone=1)
    assert set(found(db)) == {"p0", "p2"}
    with pytest.raises(NotFound):
        api.remove(db, "products", "p1", by="test", now=now)


def test_a_load_whose_runner_died_ends_as_failed(db: Db, load: Loader) -> None:
    with db.transaction() as conn:
        conn.execute(
            "INSERT INTO catalogue_load (feed, kind, name, scope, started_at, started_by)"
            " VALUES (0, 'yml', 'x', 'full', %s, 'test')",
            (NOW - 2 * DAY,),
        )
    load(offers([1]))
    with db.read() as conn:
        states = [one.state for one in api.loads(conn, 2**62, 10)]
    assert states == ["applied", "failed"]


def test_tables_of_products_and_stores(db: Db, tmp_path: Path) -> None:
    table = tmp_path / "товары.csv"
    table.write_text(
        "Код;Наименование;Цена;Старая цена;Картинка;В наличии;Остаток\r\n"
        "a1;Чай;1 200,50;1 500;https://s.ru/1.jpg|https://s.ru/2.jpg;да;5\r\n"
        "a2;Кофе;даром;;;нет;\r\n"
        "a3;Какао;10;;;нет;0\r\n",
        encoding="cp1251",
    )
    done = api.load_file(db, table, kind="csv", by="test", now=now)
    assert (done.state, done.products, done.stock, done.rejected) == (
        "applied",
        Numbers(new=2),
        Numbers(new=2),
        1,
    )
    tea = found(db)["a1"]
    assert (tea.price, tea.old_price, len(tea.pictures), tea.available) == (120_050, 150_000, 2, True)
    assert not found(db)["a3"].available

    shops = tmp_path / "stores.csv"
    shops.write_text("code,name,region,lat,lon,zone\nm1,Мир,Самара,53.2,50.1,Europe/Samara\nm2,,,x,1,Луна\n")
    stores = api.load_file(db, shops, kind="csv", by="test", now=now, mapping=Mapping(subject="stores"))
    assert (stores.stores, stores.remarks) == (Numbers(new=2), 2)
    assert len(found(db)) == 2, "a full list of stores says nothing of products"


def test_a_table_without_what_is_needed_says_which_column_lacks(db: Db, tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("Цена;Остаток\n1;2\n3;4\n")
    done = api.load_file(db, table, kind="csv", by="test", now=now)
    assert done.state == "failed"
    assert "Lacking: id, name" in done.reason


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("вафельница 1", {"p1", "p10", "p11"}),
        ("FIRST вафель", {f"p{number}" for number in range(12)}),
        ("p7", {"p7"}),
        ("ВАФЕЛЬНИЦА, p10", {"p10"}),
        ("чайник", set()),
        ("'; DROP TABLE product; --", set()),
        ("!!!", set()),
    ],
)
def test_products_are_found_by_their_words(db: Db, load: Loader, text: str, names: set[str]) -> None:
    load(offers(range(12)))
    assert set(found(db, text=text)) == names


def test_products_are_found_by_what_they_are(db: Db, load: Loader) -> None:
    load(
        offer(1, price=100)
        + offer(2, price=200, category=2)
        + offer(3, price=300).replace('available="true"', 'available="false"').replace("First", "Second")
    )
    assert set(found(db, brand="First")) == {"p1", "p2"}
    assert set(found(db, available=False)) == {"p3"}
    assert set(found(db, price_from=10_000, price_to=20_000)) == {"p1", "p2"}
    assert set(found(db, category="1", brand="First")) == {"p1"}
    with db.read() as conn:
        pages = [api.looking.products(conn, api.Filters(), after, 2) for after in (0, 2, 4)]
    assert [[row.thing.id for row in page] for page in pages] == [["p1", "p2"], ["p3"], []]  # type: ignore[union-attr]
