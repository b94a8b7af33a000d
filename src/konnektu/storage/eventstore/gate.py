"""Many at once, or one alone. In: threads. Out: the moment when nobody else is inside. Safe between threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets threads in and out; whoever is alone waits until the others are out, and keeps them out."""

    def __init__(self) -> None:
        """Stand open."""
        self._changed = threading.Condition()
        self._inside = 0
        self._alone: int | None = None
        """The thread that is, or is to be, alone. What it does inside needs no waiting."""

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be inside, after whoever is alone."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._alone in {None, me})
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self, seconds: float) -> Iterator[bool]:
        """Keep others out; whether those inside came out within so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._alone is None)
            self._alone = threading.get_ident()
            is_empty = self._changed.wait_for(lambda: self._inside == 0, seconds)
        try:
            yield is_empty
        finally:
            with self._changed:
                self._alone = None
                self._changed.notify_all()
