"""Facts about marketing sources, events that arrive from them, and how tests look at what became of them."""

from typing import Any

import msgspec

from konnektu.acquisition import api as acquisition
from konnektu.acquisition.model import Condition, Source, Stated
from konnektu.core.records import Arrivals, Derived, Event
from konnektu.identity import api as identity
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW

NOTHING = Derived()


def rule(**asked: Any) -> list[dict[str, Any]]:
    """Conditions by field: a value, a list of values, or {operator: values}."""
    made = []
    for name, said in asked.items():
        operator, values = next(iter(said.items())) if isinstance(said, dict) else ("equals", said)
        made.append(
            {"field": name, "operator": operator, "values": [values] if isinstance(values, str) else values}
        )
    return made


def source(key: str, n: int, *rules: list[dict[str, Any]], **stated: Any) -> bytes:
    """The system's fact that states a source."""
    said = {"name": key.upper(), "kind": "site", "rules": rules, **stated}
    return fact(n, key=key, source=said)


def fact(n: int, **told: Any) -> bytes:
    """A fact about a source."""
    return msgspec.json.encode(
        {"type": acquisition.FACT, "messageId": f"ms-{n}", "properties": {"told": told}}
    )


def visit(
    n: int, *, user: str | None = None, anonymous: str | None = None, url: str = "https://shop.ru/", at: int = 0,
    referrer: str = "", marks: str = "", **properties: Any,
) -> bytes:  # fmt: skip
    """A page call of the wire at NOW - 100 s + `at` milliseconds."""
    page = {"url": url, "referrer": referrer}
    body: dict[str, Any] = {
        "type": "page",
        "messageId": f"v-{n}",
        "properties": properties,
        "context": {"page": page} | ({"test": True} if marks else {}),
        "timestamp": NOW - 100_000 + at,
    }
    return msgspec.json.encode(body | {k: v for k, v in (("userId", user), ("anonymousId", anonymous)) if v})


def made(key: str, number: int, *rules: tuple[Condition, ...], **stated: Any) -> Source:
    """A source as it stands."""
    said = {"name": key, "kind": "site", **stated}
    return Source(id=number, key=key, position=number, retired=False, stated=Stated(rules=rules, **said))


def event(
    derived: Derived = NOTHING, *, name: str = "page", url: str = "", source: int = 1, **properties: Any
) -> Event:
    """An event as decoded."""
    return Event(
        position=1, instant=NOW, source=source, origin="wire", type="track", name=name, message_id="m", time=NOW,
        raw_time=NOW, received_at=NOW, properties=properties, derived=derived, context={"page": {"url": url}},
    )  # fmt: skip


def arrivals_of(storage: Storage, record: WorkspaceRecord, user: str, kind: str = "user_id") -> Arrivals:
    with storage.workspace(record).read() as db:
        profile = identity.find(db, kind, user)
        assert profile is not None, user
        return acquisition.arrivals_of(db, [profile]).get(profile, Arrivals())
