"""Lists of events and orders asked for by conditions on their rows: the same as the reference says, page by page."""

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec
import pytest

from konnektu.bench.drawing import conditions, figures, people
from konnektu.collect import api as collect
from konnektu.core.asking import naming, wanted
from konnektu.core.errors import Forbidden, Retry, Unprocessable
from konnektu.core.ids import public_id
from konnektu.core.section import sections
from konnektu.log import api as log
from konnektu.orders import lists as order_lists
from konnektu.profiles import api as profiles
from konnektu.rules.conditions import Where
from konnektu.rules.known import Known
from konnektu.rules.memory import Asked, event_thing, meets
from konnektu.segments.live import known
from konnektu.storage.api import Asker, Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send
from tests.orders.facts import order
from tests.privacy.support import seal_all

RIGHTS = frozenset({"segments.read"})


def keys(asker: Asker, of: str, where: Any, limit: int = 100, order: str = "", **filters: Any) -> list[str]:
    """Every row, page by page."""
    section = sections()[of]
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        asked = wanted(section, {"where": where, **filters}, order, after, limit, asker)
        page = section.rows(asker, asked)
        assert len(page.rows) <= limit
        found += [row.key for row in page.rows]
        after = page.next
    return found


@pytest.fixture
def asker(storage: Storage, workspace: WorkspaceRecord) -> Asker:
    return Asker(storage, workspace, NOW, is_open=True, rights=RIGHTS)


def drawn_events(seed: int) -> Iterator[bytes]:
    drawn = Random(seed)
    for n in range(60):
        one = people.event(drawn, NOW - 86_400_000, n)
        yield msgspec.json.encode(
            {
                "type": "track", "event": one.name, "messageId": f"d-{n}", "userId": f"u{n % 7}", "timestamp": one.time,
                "properties": one.properties,
            }
        )  # fmt: skip


@pytest.mark.usefixtures("event_store_server")
def test_events_that_meet_conditions_are_those_the_reference_names(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(asker.storage, asker.workspace, *drawn_events(7))
    run_writer(asker.storage, asker.workspace)
    seal_all(asker.storage, asker.workspace)
    everything = log.listed(
        asker.storage.history(asker.workspace), {}, (0, 2**53), 1_000, is_latest_first=True
    )
    told = [profiles.told_of(one, collect.Options()).event for one in everything]
    things = [(public_id(one.instant, one.position), event_thing(known.event(one)).fields) for one in told]  # type: ignore[arg-type]  # all of them are of the wire
    asked, drawn, sizes = Asked(Known(), NOW), Random(1), set()
    for n in range(80):
        # A part of them looks through a few positions at a time.
        monkeypatch.setattr("konnektu.log.seeking.LOOKED_MOST", (500_000, 20)[n % 2])
        monkeypatch.setattr("konnektu.log.history.WINDOW", (100_000, 10)[n % 2])
        where: Where = conditions.where(drawn, NOW, figures.EVENT, still=True)
        expected = [key for key, fields in things if meets(where, fields, asked)]
        said = msgspec.json.decode(msgspec.json.encode(where))
        found = keys(
            asker, "events", said, limit=(1_000, 7)[n % 2], order=("-position", "position")[n % 3 == 0]
        )
        assert found == (expected[::-1] if n % 3 == 0 else expected), said
        sizes.add(len(expected))
    assert len(sizes) > 10
    assert keys(asker, "events", field("name", "text", "equals", "cart"), name="view") == []


LINES = [{"id": "1", "product_id": "p1", "category": "обувь", "quantity": 2, "price": 700},
         {"id": "2", "product_id": "p2", "category": "сумки", "quantity": 1, "price": 90}]  # fmt: skip


def tell_orders(asker: Asker) -> None:
    said: list[dict[str, Any]] = [
        {"total": 100, "store": "Центральный", "status": "paid", "promo_codes": ["SPRING", "VIP"]},
        {"total": 2_500, "store": "северный", "status": "cancelled", "delivery_method": "курьер"},
        {"lines": LINES, "status": "received", "other": {"gift": "да"}},
        {"total": 40, "currency": "USD", "status": "paid"},
    ]
    facts = [order(f"N-{n}", n, f"u{n}", n * 1_000, **one) for n, one in enumerate(said)]
    send(asker.storage, asker.workspace, *facts, origin="api")
    run_writer(asker.storage, asker.workspace)


def field(path: str, is_: str, op: str, *values: Any, **more: Any) -> dict[str, Any]:
    """A condition on a field whose path has no points in its names."""
    return {
        "is": "field",
        "path": path.split("/"),
        "test": {"is": is_, "op": op, "values": list(values), **more},
    }


def line(*wheres: dict[str, Any]) -> dict[str, Any]:
    """That an order has a line that meets all of these."""
    where = {"is": "all_of", "conditions": list(wheres)}
    return {"is": "field", "path": ["lines"], "test": {"is": "item_has", "where": where}}


SHOPS = field("store", "text", "begins", "центр", "СЕВ")
SHOES = field("category", "text", "equals", "обувь")
ABOVE = field("net", "money", "above", 10_000, currency="RUB")
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an amount of one currency alone": (field("net", "money", "at_least", 4_000, currency="RUB"), ["N-2", "N-0"]),
    "whatever its case": (SHOPS, ["N-1", "N-0"]),
    "what is missing differs from nothing": (field("store", "text", "differs", "Центральный"), ["N-1"]),
    "and is not of what is not": (
        {"is": "not_of", "condition": field("store", "text", "equals", "Центральный")}, ["N-3", "N-2", "N-1"]),
    "a field without a column": (field("delivery_method", "text", "equals", "Курьер"), ["N-1"]),
    "one of a list": (
        {"is": "field", "path": ["promo_codes"], "test": {"is": "list_has", "values": ["vip"]}}, ["N-0"]),
    "a field of the project's own": (field("other.gift", "text", "equals", "да"), ["N-2"]),
    "a line": (line(SHOES), ["N-2"]),
    "one line meets everything": (line(SHOES, field("quantity", "number", "at_least", 2)), ["N-2"]),
    "and not two of them together": (line(SHOES, field("quantity", "number", "below", 2)), []),
    "money of a line": (line(field("price", "money", "equals", 9_000, currency="RUB")), ["N-2"]),
    "all": ({"is": "all_of", "conditions": [ABOVE, line(SHOES)]}, ["N-2"]),
    "at least one": ({"is": "any_of", "conditions": [line(SHOES), field("stage", "text", "equals", "paid")]},
                     ["N-3", "N-2", "N-0"]),
    "a window that moves": (
        {"is": "field", "path": ["ordered_at"],
         "test": {"is": "time_in", "window": {"is": "rolling", "far": {"amount": 1}}}}, ["N-3", "N-2", "N-1"]),
}  # fmt: skip


