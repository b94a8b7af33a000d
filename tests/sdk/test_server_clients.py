"""Official server-side clients: every call is delivered, once, with its time, whatever the network and the server do."""

from collections.abc import Callable

import pytest

from konnektu.core.records import Event, Parcel, Rejected
from tests.collect.door import Door
from tests.sdk.cutting_proxy import CuttingProxy
from tests.sdk.delivery import assert_delivered_once, assert_fields, finish, mark_of, started, wait_for_first

pytestmark = [pytest.mark.sdk, pytest.mark.slow]

CLIENTS = ["segment-python", "rudder-python", "segment-node", "rudder-node"]
Records = Callable[[], list[Event | Rejected]]


@pytest.mark.parametrize("client", CLIENTS)
def test_every_call_is_delivered(client: str, door: Door, server_key: str, records: Records) -> None:
    with started(client, door.url, server_key, calls=60, pause_ms=2) as process:
        made = finish(process)
    assert_delivered_once(made, records(), lateness_ms=2_000)
    assert_fields(records())


@pytest.mark.parametrize("client", CLIENTS)
def test_a_connection_cut_after_the_write_costs_and_doubles_nothing(
    client: str, door: Door, server_key: str, records: Records
) -> None:
    proxy = CuttingProxy(door.port, cuts=3)
    with started(client, proxy.url, server_key, calls=30, pause_ms=20) as process:
        made = finish(process)
    proxy.close()
    found = records()
    assert proxy.cut == 3
    assert len(found) > len(made), "the client did not repeat what was cut, so the test proves nothing"
    repeated = [event for event in found if isinstance(event, Event)]
    keys = {(mark_of(event), event.message_id, event.raw_time) for event in repeated}
    assert len(keys) == len(made), "a retry must repeat its message id and its raw time"
    assert_delivered_once(made, found, lateness_ms=20_000)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_server_killed_under_load_loses_nothing(
    client: str, own_door: Door, server_key: str, records: Records, arrived: Callable[[], list[Parcel]]
) -> None:
    with started(client, own_door.url, server_key, calls=300, pause_ms=10) as process:
        wait_for_first(arrived)
        own_door.kill()
        before = len(records())
        own_door.start()
        made = finish(process)
    assert 0 < before < len(made)
    assert_delivered_once(made, records(), lateness_ms=60_000)


@pytest.mark.parametrize("client", ["segment-python", "segment-node"])
def test_an_appender_killed_under_load_loses_nothing(
    client: str, own_door: Door, server_key: str, records: Records, arrived: Callable[[], list[Parcel]]
) -> None:
    with started(client, own_door.url, server_key, calls=300, pause_ms=10) as process:
        wait_for_first(arrived)
        killed = own_door.appender
        killed.kill()
        before = len(records())
        made = finish(process)
    assert own_door.appender.pid != killed.pid
    assert 0 < before < len(made)
    assert_delivered_once(made, records(), lateness_ms=60_000)
