"""What one person of the base has done: visits, a registration, a consent, orders and what became of them.

In: the person's number. Out: facts, each with its door. The same number always gives the same facts.

Of the orders 8 % are cancelled, 6 % given back in part and 3 % whole; lines, stores, payments and promo codes vary.
Every fact happens before noon UTC, and every value that names a person holds its number in seven digits behind
a mark (`MARKS`): so a person's rows can be written again as those of somebody else.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, Literal

import msgspec
from msgspec import Struct

from konnektu.core.clock import DAY, HOUR, MINUTE

DIGITS = 7
MARKS = (b"q", b"+7900")
"""What stands before a person's number: in names, numbers of orders, letters' addresses and cookies; in phones."""
BEFORE_NOON = 11 * HOUR
FIRST_DAY, LAST_DAY = 790, 20
"""Days before today of the first visit, and of the last fact at the latest."""
LATER_DAYS, REFUND_DAYS = 15, 10
"""By how many days an order may be later than its turn; how many days after it something is given back."""
ORDERING_DAYS = FIRST_DAY - 2 - LAST_DAY - LATER_DAYS - REFUND_DAYS
SOURCES = tuple(f"s{number:02d}" for number in range(1, 13))
"""Marketing sources, known by utm_source."""
STORES, REGIONS = 40, ("Москва", "Самара", "Казань", "Пермь", "Омск", "Тула", "Уфа", "Сочи")
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0"
    " Safari/537.36"
)
FIRST_NAMES = ("Анна", "Мария", "Олег", "Иван", "Елена", "Пётр", "Ольга", "Сергей")
LAST_NAMES = ("Крылова", "Соколова", "Белов", "Громов", "Орлова", "Лебедев", "Зайцева", "Ершов")

_encode = msgspec.json.Encoder().encode


Door = Literal["site", "shop"]


class Fact(Struct, frozen=True, order=True):
    """Something that a person did. In order, facts come as they happened."""

    time: int
    message_id: str
    door: Door
    """Who told of it: the browser, or the shop's own system."""
    body: bytes


class Setting(Struct, frozen=True):
    """What stories have in common."""

    today: int
    """Midnight UTC, milliseconds."""
    orders: int
    """Of each person."""
    products: int
    """Of the catalogue; their ids are whole numbers below it."""


def named(person: int) -> str:
    """By which a person is known to the shop."""
    return f"q{person:0{DIGITS}d}"


def phone(person: int) -> str:
    """The person's phone in normal form."""
    return f"+7900{person:0{DIGITS}d}"


def number_of(person: int, order: int) -> str:
    """The number of a person's order."""
    return f"{named(person)}-{order:02d}"


def iso(time: int) -> str:
    """Milliseconds UTC as clients write them."""
    return datetime.fromtimestamp(time / 1000, UTC).isoformat(timespec="milliseconds")


