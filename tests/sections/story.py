"""A workspace in which every section has rows of real data, and how tests read sections."""

from typing import Any

import msgspec

from konnektu.access.api import (
    Passwords,
    create_source,
    create_token,
    create_user,
    invite,
    record_alone,
    system_caller,
)
from konnektu.belt.deliver import seal_once
from konnektu.catalogue import api as catalogue
from konnektu.catalogue.feeds import Shape
from konnektu.catalogue.model import Mapping as Columns
from konnektu.dictionary import planning
from konnektu.dictionary.model import Subject
from konnektu.dictionary.plan import Expected, ExpectedProperty
from konnektu.imports.model import Import, Mapping, RowCounts
from konnektu.imports.store import add_import
from konnektu.jobs import api as jobs
from konnektu.reading.api import Layout
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import export_store as exports
from konnektu.transfers import store as transfers
from konnektu.transfers.model import ScheduledExport, ScheduledImport, ToMail, ToPlace
from konnektu.transfers.place_model import HttpsPlace, SftpPlace
from tests.acquisition import facts as sources
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.orders.facts import order
from tests.product_lists import facts as lists
from tests.related import facts as records
from tests.segments import facts as segment_facts

PHONE, EMAIL, NAME = "+79031234567", "anna@mail.example", "Анна"
PERSONAL = (PHONE, "9031234567", EMAIL, NAME, "Петрова", "Верейская")
"""What only holders of the right to personal data may read."""
CONSENT: dict[str, Any] = {
    "channel": "email",
    "contact": {"kind": "email", "value": EMAIL},
    "purpose": "marketing",
}
STRICT = Expected(properties=[ExpectedProperty(path="price", type="number", is_required=True)])
LINES = [{"sku": "s1", "price": 10, "quantity": 3, "colour": "red"}, {"sku": "s2", "price": "0.5"}]


def tell(storage: Storage, workspace: WorkspaceRecord) -> None:
    """Let something of people, orders, products and the company happen, the same each time."""
    _people(storage, workspace)
    _orders(storage, workspace)
    _runs(storage, workspace)
    run_writer(storage, workspace)
    _catalogue(storage, workspace)
    _file(storage, workspace)
    _company(storage, workspace)


def tell_everything(storage: Storage, workspace: WorkspaceRecord) -> None:
    """The same, with what stands beside people and orders, all of it in the event store, which runs."""
    tell(storage, workspace)
    _beside(storage, workspace)
    run_writer(storage, workspace)
    while seal_once(storage, workspace, 1_000):
        pass
    _transfers(storage, workspace)
    for n, login in enumerate(("ivan", "pavel")):
        by = system_caller(workspace)
        invite(storage.control, by, name=f"Invited {n}", login=login, role="analyst", now=NOW + n)


def _people(storage: Storage, workspace: WorkspaceRecord) -> None:
    traits = {"firstName": NAME, "lastName": "Петрова", "email": EMAIL, "phone": PHONE, "size": 42}
    named = identify("anna", 1, **traits, address={"city": "Самара", "street": "Верейская"})
    send(storage, workspace, named)
    send(storage, workspace, identify("boris", 2, firstName="Борис", phone=PHONE))
    send(
        storage, workspace, track("Viewed", 3, anonymous="cookie-1"), track("Viewed", 4, anonymous="cookie-2")
    )
    both = {"type": "identify", "userId": "vera", "anonymousId": "cookie-2", "messageId": "both"}
    send(storage, workspace, msgspec.json.encode(both))
    send(storage, workspace, identify("galina", 5, email="g@mail.example"))
    send(storage, workspace, _merge("galina", "vera"), origin="api")
    send(storage, workspace, track("Consent Given", 6, user="anna", **CONSENT))
    send(
        storage,
        workspace,
        track("Consent Withdrawn", 7, user="anna", channel="sms", contact={"kind": "phone", "value": PHONE}),
    )
    send(storage, workspace, track("Consent Given", 8, user="boris", channel="email", text_version="v2"))
    send(storage, workspace, _tagged("anna", "vip", "новая"), origin="api")
    send(
        storage,
        workspace,
        b'{"type":"track","userId":"anna","event":"x","timestamp":' + b'"1066-10-14"}',
        b'{"type":"trick","email":"' + EMAIL.encode() + b'"}',
    )


def _merge(*users: str) -> bytes:
    people = [{"kind": "user_id", "value": user} for user in users]
    return msgspec.json.encode({"type": "merge", "messageId": "merge", "properties": {"people": people}})


def _tagged(user: str, *tags: str) -> bytes:
    body = {"type": "tag", "userId": user, "messageId": "tags", "properties": {"add": list(tags)}}
    return msgspec.json.encode(body)


