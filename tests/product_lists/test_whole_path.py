"""From events to lists on a real PostgreSQL: orders of arrival, merges, cuts, erasure, rebuilds, kills."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.belt import cuts
from konnektu.belt.writer import Writer
from konnektu.core.ids import public_id
from konnektu.privacy import api as privacy
from konnektu.product_lists import api as product_lists
from konnektu.product_lists import tail
from konnektu.profiles import api as profiles
from konnektu.storage import postgres
from konnektu.storage.api import History, Storage, WorkspaceRecord
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
from tests.belt.test_history import seal_all
from tests.orders.facts import currency, profile_of
from tests.orders.test_whole_path import MERGE, assert_rebuilt_equal, decided
from tests.product_lists.facts import DAY, items_of, lists_of, shop, stated
from tests.shelf import Shelf


@pytest.fixture(scope="module", autouse=True)
def short_tails() -> Iterator[None]:
    """Tails are folded after every few words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tail, "LONGEST_TAIL", 60)
        yield


def test_a_visit_to_a_shop(storage: Storage, workspace: WorkspaceRecord, event_store_server: object) -> None:
    send(
        storage,
        workspace,
        shop("Product Viewed", 1, product_id="p1", price="по запросу"),
        shop("Product Viewed", 2, product_id="p1", price=100),
        shop("Product Added", 3, product_id="p1", quantity=2, price="1 100,50", currency="rub"),
        shop("Product Added", 4, product_id="p1", price=1_000),
        shop("product_added", 5, sku="s2", variant="red", quantity=1.5),
        shop("Product Removed", 6, product_id="p1", quantity=1),
        shop("Product Added to Wishlist", 7, product_id="p3", wishlist_id="w"),
        shop("Product Added to Wishlist", 8, product_id="p4"),
        shop("Product Removed from Wishlist", 9, product_id="p3", quantity=1),
        shop("Wishlist Product Added to Cart", 10, product_id="p4"),
        shop("Product Added to List", 11, list="Compared ", product_id="p5"),
        shop("Product List Viewed", 12, list_id="cart", products=[{"product_id": "p9"}]),
    )
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1") == {
        "cart": {"p4": "1", "p1": "2", "s2": "1.5"},
        "viewed": {"p1": "2"},
        "favourites": {"p4": "1"},
        "compared": {"p5": "1"},
    }
    (in_cart,) = [one for one in items_of(storage, workspace, "u1")["cart"] if one.product == "p1"]
    assert (in_cart.price, in_cart.currency, in_cart.source) == ("1000", "RUB", 1)
    assert (in_cart.first, in_cart.last) == (NOW - DAY + 3_000, NOW - DAY + 6_000)
    assert everything(storage, workspace)["quarantine"] == []
    assert_rebuilt_equal(storage, workspace)


def test_what_an_order_and_a_snapshot_do_to_the_cart(storage: Storage, workspace: WorkspaceRecord) -> None:
    both = [{"product_id": "p1", "quantity": 2}, {"product_id": "p2", "price": 5}]
    send(storage, workspace, shop("Product Added", 1, product_id="p0"), shop("Cart Viewed", 2, products=both))
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1") == {"cart": {"p1": "2", "p2": "1"}}
    # A cart that says nothing of products, or names none, is left as it is.
    send(storage, workspace, shop("Cart Viewed", 3), shop("Checkout Started", 4, products=[]))
    send(storage, workspace, shop("Product Added", 9, product_id="later"))
    run_writer(storage, workspace)
    assert set(lists_of(storage, workspace, "u1")["cart"]) == {"p1", "p2", "later"}
    send(storage, workspace, shop("Order Completed", 5, order_id="7", products=both[:1]))
    # What came too late is older than the order, and bought or left behind with it.
    send(storage, workspace, shop("Product Added", 6, at=4_500, product_id="late"))
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1") == {"cart": {"later": "1"}}
    send(storage, workspace, shop("Cart Cleared", 10))
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1") == {}


