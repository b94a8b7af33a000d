"""A workspace of two halves, and callers who see one of them: what rights by rows are tried on.

Whatever belongs to the half beyond the limit bears OUTSIDE in its texts, or stands in `Shop.beyond`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from konnektu.access.api import RIGHTS, create_source, create_token, limit_token, system_caller
from konnektu.belt.deliver import seal_once
from konnektu.catalogue import api as catalogue
from konnektu.core.ids import public_id
from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.acquisition.facts import rule, visit
from tests.acquisition.facts import source as campaign
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.orders.facts import order, profile_of
from tests.product_lists.facts import shop as shopping
from tests.related.facts import LABELS, record
from tests.related.facts import kind as record_kind
from tests.web.house import House

INSIDE, OUTSIDE, ELSEWHERE = "inside", "outside", "elsewhere"
"""Of the half within, of the half beyond, and what somebody of the half within did in the other."""
PLACES = (INSIDE, OUTSIDE)
DIMENSIONS = ("region", "store", "brand", "source", "marketing_source")
EACH = 2
"""People of each half; each has one order."""
FIELDS = [{"name": "nickname", "en": "Nickname", "ru": "Прозвище"}]
Limit = dict[str, list[str]]


@dataclass(frozen=True)
class Shop:
    """The workspace, its sources of data by half, and tokens by limit."""

    house: House
    sources: Mapping[str, tuple[int, str]]
    """(number, public id)."""
    whole: str
    """A token that sees everything."""

    def path(self, rest: str) -> str:
        return self.house.path(rest)

    def limit(self, *dimensions: str) -> Limit:
        """The half within, by these dimensions."""
        values = {name: f"{INSIDE}-{name}" for name in DIMENSIONS}
        values["source"] = self.sources[INSIDE][1]
        values["marketing_source"] = f"{INSIDE}-campaign"
        return {name: [values[name]] for name in dimensions}

    def token(self, limit: Limit) -> str:
        """A token with every right within a limit."""
        control, by = self.house.storage.control, self.house.system
        made = create_token(control, by, name="limited", scopes=RIGHTS, now=NOW)
        limit_token(control, by, made.token.id, limit, now=NOW)
        return made.secret

    def public_id(self, user: str) -> str:
        profile = profile_of(self.house.storage, self.house.workspace, user)
        with self.house.storage.workspace(self.house.workspace).read() as db:
            found = profiles.profile(db, profile)
        assert found is not None
        return public_id(found.born, profile)

    def beyond(self, dimensions: Sequence[str]) -> set[str]:
        """Texts of the half beyond that no answer to a limit by these dimensions may hold."""
        people = [f"{OUTSIDE}-user-{n}" for n in range(EACH)]
        texts = {f"{OUTSIDE}{word}" for word in ("Anna", "Pet", "-form", "-page")} | set(people)
        texts |= {phone(OUTSIDE, n) for n in range(EACH)} | {number(OUTSIDE, n) for n in range(EACH)}
        texts |= {self.public_id(user) for user in people} | {f"{OUTSIDE}-record-{n}" for n in range(EACH)}
        if set(dimensions) == set(DIMENSIONS):
            texts |= {OUTSIDE, self.sources[OUTSIDE][1]}
        if set(dimensions) != {"marketing_source"}:
            # All orders of who came from a campaign are within it.
            texts.add(ELSEWHERE)
        return texts


def phone(place: str, n: int) -> str:
    return f"+7999{7 if place == OUTSIDE else 1}00000{n}"


def number(place: str, n: int) -> str:
    return f"{place}-order-{n}"


def build(house: House, workspace: WorkspaceRecord) -> Shop:
    """Let everything of both halves happen, half of it sealed into the event store."""
    storage, by = house.storage, system_caller(workspace)
    made = {
        place: create_source(storage.control, by, kind="server", name=f"{place}-source", now=NOW + 77)
        for place in PLACES
    }
    sources = {place: (one.id, public_id(one.created_at, one.id)) for place, one in made.items()}
    send(storage, workspace, record_kind(1, fields=FIELDS), origin="system")
    for n, place in enumerate(PLACES):
        stated = campaign(f"{place}-campaign", n, rule(utm_source=f"{place}-utm"), name=f"{place}-ads")
        send(storage, workspace, stated, origin="system")
    for n in range(EACH):
        for place in PLACES:
            _person(storage, workspace, sources[place][0], place, n)
    _elsewhere(storage, workspace, sources[OUTSIDE][0])
    run_writer(storage, workspace)
    while seal_once(storage, workspace, 1000):
        pass
    _decisions(storage, workspace)
    run_writer(storage, workspace)
    _catalogue(storage, workspace)
    whole = create_token(storage.control, by, name="whole", scopes=RIGHTS, now=NOW)
    return Shop(house, sources, whole.secret)


def said(storage: Storage, workspace: WorkspaceRecord, source: int, *bodies: bytes, origin: Any) -> None:
    """Append events of a source."""
    log.append(storage.inbox, workspace.id, [Parcel(source, origin, NOW, list(bodies))])


def _person(storage: Storage, workspace: WorkspaceRecord, source: int, place: str, n: int) -> None:
    user, k = f"{place}-user-{n}", 100 * (1 + PLACES.index(place)) + n * 10
    named = identify(user, k, firstName=f"{place}Anna", phone=phone(place, n), region=f"{place}-region")
    came = visit(k, user=user, url=f"https://shop.ru/{place}-page?utm_source={place}-utm")
    consent = track("Consent Given", k, user=user, channel="sms", form=f"{place}-form")
    cart = shopping("Product Added", k, user, product_id=f"{place}-product", quantity=1)
    said(storage, workspace, source, named, came, consent, cart, origin="wire")
    bought = order(
        number(place, n), k, user, total=10, status="paid", lines=[{"sku": f"{place}-product"}], **_of(place)
    )
    pet = record(f"{place}-record-{n}", k, user, nickname=f"{place}Pet")
    said(storage, workspace, source, bought, pet, origin="api")


def _elsewhere(storage: Storage, workspace: WorkspaceRecord, source: int) -> None:
    """The first of the half within buys in the other half, too."""
    user = f"{INSIDE}-user-0"
    bought = order(f"{ELSEWHERE}-order", 900, user, total=700, status=f"{ELSEWHERE}-status", **_of(OUTSIDE))
    said(storage, workspace, source, bought, origin="api")
    rated = track("Order Rated", 901, user=user, order_id=f"{ELSEWHERE}-order", text=f"{ELSEWHERE}-text")
    looked = track("Store Viewed", 902, user=user, shop=f"{OUTSIDE}-store")
    said(storage, workspace, source, rated, looked, origin="wire")


def _of(place: str) -> dict[str, Any]:
    return {name: f"{place}-{name}" for name in ("region", "store", "brand")}


def _decisions(storage: Storage, workspace: WorkspaceRecord) -> None:
    """One of each half is never the other, and two beyond are one."""
    _decided(storage, workspace, "never", f"{INSIDE}-user-0", f"{OUTSIDE}-user-0")
    extra = f"{OUTSIDE}-user-9"
    send(storage, workspace, identify(extra, 990, firstName=f"{OUTSIDE}Anna"))
    _decided(storage, workspace, "merge", f"{OUTSIDE}-user-1", extra)


def _decided(storage: Storage, workspace: WorkspaceRecord, what: str, *users: str) -> None:
    people = [{"kind": "user_id", "value": user} for user in users]
    body = {"type": what, "messageId": f"{what}-{users[0]}", "properties": {"people": people}}
    send(storage, workspace, msgspec.json.encode(body), origin="api")


def _catalogue(storage: Storage, workspace: WorkspaceRecord) -> None:
    db = storage.workspace(workspace)
    catalogue.put(db, "categories", [{"id": "all", "name": "All"}], by="test", now=lambda: NOW)
    for place in PLACES:
        product = {
            "id": f"{place}-product",
            "name": f"{place} tea",
            "brand": f"{place}-brand",
            "category": "all",
        }
        store = {"code": f"{place}-store", "name": f"{place} shop", "region": f"{place}-region"}
        stock: list[dict[str, Any]] = [
            {"product": f"{place}-product", "store": f"{place}-store", "quantity": 1},
            {"product": f"{place}-product", "region": f"{place}-region", "quantity": 2},
        ]
        for subject, rows in (("products", [product]), ("stores", [store]), ("stock", stock)):
            catalogue.put(db, subject, rows, by="test", now=lambda: NOW)  # type: ignore[arg-type]


__all__ = [
    "DIMENSIONS",
    "EACH",
    "ELSEWHERE",
    "INSIDE",
    "LABELS",
    "OUTSIDE",
    "PLACES",
    "Limit",
    "Shop",
    "build",
]
