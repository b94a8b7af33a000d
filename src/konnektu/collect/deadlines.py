"""In: tasks that wait for a client. Out: those that wait too long are ended.

One look a moment over all of them instead of a timer for each: a timer costs as much as everything
else that a small request needs. Belongs to one event loop.
"""

import asyncio
from time import monotonic
from types import TracebackType
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
        self._loop: asyncio.AbstractEventLoop | None = None
        """The loop of the tasks, known from the first: to look for it costs as much as all else here."""

    def within(self) -> "_Stay":
        """A context that raises TimeoutError inside its block when the time is up."""
        return _Stay(self)

    def enter(self) -> asyncio.Task[Any]:
        """Begin to count the time of the present task."""
        task = asyncio.current_task(self._loop)
        assert task is not None  # noqa: S101 - requests are tasks
        self._ends[task] = monotonic() + self._seconds
        if not self._is_looking:
            self._is_looking = True
            self._loop = task.get_loop()
            self._loop.call_later(LOOK_SECONDS, self._look, self._loop)
        return task

    def leave(self, task: asyncio.Task[Any]) -> bool:
        """Stop counting; whether the task was late."""
        del self._ends[task]
        if task not in self._late:
            return False
        self._late.remove(task)
        return True

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = monotonic()
        for task, end in self._ends.items():
            if end <= now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._is_looking = bool(self._ends)
        if self._is_looking:
            loop.call_later(LOOK_SECONDS, self._look, loop)


class _Stay:
    """One task's stay: a plain class, because a generator's context costs a small request a tenth of its time."""

    __slots__ = ("_deadlines", "_task")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines

    def __enter__(self) -> None:
        self._task = self._deadlines.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_late = self._deadlines.leave(self._task)
        if is_late and kind is asyncio.CancelledError and self._task.uncancel() == 0:
            raise TimeoutError from error