def test_what_is_stated(storage: Storage, workspace: WorkspaceRecord) -> None:
    one, two = {"product": "p1", "quantity": 3}, {"product_id": "p2", "variant": "v"}
    send(
        storage,
        workspace,
        stated(1, "cart", add=[one, two]),
        stated(2, "cart", set=[one], remove=[two]),
        origin="api",
    )
    send(storage, workspace, stated(3, "Избранное брата", replace=[two, {"price": 1}, one]), origin="import")
    send(storage, workspace, stated(4, "bought", add=[one]), stated(5, "cart"), origin="api")
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1") == {
        "cart": {"p1": "3"},
        "избранное брата": {"p1": "3", "p2": "1"},
    }
    kept = everything(storage, workspace)["quarantine"]
    assert len(kept) == 3
    assert all("wrong_product_list" in row for row in kept)
    send(storage, workspace, stated(6, "cart", clear=True, add=[two]), origin="api")
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1")["cart"] == {"p2": "1"}


def test_what_robots_and_tests_do_changes_no_list(storage: Storage, workspace: WorkspaceRecord) -> None:
    body = msgspec.json.decode(shop("Product Added", 1, product_id="p1"))
    send(storage, workspace, msgspec.json.encode({**body, "context": {"test": True}}))
    run_writer(storage, workspace)
    assert everything(storage, workspace)["product_list"] == []


@pytest.mark.parametrize("size", [1, 1000])
def test_a_price_keeps_the_currency_that_was_in_force_when_it_was_told(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, size: int
) -> None:
    def told(n: int, product: str, **more: Any) -> bytes:
        return shop("Product Added", n, **{"product_id": product, "price": 10, **more})

    send(storage, workspace, told(1, "before"))
    send(storage, workspace, currency(1, "KZT"), currency(2, "none"), origin="system")
    send(
        storage,
        workspace,
        told(2, "after"),
        told(3, "named", currency="USD"),
        told(4, "priceless", price=None),
    )
    send(storage, workspace, currency(3, "BYN"), origin="system")
    send(storage, workspace, told(5, "later"))
    liked = stated(6, "liked", add=[{"product_id": "said", "price": 1}])
    send(storage, workspace, liked, origin="api")
    run_writer(storage, workspace, size)
    found = {
        one.product: one.currency for items in items_of(storage, workspace, "u1").values() for one in items
    }
    assert found == {
        "before": "RUB",
        "after": "KZT",
        "named": "USD",
        "priceless": "",
        "later": "BYN",
        "said": "BYN",
    }
    assert_rebuilt_equal(storage, workspace)


@pytest.mark.parametrize("size", [1, 1000])
def test_lists_go_with_their_people(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, size: int
) -> None:
    send(
        storage,
        workspace,
        shop("Product Added", 1, product_id="a"),
        shop("Product Added", 2, "u2", product_id="a"),
    )
    send(storage, workspace, shop("Product Added", 3, "u2", product_id="b", quantity=3))
    send(storage, workspace, decided("merge", 1, **MERGE), origin="console")
    send(storage, workspace, shop("Product Removed", 4, product_id="b", quantity=1))
    send(storage, workspace, shop("Product Viewed", 5, "u2", product_id="c"))
    run_writer(storage, workspace, size)
    assert lists_of(storage, workspace, "u1") == {"cart": {"a": "2", "b": "2"}, "viewed": {"c": "1"}}
    assert_rebuilt_equal(storage, workspace)

    send(storage, workspace, decided("cut", 2, between=MERGE["people"]), origin="console")
    run_writer(storage, workspace, size)
    assert cuts.effect_cuts(storage, workspace, NOW + 9_000) == 1
    run_writer(storage, workspace, size)
    assert lists_of(storage, workspace, "u1") == {"cart": {"a": "1"}}
    assert lists_of(storage, workspace, "u2") == {"cart": {"a": "1", "b": "3"}, "viewed": {"c": "1"}}
    assert_rebuilt_equal(storage, workspace)
    send(storage, workspace, shop("Cart Cleared", 6))
    run_writer(storage, workspace, size)
    assert [held for *_, held in sorted(marks(storage, workspace))] == [False, True, True]
    assert_rebuilt_equal(storage, workspace)


