"""What events say of lists, in the ways in which systems spell it."""

from typing import Any

import pytest

from konnektu.core.records import ROBOT, TEST, Event
from konnektu.product_lists.api import EVENTS, told_of
from konnektu.product_lists.model import Said, Told

P1 = ("p1", "")


def event(name: str, marks: int = 0, kind: str = "track", **properties: Any) -> Event:
    return Event(
        position=1,
        instant=1,
        source=1,
        origin="wire",
        type=kind,
        name=name,
        message_id="m",
        time=1,
        raw_time=1,
        received_at=1,
        properties=properties,
        marks=marks,
    )


def told(name: str, **properties: Any) -> Told | None:
    return told_of(event(name, **properties))


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        (
            "Product Viewed",
            {"product_id": 17, "price": 5.50},
            Told("viewed", (Said(("17", ""), "add", "1", "5.5"),)),
        ),
        ("viewed_product", {"productId": "p1", "quantity": 9}, Told("viewed", (Said(P1, "add"),))),
        ("ProductAdded", {"SKU": "p1", "Quantity": "2"}, Told("cart", (Said(P1, "add", "2"),))),
        ("Product Added", {"id": "p1", "variant": "red"}, Told("cart", (Said(("p1", "red"), "add"),))),
        ("Product Added", {"products": [{"id": "p1", "qty": 3}]}, Told("cart", (Said(P1, "add", "3"),))),
        ("Product Removed", {"product_id": "p1"}, Told("cart", (Said(P1, "drop", "0"),))),
        ("Product Removed", {"product_id": "p1", "quantity": 2}, Told("cart", (Said(P1, "take", "2"),))),
        (
            "Product Removed from Wishlist",
            {"sku": "p1", "quantity": 1},
            Told("favourites", (Said(P1, "drop", "0"),)),
        ),
        ("Product Added to Wishlist", {"sku": "p1"}, Told("favourites", (Said(P1, "set"),))),
        ("order_completed", {}, Told("cart", clears=True)),
        ("Product List Cleared", {"list": " To  Compare"}, Told("to compare", clears=True)),
        (
            "Checkout Started",
            {"currency": "usd", "products": [{"sku": "p1", "price": 1}]},
            Told("cart", (Said(P1, "add", "1", "1", "USD"),), clears=True),
        ),
    ],
)
def test_what_events_say(name: str, properties: dict[str, Any], expected: Told) -> None:
    assert told(name, **properties) == expected


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("Product Viewed", {"title": "without an id"}),
        ("Cart Viewed", {"cart_id": "7"}),
        ("Cart Viewed", {"products": []}),
        ("Product List Viewed", {"products": [{"sku": "p1"}]}),
        ("Product Added to List", {"sku": "p1"}),
        ("Product Added to List", {"sku": "p1", "list": "bought"}),
    ],
)
def test_what_says_nothing(name: str, properties: dict[str, Any]) -> None:
    assert told(name, **properties) is None


@pytest.mark.parametrize("mark", [ROBOT, TEST])
def test_robots_and_tests_say_nothing(mark: int) -> None:
    assert told_of(event("Product Added", mark, sku="p1")) is None


def test_a_part_that_cannot_be_read_leaves_the_rest() -> None:
    products = [{"sku": "p1", "price": "free"}, {"name": "x"}, "p2", {"sku": "p" * 201}]
    found = told("Cart Viewed", products=products, currency="XXZ")
    assert found is not None
    assert (found.clears, found.said) == (True, (Said(P1, "add"),))
    assert len(found.faults) == 5
    unreadable = told("Cart Viewed", products=products[1:])
    assert unreadable is not None
    assert (unreadable.clears, unreadable.said) == (False, ())
    assert told("Product Viewed", sku="p1", price="по запросу") == Told("viewed", (Said(P1, "add"),))


def test_a_fact_says_what_is_wrong_with_it() -> None:
    for properties in ({}, {"list": "cart"}, {"list": "cart", "add": "p1"}, {"list": 7.5, "clear": True}):
        found = told_of(event("product_list", kind="product_list", **properties))
        assert found is not None
        assert found.faults
        assert not found.said


def test_no_event_means_two_things() -> None:
    assert {meaning.list for meaning in EVENTS.values()} == {"", "cart", "viewed", "favourites"}
    assert EVENTS["Order Completed"] == ("cart", "clear")
    assert "Order Updated" not in EVENTS
