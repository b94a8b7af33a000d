"""A draft is counted as the writer would decide it: each kind of leaf beside the live members of the same rule."""

from datetime import UTC, datetime
from typing import Any

import pytest

from konnektu.access.api import system_caller
from konnektu.core.errors import Unprocessable
from konnektu.segments import api as segments
from konnektu.segments import counting, views
from konnektu.segments.counting import Counter, counted
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.privacy.support import seal_all
from tests.segments.facts import saved, standing
from tests.segments.test_live import HOUR, bring_into_force

SOME: dict[str, Any] = {"is": "number", "op": "at_least", "values": [1]}
YESTERDAY = {"is": "rolling", "far": {"amount": 2}}
BY_CLOCK = {"is": "calendar", "unit": "day", "zone": "person"}
RULES: dict[str, Any] = {
    "city": {"is": "attribute", "name": "city", "test": {"is": "text", "op": "equals", "values": ["ТУЛА"]}},
    "viewed": {
        "is": "measured",
        "figure": {"is": "events", "what": {"names": ["Product Viewed"]}, "window": YESTERDAY},
        "test": SOME,
    },
    "today": {
        "is": "measured",
        "figure": {"is": "events", "what": {"names": ["Product Viewed"]}, "window": BY_CLOCK},
        "test": SOME,
    },
    "quiet": {
        "is": "not",
        "rule": {"is": "measured", "figure": {"is": "events", "window": YESTERDAY}, "test": SOME},
    },
    "bought": {
        "is": "measured",
        "figure": {"is": "orders", "measure": {"how": "sum", "field": ["net"], "type": "money", "currency": "RUB"}},
        "test": {"is": "money", "op": "at_least", "values": [1500], "currency": "RUB"},
    },
    "lines": {"is": "measured", "figure": {"is": "lines", "measure": {"how": "sum", "field": ["quantity"]}}, "test": {**SOME, "values": [2]}},
    "cart": {"is": "measured", "figure": {"is": "product_list", "list": "cart"}, "test": SOME},
    "known": {"is": "identified", "kinds": ["email"]},
    "told": {"is": "source", "side": "technical", "keys": ["1"]},
    "agreed": {"is": "consent", "state": "unknown", "channel": "email"},
    "inside": {"is": "member", "segment": "city"},
    "both": {"is": "all", "rules": [{"is": "member", "segment": "city"}, {"is": "not", "rule": {"is": "identified", "kinds": ["email"]}}]},
}  # fmt: skip


def shop(storage: Storage, record: WorkspaceRecord) -> None:
    """Four people and a visitor, two of them in other zones."""
    products = [{"product_id": "p1", "quantity": 2, "price": 10}]
    send(
        storage, record,
        identify("anna", 1, city="Тула", email="anna@shop.example", time_zone="Asia/Vladivostok"),
        identify("boris", 1, city="тула", time_zone="America/Los_Angeles"),
        identify("vera", 1, city="Орёл"),
        track("Order Completed", 1, user="anna", order_id="1", total=20, currency="RUB", products=products),
        track("Order Completed", 2, user="vera", order_id="2", total=10, currency="RUB"),
        track("Product Added", 3, user="boris", product_id="p1", quantity=1),
        track("Product Viewed", 4, user="boris", product_id="p1"),
        track("Product Viewed", 5, anonymous="a1", product_id="p1"),
        at=NOW - 30 * HOUR,
    )  # fmt: skip
    send(storage, record, track("Product Viewed", 6, user="anna", product_id="p2"), at=NOW - 20 * HOUR)
    joined = identify("boris", 7).replace(b'"userId"', b'"anonymousId":"a1","userId"')
    send(storage, record, joined, at=NOW - HOUR)


def test_each_kind_of_leaf_is_counted_as_the_writer_decides_it(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    shop(storage, workspace)
    told = [saved(n, key, rule) for n, (key, rule) in enumerate(RULES.items())]
    send(storage, workspace, *told, at=NOW, origin="system")
    bring_into_force(storage, workspace)
    seal_all(storage, workspace)
    counter = Counter(storage, system_caller(workspace), NOW)
    with storage.workspace(workspace).read() as db:
        sizes = segments.sizes(db)
    live = {key: sizes.get(one.id, 0) for key, one in standing(storage, workspace).items()}
    found = {key: counted(counter, views.Draft(definition={"entry": rule})) for key, rule in RULES.items()}
    assert {key: one.people for key, one in found.items()} == live
    assert sum(0 < one < 3 for one in live.values()) >= len(RULES) / 2
    assert (found["both"].base, found["both"].known) == (3, 1)
    assert [(one.place, one.people) for one in found["both"].parts] == [
        ("entry", 1), ("entry.rules[0]", 2), ("entry.rules[1]", 2), ("entry.rules[1].rule", 1),
    ]  # fmt: skip
    money = found["bought"].money[0]
    assert (money.currency, money.revenue, money.purchases, money.average) == ("RUB", 2000, 1, 2000)
    assert money.share == 2 / 3
    assert [one.name for one in found["told"].sample] == ["", "", ""]


def _agrees(number: int, user: str, channel: str, **more: Any) -> bytes:
    return track("Consent Given", number, user=user, channel=channel, form="footer", **more)


def test_who_is_reached_by_a_channel_has_a_contact_and_a_consent_that_stands(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    """A consent ends by time, one is withdrawn, one has no contact that it speaks of."""
    soon = datetime.fromtimestamp((NOW + HOUR) / 1000, UTC).isoformat()
    named = ("anna", "boris", "vera", "gleb")
    send(
        storage, workspace,
        *(identify(name, n, email=f"{name}@shop.example") for n, name in enumerate(named, 1)),
        identify("darya", 5, phone="+79261234567"), identify("egor", 6, telegram_id="egor1"),
        _agrees(11, "anna", "email", category="news"), _agrees(12, "boris", "email", valid_until=soon),
        _agrees(13, "vera", "email"), track("Consent Withdrawn", 14, user="vera", channel="email"),
        _agrees(15, "darya", "email"), _agrees(16, "darya", "sms"), _agrees(17, "egor", "telegram"),
        at=NOW - HOUR,
    )  # fmt: skip
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    draft = views.Draft(definition={"entry": {"is": "all", "rules": []}, "people": "all"})
    counters = [Counter(storage, system_caller(workspace), at) for at in (NOW, NOW + 2 * HOUR)]
    found = [{one.channel: one.people for one in counted(each, draft).reach or ()} for each in counters]
    assert found == [
        {"email": 2, "sms": 1, "push": 0, "messengers": 1},
        {"email": 1, "sms": 1, "push": 0, "messengers": 1},
    ]


def test_a_rule_that_is_too_long_for_a_query_is_refused_in_words(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_SQL", 100)
    counter = Counter(storage, system_caller(workspace), NOW)
    with pytest.raises(Unprocessable, match="too many parts"):
        counted(counter, views.Draft(definition={"entry": RULES["city"]}))
