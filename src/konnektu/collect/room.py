"""In: how many bytes a request will hold. Out: leave to hold them, at once or after others have given theirs back.

One budget covers a request from its first body byte to the commit of its parcel: memory stays bounded
however slow the database or the clients are. Belongs to one event loop; takes no locks.
"""

import asyncio
from collections import deque


class Room:
    """A budget of bytes, given out in the order of asking."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.used = 0
        """Bytes held at present."""

    def has(self, size: int) -> bool:
        """Whether so many bytes are free and nobody waits for them. A request larger than all fits into empty room."""
        return not self._waiters and (self.used + size <= self._capacity or not self.used)

    def take(self, size: int) -> None:
        """Hold bytes without waiting: after `has`, or for a request that proved larger than it said."""
        self.used += size

    async def wait(self, size: int) -> None:
        """Hold bytes when they are free. A cancelled waiter holds nothing."""
        if self.has(size):
            self.take(size)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(size)
            else:
                self._waiters.remove((size, turn))
            raise

    def give(self, size: int) -> None:
        """Give bytes back and let in those who wait and fit."""
        self.used -= size
        while self._waiters:
            size, turn = self._waiters[0]
            if self.used and self.used + size > self._capacity:
                return
            self._waiters.popleft()
            if not turn.done():
                self.used += size
                turn.set_result(None)
