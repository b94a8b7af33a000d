"""What one run of a scheduled import works with. In: its job and its records. Out: the doors and clocks it needs."""

from contextlib import AbstractContextManager
from zoneinfo import ZoneInfo

from msgspec import Struct

from konnektu.imports import api as imports
from konnektu.jobs import api as jobs
from konnektu.storage.api import Connection
from konnektu.transfers import store
from konnektu.transfers.model import ScheduledImport, SeenFile
from konnektu.transfers.place_model import Place


class Here(Struct, frozen=True):
    """What one run works with."""

    work: jobs.Work
    plan: ScheduledImport
    place: Place
    saved: imports.SavedMapping

    @property
    def now(self) -> int:
        """Milliseconds UTC."""
        return self.work.clock.now_ms()

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's zone."""
        return ZoneInfo(self.work.workspace.timezone)

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction of the workspace."""
        return self.work.storage.workspace(self.work.workspace).transaction()

    def open_files(self) -> list[SeenFile]:
        """What is not yet at its end."""
        with self.work.storage.workspace(self.work.workspace).read() as db:
            return store.open_files(db, self.plan.id)
