"""What people are built from: the event store's columns say of a fact what decoding it says."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from konnektu.flow.batch import At
from konnektu.flow.reading import history, lives
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.rules.conditions import Field, NumberIs, TextIs, Where
from konnektu.rules.figures import Events, What
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import compiled
from konnektu.rules.model import Measured
from konnektu.rules.model import Segment as Definition
from konnektu.rules.windows import Rolling, Span
from konnektu.segments import api as segments
from konnektu.segments.live.building import meant
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send
from tests.privacy.support import event, seal_all, track

UPTO = 2**40
TYPES = ("track", "page", "screen", "identify", "group", "alias")
CONTEXT = {
    "page": {"url": "https://shop.example/?utm_source=vk&utm_term=зонт", "referrer": "https://ya.ru/"},
    "userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "location": {"city": "Тула", "country": "RU"},
}


def tell(storage: Storage, record: WorkspaceRecord) -> None:
    """Events of every form that leaves read otherwise."""
    send(
        storage,
        record,
        track(1, NOW - 5, "Order Completed", "anna", properties={"total": 10.5, "name": 'a "b" \n'}),
        track(2, NOW - 9, "Product Viewed", "anna", properties={"sku": "é", "list": [1, {"two": None}]}),
        event(3, NOW - 1, type="page", userId="anna", category="shoes", context=CONTEXT),
        event(4, NOW - 2, type="group", userId="anna", groupId=7, traits={"plan": "gold"}),
        event(5, NOW + 60_000, type="track", event="Visit Planned", userId="anna", properties=[]),
        event(6, NOW, type="identify", userId="boris", traits={"city": "Тула"}, context={"test": True}),
        event(
            7, NOW, type="track", event="Measured", userId="boris", properties={"long": 10**25, "id": 10**18}
        ),
        at=NOW,
    )
    run_writer(storage, record)


def decoded(storage: Storage, record: WorkspaceRecord, atoms: Sequence[int]) -> list[tuple[KnownEvent, int]]:
    found = [(segments.known_event(one), atom) for one, atom in history(storage, record, atoms, UPTO)]
    return [(one, atom) for one, atom in found if one is not None]


def everybody(storage: Storage, record: WorkspaceRecord) -> list[int]:
    with storage.workspace(record).read() as db:
        found = [identity.find(db, "user_id", user) for user in ("anna", "boris")]
    return [one for one in found if one is not None]


@pytest.mark.usefixtures("event_store_server")
def test_columns_say_what_decoding_says(storage: Storage, workspace: WorkspaceRecord) -> None:
    tell(storage, workspace)
    atoms = everybody(storage, workspace)
    with storage.workspace(workspace).transaction() as db:
        told = lives(At(storage, workspace, db), UPTO)
    whole = log.Meant(TYPES, (), with_body=True)
    waiting = sorted(told(atoms, whole), key=lambda one: one[0].position)
    seal_all(storage, workspace)
    sealed = sorted(told(atoms, whole), key=lambda one: one[0].position)

    assert len(sealed) == 7
    assert sealed == waiting == decoded(storage, workspace, atoms)
    assert [one.derived.utm_source for one, _ in sealed if one.type == "page"] == ["vk"]
    assert {one.marks for one, _ in sealed} > {0}


@pytest.mark.usefixtures("event_store_server")
def test_nothing_is_read_that_nobody_asks_for(storage: Storage, workspace: WorkspaceRecord) -> None:
    tell(storage, workspace)
    seal_all(storage, workspace)
    atoms = everybody(storage, workspace)
    with storage.workspace(workspace).transaction() as db:
        told = lives(At(storage, workspace, db), UPTO)

    found = [one for one, _ in told(atoms, log.Meant(("group",), ("Product Viewed",), with_body=False))]
    assert sorted((one.type, one.name) for one in found) == [("group", "group"), ("track", "Product Viewed")]
    assert [dict(one.properties) for one in found] == [{}, {}]


def measured(*names: str, where: Where | None = None) -> Definition:
    what = What(names, where=where)
    return Definition(Measured(Events(what, window=Rolling(Span(3))), NumberIs("at_least", (Decimal(1),))))


def test_what_is_sought_follows_from_the_leaves() -> None:
    red = Field(("properties", "colour"), TextIs("equals", ("red",)))
    named = {"a": measured("Order Completed"), "b": measured("Product Viewed", "Order Completed")}

    found = meant(compiled(named))
    assert (found.types, found.names, found.with_body) == ((), ("Order Completed", "Product Viewed"), False)
    assert meant(compiled(named | {"c": measured("Order Completed", where=red)})).with_body
    assert meant(compiled(named | {"c": measured()})).types == tuple(sorted(What().types))