def counted(asker: Asker, where: Any) -> int:
    section = sections()["orders"]
    assert section.count is not None
    return section.count(asker, wanted(section, {"where": where}, "", "", 100, asker))


def test_orders_that_meet_conditions_on_them_and_their_lines(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_orders(asker)
    for name, (where, expected) in CASES.items():
        assert keys(asker, "orders", where) == expected, name
        assert keys(asker, "orders", where, order="ordered_at", limit=1) == expected[::-1], name
        assert counted(asker, where) == len(expected), name
    for at_once, looked in ((1, 1), (1, 2), (2, 4)):
        monkeypatch.setattr(order_lists, "_AT_ONCE", at_once)
        monkeypatch.setattr(order_lists, "_LOOKED", looked)
        for name, (where, expected) in CASES.items():
            assert keys(asker, "orders", where, limit=2) == expected, (name, at_once)
            assert keys(asker, "orders", where, stage={"any": ["paid", "received"]}) == [
                key for key in expected if key != "N-1"
            ], (name, at_once)
    monkeypatch.setattr(order_lists, "_COUNTED", 2)
    with pytest.raises(Retry, match="Narrow the period"):
        counted(asker, SHOPS)


REFUSED = [
    ("orders", field("nett", "money", "above", 1, currency="RUB"), "path: there is no nett"),
    ("orders", field("net", "text", "equals", "1"), "path: net is of type money"),
    ("orders", line(field("colour", "text", "equals", "red")), r"test\.where\.conditions\[0\]\.path: there is no colour"),
    ("orders", {"is": "all_of", "conditions": []}, "conditions: "),
    ("orders", {"is": "tag", "names": ["vip"]}, "Invalid value 'tag'|invalid value 'tag'"),
    ("orders", "0" * 32, "Conditions on rows"),
    ("orders", field("store", "text", "equals", *(f"{n}" * 900 for n in range(8))), "at most 6000 characters"),
    ("events", {"is": "field", "path": ["time"], "test": {"is": "time_in", "window": {"is": "rolling"}}}, "cannot change"),
    ("events", field("derived/planet", "text", "equals", "Mars"), "there is no derived.planet"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "where", "says"), REFUSED)
def test_conditions_that_cannot_be_are_refused_by_their_place(
    asker: Asker, name: str, where: Any, says: str
) -> None:
    with pytest.raises(Unprocessable, match=says):
        keys(asker, name, where)


def test_who_may_not_see_personal_data_cannot_guess_it_by_conditions(asker: Asker) -> None:
    covered = msgspec.structs.replace(asker, is_open=False)
    guesses = [
        ("events", field("properties/comment", "text", "begins", "7")),
        ("events", field("properties/email", "text", "equals", "a")),
        ("events", field("properties/call", "number", "above", 79_160_000_000)),
        ("orders", field("other.call", "text", "contains", "9")),
        ("orders", field("coupon", "text", "equals", "anna@shop.example")),
    ]
    for name, where in guesses:
        assert naming(sections()[name], {"where": where}) == ["where"]
        with pytest.raises(Forbidden, match=r"profiles\.personal"):
            keys(covered, name, where)
    assert keys(covered, "orders", field("store", "text", "begins", "ц")) == []
    with pytest.raises(Forbidden, match=r"segments\.read"):
        keys(msgspec.structs.replace(asker, rights=frozenset()), "orders", line(SHOES))
