"""In: questions to one schema. Out: their answers, from memory where they were read a moment ago.

Invariant: whatever this process writes to the schema drops every answer before the writer hears that it is
written; what another process writes shows after `FRESH_SECONDS` at the latest.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from konnektu.storage.postgres import Db

Answer = TypeVar("Answer")

FRESH_SECONDS = 1.0
"""How long an answer is believed; as long as the collectors believe their write keys."""
MOST = 10_000
"""Answers kept at once."""


class Recent:
    """Recent answers of one schema. Safe to share between threads."""

    def __init__(self, db: Db, *, seconds: float = FRESH_SECONDS) -> None:
        self._db = db
        self._seconds = seconds
        self._answers: dict[Hashable, tuple[int, float, Any]] = {}
        self._lock = Lock()

    def known(self, question: Hashable) -> Any | None:
        """The answer if memory has a fresh one, else None."""
        kept = self._answers.get(question)
        if kept is None or kept[0] != self._db.writes or kept[1] < monotonic():
            return None
        return kept[2]

    def answer(self, question: Hashable, read: Callable[[], Answer | None]) -> Answer | None:
        """The answer from memory, or what `read` reads from the schema; that there is none is not kept."""
        known: Answer | None = self.known(question)
        if known is not None:
            return known
        # Taken before the reading: an answer that a write overtook is not believed.
        writes, until = self._db.writes, monotonic() + self._seconds
        found = read()
        if found is not None:
            self._keep(question, (writes, until, found))
        return found

    def _keep(self, question: Hashable, answer: tuple[int, float, Any]) -> None:
        with self._lock:
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[question] = answer
