"""Events about product lists, and how tests look at what became of them."""

from typing import Any

import msgspec

from konnektu.product_lists import api as product_lists
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW
from tests.orders.facts import profile_of

DAY = 86_400_000


def shop(name: str, n: int, user: str = "u1", *, at: int | None = None, **properties: Any) -> bytes:
    """A track call of a shop, at so many milliseconds after NOW - a day; of a cookie where `user` begins with @."""
    who = {"anonymousId": user[1:]} if user.startswith("@") else {"userId": user}
    time = NOW - DAY + (n * 1_000 if at is None else at)
    body = {"type": "track", "event": name, "messageId": f"p-{n}", "properties": properties, **who}
    return msgspec.json.encode({**body, "timestamp": time, "sentAt": NOW})


def stated(n: int, name: str, user: str = "u1", **said: Any) -> bytes:
    """A `product_list` fact, at n seconds after NOW - a day."""
    return msgspec.json.encode(
        {
            "type": "product_list",
            "messageId": f"f-{n}",
            "timestamp": NOW - DAY + n * 1_000,
            "properties": {"list": name, **said},
            "context": {"externalIds": [{"type": "user_id", "id": user}]},
        }
    )


def items_of(storage: Storage, record: WorkspaceRecord, user: str) -> dict[str, list[product_lists.Item]]:
    """What stands on a person's lists."""
    profile = profile_of(storage, record, user)
    with storage.workspace(record).read() as db:
        return {name: items for _, name, items in product_lists.lists(db, [profile])}


def lists_of(storage: Storage, record: WorkspaceRecord, user: str) -> dict[str, dict[str, str]]:
    """Quantity by product, by list."""
    return {
        name: {one.product: one.quantity for one in items}
        for name, items in items_of(storage, record, user).items()
    }
