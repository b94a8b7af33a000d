"""The kinds of jobs of transfers."""

from collections.abc import Mapping
from typing import Any

from msgspec import field

from konnektu.jobs import api as jobs
from konnektu.transfers.export_register import EXPORT_JOB, find_export
from konnektu.transfers.register import JOB
from konnektu.transfers.running import take_in
from konnektu.transfers.sending import send_out


class OfImport(jobs.Arguments, frozen=True):
    """Which scheduled import."""

    number: int = field(name="import")

    def key(self) -> str:
        """It comes under its own number alone."""
        return str(self.number)


class OfExport(jobs.Arguments, frozen=True):
    """Which scheduled export."""

    export: int

    def key(self) -> str:
        """It comes under its own number alone."""
        return str(self.export)


@jobs.kind(
    JOB,
    jobs.Words("Scheduled import", "Импорт по расписанию"),
    arguments=OfImport,
    right="transfers.manage",
)
def run_scheduled_import(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take in what is new at a place. Its result says how many files are not at their end."""
    return take_in(work, arguments["import"])


@jobs.kind(
    EXPORT_JOB,
    jobs.Words("Scheduled export", "Выгрузка по расписанию"),
    arguments=OfExport,
    right="transfers.manage",
)
def run_scheduled_export(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let a file leave. Its result says how many rows it has."""
    return send_out(work, find_export(work.storage, work.workspace, arguments["export"]))
