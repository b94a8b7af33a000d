"""Group commit: who is answered when, and what a broken database means."""

import asyncio
from collections.abc import Sequence
from threading import Event as Signal

import pytest

from konnektu.collect.committer import GROUP_EVENTS, Committer, blocks_of
from konnektu.core.errors import Retry
from konnektu.core.records import Parcel
from konnektu.log.api import NewBlock, decode_block

pytestmark = pytest.mark.anyio


def parcel(*events: bytes, received_at: int = 1) -> Parcel:
    return Parcel(source=1, origin="wire", received_at=received_at, events=list(events))


class Inbox:
    """Remembers what was appended; appends only when `open_` is set; breaks as often as told."""

    def __init__(self, breaks: int = 0) -> None:
        self.groups: list[list[NewBlock]] = []
        self.open_ = Signal()
        self.began = Signal()
        self.breaks = breaks

    def append(self, blocks: Sequence[NewBlock]) -> None:
        self.began.set()
        assert self.open_.wait(10)
        if self.breaks:
            self.breaks -= 1
            raise Retry
        self.groups.append(list(blocks))

    def events(self) -> list[bytes]:
        parcels = [one for group in self.groups for block in group for one in decode_block(block[3])]
        return [event for one in parcels for event in one.events]


def test_one_block_for_each_workspace() -> None:
    given = [(2, parcel(b"a", received_at=5)), (1, parcel(b"b", b"c")), (2, parcel(b"d", received_at=3))]
    blocks = blocks_of(given)
    assert [(workspace, received, events) for workspace, received, events, _ in blocks] == [
        (1, 1, 2),
        (2, 5, 2),
    ]
    assert [decode_block(block[3]) for block in blocks] == [[given[1][1]], [given[0][1], given[2][1]]]


async def test_nobody_is_answered_before_the_commit() -> None:
    inbox = Inbox()
    committer = Committer(inbox.append, patience=5)
    committer.open()
    answers = [committer.submit(1, parcel(b"%d" % number)) for number in range(100)]
    await asyncio.to_thread(inbox.began.wait, 10)
    assert not any(answer.done() for answer in answers)
    inbox.open_.set()
    await asyncio.gather(*answers)
    await committer.close()
    assert sorted(inbox.events()) == sorted(b"%d" % number for number in range(100))


async def test_what_gathers_meanwhile_goes_into_few_commits() -> None:
    inbox = Inbox()
    committer = Committer(inbox.append, patience=5)
    committer.open()
    first = committer.submit(1, parcel(b"first"))
    await asyncio.to_thread(inbox.began.wait, 10)
    rest = [committer.submit(1, parcel(*[b"x"] * (GROUP_EVENTS // 100))) for _ in range(150)]
    inbox.open_.set()
    await asyncio.gather(first, *rest)
    await committer.close()
    assert len(inbox.groups) <= 4
    assert max(block[2] for group in inbox.groups for block in group) <= GROUP_EVENTS


async def test_a_broken_database_is_tried_again() -> None:
    inbox = Inbox(breaks=2)
    inbox.open_.set()
    committer = Committer(inbox.append, patience=5)
    committer.open()
    await committer.submit(1, parcel(b"a"))
    await committer.close()
    assert inbox.events() == [b"a"]


async def test_a_database_that_stays_away_fails_the_request_and_not_the_committer() -> None:
    inbox = Inbox(breaks=1_000)
    inbox.open_.set()
    committer = Committer(inbox.append, patience=0.2)
    committer.open()
    with pytest.raises(Retry):
        await committer.submit(1, parcel(b"a"))
    inbox.breaks = 0
    await committer.submit(1, parcel(b"b"))
    await committer.close()
    assert inbox.events() == [b"b"]


async def test_an_unforeseen_error_reaches_the_request() -> None:
    def broken(blocks: Sequence[NewBlock]) -> None:
        raise LookupError(str(len(blocks)))

    committer = Committer(broken, patience=5)
    committer.open()
    with pytest.raises(LookupError):
        await committer.submit(1, parcel(b"a"))
    await committer.close()


async def test_what_comes_while_it_closes_is_written() -> None:
    inbox = Inbox()
    committer = Committer(inbox.append, patience=5)
    committer.open()
    first = committer.submit(1, parcel(b"first"))
    await asyncio.to_thread(inbox.began.wait, 10)
    closing = asyncio.ensure_future(committer.close())
    await asyncio.sleep(0)
    last = committer.submit(1, parcel(b"last"))
    inbox.open_.set()
    await asyncio.gather(first, last, closing)
    assert inbox.events() == [b"first", b"last"]


async def test_closing_writes_what_waits() -> None:
    inbox = Inbox()
    committer = Committer(inbox.append, patience=5)
    committer.open()
    answers = [committer.submit(1, parcel(b"%d" % number)) for number in range(10)]
    closing = asyncio.ensure_future(committer.close())
    inbox.open_.set()
    await asyncio.gather(closing, *answers)
    assert len(inbox.events()) == 10
