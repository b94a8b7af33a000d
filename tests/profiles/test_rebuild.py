"""A rebuild from the log comes to the same rows, bytes included, however the profiles came to be."""

from pathlib import Path
from threading import Event
from typing import Any

import msgspec
import pytest

from konnektu.access.api import Author, system_caller
from konnektu.belt.deliver import Deliver
from konnektu.belt.rebuild import STATE_TABLES, Compared, rebuild
from konnektu.core.config import Config
from konnektu.core.ids import public_id
from konnektu.identity import api as identity
from konnektu.privacy import api as privacy
from konnektu.profiles import consent_views, stated_views, writing
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track

PHONE = "+79031234567"


def an_identify(user: str, cookie: str, number: int, **traits: object) -> bytes:
    body = {
        "type": "identify",
        "userId": user,
        "anonymousId": cookie,
        "messageId": f"i{number}",
        "traits": traits,
    }
    return msgspec.json.encode(body)


def a_fact(kind: str, number: int, user: str, **properties: object) -> bytes:
    body = {
        "type": kind,
        "messageId": f"f{number}",
        "context": {"externalIds": [{"type": "user_id", "id": user}]},
        "properties": properties,
    }
    return msgspec.json.encode(body)


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_what_stands_is_what_the_log_says(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, size: int
) -> None:
    given: dict[str, Any] = {
        "channel": ["sms", "call"],
        "form": "f",
        "contact": {"kind": "phone", "value": PHONE},
    }
    send(
        storage,
        workspace,
        *[
            track("Product Viewed", n, anonymous=f"c{n % 5}", price=n + 0.1, currency="RUB")
            for n in range(20)
        ],
        at=NOW,
    )
    send(
        storage,
        workspace,
        an_identify("u1", "c1", 1, firstName="Анна", phone=PHONE, gender="f"),
        an_identify("u2", "c2", 2, firstName="Анна", email="a@shop.example", gender="m"),
        track("Consent Given", 30, user="u1", **given),
        at=NOW + 60_000,
    )
    send(
        storage,
        workspace,
        a_fact("tag", 1, "u2", add=["vip", "old"], remove=["old"]),
        a_fact(
            "consent", 2, "u2", state="withdrawn", channel="sms", contact={"kind": "phone", "value": PHONE}
        ),
        a_fact("edit", 3, "u1", origin="confirmed", clear=["gender"]),
        a_fact(
            "merge", 4, "", people=[{"kind": "user_id", "value": "u1"}, {"kind": "user_id", "value": "u2"}]
        ),
        at=NOW + 120_000,
        origin="console",
    )
    send(
        storage,
        workspace,
        *[
            track("Order Completed", n, user=f"u{n % 3}", anonymous=f"c{n % 5}", revenue=n)
            for n in range(40, 60)
        ],
        an_identify("u1", "c3", 3, lastName="Петрова", gender="f"),
        at=NOW + 2 * 3_600_000,
    )
    run_writer(storage, workspace, size)
    done = rebuild(storage, workspace, "test", lambda _at, _of: None)
    assert done.is_equal, done.tables
    assert {one.table: one.rows for one in done.tables}["tag"] == 2
    assert {one.table: one.rows for one in done.tables}["refusal"] == 1
    assert {one.table: one.rows for one in done.tables}["consent"] == 3


def no_ear() -> Any:
    raise AssertionError("nobody listens here")


def refusals_compared(storage: Storage, record: WorkspaceRecord) -> Compared:
    done = rebuild(storage, record, "test", lambda _at, _of: None)
    assert done.is_equal, done.tables
    return {one.table: one for one in done.tables}["refusal"]


def test_refusals_recorded_at_once_follow_from_their_facts(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, tmp_path: Path
) -> None:
    person = an_identify("u1", "c1", 1, phone=PHONE, email="a@shop.example")
    send(storage, workspace, person, at=NOW)
    run_writer(storage, workspace)
    with storage.workspace(workspace).read() as db:
        profile = public_id(0, identity.find(db, "user_id", "u1") or 0)
    stating = Author(storage, system_caller(workspace), NOW + 1_000, 0)
    withdrawn = consent_views.ConsentStated(state="withdrawn")
    writing.consent(stating, profile, consent_views.ConsentsStated([withdrawn, withdrawn]))
    for kind, value in (("phone", "+74951234567"), ("email", "nobody@shop.example")):
        writing.refuse(
            stating, consent_views.RefusalStated(contact=stated_views.IdentifierStated(kind, value))
        )

    assert refusals_compared(storage, workspace).rows == 0, "facts that wait are not compared"
    run_writer(storage, workspace)
    assert refusals_compared(storage, workspace).rows == 4, (
        "two contacts of hers, a landline, and nobody's address"
    )

    privacy.request(storage, workspace, profile, NOW + 2_000, "test")
    run_writer(storage, workspace)
    done = rebuild(storage, workspace, "test", lambda _at, _of: None)
    assert done.is_equal, "an erasure is on its way"
    Deliver(storage, Config(data=tmp_path), lambda: NOW + 2_000, Event(), no_ear).turn()
    assert refusals_compared(storage, workspace).rows == 2, "an erased person's are kept under hashes alone"


def test_what_a_rebuild_compares_is_state() -> None:
    from tests.belt import support

    assert set(STATE_TABLES) <= set(support.STATE_TABLES)