def story(person: int, setting: Setting) -> list[Fact]:
    """Everything that a person did."""
    told = _Teller(person, setting)
    facts = [*told.visit(FIRST_DAY)]
    if told.rng.random() < 0.4:
        facts += told.visit(FIRST_DAY // 2)
    facts += [told.registered(), *told.consented()]
    for order in range(setting.orders):
        facts += told.ordered(order)
    return facts


class _Teller:
    def __init__(self, person: int, setting: Setting) -> None:
        self.person, self.setting = person, setting
        self.rng = Random(person)  # noqa: S311 - a load, not a secret
        self.made = 0

    def visit(self, day: int) -> Iterator[Fact]:
        """A visit that a marketing source brought: two products looked at, one put into the cart."""
        time = self._moment(day)
        source = self.rng.choice(SOURCES)
        query = f"utm_source={source}&utm_medium=cpc&utm_campaign=c{self.rng.randrange(50)}"
        for step, name in enumerate(("Product Viewed", "Product Viewed", "Product Added")):
            product = str(self.rng.randrange(self.setting.products))
            page = {"url": f"https://shop.example/p/{product}?{query}", "path": f"/p/{product}"}
            said = {"product_id": product, "price": self.rng.randrange(100, 9_000), "currency": "RUB"}
            yield self._fact(
                "track",
                time + step * MINUTE,
                "site",
                event=name,
                anonymousId=f"a-{named(self.person)}",
                properties=said,
                context={"page": page, "locale": "ru-RU"},
            )

    def registered(self) -> Fact:
        """The card of the person, which joins the cookie with the account."""
        rng = self.rng
        traits = {
            "phone": phone(self.person),
            "email": f"{named(self.person)}@shop.example",
            "firstName": rng.choice(FIRST_NAMES),
            "lastName": rng.choice(LAST_NAMES),
            "city": rng.choice(REGIONS),
            "birthday": f"{rng.randrange(1950, 2005)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
        }
        ids: dict[str, Any] = {"userId": named(self.person), "anonymousId": f"a-{named(self.person)}"}
        return self._fact("identify", self._moment(FIRST_DAY - 1), traits=traits, **ids)

    def consented(self) -> Iterator[Fact]:
        """A consent to letters, which seven in ten give."""
        if self.rng.random() < 0.7:
            said = {
                "state": "given",
                "channel": "email",
                "entity": "ООО «Лавка»",
                "category": "marketing",
                "proof": {"form": "signup"},
            }
            yield self._fact(
                "consent", self._moment(FIRST_DAY - 1), userId=named(self.person), properties=said
            )

    def ordered(self, order: int) -> Iterator[Fact]:
        """One order, and every status that it came to."""
        rng, orders = self.rng, self.setting.orders
        day = FIRST_DAY - 2 - ORDERING_DAYS * (order + 1) // orders - rng.randrange(LATER_DAYS)
        number, lines = number_of(self.person, order), [self._line() for _ in range(rng.choice((1, 2, 2, 3)))]
        begun = self._moment(day)
        yield self._said(begun, {"number": number, "status": "created", **self._about(begun), "lines": lines})
        fate = rng.random()
        steps = ("cancelled",) if fate < 0.08 else ("paid", "shipped", "received")
        for step, status in enumerate(steps, 1):
            at = self._moment(day - step)
            yield self._said(at, {"number": number, "status": status, "updated_at": iso(at)})
        if 0.08 <= fate < 0.17:
            back = {"products": lines[:1]} if fate < 0.14 else {}
            yield self._fact(
                "track",
                self._moment(day - REFUND_DAYS),
                event="Order Refunded",
                userId=named(self.person),
                properties={"order_id": number, **back},
            )

    def _line(self) -> dict[str, Any]:
        product = str(self.rng.randrange(self.setting.products))
        return {
            "product_id": product,
            "name": f"Вафельница, модель {product}",
            "quantity": self.rng.choice((1, 1, 1, 2)),
            "price": self.rng.randrange(100, 9_000),
        }

    def _about(self, begun: int) -> dict[str, Any]:
        rng = self.rng
        about = {
            "ordered_at": iso(begun),
            "currency": "RUB",
            "store": f"m{rng.randrange(1, STORES + 1)}",
            "region": rng.choice(REGIONS),
            "delivery_method": rng.choice(("courier", "pickup", "post")),
            "payment_method": rng.choice(("card", "cash", "sbp")),
        }
        return about | ({"promo_code": f"PROMO{rng.randrange(30)}"} if rng.random() < 0.2 else {})

    def _said(self, time: int, said: dict[str, Any]) -> Fact:
        return self._fact("order", time, userId=named(self.person), properties=said)

    def _moment(self, day: int) -> int:
        """A moment in the morning of the day so many days before today."""
        return self.setting.today - day * DAY + self.rng.randrange(BEFORE_NOON - HOUR)

    def _fact(self, kind: str, time: int, door: Door = "shop", **said: Any) -> Fact:
        self.made += 1
        message_id = f"{named(self.person)}-m{self.made}"
        body = {"type": kind, "messageId": message_id, "timestamp": iso(time), **said}
        return Fact(time, message_id, door, _encode(body))
