"""Product lists as others read and change them: the API, the profile, the file."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.access.api import Author, system_caller
from konnektu.catalogue import api as catalogue
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.ids import public_id
from konnektu.exports import api as exports
from konnektu.product_lists import api as product_lists
from konnektu.product_lists import reading, views, writing
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track
from tests.orders.facts import profile_of
from tests.product_lists.facts import DAY, lists_of, shop


def public(storage: Storage, workspace: WorkspaceRecord, user: str) -> str:
    profile = profile_of(storage, workspace, user)
    with storage.workspace(workspace).read() as db:
        return public_id(profiles.profiles(db, [profile])[profile].born, profile)


@pytest.fixture
def shopped(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    """Two people with carts, one of them with an order, and a catalogue that knows one of the products."""
    lines = [{"product_id": "p1", "quantity": 3, "price": 90}, {"sku": "s2"}]
    send(
        storage,
        workspace,
        shop("Order Completed", 1, order_id="1", products=lines, order_date=NOW - 5 * DAY),
        shop("Order Completed", 2, order_id="2", products=lines[:1], order_date=NOW - 4 * DAY),
        shop("Order Completed", 3, order_id="3", products=[{"sku": "never"}]),
        shop("Order Cancelled", 4, order_id="3"),
        shop("Order Refunded", 5, order_id="2", products=[{"product_id": "p1", "quantity": 1}]),
        shop("Product Added", 6, product_id="p1", quantity=2, price="99.90"),
        shop("Product Added", 7, product_id="p9", price=5, currency="USD"),
        shop("Product Viewed", 8, "u2", product_id="p1"),
    )
    run_writer(storage, workspace)
    product = {"id": "p1", "name": "Чайник", "price": 8_990, "old_price": 9_990, "currency": "RUB"}
    catalogue.put(storage.workspace(workspace), "products", [product], by="test", now=lambda: NOW)
    return workspace


def read(
    storage: Storage, workspace: WorkspaceRecord, user: str, **sees: bool
) -> dict[str, views.ListDetail]:
    allowed = {"sees_orders": True, "sees_catalogue": True} | sees
    reader = reading.Reader(db=storage.workspace(workspace), source=str, **allowed)
    found = reading.of_person(reader, public(storage, workspace, user))
    return {one.summary.name: one for one in found.lists}


def test_a_persons_lists_as_the_catalogue_has_their_products(
    storage: Storage, shopped: WorkspaceRecord
) -> None:
    found = read(storage, shopped, "u1")
    assert list(found) == ["cart", "bought"]
    cart, bought = found["cart"], found["bought"]
    assert [(one.product, one.quantity, one.price) for one in cart.items] == [
        ("p9", "1", "5"),
        ("p1", "2", "99.9"),
    ]
    assert [(one.currency, one.sum) for one in cart.summary.sums] == [("RUB", "199.80"), ("USD", "5.00")]
    assert cart.items[0].now is None
    now = cart.items[1].now
    assert now is not None
    assert (now.name, now.price, now.old_price, now.available) == ("Чайник", "89.90", "99.90", True)
    assert [(one.product, one.quantity) for one in bought.items] == [("p1", "5"), ("s2", "1")]
    assert (bought.items[0].first_at, bought.items[0].last_at) == (NOW - 5 * DAY, NOW - 4 * DAY)
    assert (bought.ru, cart.en) == ("Куплено", "Cart")


def test_who_may_not_see_orders_or_the_catalogue_sees_the_rest(
    storage: Storage, shopped: WorkspaceRecord
) -> None:
    found = read(storage, shopped, "u1", sees_orders=False, sees_catalogue=False)
    assert list(found) == ["cart"]
    assert [one.now for one in found["cart"].items] == [None, None]


def test_the_profile_shows_how_much_stands_on_lists(storage: Storage, shopped: WorkspaceRecord) -> None:
    reader = profiles.Reader(
        storage, shopped, NOW, is_open=True, tellers=profiles.Tellers(lists=product_lists.figures_of)
    )
    (cart,) = profiles.view_found(reader, "user_id", "u1").product_lists
    assert (cart.name, cart.products, cart.quantity) == ("cart", 2, "3")
    (viewed,) = profiles.view_found(reader, "user_id", "u2").product_lists
    assert (viewed.name, viewed.products, viewed.sums) == ("viewed", 1, [])


def test_a_list_is_replaced_and_changed(storage: Storage, shopped: WorkspaceRecord) -> None:
    person = public(storage, shopped, "u2")
    author = Author(storage, system_caller(shopped), NOW, 0)
    two = views.ItemStated(product="p2", quantity="2", price=10.5, currency="rub")
    writing.replace(author, person, "cart", views.ListReplaced([two, views.ItemStated(product="p3")]))
    run_writer(storage, shopped)
    assert lists_of(storage, shopped, "u2")["cart"] == {"p2": "2", "p3": "1"}
    change = views.ListChange(
        add=[two], set=[views.ItemStated(product="p4", quantity=7)], remove=[views.ItemStated(product="p3")]
    )
    writing.change(author, person, "cart", change)
    run_writer(storage, shopped)
    assert lists_of(storage, shopped, "u2")["cart"] == {"p2": "4", "p4": "7"}
    writing.replace(author, person, "cart", views.ListReplaced([]))
    run_writer(storage, shopped)
    assert "cart" not in lists_of(storage, shopped, "u2")


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("bought", views.ListChange(clear=True), "orders"),
        ("x" * 51, views.ListChange(clear=True), "50 characters"),
        ("cart", views.ListChange(), "clear"),
        ("cart", views.ListChange(add=[views.ItemStated(product="p", quantity="many")]), "quantity"),
        ("cart", views.ListChange(add=[views.ItemStated(product="p", price=1, currency="XXZ")]), "currency"),
    ],
    ids=["bought", "long", "nothing", "quantity", "currency"],
)
def test_what_is_wrong_is_refused(
    storage: Storage, shopped: WorkspaceRecord, name: str, change: views.ListChange, says: str
) -> None:
    author = Author(storage, system_caller(shopped), NOW, 0)
    with pytest.raises(Unprocessable, match=says):
        writing.change(author, public(storage, shopped, "u1"), name, change)
    with pytest.raises(NotFound):
        writing.replace(author, public_id(NOW, 10**6), "cart", views.ListReplaced([]))


def test_no_number_of_own_lists_hides_those_that_every_project_has(
    storage: Storage, shopped: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("konnektu.product_lists.store.MOST_ROWS", 3)
    said = [track("Product Added to List", n, user="u1", list=f"a{n}", product_id="x") for n in range(9)]
    send(storage, shopped, *said)
    run_writer(storage, shopped)
    assert list(lists_of(storage, shopped, "u1")) == ["cart", "a0", "a1"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_lists_as_a_file(
    storage: Storage, shopped: WorkspaceRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Any
) -> None:
    monkeypatch.setattr("konnektu.exports.lists.product_lists.PEOPLE", 1)
    asker = exports.Asker(storage, shopped, NOW, is_open=False)
    whole = b"".join(exports.export(asker, exports.find_list("product_list_items"), form, tmp_path))
    assert whole
    if form == "jsonl":
        rows = [msgspec.json.decode(line) for line in whole.splitlines()]
        assert [(row["profile"], row["list"], row["product"]) for row in rows] == [
            (public(storage, shopped, "u1"), "cart", "p9"),
            (public(storage, shopped, "u1"), "cart", "p1"),
            (public(storage, shopped, "u2"), "viewed", "p1"),
        ]
        assert Decimal(str(rows[1]["price"])) == Decimal("99.9")