def test_a_visitor_who_signs_in_keeps_the_cart(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, shop("Product Added", 1, "@c1", product_id="a"))
    run_writer(storage, workspace)
    known = msgspec.json.decode(identify("u1", 2))
    send(storage, workspace, msgspec.json.encode({**known, "anonymousId": "c1"}))
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1") == {"cart": {"a": "1"}}
    send(storage, workspace, shop("Order Completed", 3, order_id="7"))
    run_writer(storage, workspace)
    assert lists_of(storage, workspace, "u1") == {}
    assert_rebuilt_equal(storage, workspace)


def test_an_erased_persons_lists_are_gone(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    send(
        storage,
        workspace,
        shop("Product Added", 1, product_id="a"),
        shop("Product Viewed", 2, "u2", product_id="b"),
    )
    run_writer(storage, workspace)
    profile = profile_of(storage, workspace, "u1")
    with storage.workspace(workspace).read() as db:
        born = profiles.profiles(db, [profile])[profile].born
    privacy.request(storage, workspace, public_id(born, profile), NOW + 20_000, "test")
    run_writer(storage, workspace)
    assert len(everything(storage, workspace)["product_list"]) == 1
    assert_rebuilt_equal(storage, workspace)
    seal_all(storage, workspace)
    (finished,) = privacy.finish_erasures(storage, workspace, tmp_path)
    assert finished.removed["product_list"] == 1
    assert_rebuilt_equal(storage, workspace)
    assert lists_of(storage, workspace, "u2") == {"viewed": {"b": "1"}}


def marks(storage: Storage, record: WorkspaceRecord) -> set[tuple[int, str, bool]]:
    """(profile, list, whether it is marked as holding something) of every row."""
    with storage.workspace(record).read() as db:
        return set(db.execute("SELECT profile, list, is_held FROM product_list").fetchall())


def truly(storage: Storage, record: WorkspaceRecord) -> set[tuple[int, str, bool]]:
    """The same, by opening every list."""
    named = sorted({(profile, name) for profile, name, _ in marks(storage, record)})
    with storage.workspace(record).read() as db:
        held = {(profile, name) for profile, name, _ in product_lists.lists(db, [one for one, _ in named])}
    return {(*one, one in held) for one in named}


_PRODUCT = {"product_id": "a"}
_MOVES: list[dict[str, Any]] = [
    {"name": "Product Added", **_PRODUCT}, {"name": "Product Added", "product_id": "b", "quantity": 0},
    {"name": "Product Removed", **_PRODUCT}, {"name": "Cart Cleared"}, {"name": "Order Completed", "order_id": "1"},
    {"name": "Cart Viewed", "products": [_PRODUCT]}, {"name": "Product Added to Wishlist", **_PRODUCT},
    {"name": "Product Removed from Wishlist", **_PRODUCT}, {"name": "Product Viewed", **_PRODUCT},
]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_empty_list_is_marked_so_however_it_came_to_be_empty(
    storage: Storage, workspace: WorkspaceRecord, shelf: Shelf, seed: int
) -> None:
    chance = random.Random(seed)
    other = shelf.take("held-lists", "Held", NOW)
    for n in range(4):
        blocks = [_chances(chance, n * 100 + m) for m in range(25)]
        if n == 1:
            blocks.append(decided("merge", 1, **MERGE))
        for body in blocks:
            origin = "console" if b'"merge"' in body else "wire"
            for record in (workspace, other):
                send(storage, record, body, origin=origin)
        run_writer(storage, workspace, 1)
        run_writer(storage, other, 1000)
        assert marks(storage, workspace) == truly(storage, workspace)
        assert marks(storage, other) == marks(storage, workspace)
        assert everything(storage, other)["product_list"] == everything(storage, workspace)["product_list"]
    assert {held for *_, held in marks(storage, workspace)} == {True, False}
    shelf.give_back(other)


def _chances(chance: random.Random, n: int) -> bytes:
    """Somebody does something, now and then told late; now and then a visitor signs in."""
    who = chance.choice(["u1", "u2", "@c1", "@c2"])
    if chance.random() < 0.05:
        known = msgspec.json.decode(identify("u1" if who == "@c1" else "u2", n))
        return msgspec.json.encode({**known, "anonymousId": who.removeprefix("@")})
    move = dict(chance.choice(_MOVES))
    return shop(move.pop("name"), n, who, at=chance.randrange(n * 1_000 + 1) if n % 3 else None, **move)


BLOCKS: list[tuple[str, list[bytes]]] = [
    ("wire", [shop("Product Viewed", 1, product_id="a"), shop("Product Added", 2, "@c1", product_id="a", price=1)]),
    ("api", [stated(3, "cart", "u2", replace=[{"product": "b", "price": "x"}]), stated(4, "liked", "u2", add=[{"sku": "s"}])]),
    ("console", [decided("merge", 6, **MERGE)]),
    ("wire", [shop("Cart Viewed", 7, products=[{"sku": "z"}, {"sku": "z"}]), shop("Product Removed", 5, "u2", product_id="b")]),
    ("wire", [shop("Order Completed", 8, "@c1", order_id="1"), shop("Product Viewed", 9, "u2", product_id="a")]),
]  # fmt: skip


def send_blocks(storage: Storage, record: WorkspaceRecord) -> None:
    for number, (origin, bodies) in enumerate(BLOCKS):
        send(storage, record, *bodies, at=NOW + number * 1_000, origin=origin)


@pytest.fixture(scope="module")
def uninterrupted(storage: Storage, shelf: Shelf, short_tails: None) -> dict[str, list[str]]:
    record = shelf.take("uninterrupted-lists", "Uninterrupted", NOW)
    send_blocks(storage, record)
    run_writer(storage, record)
    state = everything(storage, record)
    shelf.give_back(record)
    return state


def test_killed_before_any_statement_it_ends_in_the_same_state(
    storage: Storage,
    workspace: WorkspaceRecord,
    uninterrupted: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(uninterrupted["product_list"]) == 6
    # At least one of them has been folded into a state.
    assert any('"\\\\x","' not in row for row in uninterrupted["product_list"])
    crashes = 0
    send_blocks(storage, workspace)
    for block in waiting(storage, workspace):
        statement = 1
        while block.id in {one.id for one in waiting(storage, workspace)}:
            writer = Writer(storage, workspace, epoch_of(storage, workspace))
            try:
                with crash_before_statement(monkeypatch, statement):
                    writer.apply([block], 1000)
            except SimulatedCrash:
                crashes += 1
            statement += 1
    assert crashes > 10 * len(BLOCKS)
    assert everything(storage, workspace) == uninterrupted


@pytest.mark.parametrize("size", [1, 3])
def test_any_cut_of_batches_gives_the_same_state(
    storage: Storage, workspace: WorkspaceRecord, uninterrupted: dict[str, list[str]], size: int
) -> None:
    send_blocks(storage, workspace)
    run_writer(storage, workspace, size)
    assert everything(storage, workspace) == uninterrupted


def test_a_batch_without_lists_asks_for_none(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(storage, workspace, track("Page Viewed", 1, user="u1"))
    run_writer(storage, workspace)
    asked: list[str] = []
    execute = postgres.BinaryCursor.execute

    def noted(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(postgres.BinaryCursor, "execute", noted)
        send(storage, workspace, track("Page Viewed", 2, user="u1"))
        run_writer(storage, workspace)
    assert asked
    assert not any("product_list" in one for one in asked)
