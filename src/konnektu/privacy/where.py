"""On what a run of retention works. In: doors of a workspace. Out: what every step of it is given."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from konnektu.storage.api import Db, Storage, WorkspaceRecord


class Progress(Protocol):
    """Told how many of how many people were told of anew."""

    def __call__(self, done: int, total: int) -> None:
        """Take it."""


def unstoppable() -> None:
    """Nobody asks to stop."""


def unseen(done: int, total: int) -> None:
    """Nobody looks."""


class Where(Struct, frozen=True, kw_only=True):
    """On what a run works."""

    storage: Storage
    record: WorkspaceRecord
    data: Path
    """Data folder, with files of imports."""
    notes: Path
    """Where runs are noted apart from the workspace."""
    now: Callable[[], int]
    """The clock, in milliseconds."""
    apply: Callable[[int], None]
    """Returns when a block is applied; raises `Retry` where that lasts."""
    seal: Callable[[int], None]
    """Returns when the event store has everything up to a position; raises `Retry` where that lasts."""
    check: Callable[[], None] = unstoppable
    """Raises where the work must stop."""
    progress: Progress = unseen

    @property
    def db(self) -> Db:
        """The workspace's own door."""
        return self.storage.workspace(self.record)
