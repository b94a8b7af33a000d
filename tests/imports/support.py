"""An import at hand: a workspace, a folder, a caller, and a process that dies before any statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from konnektu.access.api import Caller, system_caller
from konnektu.collect.api import Options
from konnektu.core.clock import MovableClock
from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.core.records import Parcel
from konnektu.imports import api
from konnektu.imports.api import Folder, Import, Work
from konnektu.log import store as log_store
from konnektu.log.api import decode_block
from konnektu.storage import postgres
from konnektu.storage.api import Storage, WorkspaceRecord

NOW = 1_760_000_000_000


class SimulatedCrash(BaseException):
    """The process is gone."""


@contextmanager
def dying_before(statement: int) -> Iterator[list[int]]:
    """The process dies before the statement of this number, counted from 0; yields the count."""
    counted = [0]
    execute = postgres.BinaryCursor.execute

    def counting(self: Any, *args: Any, **kwargs: Any) -> Any:
        if counted[0] == statement:
            raise SimulatedCrash
        counted[0] += 1
        return execute(self, *args, **kwargs)

    postgres.BinaryCursor.execute = counting  # type: ignore[method-assign]
    try:
        yield counted
    finally:
        postgres.BinaryCursor.execute = execute  # type: ignore[method-assign]


class Place:
    """Where the tests of one workspace import."""

    def __init__(self, storage: Storage, workspace: WorkspaceRecord, data: Path) -> None:
        self.storage = storage
        self.workspace = workspace
        self.clock = MovableClock(NOW)
        self.folder = Folder(data, workspace)
        self.caller: Caller = system_caller(workspace)

    def upload(
        self,
        text: str | bytes,
        name: str = "people.csv",
        change: Callable[[Any], Any] | None = None,
        **more: Any,
    ) -> Import:
        upload = self.folder.keep([text.encode() if isinstance(text, str) else text], 1 << 30)
        inspection = api.inspect(upload.path, "Europe/Moscow")
        inspection = change(inspection) if change else inspection
        return api.add(
            self.storage,
            self.caller,
            upload,
            name,
            inspection=inspection,
            clock=self.clock,
            kinds=DEFAULT_KINDS,
            **more,
        )

    def work(self, runner: str = "first") -> Work:
        return Work(self.storage, self.workspace, self.folder, self.clock, Options(), runner)

    def start(self, job: Import) -> None:
        api.start(self.storage, self.workspace, job.id, folder=self.folder, now=self.clock.now_ms())

    def run(self, job: Import, runner: str = "first", **more: Any) -> Import:
        return api.run(self.work(runner), job.id, **more)

    def appended(self) -> list[Parcel]:
        """Everything in the inbox, in order."""
        with self.storage.inbox.read() as inbox:
            blocks = log_store.pending_blocks(inbox, self.workspace.id, 1_000_000)
        return [parcel for block in blocks for parcel in decode_block(block.body)]

    def events(self) -> list[bytes]:
        return [event for parcel in self.appended() for event in parcel.events]
