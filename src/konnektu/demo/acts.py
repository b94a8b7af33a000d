"""What people do in the story. In: a person, a time, a seeded generator. Out: events of the Segment format.

Each act is a list of `Told` in the order of their times. Times are ms UTC.
"""

from datetime import UTC, datetime
from random import Random
from typing import Any, Final, Literal

from msgspec import Struct

from konnektu.demo.cast import Person
from konnektu.demo.shop import (
    ARRIVALS,
    CURRENCY,
    LETTER,
    NETWORKS,
    PRODUCTS,
    ROBOTS,
    SELLER,
    SITE,
    Arrival,
    Product,
)
from konnektu.demo.spelling import as_in_a_form, phone_as_written

SourceKind = Literal["web", "app", "mail", "till"]

SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

APPLE: Final = ("ios", "iPhone15,3", "iOS", "18.1")
ANDROID: Final = ("android", "SM-A546E", "Android", "14")
"""Type, model, system and version of the phones that the app runs on."""


AGREES: Final = 0.82
"""Share of those who sign up and tick the box under the form."""


class Told(Struct, frozen=True):
    """One event as it is sent, and its truth."""

    source: SourceKind
    person: int
    """Number of the person it is true of; 0 for a robot."""
    sent_at: int
    """When it is sent: the order of the story. A phone without network sends hours after it happened."""
    event: dict[str, Any]
    """An event of the Segment format."""


class Scene(Struct):
    """Where an act takes place: who, on what, from when; its events are written down one after another."""

    rng: Random
    source: SourceKind
    person: int
    ids: dict[str, str]
    """userId and anonymousId of its events."""
    context: dict[str, Any]
    time: int
    delay: int = 0
    told: list[Told] = []

    def tell(self, type_: str, after: int, **fields: Any) -> None:
        """Write down the next event, about `after` ms later than the one before."""
        self.time += int(after * (0.5 + self.rng.random()))
        event = {
            "type": type_,
            "messageId": f"story-{self.rng.getrandbits(64):016x}",
            **self.ids,
            "timestamp": datetime.fromtimestamp(self.time / 1000, UTC).isoformat(timespec="milliseconds"),
            **fields,
            "context": {**self.context, **fields.get("context", {})},
        }
        self.told.append(Told(self.source, self.person, self.time + self.delay, event))


def web_visit(
    rng: Random, person: Person, time: int, user_id: str, *, campaign: str = "", buys: float = 0.4
) -> list[Told]:
    """A visit of the site: an arrival, pages, things looked at, put into the cart and sometimes bought."""
    cookie, agent = rng.choice(person.browsers)
    arrival = _letter_arrival(campaign) if campaign else _arrival(rng)
    ids = {"anonymousId": cookie} | ({"userId": user_id} if user_id else {})
    scene = Scene(
        rng,
        "web",
        person.number,
        ids,
        {"ip": _address(rng, person), "userAgent": agent, "locale": "ru-RU"},
        time,
    )
    _page(scene, "Главная", "/", arrival)
    seen = rng.sample(PRODUCTS, rng.choices((0, 1, 2, 3, 5), (18, 30, 26, 16, 10))[0])
    for product in seen:
        _page(scene, product.name, f"/p/{product.product_id}", None)
        scene.tell("track", 2 * SECOND, event="Product Viewed", properties=_properties(product))
    if user_id and seen and rng.random() < buys:
        _shop_on(scene, seen, finishes=rng.random() < 0.55)
    return scene.told


def _shop_on(scene: Scene, seen: list[Product], *, finishes: bool) -> None:
    """Put into the cart, begin the order, and finish it or not."""
    cart = [(product, scene.rng.choices((1, 2, 3), (75, 18, 7))[0]) for product in seen[:3]]
    for product, quantity in cart:
        scene.tell(
            "track",
            20 * SECOND,
            event="Product Added",
            properties={**_properties(product), "quantity": quantity},
        )
    _page(scene, "Оформление заказа", "/checkout", None)
    scene.tell("track", SECOND, event="Checkout Started", properties=_order(scene.rng, cart))
    if finishes:
        paid = _order(scene.rng, cart)
        scene.tell("track", 2 * MINUTE, event="Order Completed", properties={**paid, "channel": scene.source})
        if scene.rng.random() < 0.05:
            scene.tell("track", 50 * HOUR, event="Order Cancelled", properties=paid)


