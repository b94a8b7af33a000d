"""Writes of a transaction that are carried out while their owner goes on computing.

In: pieces of work on the transaction's connection. Out: nothing; what one raises, the next call raises.
Invariant: pieces run one at a time in the order in which they were given, and none after one that has failed.
Whoever uses the connection itself waits before.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any


class Behind:
    """The pieces of one transaction. Without an executor each is done at once."""

    def __init__(self, executor: Executor | None = None) -> None:
        """Begin with nothing to do; `executor` has one thread."""
        self._executor = executor
        self._given: list[Future[None]] = []
        self._held: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self._is_over = False

    def hold(self, work: Callable[..., object], *args: Any) -> None:
        """Let a piece of work be done before the next that is given; until then the connection is its owner's."""
        self._held.append((work, args))

    def do(self, work: Callable[..., object], *args: Any) -> None:
        """Let a piece of work be done after those before it."""
        held, self._held = self._held, []
        for before, its in held:
            self.do(before, *its)
        if self._executor is None:
            work(*args)
            return
        if self._is_over:
            self.wait()
        self._given.append(self._executor.submit(self._run, work, args))

    def wait(self) -> None:
        """Return when everything that was given is done; raises what a piece raised."""
        given, self._given = self._given, []
        for one in given:
            one.result()

    def stop(self) -> None:
        """Begin no further piece, and return when the one that runs has ended, however it did."""
        self._is_over = True
        for one in self._given:
            one.exception()

    def _run(self, work: Callable[..., object], args: tuple[Any, ...]) -> None:
        if self._is_over:
            return
        try:
            work(*args)
        except BaseException:
            self._is_over = True
            raise


AT_ONCE = Behind()
"""Does each piece before it returns."""


@contextmanager
def writes_behind(executor: Executor) -> Iterator[Behind]:
    """Pieces of work of the transaction within which this is used: all are done at its end, or it fails."""
    behind = Behind(executor)
    try:
        yield behind
        behind.wait()
    finally:
        behind.stop()