def _orders(storage: Storage, workspace: WorkspaceRecord) -> None:
    for n in range(7):
        user = ("anna", "boris", "")[n % 3]
        fact = order(f"N-{n}", 100 + n, user, n // 2 * 1_000, total=n, status="paid", store=f"shop-{n % 2}")
        send(storage, workspace, fact, origin="api")
    own = {"gift": True, "call": PHONE}
    fact = order(
        "N-3", 120, at=9_000, total=30.5, lines=LINES, status="Выдан", other=own, promo_codes=["A", "B"]
    )
    send(storage, workspace, fact, origin="api")


def _beside(storage: Storage, workspace: WorkspaceRecord) -> None:
    """Marketing sources, segments, what is expected of events, lists of products, related records."""
    system = [
        sources.source("yandex", 1, kind="partner", party="second"),
        sources.source("avito", 2, active=False),
        records.kind(1),
        *(
            planning.fact(Subject("track", name), expected, by="olga", now=NOW)
            for name, expected in (("Viewed", Expected(is_closed=True)), ("Sold", STRICT))
        ),
        segment_facts.saved(61, "samara", note="first"),
        segment_facts.saved(62, "spring", name="Весна"),
        segment_facts.computed(63, "visits", {"is": "figure", "figure": {"is": "events"}}),
        segment_facts.computed(64, "habit", {"is": "most", "of": ["name"], "figure": {"is": "events"}}),
    ]
    send(storage, workspace, *system, origin="system")
    children = [records.record(f"c{n}", n, "anna", name=f"{NAME} {n}", height=90 + n) for n in range(3)]
    send(storage, workspace, *children, records.record("c9", 9, "boris", name="Пётр"), origin="api")
    for n, user in enumerate(("anna", "boris")):
        send(
            storage,
            workspace,
            lists.shop("Product Viewed", 10 + n, user, product_id="p1", price=10, currency="RUB"),
            lists.shop("Product Added", 20 + n, user, product_id="p2", quantity=2),
            lists.shop("Product Added to List", 30 + n, user, list_id="Дача", product_id="p3"),
            track("Sold", 40 + n, user=user),
            track("Viewed", 50 + n, user=user, colour="red"),
        )


def _runs(storage: Storage, workspace: WorkspaceRecord) -> None:
    for n in range(3):
        cuts = [{"subject": "event", "name": "Viewed", "before": NOW - n}]
        fact = {"type": "retention", "messageId": f"retention-{n}", "properties": {"cuts": cuts}}
        send(storage, workspace, msgspec.json.encode(fact), at=NOW + n, origin="system")


def _catalogue(storage: Storage, workspace: WorkspaceRecord) -> None:
    db = storage.workspace(workspace)
    products: list[dict[str, Any]] = [
        {"id": f"p{n}", "name": f"Чайник {9 - n}", "brand": "First", "category": "10", "price": 149050,
         "currency": "RUB", "barcodes": ["460", "461"]}
        for n in range(5)
    ]  # fmt: skip
    catalogue.put(db, "products", products, by="test", now=_now)
    stores = [
        {"code": f"m{n}", "name": "Лавка", "region": "Самара", "latitude": 53.2, "longitude": 50.1}
        for n in range(3)
    ]
    catalogue.put(db, "stores", stores, by="test", now=_now)
    catalogue.remove(db, "products", "p4", by="test", now=_now)


def _transfers(storage: Storage, workspace: WorkspaceRecord) -> None:
    """Feeds, places, imports and exports by schedule."""
    db = storage.workspace(workspace)
    with db.transaction() as conn:
        for n in range(2):
            shape = Shape(
                name=f"feed {n}", address=f"https://shop.example/{n}.yml", kind="yml", scope="full", mapping=Columns(),
                schedule="", is_active=n == 0, late_hours=0,
            )  # fmt: skip
            catalogue.add_feed(storage, conn, shape, now=NOW + n, by="olga")
            where: Any = (
                SftpPlace(host="files.example", user="u"),
                HttpsPlace(url="https://a.example/in/?key=1"),
            )[n]
            place = transfers.add_place(conn, f"place {n}", where, b"sealed", now=NOW + n, by="olga")
            assert place is not None
            plan = ScheduledImport(
                id=0, name=f"night {n}", place=place, pattern="in/*.csv", mapping=1, source=1, cron="0 4 * * *",
                created_at=NOW + n, created_by="olga",
            )  # fmt: skip
            transfers.add_scheduled(conn, plan)
            target: Any = (ToPlace(place, "out/{YYYY}.csv"), ToMail("olga", EMAIL))[n]
            leaving = ScheduledExport(
                id=0, name=f"morning {n}", list="orders", form="csv", language="ru", target=target, reason="",
                cron="0 5 * * *", is_on=True, owner="olga", created_at=NOW + n,
            )  # fmt: skip
            exports.add_export(conn, leaving)


def _now() -> int:
    return NOW


def _file(storage: Storage, workspace: WorkspaceRecord) -> None:
    for n in range(3):
        file = Import(
            id=0, name=f"База {n}", file_name="base.csv", sha256=f"{n}", size=10, source=7, kind="history",
            state="uploaded", layout=Layout("csv"), mapping=Mapping("people"), as_of=NOW, chunk=0, cursor=0,
            counts=RowCounts(), error_bytes=0, reason="", created_at=NOW + n, created_by="olga",
        )  # fmt: skip
        with storage.workspace(workspace).transaction() as db:
            add_import(db, file)


def _company(storage: Storage, workspace: WorkspaceRecord) -> None:
    by, control = system_caller(workspace), storage.control
    for n, name in enumerate(("site", "till", "app")):
        kind: Any = ("web", "pos", "mobile")[n]
        create_source(control, by, kind=kind, name=name, is_test=False, settings={}, now=NOW + n)
    passwords = Passwords(time_cost=1, memory_kib=64)
    for n, login in enumerate(("olga", "oleg")):
        create_user(
            control, passwords, by, login=login, password="correct horse battery", role="analyst", now=NOW + n
        )
    for name in ("CRM", "1C"):
        create_token(control, by, name=name, scopes=frozenset({"events.read"}), now=NOW)
    for n in range(3):
        record_alone(control, by, "source.changed", f"part {n}", {"part": n}, now=NOW + n)
        jobs.defer(storage, workspace, "catalogue.feed", f"{n}", {"feed": n}, now=NOW + n, by="olga")
        words = jobs.Words(f"Feed {n} is late", f"Фид {n} опаздывает")
        jobs.raise_problem(control, workspace, f"feed:{n}", "problem", what=words, to_do=words, now=NOW + n)