def sign_up(rng: Random, person: Person, time: int, user_id: str) -> list[Told]:
    """A registration: the form, as it was filled in, joins the cookie with the account."""
    cookie, agent = rng.choice(person.browsers)
    context = {"ip": _address(rng, person), "userAgent": agent, "locale": "ru-RU"}
    scene = Scene(rng, "web", person.number, {"anonymousId": cookie, "userId": user_id}, context, time)
    _page(scene, "Регистрация", "/signup", None)
    scene.tell("identify", 40 * SECOND, traits=_form(rng, person))
    scene.tell(
        "track", SECOND, event="Signed Up", properties={"method": rng.choice(("form", "vk", "yandex"))}
    )
    if rng.random() < AGREES:
        _say_consent(scene, person, "Consent Given", text_version="2026-01", form="signup")
    return scene.told


def _say_consent(scene: Scene, person: Person, event: str, **proof: str) -> None:
    """Allow or forbid letters with news to the person's address."""
    said = {
        "entity": SELLER,
        "channel": ["email"],
        "category": "marketing",
        "purpose": "advertising",
        **proof,
    }
    traits = {"traits": {"email": person.email}}
    scene.tell("track", SECOND, event=event, properties=said, context=traits)


def app_visit(rng: Random, person: Person, time: int, user_id: str) -> list[Told]:
    """The app: opened, looked at; without network it sends what happened hours later."""
    is_apple = int(person.app[-1], 16) % 3 == 0
    context = {
        "app": {"name": "Чайный двор", "version": "4.2.1", "namespace": "example.chaidvor"},
        "device": {
            "id": person.app,
            "type": "ios" if is_apple else "android",
            "model": "iPhone15,3" if is_apple else "SM-A546E",
        },
        "os": {"name": "iOS" if is_apple else "Android", "version": "18.1" if is_apple else "14"},
        "ip": _address(rng, person),
    }
    ids = {"anonymousId": person.app} | ({"userId": user_id} if user_id else {})
    delay = int(rng.uniform(1, 30) * HOUR) if rng.random() < 0.06 else 0
    scene = Scene(rng, "app", person.number, ids, context, time, delay)
    scene.tell("track", 0, event="Application Opened", properties={"from_background": rng.random() < 0.5})
    if user_id and rng.random() < 0.3:
        scene.tell("identify", 2 * SECOND, traits={"email": person.email, "firstName": person.first})
    seen = rng.sample(PRODUCTS, rng.randrange(1, 4))
    for product in seen:
        scene.tell("screen", 15 * SECOND, name="Товар", properties={"product_id": product.product_id})
        scene.tell("track", SECOND, event="Product Viewed", properties=_properties(product))
    if user_id and rng.random() < 0.14:
        _buy_in_app(scene, seen)
    return scene.told


def _buy_in_app(scene: Scene, seen: list[Product]) -> None:
    cart = [(product, 1) for product in seen[:2]]
    scene.tell(
        "track", MINUTE, event="Order Completed", properties={**_order(scene.rng, cart), "channel": "app"}
    )


def till_purchase(rng: Random, person: Person, time: int) -> list[Told]:
    """A receipt of a shop's till: known by card, by the phone told to the cashier, or not at all."""
    receipt = f"r-{rng.getrandbits(40):010x}"
    traits: dict[str, Any] = {}
    if person.card and rng.random() < 0.8:
        traits["loyalty_card"] = person.card
    if rng.random() < (0.5 if person.card else 0.25):
        traits["phone"] = phone_as_written(rng, person.phone)
        traits["firstName"] = as_in_a_form(rng, person.first, person.last)[0]
    scene = Scene(rng, "till", person.number, {"anonymousId": receipt}, {"traits": traits}, time)
    cart = [
        (product, rng.choices((1, 2), (85, 15))[0]) for product in rng.sample(PRODUCTS, rng.randrange(1, 4))
    ]
    bought = {
        **_order(rng, cart),
        "channel": "shop",
        "shop": f"{person.city}, {rng.randrange(1, 4)}",
        "receipt": receipt,
    }
    scene.tell("track", 0, event="Order Completed", properties=bought)
    return scene.told


