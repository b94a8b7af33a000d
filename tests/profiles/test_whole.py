"""One person by one statement tells what several statements in a snapshot tell."""

from typing import Any

import pytest
from msgspec import structs

from konnektu.acquisition.api import arrivals_of
from konnektu.core.errors import NotFound
from konnektu.orders.api import figures_of
from konnektu.product_lists.api import figures_of as lists_of
from konnektu.profiles import api as profiles
from konnektu.profiles.beside import nothing
from konnektu.related.api import counts_of
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send

EVERY = profiles.Tellers(figures_of, arrivals_of, lists_of, counts_of)


def apart(tellers: profiles.Tellers) -> profiles.Tellers:
    """The same tellers as plain functions, each of which is asked by itself."""

    def figures(db: Any, asked: Any) -> Any:
        return tellers.figures(db, asked)

    return structs.replace(tellers, figures=figures)


@pytest.fixture
def shop(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    lines = b'[{"product_id":"p1","price":450.5,"quantity":2}]'
    send(
        storage,
        workspace,
        b'{"type":"identify","userId":"u-1","anonymousId":"c-1","messageId":"1","traits":{"phone":"+79031234567"}}',
        b'{"type":"track","event":"Product Added","userId":"u-1","messageId":"2","properties":{"product_id":"p1"}}',
        b'{"type":"track","event":"Order Completed","userId":"u-1","messageId":"3","properties":'
        b'{"order_id":"A-1","currency":"RUB","products":' + lines + b"}}",
        b'{"type":"track","event":"Order Completed","userId":"u-1","messageId":"4","properties":'
        b'{"order_id":"A-2","currency":"RUB","total":99999999}}',
        b'{"type":"identify","userId":"u-2","messageId":"5","traits":{"firstName":"Anna"}}',
    )
    send(
        storage,
        workspace,
        b'{"type":"tag","userId":"u-1","messageId":"6","properties":{"add":["vip"]}}',
        b'{"type":"consent","userId":"u-1","messageId":"7","properties":{"state":"given","channel":"email"}}',
        origin="api",
    )
    run_writer(storage, workspace)
    return workspace


@pytest.mark.parametrize("tellers", [EVERY, structs.replace(EVERY, figures=nothing), profiles.Tellers()])
@pytest.mark.parametrize("user", ["u-1", "u-2"])
def test_both_ways_tell_the_same(
    storage: Storage, shop: WorkspaceRecord, tellers: profiles.Tellers, user: str
) -> None:
    reader = profiles.Reader(storage, shop, NOW, is_open=True, tellers=tellers)
    beside = structs.replace(reader, tellers=apart(tellers))
    assert reader.tellers.statements
    assert beside.tellers.statements is None
    told = profiles.view_found(reader, "user_id", user)
    assert told == profiles.view_found(beside, "user_id", user)
    if user == "u-1" and tellers is EVERY:
        assert told.tags == ["vip"]
        assert told.orders[0].gross == "100000900.00"


def test_nobody_is_found_by_neither(storage: Storage, shop: WorkspaceRecord) -> None:
    reader = profiles.Reader(storage, shop, NOW, is_open=True, tellers=EVERY)
    for one in (reader, structs.replace(reader, tellers=apart(EVERY))):
        with pytest.raises(NotFound):
            profiles.view_found(one, "user_id", "u-9")
