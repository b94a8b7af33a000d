"""In: parcels from many requests at once. Out: each request learns that its parcel is durable, and no sooner.

Group commit: while one transaction is on its way to the disk, the next parcels gather; each commit
writes one compressed block for each workspace that has parcels. One commit is in flight at a time: a
second would halve the groups, and PostgreSQL lets no two announcing transactions commit at once. A
broken database is tried again within a bounded time; the append is repeatable because message ids take
out repetitions.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Final

from msgspec import Struct

from konnektu.core.errors import Retry
from konnektu.core.metrics import append_seconds, events_accepted
from konnektu.core.records import Parcel
from konnektu.log.api import NewBlock, count_events, encode_block

GROUP_EVENTS: Final = 5_000
"""Most events gathered into one commit: bounds its memory and its time."""
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 1.0


class _Waiting(Struct):
    workspace: int
    parcel: Parcel
    answer: "asyncio.Future[None]"
    since: float


class Committer:
    """Gathers parcels and appends them to the inbox by groups, from a thread of its own.

    `append` writes blocks in one transaction and returns after its commit; it raises `Retry` where the
    database is away. `patience` is how many seconds a parcel may wait for a broken database.
    """

    def __init__(self, append: Callable[[Sequence[NewBlock]], object], *, patience: float) -> None:
        self._append, self._patience = append, patience
        # Its put takes no lock of Python's and wakes the thread only where it waits.
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._closing = Event()
        self._is_open = True
        self._thread = Thread(target=self._commit_groups, name="commit")
        self._accepted = events_accepted.labels("wire")
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Start the thread; call inside the event loop that the requests run in."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def close(self) -> None:
        """Write what waits, then stop the thread."""
        self._closing.set()
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def submit(self, workspace: int, parcel: Parcel) -> "asyncio.Future[None]":
        """A future that is done after the commit, or fails with `Retry` when the database stayed away."""
        assert self._loop is not None  # noqa: S101 - open() comes first
        answer: asyncio.Future[None] = self._loop.create_future()
        self._waiting.put(_Waiting(workspace, parcel, answer, monotonic()))
        return answer

    def _commit_groups(self) -> None:
        while self._is_open or not self._waiting.empty():
            group = self._next_group()
            try:
                self._commit(group)
            except Exception as error:  # noqa: BLE001 - goes to each waiting request, which answers and logs it
                self._answer(group, error)
            else:
                self._answer(group, None)

    def _next_group(self) -> list[_Waiting]:
        """Everything that waits, up to the size of a group; nothing only where the end came first."""
        group: list[_Waiting] = []
        events = 0
        while not group or (events < GROUP_EVENTS and not self._waiting.empty()):
            item = self._waiting.get()
            if item is None:
                self._is_open = False
                break
            group.append(item)
            events += len(item.parcel.events)
        return group

    def _commit(self, group: list[_Waiting]) -> None:
        if not group:
            return
        blocks = blocks_of([(item.workspace, item.parcel) for item in group])
        self._append_patiently(blocks, give_up_at=group[0].since + self._patience)
        append_seconds.observe(monotonic() - group[0].since)
        self._accepted.inc(sum(events for _, _, events, _ in blocks))

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
