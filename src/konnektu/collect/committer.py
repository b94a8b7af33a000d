"""In: parcels from many requests at once. Out: each request learns that its parcel is durable, and no sooner.

Group commit: while one transaction is on its way to the disk, the next parcels gather; each commit
writes one compressed block for each workspace that has parcels. One commit is in flight at a time: a
second would halve the groups, and PostgreSQL lets no two announcing transactions commit at once. A
broken database is tried again within a bounded time; the append is repeatable because message ids take
out repetitions.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

from msgspec import Struct

from konnektu.collect.shares import Given
from konnektu.core.errors import Retry
from konnektu.core.metrics import append_seconds, events_accepted
from konnektu.core.records import Parcel

GROUP_EVENTS: Final = 5_000
GROUP_BYTES: Final = 4 << 20
"""Most events, and bytes of them, gathered into one commit: bounds its memory and its time."""
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 1.0

Append = Callable[[Sequence[Given]], Awaitable[None]]


class _Group(Struct):
    """What is committed together, and who waits for it."""

    since: float
    shares: list[Given]
    answers: "list[asyncio.Future[None]]"
    events: int = 0
    size: int = 0

    def has_room(self) -> bool:
        """Whether one more parcel may join; the last may exceed the limits by itself."""
        return self.events < GROUP_EVENTS and self.size < GROUP_BYTES


class Committer:
    """Gathers parcels and has them appended to the inbox by groups. Belongs to one event loop.

    `append` returns after the commit of a group; it raises `Retry` where it cannot be done at present.
    `patience` is how many seconds a parcel may wait for that to pass.
    """

    def __init__(self, append: Append, *, patience: float) -> None:
        self._append, self._patience = append, patience
        self._waiting: deque[_Group] = deque()
        self._come, self._closing = asyncio.Event(), asyncio.Event()
        self._accepted = events_accepted.labels("wire")
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to commit; call inside the event loop that the requests run in."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._commit_groups())

    async def close(self) -> None:
        """Write what waits, then stop."""
        self._closing.set()
        self._come.set()
        if self._task is not None:
            await self._task

    def submit(self, workspace: int, parcel: Parcel) -> "asyncio.Future[None]":
        """A future that is done after the commit, or fails with `Retry` when that stayed impossible."""
        answer: asyncio.Future[None] = self._loop.create_future()
        if not self._waiting or not self._waiting[-1].has_room():
            self._waiting.append(_Group(monotonic(), [], []))
            self._come.set()
        group, events = self._waiting[-1], parcel.events
        group.shares.append(Given(workspace, parcel.received_at, len(events), parcel))
        group.answers.append(answer)
        group.events += len(events)
        group.size += sum(map(len, events)) + len(parcel.context)
        return answer

    async def _commit_groups(self) -> None:
        while self._waiting or not self._closing.is_set():
            if not self._waiting:
                self._come.clear()
                await self._come.wait()
                continue
            group = self._waiting.popleft()
            try:
                await self._commit(group)
            except Exception as error:  # noqa: BLE001 - goes to each waiting request, which answers and logs it
                _answer(group, error)
            else:
                _answer(group, None)

    async def _commit(self, group: _Group) -> None:
        await self._append_patiently(group.shares, give_up_at=group.since + self._patience)
        append_seconds.observe(monotonic() - group.since)
        self._accepted.inc(group.events)

    async def _append_patiently(self, group: Sequence[Given], *, give_up_at: float) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._append(group)
            except Retry:
                if monotonic() + pause > give_up_at or self._closing.is_set():
                    raise
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                return


def _answer(group: _Group, error: Exception | None) -> None:
    for answer in group.answers:
        if answer.done():
            continue
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)