def letter(rng: Random, person: Person, time: int, user_id: str, campaign: str) -> list[Told]:
    """A letter: delivered, perhaps opened and clicked, rarely unsubscribed from; a click leads to the site."""
    ids = {"userId": user_id} if user_id else {"anonymousId": f"subscriber-{person.number}"}
    context = {"traits": {"email": person.email}}
    scene = Scene(rng, "mail", person.number, ids, context, time)
    mailing = {"campaign": campaign, "category": "marketing"}
    scene.tell("track", MINUTE, event="Email Delivered", properties=mailing)
    if rng.random() > 0.32:
        return scene.told
    scene.tell("track", 3 * HOUR, event="Email Opened", properties=mailing)
    if rng.random() < 0.02:
        scene.tell("track", MINUTE, event="Unsubscribed", properties=mailing)
        _say_consent(scene, person, "Consent Withdrawn", message=campaign)
    elif rng.random() < 0.25:
        scene.tell("track", MINUTE, event="Email Link Clicked", properties={**mailing, "link": SITE})
        scene.told += web_visit(rng, person, scene.time + 5 * SECOND, user_id, campaign=campaign, buys=0.6)
    return scene.told


def robot_visit(rng: Random, time: int) -> list[Told]:
    """A search robot reads pages; its cookie is new each time."""
    context = {"ip": f"{rng.choice(NETWORKS)}.0.7", "userAgent": rng.choice(ROBOTS)}
    scene = Scene(rng, "web", 0, {"anonymousId": f"robot-{rng.getrandbits(48):012x}"}, context, time)
    for product in rng.sample(PRODUCTS, rng.randrange(1, 5)):
        _page(scene, product.name, f"/p/{product.product_id}", None)
    return scene.told


def _arrival(rng: Random) -> Arrival:
    return rng.choices(ARRIVALS, [arrival.weight for arrival in ARRIVALS])[0]


def _letter_arrival(campaign: str) -> Arrival:
    return LETTER._replace(query=LETTER.query.format(campaign=campaign))


def _address(rng: Random, person: Person) -> str:
    """Mostly the home's address, else one of a mobile network."""
    return (
        person.address
        if rng.random() < 0.7
        else f"{rng.choice(NETWORKS)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    )


def _page(scene: Scene, title: str, path: str, arrival: Arrival | None) -> None:
    """A page; the first of a visit carries how the visitor came."""
    query = f"?{arrival.query}" if arrival and arrival.query else ""
    referrer = arrival.referrer if arrival else f"{SITE}/"
    page = {
        "url": f"{SITE}{path}{query}",
        "path": path,
        "search": query,
        "title": title,
        "referrer": referrer,
    }
    scene.context = {**scene.context, "page": page}
    scene.tell("page", 25 * SECOND, name=title, properties={"url": page["url"], "path": path, "title": title})


def _properties(product: Product) -> dict[str, Any]:
    return {**product._asdict(), "currency": CURRENCY}


def _order(rng: Random, cart: list[tuple[Product, int]]) -> dict[str, Any]:
    """An order in the words of the e-commerce specification."""
    return {
        "order_id": f"o-{rng.getrandbits(40):010x}",
        "revenue": sum(product.price * quantity for product, quantity in cart),
        "currency": CURRENCY,
        "products": [{**product._asdict(), "quantity": quantity} for product, quantity in cart],
    }


def _form(rng: Random, person: Person) -> dict[str, Any]:
    """Attributes as the registration form got them; what it does not ask for, people leave out."""
    first, last = as_in_a_form(rng, person.first, person.last)
    optional = {
        "lastName": (0.85, last),
        "patronymic": (0.3, person.patronymic),
        "phone": (0.8, phone_as_written(rng, person.phone)),
        "birthday": (0.45, person.birth_date if rng.random() < 0.96 else "1980-01-01"),
        "gender": (0.4, "male" if person.sex == "m" else "female"),
        "city": (0.5, person.city),
    }
    stated = {name: value for name, (share, value) in optional.items() if rng.random() < share}
    return {
        "firstName": first,
        "email": person.email.upper() if rng.random() < 0.03 else person.email,
        **stated,
    }
