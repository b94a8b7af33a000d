"""In: parcels from many requests at once. Out: each request learns that its parcel is durable, and no sooner.

Group commit: while one transaction is on its way to the disk, the next parcels gather; each commit
writes one compressed block for each workspace that has parcels. At most two commits are in flight, so
that one encodes while the other waits for the disk. A broken database is tried again within a bounded
time; the append is repeatable because message ids take out repetitions.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from threading import Condition, Event, Thread
from time import monotonic
from typing import Final, NamedTuple

from konnektu.core.errors import Retry
from konnektu.core.metrics import append_seconds, events_accepted
from konnektu.core.records import Parcel
from konnektu.log.api import NewBlock, count_events, encode_block

IN_FLIGHT: Final = 2
"""Commits on their way at once."""
GROUP_EVENTS: Final = 5_000
"""Most events gathered into one commit: bounds its memory and its time."""
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 1.0


class _Waiting(NamedTuple):
    workspace: int
    parcel: Parcel
    answer: "asyncio.Future[None]"
    since: float


class Committer:
    """Gathers parcels and appends them to the inbox by groups, from threads of its own.

    `append` writes blocks in one transaction and returns after its commit; it raises `Retry` where the
    database is away. `patience` is how many seconds a parcel may wait for a broken database.
    """

    def __init__(self, append: Callable[[Sequence[NewBlock]], object], *, patience: float) -> None:
        self._append, self._patience = append, patience
        self._waiting: deque[_Waiting] = deque()
        self._arrived = Condition()
        self._closing = Event()
        self._idle = 0
        self._threads: list[Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Start the threads; call inside the event loop that the requests run in."""
        self._loop = asyncio.get_running_loop()
        self._threads = [Thread(target=self._commit_groups, name=f"commit-{n}") for n in range(IN_FLIGHT)]
        for thread in self._threads:
            thread.start()

    async def close(self) -> None:
        """Write what waits, then stop the threads."""
        self._closing.set()
        with self._arrived:
            self._arrived.notify_all()
        await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in self._threads))

    def submit(self, workspace: int, parcel: Parcel) -> "asyncio.Future[None]":
        """A future that is done after the commit, or fails with `Retry` when the database stayed away."""
        assert self._loop is not None  # noqa: S101 - open() comes first
        answer: asyncio.Future[None] = self._loop.create_future()
        waiting = _Waiting(workspace, parcel, answer, monotonic())
        with self._arrived:
            self._waiting.append(waiting)
            if self._idle:
                self._arrived.notify()
        return answer

    def _commit_groups(self) -> None:
        while group := self._next_group():
            try:
                self._commit(group)
            except Exception as error:  # noqa: BLE001 - goes to each waiting request, which answers and logs it
                self._answer(group, error)
            else:
                self._answer(group, None)

    def _next_group(self) -> list[_Waiting]:
        """Everything that waits, up to the size of a group; empty when closing and nothing waits."""
        with self._arrived:
            while not self._waiting:
                if self._closing.is_set():
                    return []
                self._idle += 1
                self._arrived.wait()
                self._idle -= 1
            group: list[_Waiting] = []
            events = 0
            while self._waiting and events < GROUP_EVENTS:
                group.append(self._waiting.popleft())
                events += len(group[-1].parcel.events)
            return group

    def _commit(self, group: list[_Waiting]) -> None:
        blocks = blocks_of([(item.workspace, item.parcel) for item in group])
        self._append_patiently(blocks, give_up_at=group[0].since + self._patience)
        append_seconds.observe(monotonic() - group[0].since)
        events_accepted.labels("wire").inc(sum(events for _, _, events, _ in blocks))

    def _append_patiently(self, blocks: list[NewBlock], *, give_up_at: float) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                self._append(blocks)
            except Retry:
                if monotonic() + pause > give_up_at or self._closing.is_set():
                    raise
                self._closing.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                return

    def _answer(self, group: list[_Waiting], error: Exception | None) -> None:
        assert self._loop is not None  # noqa: S101 - open() comes first
        self._loop.call_soon_threadsafe(_resolve, group, error)


def blocks_of(parcels: Sequence[tuple[int, Parcel]]) -> list[NewBlock]:
    """One block for each workspace, its parcels in order of arrival, workspaces in order of id."""
    by_workspace: dict[int, list[Parcel]] = defaultdict(list)
    for workspace, parcel in parcels:
        by_workspace[workspace].append(parcel)
    return [
        (workspace, max(parcel.received_at for parcel in own), count_events(own), encode_block(own))
        for workspace, own in sorted(by_workspace.items())
    ]


def _resolve(group: list[_Waiting], error: Exception | None) -> None:
    for item in group:
        if item.answer.done():
            continue
        if error is None:
            item.answer.set_result(None)
        else:
            item.answer.set_exception(error)
