"""Segments that come with the product, as drafts: a project changes them and saves them as its own."""

from typing import Any, Final

from msgspec import Struct

from konnektu.rules.checking import segment_of
from konnektu.rules.model import Segment as Definition

_MOST_OFTEN = {"is": "number", "op": "at_least", "values": [1]}
_NONE = {"is": "number", "op": "equals", "values": [0]}


class ReadyMade(Struct, frozen=True):
    """A draft with its names, (English, Russian)."""

    name: str
    title: tuple[str, str]
    description: tuple[str, str]
    definition: Definition


def _days(far: int, near: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"is": "rolling", "far": {"amount": far}} | ({"near": near} if near else {})


def _orders(test: dict[str, Any], window: dict[str, Any] | None = None) -> dict[str, Any]:
    figure = {"is": "orders"} | ({"window": window} if window else {})
    return {"is": "measured", "figure": figure, "test": test}


def _list(name: str, window: dict[str, Any]) -> dict[str, Any]:
    return {
        "is": "measured",
        "figure": {"is": "product_list", "list": name, "window": window},
        "test": _MOST_OFTEN,
    }


def _all(*rules: dict[str, Any]) -> Definition:
    return segment_of({"entry": {"is": "all", "rules": list(rules)}})


READY_MADE: Final = (
    ReadyMade(
        "abandoned_cart",
        ("Abandoned cart", "Брошенная корзина"),
        (
            "Left products in the cart between three hours and three days ago and has not ordered since three days.",
            "Оставил товары в корзине от трёх часов до трёх дней назад и за три дня ничего не заказал.",
        ),
        _all(_list("cart", _days(3, {"amount": 3, "unit": "hour"})), _orders(_NONE, _days(3))),
    ),
    ReadyMade(
        "viewed_not_bought",
        ("Viewed, not bought", "Смотрел, но не купил"),
        (
            "Looked at products in the last seven days and ordered nothing.",
            "Смотрел товары за последние семь дней и ничего не заказал.",
        ),
        _all(_list("viewed", _days(7)), _orders(_NONE, _days(7))),
    ),
    ReadyMade(
        "one_purchase",
        ("First purchase without a second", "Первая покупка без второй"),
        (
            "Bought once, more than 30 days ago.",
            "Купил один раз, больше 30 дней назад.",
        ),
        _all(
            _orders({"is": "number", "op": "equals", "values": [1]}),
            _orders(_NONE, _days(30)),
        ),
    ),
    ReadyMade(
        "sleeping",
        ("Sleeping", "Спящие"),
        ("Has bought, but not in the last 180 days.", "Покупал, но не за последние 180 дней."),
        _all(_orders(_MOST_OFTEN), _orders(_NONE, _days(180))),
    ),
    ReadyMade(
        "vip",
        ("VIP", "VIP"),
        (
            "Bought for at least 100,000 roubles in the last 365 days; choose your own sum.",
            "Купил не меньше чем на 100 000 рублей за последние 365 дней; сумму поставьте свою.",
        ),
        segment_of(
            {
                "entry": {
                    "is": "measured",
                    "figure": {
                        "is": "orders",
                        "measure": {"how": "sum", "field": ["net"], "type": "money", "currency": "RUB"},
                        "window": _days(365),
                    },
                    "test": {"is": "money", "op": "at_least", "values": [10_000_000], "currency": "RUB"},
                }
            }
        ),
    ),
    ReadyMade(
        "birthday",
        ("Birthday soon", "Скоро день рождения"),
        ("Has a birthday within seven days.", "День рождения в ближайшие семь дней."),
        segment_of(
            {
                "entry": {
                    "is": "attribute",
                    "name": "birth_date",
                    "test": {"is": "anniversary", "most": 7, "zone": "person"},
                }
            }
        ),
    ),
)
