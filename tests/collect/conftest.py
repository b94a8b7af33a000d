"""A collector that serves, a workspace's write key of each kind, and what reached the inbox."""

from collections.abc import Callable, Iterator

import pytest

from konnektu.access.api import SourceKind, create_source, system_caller
from konnektu.collect.api import Options, decode
from konnektu.core.records import Event, Parcel, Rejected
from konnektu.log.api import decode_block
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.collect.door import Door

CREATED_AT = 1_760_000_000_000


@pytest.fixture
def anyio_backend() -> str:
    """What the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def door(postgres_url: str, storage: Storage) -> Iterator[Door]:
    """A collector with the settings it has by default, but a short patience with slow bodies."""
    with Door(postgres_url, request_seconds=2) as door:
        yield door


@pytest.fixture
def new_key(storage: Storage, workspace: WorkspaceRecord) -> Callable[[SourceKind], str]:
    """Make a source of a kind; its write key."""

    def make(kind: SourceKind) -> str:
        caller = system_caller(workspace)
        source = create_source(storage.control, caller, kind=kind, name=f"Source {kind}", now=CREATED_AT)
        return source.write_keys[0]

    return make


@pytest.fixture
def server_key(new_key: Callable[[SourceKind], str]) -> str:
    return new_key("server")


@pytest.fixture
def web_key(new_key: Callable[[SourceKind], str]) -> str:
    return new_key("web")


@pytest.fixture
def arrived(storage: Storage, workspace: WorkspaceRecord) -> Callable[[], list[Parcel]]:
    """Every parcel of the workspace's inbox, in the order of its blocks."""

    def read() -> list[Parcel]:
        with storage.inbox.read() as conn:
            found = conn.execute("SELECT body FROM block WHERE workspace = %s ORDER BY id", (workspace.id,))
            return [parcel for (body,) in found for parcel in decode_block(body)]

    return read


@pytest.fixture
def records(arrived: Callable[[], list[Parcel]]) -> Callable[[], list[Event | Rejected]]:
    """Every entry of the inbox, decoded."""

    def read() -> list[Event | Rejected]:
        position, found = 1, list[Event | Rejected]()
        for parcel in arrived():
            found += decode(parcel, position, parcel.received_at, Options())
            position += len(parcel.events)
        return found

    return read
