"""Backups that come by themselves. In: how many of them are kept. Out: the latest backups of a workspace.

The folder is the installation's setting: who may schedule work in a workspace may not choose where files are written.

A backup that failed, or that did not come when its schedule says, is a problem until the next one is whole.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from konnektu.core.clock import HOUR
from konnektu.core.config import Config
from konnektu.core.errors import Conflict, KonnektuError
from konnektu.jobs import api as jobs
from konnektu.keeping.backup import Place, back_up
from konnektu.keeping.folder import backups, made_at, remove
from konnektu.privacy import api as privacy
from konnektu.storage.api import Storage, WorkspaceRecord

KIND = "keeping.backup"
TRIES = 3
LATE = 2 * HOUR
"""So long after its time a backup is missed: longer than any takes."""
FAILED, MISSED = "backup.failed", "backup.late"
KEEP = 7
MOST_KEPT = 1_000


class Kept(jobs.Arguments, frozen=True):
    """How many backups stay."""

    keep: Annotated[int, Meta(ge=1, le=MOST_KEPT)] = KEEP

    def key(self) -> str:
        """A workspace has one schedule of backups."""
        return ""


@jobs.kind(
    KIND,
    jobs.Words("Backup", "Резервная копия"),
    arguments=Kept,
    right="settings.manage",
    lock="kind",
    tries=TRIES,
)
def scheduled_backup(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a backup, then remove the oldest ones above the number that is kept."""
    config = work.config
    try:
        to = backup_folder(config)
        place = Place(config.data, privacy.notes_folder(config), to, config.backup_passphrase)
        made = back_up(
            work.storage, work.workspace, place, work.clock.now_ms(), lambda part: _step(work, part)
        )
    except jobs.Stopped:
        raise
    except (KonnektuError, OSError) as error:
        _tell(work, error)
        raise
    jobs.solve_problem(work.storage.control, work.workspace, FAILED)
    jobs.solve_problem(work.storage.control, work.workspace, MISSED)
    old = backups(to, work.workspace.slug)[: -max(1, int(arguments.get("keep", KEEP)))]
    for path in old:
        remove(path)
    return {"folder": made.path, "bytes": made.bytes, "position": made.position, "removed": len(old)}


class NoFolder(Conflict):
    """Nobody said where backups are kept. Set KONNEKTU_BACKUP_FOLDER, best to a folder on another disk."""


def backup_folder(config: Config) -> Path:
    """The folder of backups. Raises `NoFolder` where none is set."""
    if not config.backup_folder:
        raise NoFolder
    return Path(config.backup_folder).resolve()


def schedule_backups(
    storage: Storage, record: WorkspaceRecord, *, cron: str, keep: int, now: int
) -> jobs.Schedule:
    """Let backups of a workspace come by themselves. Raises `WrongCron`."""
    return jobs.put_schedule(storage, record, KIND, cron=cron, arguments={"keep": keep}, now=now)


def watch_backups(storage: Storage, record: WorkspaceRecord, config: Config, now: int) -> None:
    """Say whether the backup that its schedule asked for last is there."""
    for schedule in jobs.schedules(storage, record):
        if schedule.kind == KIND and schedule.is_on:
            folder = Path(config.backup_folder)
            if _due(folder, record, schedule) + LATE < now:
                _tell_missed(storage, record, schedule, folder, now)
            else:
                jobs.solve_problem(storage.control, record, MISSED)


def _due(folder: Path, record: WorkspaceRecord, schedule: jobs.Schedule) -> int:
    """When the backup was to be made that comes after the latest one in the folder."""
    there = backups(folder, record.slug)
    if there:
        return jobs.next_time(schedule.cron, record.timezone, made_at(there[-1]))
    return schedule.last_at or schedule.next_at


def _step(work: jobs.Work, part: str) -> None:
    work.check()
    work.progress(0, note=part)


def _tell(work: jobs.Work, error: Exception) -> None:
    reason = error.message if isinstance(error, KonnektuError) else str(error)
    jobs.raise_problem(
        work.storage.control, work.workspace, FAILED, "problem",
        what=jobs.Words(f"The backup failed: {reason}", f"Резервная копия не сделана: {reason}"),
        to_do=jobs.Words(
            "Mend what is said; the schedule tries again, and `konnektu backup` makes one at once.",
            "Устраните названное; расписание повторит попытку, а `konnektu backup` сделает копию сразу.",
        ),
        now=work.clock.now_ms(),
    )  # fmt: skip


def _tell_missed(
    storage: Storage, record: WorkspaceRecord, schedule: jobs.Schedule, folder: Path, now: int
) -> None:
    jobs.raise_problem(
        storage.control, record, MISSED, "problem",
        what=jobs.Words(
            f"The latest backup in {folder} is older than its schedule ({schedule.cron}).",
            f"Последняя резервная копия в {folder} старше, чем требует расписание ({schedule.cron}).",
        ),
        to_do=jobs.Words(
            "See whether the role web runs, what its jobs say, and whether the folder is there and has room.",
            "Проверьте, работает ли роль web, что говорят её задания, на месте ли папка и есть ли в ней место.",
        ),
        now=now,
    )  # fmt: skip
