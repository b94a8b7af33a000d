"""Group commit: who is answered when, and what a broken database means."""

import asyncio
from collections.abc import Sequence

import pytest

from konnektu.collect.committer import GROUP_BYTES, GROUP_EVENTS, Committer
from konnektu.collect.shares import Given
from konnektu.core.errors import Retry
from konnektu.core.records import Parcel

pytestmark = pytest.mark.anyio


def parcel(*events: bytes, received_at: int = 1) -> Parcel:
    return Parcel(source=1, origin="wire", received_at=received_at, events=list(events))


class Inbox:
    """Remembers what was appended; appends only when `open_` is set; breaks as often as told."""

    def __init__(self, breaks: int = 0) -> None:
        self.groups: list[list[Given]] = []
        self.open_ = asyncio.Event()
        self.began = asyncio.Event()
        self.breaks = breaks

    async def append(self, group: Sequence[Given]) -> None:
        self.began.set()
        await asyncio.wait_for(self.open_.wait(), 10)
        if self.breaks:
            self.breaks -= 1
            raise Retry
        self.groups.append(list(group))

    def events(self) -> list[bytes]:
        return [event for group in self.groups for given in group for event in given.parcel.events]


async def test_nobody_is_answered_before_the_commit() -> None:
    inbox = Inbox()
    committer = Committer(inbox.append, patience=5)
    committer.open()
    answers = [committer.submit(1, parcel(b"%d" % number)) for number in range(100)]
    await asyncio.wait_for(inbox.began.wait(), 10)
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
    await asyncio.wait_for(inbox.began.wait(), 10)
    rest = [committer.submit(1, parcel(*[b"x"] * (GROUP_EVENTS // 100))) for _ in range(150)]
    inbox.open_.set()
    await asyncio.gather(first, *rest)
    await committer.close()
    assert len(inbox.groups) <= 4
    assert max(sum(given.events for given in group) for group in inbox.groups) <= GROUP_EVENTS


async def test_a_group_is_bounded_in_bytes() -> None:
    inbox = Inbox()
    inbox.open_.set()
    committer = Committer(inbox.append, patience=5)
    committer.open()
    await asyncio.gather(*(committer.submit(1, parcel(bytes(GROUP_BYTES // 2))) for _ in range(10)))
    await committer.close()
    assert max(len(group) for group in inbox.groups) == 2


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
    async def broken(group: Sequence[Given]) -> None:
        raise LookupError(str(len(group)))

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
    await asyncio.wait_for(inbox.began.wait(), 10)
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
