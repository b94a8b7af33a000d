"""A full collector and a database that is away: what each kind of client is told, and that nothing is lost."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from konnektu.access.api import create_source, system_caller
from konnektu.core.records import Event, Parcel, Rejected
from konnektu.storage import embedded
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace
from tests.collect.door import SECRET_KEY, Door, has_ended
from tests.collect.raw import Reply, basic, post
from tests.conftest import SETTINGS

CREATED_AT = 1_760_000_000_000
BUFFER = 4_000


@contextmanager
def stalled(storage: Storage) -> Iterator[None]:
    """Nothing can be appended to the inbox."""
    with storage.inbox.transaction() as conn:
        conn.execute("LOCK TABLE block IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.fixture(scope="module")
def small_door(postgres_url: str, storage: Storage) -> Iterator[Door]:
    with Door(postgres_url, collect_buffer_bytes=BUFFER, request_seconds=20) as door:
        yield door


def event(number: int, size: int = 1_000) -> dict[str, object]:
    return {
        "type": "track",
        "event": "E",
        "userId": "u",
        "messageId": f"m{number}",
        "properties": {"filler": "x" * size},
    }


@pytest.mark.slow
def test_when_full_servers_are_told_to_wait_and_browsers_are_kept(
    small_door: Door,
    storage: Storage,
    server_key: str,
    web_key: str,
    records: Callable[[], list[Event | Rejected]],
) -> None:
    def send(number: int, key: str) -> Reply:
        return post(small_door.port, "/v1/track", event(number), basic(key))

    with ThreadPoolExecutor(40) as clients:
        with stalled(storage):
            held = [clients.submit(send, number, web_key) for number in range(20)]
            refused = [send(100 + number, server_key) for number in range(5)]
            assert not any(reply.done() for reply in held)
        assert [reply.result().status for reply in held] == [200] * 20
    assert {reply.status for reply in refused[1:]} == {429}
    assert {reply.headers["retry-after"] for reply in refused[1:]} == {"1"}
    assert post(small_door.port, "/v1/track", event(1_000), basic(server_key)).status == 200
    ids = {record.message_id for record in records() if isinstance(record, Event)}
    assert ids == {f"m{number}" for number in range(20)} | {"m1000"}


@pytest.mark.slow
def test_who_is_waiting_when_it_ends_in_order_is_answered_after_the_write(
    postgres_url: str, storage: Storage, server_key: str, records: Callable[[], list[Event | Rejected]]
) -> None:
    with Door(postgres_url) as door, ThreadPoolExecutor(1) as client:
        appender = door.appender
        with stalled(storage):
            held = client.submit(post, door.port, "/v1/track", event(1), basic(server_key))
            _until(lambda: _is_blocked(storage), "the appender waits for the lock")
            door.ask_to_stop()
        assert held.result().status == 200
        _until(lambda: has_ended(appender), "the appender ends")
    assert len(records()) == 1


@pytest.mark.slow
def test_an_appender_ends_with_a_collector_that_was_killed(postgres_url: str, storage: Storage) -> None:
    with Door(postgres_url) as door:
        appender = door.appender
        door.kill()
        _until(lambda: has_ended(appender), "the appender ends")


@pytest.fixture
def own_server() -> Iterator[Path]:
    """The data folder of a PostgreSQL of this test alone, outside pytest's folder, whose mode pytest resets."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        embedded.start(folder, SETTINGS)
        yield folder
        embedded.stop(folder)


@pytest.mark.slow
def test_without_a_database_nothing_is_acknowledged_and_the_same_collector_goes_on_after_it(
    own_server: Path,
) -> None:
    url = embedded.url(own_server, "postgres")
    storage = Storage(url, SECRET_KEY)
    storage.prepare()
    workspace = create_workspace(storage, "shop", "Shop", created_at=CREATED_AT)
    key = _key(storage, workspace)
    with Door(url, patience=1.0) as door:
        assert post(door.port, "/v1/track", event(1), basic(key)).status == 200
        storage.close()
        embedded.stop(own_server)
        away = post(door.port, "/v1/track", event(2), basic(key))
        assert (away.status, int(away.headers["retry-after"]) > 0) == (503, True)
        assert post(door.port, "/v1/track", event(2), basic("unknown")).status == 503
        embedded.start(own_server, SETTINGS)
        assert _sent_until_taken(door.port, event(3), key)
        assert _ids(storage) == ["m1", "m3"]
    storage.close()


def _is_blocked(storage: Storage) -> bool:
    """Whether somebody waits for the lock on the inbox."""
    with storage.inbox.read() as conn:
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'block'::regclass"
        return conn.execute(waiting).fetchone() is not None


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: it did not happen in time"
        time.sleep(0.02)


def _sent_until_taken(port: int, sent: dict[str, object], key: str) -> bool:
    """Repeat as a client does; connections to a server that was away come back with a delay."""
    return any(post(port, "/v1/track", sent, basic(key)).status == 200 for _ in range(6))


def _key(storage: Storage, workspace: WorkspaceRecord) -> str:
    caller = system_caller(workspace)
    return create_source(storage.control, caller, kind="server", name="S", now=CREATED_AT).write_keys[0]


def _ids(storage: Storage) -> list[str]:
    import msgspec

    from konnektu.log.api import decode_block

    with storage.inbox.read() as conn:
        bodies = conn.execute("SELECT body FROM block ORDER BY id").fetchall()
    parcels: list[Parcel] = [parcel for (body,) in bodies for parcel in decode_block(body)]
    return [msgspec.json.decode(raw)["messageId"] for parcel in parcels for raw in parcel.events]
