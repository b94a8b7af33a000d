"""Computed attributes that come with the product, as drafts: a project changes them and saves them as its own."""

from typing import Any, Final

from msgspec import Struct

from konnektu.rules.checking import formula_of
from konnektu.rules.formulas import Formula
from konnektu.rules.words import Language

_AT_ALL: Final = {"is": "number", "op": "at_least", "values": [1]}


class ReadyMade(Struct, frozen=True):
    """A draft with its names, (English, Russian)."""

    name: str
    title: tuple[str, str]
    description: tuple[str, str]
    unit: tuple[str, str]
    formula: Formula


def _orders(
    how: str, field: str, window: dict[str, Any] | None = None, kind: str = "money", currency: str = ""
) -> dict[str, Any]:
    measure = {"how": how, "field": [field], "type": kind} | ({"currency": currency} if currency else {})
    return {"is": "orders", "measure": measure} | ({"window": window} if window else {})


def _bought(least: int, far: int) -> dict[str, Any]:
    figure = {"is": "orders", "window": {"is": "rolling", "far": {"amount": far}}}
    test = {"is": "number", "op": "at_least", "values": [least]}
    return {"is": "measured", "figure": figure, "test": test}


def _spent(least: int, currency: str) -> dict[str, Any]:
    figure = _orders("sum", "net", {"is": "rolling", "far": {"amount": 365}}, currency=currency)
    test = {"is": "money", "op": "at_least", "values": [least], "currency": currency}
    return {"is": "measured", "figure": figure, "test": test}


def _label(name: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "rule": {"is": "all", "rules": list(rules)}}


def ready_made(currency: str, language: Language) -> tuple[ReadyMade, ...]:
    """The drafts, in the currency of the workspace's orders, their labels in a language."""
    year = {"is": "rolling", "far": {"amount": 365}}
    return (
        _made(
            "ltv",
            ("LTV", "LTV"),
            (
                "What all purchases brought, net of returns.",
                "Сколько принесли все покупки за вычетом возвратов.",
            ),
            ("", ""),
            {"is": "figure", "figure": _orders("sum", "net", currency=currency)},
        ),
        _made(
            "average_bill",
            ("Average bill in 365 days", "Средний чек за 365 дней"),
            (
                "Net of a purchase on average, in the last 365 days.",
                "Средняя сумма покупки за последние 365 дней.",
            ),
            ("", ""),
            {"is": "figure", "figure": _orders("average", "net", year, currency=currency)},
        ),
        _made(
            "days_since_purchase",
            ("Days since the last purchase", "Дней с последней покупки"),
            ("Whole days since the last order was made.", "Сколько полных дней прошло с последнего заказа."),
            ("days", "дн."),
            {"is": "since", "figure": _orders("max", "ordered_at", kind="instant")},
        ),
        *_favourites(year),
        _interest(),
        _made(
            "rfm",
            ("RFM cell", "Ячейка RFM"),
            (
                "How recently, how often and for how much: the first row that holds. Set the thresholds to your trade.",
                "Как давно, как часто и на сколько: первая подходящая строка. Пороги подберите под свою торговлю.",
            ),
            ("", ""),
            {"is": "labels", "labels": _rfm(currency, language)},
        ),
    )


def _favourites(window: dict[str, Any]) -> tuple[ReadyMade, ReadyMade]:
    return (
        _made(
            "favourite_category",
            ("Favourite category", "Любимая категория"),
            (
                "The category with the most lines of purchases in the last 365 days.",
                "Категория, позиций которой в покупках за последние 365 дней больше всего.",
            ),
            ("", ""),
            {"is": "most", "of": ["category"], "figure": {"is": "lines", "window": window}},
        ),
        _made(
            "favourite_store",
            ("Favourite store", "Любимый магазин"),
            (
                "The store with the most purchases in the last 365 days.",
                "Магазин, в котором за последние 365 дней больше всего покупок.",
            ),
            ("", ""),
            {"is": "most", "of": ["store"], "figure": {"is": "orders", "window": window}},
        ),
    )


def _interest() -> ReadyMade:
    return _made(
        "category_interest",
        ("Interest by category", "Интерес по категориям"),
        (
            "The category that the customer looked at most lately: each view weighs half as much every 14 days.",
            "Категория, которую клиент смотрел больше всего в последнее время: вес просмотра убывает вдвое за 14 дней.",
        ),
        ("", ""),
        {
            "is": "interest",
            "of": ["properties", "category"],
            "figure": {"is": "events", "what": {"names": ["Product Viewed"]}},
            "half_life": {"amount": 14},
        },
    )


_CELLS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Champions", "Loyal", "New", "Promising", "At risk", "Asleep", "Lost"),
    "ru": ("Чемпионы", "Лояльные", "Новички", "Перспективные", "Под угрозой", "Спящие", "Потерянные"),
}


def _rfm(currency: str, language: Language) -> list[dict[str, Any]]:
    champions, loyal, new, promising, at_risk, asleep, lost = _CELLS[language]
    return [
        _label(champions, _bought(1, 30), _bought(4, 365), _spent(3_000_000, currency)),
        _label(loyal, _bought(1, 90), _bought(3, 365)),
        _label(new, _bought(1, 30)),
        _label(promising, _bought(1, 90)),
        _label(at_risk, _bought(2, 365)),
        _label(asleep, _bought(1, 365)),
        _label(lost, {"is": "measured", "figure": {"is": "orders"}, "test": _AT_ALL}),
    ]


def _made(
    name: str,
    title: tuple[str, str],
    description: tuple[str, str],
    unit: tuple[str, str],
    formula: dict[str, Any],
) -> ReadyMade:
    return ReadyMade(name, title, description, unit, formula_of(formula))
