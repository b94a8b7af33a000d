"""The writer's load, with its skew written down.

Of all people 1 % cause 30 % of the events; of the people touched 20 % are identified; 1 % of the events
join two profiles; 1 % arrive two hours to two days late. Event names and properties are a shop's.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import msgspec

from konnektu.core.records import Parcel

SOURCE = 1
"""Id of the site that sends it: the first source of a fresh installation (`world`)."""
HOT_PEOPLE = 0.01
HOT_SHARE = 0.30
IDENTIFIED = 0.20
MERGES = 0.01
LATE = 0.01
HOUR = 3_600_000
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
NAMES = ("Page Viewed", "Product Viewed", "Product Added", "Cart Viewed", "Order Completed")
WEIGHTS = (50, 30, 12, 5, 3)

_encode = msgspec.json.Encoder().encode


def parcels(
    seed: int, events: int, people: int, now: int, *, a_parcel: int = 50, one_person: float = 0.0
) -> Iterator[Parcel]:
    """`events` events of `people` people in parcels, sent by web clients at `now`.

    `one_person` is a share of the events that a single profile receives besides.
    """
    rng = Random(seed)  # noqa: S311 - a load, not a secret
    number = 0
    while number < events:
        size = min(a_parcel, events - number)
        bodies = [_event(rng, number + i, people, now, one_person) for i in range(size)]
        number += size
        agent = AGENT.format(rng.randrange(100, 157))
        yield Parcel(
            SOURCE,
            "wire",
            now,
            bodies,
            now,
            ip=f"77.88.{rng.randrange(256)}.{rng.randrange(256)}",
            user_agent=agent,
        )


def _event(rng: Random, number: int, people: int, now: int, one_person: float) -> bytes:
    person = 0 if rng.random() < one_person else _person(rng, people)
    late = rng.randrange(2 * HOUR, 48 * HOUR) if rng.random() < LATE else rng.randrange(5_000)
    event = {
        "type": "track",
        "messageId": f"b{number:012d}-{rng.getrandbits(64):016x}",
        "timestamp": _iso(now - late),
        "anonymousId": f"a-{person}",
        **_identity(rng, person, people),
        **_content(rng),
        "context": {
            "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
            "page": {
                "path": "/catalogue",
                "url": "https://shop.example/catalogue",
                "title": "Каталог",
                "referrer": "",
            },
            "locale": "ru-RU",
            "timezone": "Europe/Moscow",
        },
    }
    return _encode(event)


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds")


def _person(rng: Random, people: int) -> int:
    hot = max(1, int(people * HOT_PEOPLE))
    return rng.randrange(hot) if rng.random() < HOT_SHARE else rng.randrange(hot, people)


def _identity(rng: Random, person: int, people: int) -> dict[str, str]:
    """A user id for every fifth person; now and then the user of another cookie, which joins two profiles."""
    if rng.random() < MERGES:
        return {"userId": f"u-{person if person < people * IDENTIFIED else people + person}"}
    return {"userId": f"u-{person}"} if person % 5 == 0 else {}


def _content(rng: Random) -> dict[str, object]:
    name = rng.choices(NAMES, WEIGHTS)[0]
    properties: dict[str, object] = {
        "sku": f"sku-{rng.randrange(20_000)}",
        "category": f"c{rng.randrange(40)}",
    }
    if name == "Order Completed":
        properties |= {
            "revenue": rng.randrange(500, 20_000),
            "currency": "RUB",
            "orderId": f"o-{rng.getrandbits(48)}",
        }
    return {"event": name, "properties": properties}
