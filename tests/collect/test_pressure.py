"""A full collector and a database that is away: what each kind of client is told, and that nothing is lost."""

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
from tests.collect.door import SECRET_KEY, Door
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
