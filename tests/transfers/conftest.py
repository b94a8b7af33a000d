"""A workspace whose places are doubles on this machine, and a job that is run step by step."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from konnektu.access.api import Caller, system_caller
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.imports import api as imports
from konnektu.imports.model import Column, Mapping
from konnektu.jobs import api as jobs
from konnektu.jobs.kinds import StopSignal
from konnektu.storage import embedded
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import api, running, store
from konnektu.transfers.model import ScheduledImport, SeenFile
from tests.doubles.line import Line
from tests.doubles.sftp import PASSWORD, USER, SftpServer
from tests.imports.support import Place as Imports

NOW = 1_760_000_000_000
PEOPLE = Mapping(
    target="people",
    columns=(Column("Телефон", "attribute", "phone"), Column("Имя", "attribute", "first_name")),
)


class Desk:
    """Scheduled imports of one workspace, run without a worker."""

    def __init__(self, storage: Storage, workspace: WorkspaceRecord, data: Path) -> None:
        self.storage, self.workspace = storage, workspace
        self.clock = MovableClock(NOW)
        self.config = Config(data=data, outgoing_networks=("127.0.0.0/8",))
        self.caller: Caller = system_caller(workspace)
        self.imports = Imports(storage, workspace, data)
        self.imports.clock = self.clock

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    def mapping(self, mapping: Mapping = PEOPLE, name: str = "people") -> int:
        wanted = imports.SavedMapping(
            id=0, name=name, source=0, kind="history", mapping=mapping, created_at=NOW, created_by="olga"
        )
        return imports.save(self.storage, self.workspace, wanted).id

    def sftp(self, server: SftpServer, **more: Any) -> api.Place:
        settings = api.SftpPlace(host="127.0.0.1", port=server.port, user=USER)
        secret = more.pop("secret", api.Secret(PASSWORD))
        name = more.pop("name", "shop files")
        return api.add_place(self.storage, self.caller, name, settings, secret, now=self.now)

    def plan(self, place: api.Place, pattern: str = "in/people_*.csv", **more: Any) -> ScheduledImport:
        known = imports.all_saved(self.storage, self.workspace)
        mapping = known[0].id if known else self.mapping()
        plan = ScheduledImport(
            id=0, name=more.pop("name", "people"), place=place.id, pattern=pattern, mapping=mapping, source=0,
            cron="*/5 * * * *", **{"settle_seconds": 30, **more},
        )  # fmt: skip
        return api.add_scheduled(self.storage, self.caller, plan, now=self.now)

    def work(self) -> jobs.Work:
        job = jobs.defer(
            self.storage, self.workspace, "transfers.import", f"test{self.now}", {"import": 0}, now=self.now
        )
        return jobs.Work(
            storage=self.storage, workspace=self.workspace, config=self.config, clock=self.clock, job=job.id,
            attempt=1, progress=lambda *_: None, is_cancelled=lambda: False, stop=StopSignal(lambda: False),
        )  # fmt: skip

    def run(self, plan: ScheduledImport) -> str:
        """One attempt of the job: done, or later."""
        try:
            running.take_in(self.work(), plan.id)
        except jobs.Later:
            return "later"
        return "done"

    def run_to_end(self, plan: ScheduledImport) -> str:
        """Attempts with time between them, imports run at once, until nothing moves."""
        for _ in range(12):
            ended = self.run(plan)
            for job in imports.imports(self.storage, self.workspace):
                if job.state in ("waiting", "running"):
                    self.imports.run(job, runner=f"r{job.id}")
            if ended == "done":
                return ended
            self.clock.advance(31_000)
        return "later"

    def files(self, plan: ScheduledImport) -> list[SeenFile]:
        with self.storage.workspace(self.workspace).read() as db:
            return store.seen_files(db, plan.id)

    def one(self, plan: ScheduledImport) -> SeenFile:
        (file,) = self.files(plan)
        return file

    def problems(self) -> dict[str, str]:
        found = jobs.problems(self.storage.control, self.workspace)
        return {one.key.rpartition(":")[2]: one.what.en for one in found if one.key.startswith("transfer:")}

    def people(self) -> int:
        return len(self.imports.events())


@pytest.fixture
def desk(storage: Storage, workspace: WorkspaceRecord, tmp_path: Path) -> Iterator[Desk]:
    yield Desk(storage, workspace, tmp_path / "data")
    with storage.control.transaction() as db:
        db.execute("DELETE FROM job WHERE workspace = %s", [workspace.id])
        db.execute("DELETE FROM problem WHERE workspace = %s", [workspace.id])
        db.execute("DELETE FROM schedule WHERE workspace = %s", [workspace.id])


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    folder = tmp_path / "remote"
    (folder / "in").mkdir(parents=True)
    return folder


@pytest.fixture
def server(remote: Path) -> Iterator[SftpServer]:
    with SftpServer(remote) as server:
        yield server


@pytest.fixture
def line(postgres_server: Path) -> Iterator[Line]:
    with Line(embedded.socket_folder(postgres_server) / embedded.SOCKET_FILE) as line:
        yield line


READER = f"others_reader_{os.getpid()}"
"""A user belongs to the whole server, which the workers share."""


@pytest.fixture
def shop(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Another company's database: a schema with a table, and a user who may read."""
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("DROP SCHEMA IF EXISTS shop_of_others CASCADE")
        db.execute("CREATE SCHEMA shop_of_others")
        db.execute("CREATE TABLE shop_of_others.buyers (phone text, paid numeric(12, 2), at timestamptz)")
        reader = Identifier(READER)
        db.execute(SQL("CREATE ROLE {} LOGIN PASSWORD 'a word of others'").format(reader))
        db.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(Identifier(db.info.dbname), reader))
        db.execute(SQL("GRANT USAGE ON SCHEMA shop_of_others TO {}").format(reader))
        db.execute(SQL("GRANT SELECT, INSERT ON shop_of_others.buyers TO {}").format(reader))
        yield db
        db.execute("DROP SCHEMA shop_of_others CASCADE")
        db.execute(SQL("DROP OWNED BY {}").format(reader))
        db.execute(SQL("DROP ROLE {}").format(reader))
