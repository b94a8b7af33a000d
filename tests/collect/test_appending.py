"""The process that appends for a collector: what it writes, and what its own end and the database's mean."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest

from konnektu.collect.appending import Appender, Died, Unforeseen
from konnektu.collect.shares import Given, blocks, frame
from konnektu.core.errors import Retry
from konnektu.core.records import Parcel
from konnektu.log.api import decode_block
from konnektu.storage.api import Storage, WorkspaceRecord

pytestmark = pytest.mark.anyio

NOW = 1_760_000_000_000


def given(workspace: int, *events: bytes, received_at: int = NOW) -> Given:
    parcel = Parcel(source=1, origin="wire", received_at=received_at, events=list(events), ip="192.0.2.1")
    return Given(workspace, received_at, len(events), parcel)


def test_one_block_for_each_workspace() -> None:
    group = [given(2, b"a", received_at=5), given(1, b"b", b"c"), given(2, b"d", received_at=3)]
    found = blocks(frame(group)[4:])
    assert [(workspace, received, events) for workspace, received, events, _ in found] == [
        (1, NOW, 2),
        (2, 5, 2),
    ]
    assert [decode_block(body) for _, _, _, body in found] == [
        [group[1].parcel],
        [group[0].parcel, group[2].parcel],
    ]


@pytest.fixture
async def appender(storage: Storage) -> AsyncIterator[Appender]:
    appender = Appender(storage.inbox.conninfo, "inbox")
    await appender.open()
    yield appender
    await appender.close()


async def test_groups_are_written(
    appender: Appender, workspace: WorkspaceRecord, arrived: Callable[[], list[Parcel]]
) -> None:
    large = given(workspace.id, *(b'{"filler":"%b"}' % os.urandom(100_000).hex().encode() for _ in range(20)))
    groups = [[given(workspace.id, b"%d" % number)] for number in range(20)] + [
        [large, given(workspace.id, b"x")]
    ]
    for group in groups:
        await appender.append(group)
    assert arrived() == [share.parcel for group in groups for share in group]


async def test_one_that_was_killed_is_started_again(
    appender: Appender, workspace: WorkspaceRecord, arrived: Callable[[], list[Parcel]]
) -> None:
    first = given(workspace.id, b"first")
    await appender.append([first])
    before = appender.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    last = given(workspace.id, b"last")
    await _patiently(appender, last)
    assert appender.pid != before
    assert arrived() == [first.parcel, last.parcel]


async def test_who_waits_hears_that_it_was_killed(
    appender: Appender, storage: Storage, workspace: WorkspaceRecord
) -> None:
    await appender.append([given(workspace.id, b"first")])
    assert appender.pid is not None
    with storage.inbox.transaction() as conn:
        conn.execute("LOCK TABLE block IN ACCESS EXCLUSIVE MODE")
        waiting = asyncio.ensure_future(appender.append([given(workspace.id, b"last")]))
        await asyncio.sleep(0)
        os.kill(appender.pid, signal.SIGKILL)
        with pytest.raises(Died):
            await waiting


async def test_a_database_that_is_away_is_said_and_outlived(storage: Storage) -> None:
    away = Appender(f"{storage.inbox.conninfo} port=1 connect_timeout=1", "inbox")
    await away.open()
    before = away.pid
    with pytest.raises(Retry, match="PostgreSQL"):
        await away.append([given(1, b"a")])
    assert away.pid == before
    await away.close()


async def test_an_error_that_nobody_foresaw_is_said_and_outlived(
    appender: Appender, workspace: WorkspaceRecord, arrived: Callable[[], list[Parcel]]
) -> None:
    with pytest.raises(Unforeseen):
        await appender.append([given(workspace.id, b"a", received_at=1 << 62)])
    await appender.append([good := given(workspace.id, b"b")])
    assert arrived() == [good.parcel]


async def test_closing_ends_the_process(storage: Storage) -> None:
    appender = Appender(storage.inbox.conninfo, "inbox")
    await appender.open()
    pid = appender.pid
    assert pid is not None
    await appender.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def _patiently(appender: Appender, share: Given) -> None:
    """Append as the committer does: again where the process had just died."""
    for _ in range(100):
        try:
            return await appender.append([share])
        except Retry:
            await asyncio.sleep(0.05)
    raise AssertionError("the process did not come back")
