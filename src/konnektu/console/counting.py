"""How many rows folders hold. In: folders of an asker. Out: counts, each with the instant it was taken.

Invariant: a folder costs one statement that stops at `MOST` rows and at the time of a count (`storage.lists`); all
folders of one question cost `PATIENCE_SECONDS` at most; a count is kept for `FRESH_MS`, so that looking again is free.
"""

from collections.abc import Hashable, Iterable
from threading import Lock
from time import monotonic
from typing import Final

import msgspec

from konnektu.console.asking import Person
from konnektu.console.model import Counted, Folder
from konnektu.core.asking import wanted
from konnektu.core.errors import Refused, Retry
from konnektu.core.recent import Recent
from konnektu.core.section import Section, sections

MOST: Final = 10_000
"""Rows that are counted one by one."""
FRESH_MS: Final = 30_000
PATIENCE_SECONDS: Final = 1.0
KEPT: Final = 10_000


class Counts:
    """Counts of one process. Safe between threads."""

    def __init__(self) -> None:
        self._kept: Recent[Hashable, Counted] = Recent(KEPT)
        self._lock = Lock()

    def of(self, person: Person, folders: Iterable[Folder]) -> dict[int, Counted]:
        """Counts by the folder's place in what is given; those that could not be had in time are missing."""
        until = monotonic() + PATIENCE_SECONDS
        found: dict[int, Counted] = {}
        for place, folder in enumerate(folders):
            section = sections().get(folder.section)
            if section is None or section.count is None or not person.may_open(section):
                continue
            counted = self._fresh(person, folder)
            if counted is None and monotonic() < until:
                counted = self._count(person, section, folder)
            if counted is not None:
                found[place] = counted
        return found

    def _fresh(self, person: Person, folder: Folder) -> Counted | None:
        with self._lock:
            kept = self._kept.get(_key(person, folder))
        return kept if kept and kept.at > person.now - FRESH_MS else None

    def _count(self, person: Person, section: Section, folder: Folder) -> Counted | None:
        assert section.count is not None  # noqa: S101 - the caller has seen it
        try:
            question = folder.question
            asked = wanted(section, question.filters, question.order, "", MOST + 1, person.asker)
            rows = section.count(person.asker, asked)
            at = (section.instant(person.asker, asked) if section.instant else None) or person.now
        except (Refused, Retry):
            # What it asks for is gone, or takes longer than a glance: the list itself says which.
            return None
        counted = Counted(min(rows, MOST), rows > MOST, at)
        with self._lock:
            self._kept.put(_key(person, folder), counted)
        return counted


def _key(person: Person, folder: Folder) -> Hashable:
    workspace, question = person.caller.workspace, folder.question
    filters = msgspec.json.encode(question.filters, order="deterministic")
    return workspace.id, workspace.row_limit, folder.section, filters
