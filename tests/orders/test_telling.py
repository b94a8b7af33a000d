"""What events say of orders: spellings of real senders, and what cannot be read."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.collect.api import Options, decode
from konnektu.core.records import Event, Origin, Parcel
from konnektu.orders.model import Refund, Told
from konnektu.orders.telling import number_of, told_of

NOW = 1_760_000_000_000


def event_of(body: dict[str, Any], origin: Origin = "wire") -> Event:
    (one,) = decode(Parcel(1, origin, NOW, [msgspec.json.encode(body)]), 1, NOW, Options())
    assert isinstance(one, Event), one
    return one


def told(name: str, **properties: Any) -> Told | None:
    return told_of(event_of({"type": "track", "event": name, "userId": "u", "properties": properties}))


def stated(**properties: Any) -> Told:
    found = told_of(event_of({"type": "order", "properties": properties}, "api"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "name", ["order_id", "orderId", "orderID", "Order ID", "order_number", "number", "transactionId"]
)
def test_numbers_by_every_usual_name(name: str) -> None:
    for value, number in ((17, "17"), (17.0, "17"), (" A 1 ", "A 1")):
        found = told("Order Completed", **{name: value})
        assert found is not None
        assert found.number == number


@pytest.mark.parametrize("value", [None, "", True, [], {}, "x" * 201])
def test_an_event_without_a_number_is_an_event_alone(value: Any) -> None:
    assert told("Order Completed", order_id=value) is None
    assert told("Product Viewed", order_id="7") is None
    assert stated(number=value).faults


def test_a_whole_order_as_the_specification_has_it() -> None:
    found = told(
        "Order Completed",
        checkout_id="c1",
        order_id="50314b8e9bcf000000000000",
        affiliation="Google Store",
        total="27.50",
        subtotal=22.5,
        revenue=25.00,
        shipping=3,
        tax=2,
        discount=2.5,
        coupon="hasbros",
        currency="usd",
        products=[
            {
                "product_id": "507f1f77",
                "sku": "45790-32",
                "name": "Monopoly",
                "price": 19,
                "quantity": 1,
                "category": "Games",
            },
            {
                "productId": 505,
                "sku": "46493-32",
                "name": "Uno Card Game",
                "price": "3,5",
                "quantity": "2",
                "coupon": None,
            },
        ],
    )
    assert found is not None
    assert not found.faults
    assert found.status == "created"
    lines = found.fields.pop("lines")
    assert found.fields == {
        "affiliation": "Google Store",
        "total": "27.5",
        "revenue": "25",
        "shipping": "3",
        "tax": "2",
        "discount": "2.5",
        "coupon": "hasbros",
        "currency": "USD",
        "other.checkout_id": "c1",
    }
    assert lines == [
        ["507f1f77", {"product_id": "507f1f77", "sku": "45790-32", "name": "Monopoly", "quantity": "1", "price": "19", "category": "Games"}],
        ["505", {"product_id": "505", "sku": "46493-32", "name": "Uno Card Game", "quantity": "2", "price": "3.5"}],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "read"),
    [("1 234,50 ₽", "1234.5"), ("1,234.50", "1234.5"), ("1\u00a0000", "1000"), (0.1, "0.1"), (10, "10"), ("5.", None),
     ("many", None), (-1, None), (True, None), ("NaN", None), ("1e5", None), ("999999999999999", None)],
)  # fmt: skip
def test_amounts(value: Any, read: str | None) -> None:
    found = stated(number=1, total=value, store="s")
    assert found.fields.get("total") == read
    assert bool(found.faults) == (read is None)
    assert found.fields["store"] == "s"


def test_null_clears_by_the_api_and_says_nothing_on_the_wire() -> None:
    assert stated(number=1, store=None).fields == {"store": None}
    found = told("Order Updated", order_id=1, store=None)
    assert found is not None
    assert found.fields == {}


def test_lines_of_one_product_twice_keep_both() -> None:
    lines = stated(number=1, lines=[{"sku": "a"}, {"sku": "a"}, {"sku": "a", "variant": "red"}, "x"])
    assert [id_ for id_, _ in lines.fields["lines"]] == ["a", "a#2", "a/red"]
    assert lines.faults == ("lines 4 is no object",)


def test_one_line_alone_by_its_id() -> None:
    found = stated(number=1, line={"line_id": 3, "quantity": 2, "returnedQuantity": "1"})
    assert found.line == ("3", {"quantity": "2", "returned": "1"})
    assert stated(number=1, line={"price": 1}).faults


@pytest.mark.parametrize(
    ("properties", "refund"),
    [
        ({}, Refund(NOW)),
        ({"total": "-30.50"}, Refund(NOW, "30.5")),
        ({"value": 5, "currency": "RUB"}, Refund(NOW, "5")),
        ({"products": [{"product_id": "p", "quantity": 2}, {"sku": "s", "price": 3}]}, Refund(NOW, None, {"p": ("2", None), "s": ("1", "3")})),
        ({"total": "some"}, None),
        ({"products": "some"}, None),
    ],
)  # fmt: skip
def test_refunds(properties: dict[str, Any], refund: Refund | None) -> None:
    found = told("Order Refunded", order_id="7", **properties)
    assert found is not None
    assert found.refund == refund
    assert bool(found.faults) == (refund is None)
    assert not found.fields
    assert not found.status


def test_a_time_far_ahead_would_freeze_an_order() -> None:
    ahead = stated(number=1, updated_at=NOW + 2 * 86_400_000)
    assert ahead.time == NOW
    assert ahead.faults
    assert stated(number=1, updated_at="2025-10-01T00:00:00Z").time == 1_759_276_800_000
    assert told("Order Cancelled", order_id=1).status == "cancelled"  # type: ignore[union-attr]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "order_id",
        "products",
        "line",
        "total",
        "status",
        "updated_at",
        "other",
        "promo_codes",
        "ordered_at",
        "x",
    ]
)


@given(st.dictionaries(NAMES, JSON), st.sampled_from(["Order Completed", "Order Refunded", "order"]))
def test_no_properties_make_it_fail(properties: dict[str, Any], name: str) -> None:
    kind = {"type": "order"} if name == "order" else {"type": "track", "event": name, "userId": "u"}
    (one,) = decode(
        Parcel(1, "api", NOW, [msgspec.json.encode({**kind, "properties": properties})]), 1, NOW, Options()
    )
    if isinstance(one, Event):
        found = told_of(one)
        assert found is None or number_of(one) == found.number
