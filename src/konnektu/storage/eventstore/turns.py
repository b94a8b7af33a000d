"""In: requests with a priority. Out: turns, the most urgent first, a bounded number at once.

Invariant: within a priority the first to come is the first served; the last free place is kept for the
sink, so that a heavy report never holds up the history.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

SINK, UNDO, INTERACTIVE, BACKFILL, ANTI_ENTROPY = 1, 2, 3, 4, 5
"""Values of ClickHouse's own setting `priority`; 0, its default, is read as interactive."""
NAMES = {
    0: "interactive",
    SINK: "sink",
    UNDO: "undo",
    INTERACTIVE: "interactive",
    BACKFILL: "backfill",
    ANTI_ENTROPY: "anti_entropy",
}
"""What the figures call them."""


class Turns:
    """Places for statements that run at once; used within one event loop."""

    def __init__(self, places: int) -> None:
        """`places` statements run at once, one of them kept for the sink where there are two or more."""
        self._places = places
        self._running = 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()
        self._quiet = asyncio.Event()
        self._alone = asyncio.Lock()

    @property
    def running(self) -> int:
        """How many statements run."""
        return self._running

    @asynccontextmanager
    async def turn(self, priority: int) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        await self._wait(priority or INTERACTIVE)
        try:
            yield
        finally:
            self._left()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Wait until nothing runs, and let nothing run meanwhile."""
        async with self._alone:
            places, self._places = self._places, 0
            try:
                self._quiet.clear()
                if self._running:
                    await self._quiet.wait()
                yield
            finally:
                self._places = places
                self._call_next()

    async def _wait(self, priority: int) -> None:
        if not self._waiting and self._is_free(priority):
            self._running += 1
            return
        called = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), called))
        self._call_next()
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._left()
            raise

    def _left(self) -> None:
        self._running -= 1
        if self._running == 0:
            self._quiet.set()
        self._call_next()

    def _call_next(self) -> None:
        while self._waiting and self._is_free(self._waiting[0][0]):
            _, _, called = heapq.heappop(self._waiting)
            if not called.done():
                self._running += 1
                called.set_result(None)

    def _is_free(self, priority: int) -> bool:
        kept = 1 if priority > SINK and self._places > 1 else 0
        return self._running < self._places - kept
