"""Facts about orders, and how tests look at what became of them."""

from typing import Any

import msgspec

from konnektu.core.records import OrderFigures
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.orders import store
from konnektu.orders.model import OrderRow
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW

DAY = 86_400_000


def order(number: str, n: int, user: str = "", at: int = 0, **fields: Any) -> bytes:
    """An `order` fact, as of `at` milliseconds after NOW - a day."""
    body: dict[str, Any] = {
        "type": "order",
        "messageId": f"o-{n}",
        "properties": {"number": number, "updated_at": NOW - DAY + at, **fields},
    }
    if user:
        body["context"] = {"externalIds": [{"type": "user_id", "id": user}]}
    return msgspec.json.encode(body)


def mapping(n: int, **stages: str) -> bytes:
    """The system's fact that maps statuses."""
    body = {"type": "statuses", "messageId": f"s-{n}", "properties": {"mapping": {"stages": stages}}}
    return msgspec.json.encode(body)


def currency(n: int, code: str) -> bytes:
    """The system's fact that states the currency of orders that name none."""
    body = {"type": "order_currency", "messageId": f"c-{n}", "properties": {"currency": code}}
    return msgspec.json.encode(body)


def row(storage: Storage, record: WorkspaceRecord, number: str) -> OrderRow:
    with storage.workspace(record).read() as db:
        found = store.one(db, number)
    assert found is not None, number
    return found


def profile_of(storage: Storage, record: WorkspaceRecord, user: str) -> int:
    with storage.workspace(record).read() as db:
        found = identity.find(db, "user_id", user)
    assert found is not None, user
    return found


def figures_of(storage: Storage, record: WorkspaceRecord, user: str) -> list[OrderFigures]:
    profile = profile_of(storage, record, user)
    with storage.workspace(record).read() as db:
        return orders.figures_of(db, [profile]).get(profile, [])
