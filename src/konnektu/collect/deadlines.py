"""In: tasks that wait for a client. Out: those that wait too long are ended.

One look a moment over all of them instead of a timer for each: a timer costs as much as everything
else that a small request needs. Belongs to one event loop.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

LOOK_SECONDS: Final = 0.25
"""How much later than asked a task may be ended."""


class Deadlines:
    """Ends a task that stays inside `within` longer than `seconds`, by TimeoutError."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._is_looking = False

    @contextmanager
    def within(self) -> Iterator[None]:
        """Raises TimeoutError inside the block when its time is up."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - requests are tasks
        loop = task.get_loop()
        self._ends[task] = loop.time() + self._seconds
        if not self._is_looking:
            self._is_looking = True
            loop.call_later(LOOK_SECONDS, self._look, loop)
        try:
            yield
        except asyncio.CancelledError as error:
            if task in self._late and task.uncancel() == 0:
                raise TimeoutError from error
            raise
        finally:
            self._late.discard(task)
            del self._ends[task]

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, end in self._ends.items():
            if end <= now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._is_looking = bool(self._ends)
        if self._is_looking:
            loop.call_later(LOOK_SECONDS, self._look, loop)
