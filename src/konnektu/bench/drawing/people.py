"""People drawn at random. In: a seeded generator, an instant around which they live. Out: what is known of them."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from msgspec import structs

from konnektu.bench.drawing import words
from konnektu.core.clock import DAY, HOUR
from konnektu.core.records import Derived, Identifier
from konnektu.rules.known import (
    Arrival,
    Instant,
    Known,
    KnownEvent,
    KnownFrom,
    KnownItem,
    KnownLine,
    KnownOrder,
    KnownRecord,
    KnownStatement,
    Membership,
    Moment,
    Money,
    Ranked,
    Value,
)


def known(drawn: Random, base: int, ranks: Sequence[str] = ()) -> Known:
    """Somebody whose life lies around an instant; `ranks` are the keys of ranks that were computed."""
    return Known(
        is_known=drawn.random() < 0.8,
        excluded="no_card" if drawn.random() < 0.03 else "",
        workspace_zone="Europe/Moscow",
        zone=drawn.choice(words.PEOPLES_ZONES),
        attributes=attributes(drawn, base),
        events=tuple(event(drawn, base, position) for position in range(drawn.randrange(3, 13))),
        orders=tuple(order(drawn, base, str(number)) for number in range(drawn.randrange(4))),
        items=_items(drawn, base),
        records=tuple(record(drawn, base, str(number)) for number in range(drawn.randrange(4))),
        statements=tuple(statement(drawn, base, 100 + number) for number in range(drawn.randrange(5))),
        tags=frozenset(tag for tag in words.TAGS if drawn.random() < 0.3),
        arrivals=_arrivals(drawn, base),
        identifiers=frozenset(
            Identifier(kind, "value") for kind in words.IDENTIFIERS if drawn.random() < 0.4
        ),
        memberships=_memberships(drawn, base),
        ranks=tuple(Ranked(key, words.past(drawn, base), drawn.random() < 0.5) for key in ranks),
    )


def history(drawn: Random, base: int, facts: int = 8) -> list[KnownFrom]:
    """What was known of somebody after each of some facts, whose instants never decrease."""
    here, instant = Known(workspace_zone="Europe/Moscow"), base - 2 * DAY
    found = []
    for position in range(facts):
        instant += drawn.choice((0, 0, 1, HOUR, DAY, words.SPANS[4].ms))
        here = _told(drawn, here, base, instant, position)
        found.append(KnownFrom(instant, position, here))
    return found


def _told(drawn: Random, here: Known, base: int, instant: int, position: int) -> Known:
    """What is known after one fact more."""
    match drawn.randrange(6):
        case 0:
            return structs.replace(here, attributes=attributes(drawn, base))
        case 1:
            number = str(drawn.randrange(2))
            others = tuple(one for one in here.orders if one.number != number)
            return structs.replace(here, orders=(*others, order(drawn, base, number)))
        case 2:
            return structs.replace(here, tags=frozenset(words.some(drawn, words.TAGS)))
        case 3:
            return structs.replace(
                here, is_known=drawn.random() < 0.9, zone=drawn.choice(words.PEOPLES_ZONES)
            )
        case _:
            told = structs.replace(event(drawn, base, position), instant=instant)
            return structs.replace(here, events=(*here.events, told))


def attributes(drawn: Random, base: int) -> dict[str, Any]:
    """Attributes of every type, some of them of the wrong one."""
    typed = {"colour": words.TEXTS, "score": words.NUMBERS, "is_open": (True, False)}
    found: dict[str, Any] = {
        name: words.json_value(drawn, base) if drawn.random() < 0.2 else drawn.choice(held)
        for name, held in typed.items()
        if drawn.random() < 0.8
    }
    if drawn.random() < 0.6:
        found["birth_date"] = words.day(drawn, base).isoformat()
    if drawn.random() < 0.6:
        found["created_at"] = drawn.choice((words.past(drawn, base), words.iso(words.past(drawn, base))))
    if drawn.random() < 0.5:
        found["interests"] = [drawn.choice(words.TEXTS) for _ in range(drawn.randrange(4))]
    if drawn.random() < 0.5:
        found["wallet"] = {"amount": drawn.choice(words.NUMBERS), "currency": drawn.choice(words.CURRENCIES)}
    return found


def event(drawn: Random, base: int, position: int) -> KnownEvent:
    """An event; some of them lie after the base."""
    time = words.past(drawn, base)
    return KnownEvent(
        position=position,
        instant=time,
        time=time,
        type=drawn.choice(("track", "track", "track", "page", "identify")),
        name=drawn.choice(words.EVENTS),
        source=drawn.choice(words.SOURCES),
        properties=_properties(drawn, base),
        derived=Derived(city=drawn.choice(("", "Moscow", "moscow")), utm_source=drawn.choice(("", "vk"))),
        marks=drawn.choice((*[0] * 12, 1, 2, 4, 5)),
    )


def _properties(drawn: Random, base: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: words.json_value(drawn, base)
        for name in ("colour", "total", "is_gift", "on")
        if drawn.random() < 0.7
    }
    if drawn.random() < 0.6:
        found["total"] = drawn.choice(words.NUMBERS)
    if drawn.random() < 0.7:
        found["currency"] = drawn.choice(("RUB", "rub", "JPY", 5))
    if drawn.random() < 0.4:
        found["cart"] = {"total": drawn.choice(words.NUMBERS), "colour": drawn.choice(words.TEXTS)}
    if drawn.random() < 0.4:
        found["products"] = [
            {"colour": drawn.choice(words.TEXTS), "price": drawn.choice(words.NUMBERS)}
            for _ in range(drawn.randrange(3))
        ]
    return found


def order(drawn: Random, base: int, number: str) -> KnownOrder:
    """An order with its lines; money in its currency."""
    ordered, currency = words.past(drawn, base), drawn.choice(words.CURRENCIES)
    amounts = {name: Money(drawn.choice((0, 100, 500, 1000)), currency) for name in ("net", "gross", "total")}
    stated = {
        "store": drawn.choice(words.TEXTS[:4]),
        "status": "готов",
        "other.gift": "yes",
        "promo_codes": ("red",),
    }
    kept = {name: value for name, value in stated.items() if drawn.random() < 0.7}
    return KnownOrder(
        number=number,
        stage=drawn.choice(words.STAGES),
        ordered_at=ordered,
        stage_at=ordered + drawn.choice((0, HOUR, DAY)),
        fields={"currency": currency, **amounts, **kept},
        lines=tuple(_line(drawn, str(place), currency) for place in range(drawn.randrange(3))),
    )


def _line(drawn: Random, place: str, currency: str) -> KnownLine:
    fields = {
        "product_id": drawn.choice(("p1", "p2", "p3")),
        "category": drawn.choice(words.TEXTS[:5]),
        "quantity": Decimal(drawn.choice(("1", "2", "0.5"))),
        "total": Money(drawn.choice((100, 500)), currency),
    }
    return KnownLine(place, {name: value for name, value in fields.items() if drawn.random() < 0.85})


def _items(drawn: Random, base: int) -> tuple[KnownItem, ...]:
    found = []
    for listed in words.LISTS:
        for product in ("p1", "p2"):
            if drawn.random() < 0.4:
                last = words.past(drawn, base)
                fields: dict[str, Value] = {
                    "quantity": Decimal(drawn.choice((1, 2))),
                    "price": Money(drawn.choice((100, 500)), "RUB"),
                }
                first = last - drawn.choice((0, HOUR))
                found.append(KnownItem(list=listed, product=product, first=first, last=last, fields=fields))
    return tuple(found)


def record(drawn: Random, base: int, number: str) -> KnownRecord:
    """A child with its birthday, or a contract with its end."""
    kind = drawn.choice(words.KINDS)
    fields: dict[str, Any] = {
        "on": words.day(drawn, base),
        "ends": Instant(words.past(drawn, base)),
        "sum": Money(drawn.choice((100, 500, 1000)), "RUB"),
        "size": Decimal(str(drawn.choice(words.NUMBERS))),
        "colour": drawn.choice(words.TEXTS),
        "is_open": drawn.random() < 0.5,
        "kinds": words.some(drawn, words.TEXTS),
    }
    return KnownRecord(kind, number, {name: value for name, value in fields.items() if drawn.random() < 0.8})


def statement(drawn: Random, base: int, position: int) -> KnownStatement:
    """A consent or a refusal."""
    time = words.past(drawn, base)
    return KnownStatement(
        state=drawn.choice(("given", "given", "withdrawn", "objected")),
        time=time,
        position=position,
        atom=drawn.choice((0, 1, 2)),
        contact=drawn.choice((("", ""), ("", ""), ("email", "a@b.ru"), ("phone", "+79031234567"))),
        channel=drawn.choice(words.CHANNELS),
        category=drawn.choice(("", "", "news")),
        explicit=drawn.random() < 0.8,
        proven=drawn.random() < 0.6,
        valid_until=drawn.choice((None, None, time + drawn.choice(words.SPANS).ms)),
    )


def _arrivals(drawn: Random, base: int) -> tuple[Arrival, ...]:
    found = []
    for side, keys in (("marketing", ("spring", "partner")), ("technical", ("1", "2"))):
        for key in keys:
            if drawn.random() < 0.5:
                moments = sorted(Moment(words.past(drawn, base), drawn.randrange(50)) for _ in range(2))
                found.append(Arrival(side, key, moments[0], moments[1]))  # type: ignore[arg-type]  # one of two words
    return tuple(found)


def _memberships(drawn: Random, base: int) -> tuple[Membership, ...]:
    found = []
    for name in words.SEGMENTS:
        entered, left = sorted(words.past(drawn, base) for _ in range(2))
        if drawn.random() < 0.6:
            found.append(Membership(name, entered, left if drawn.random() < 0.5 and left > entered else None))
    return tuple(found)
