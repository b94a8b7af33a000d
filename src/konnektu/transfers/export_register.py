"""Scheduled exports as people keep them, and the files that wait for users. In: what they wrote. Out: records."""

from collections.abc import Iterator
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from msgspec.structs import replace

from konnektu.access.api import Caller, caller_of_owner, checked_reason, record_alone
from konnektu.core.config import Config
from konnektu.core.errors import Forbidden, Unprocessable
from konnektu.exports import api as exports
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import export_store, mail
from konnektu.transfers.logic import pattern
from konnektu.transfers.model import (
    ExportFile,
    NoExportFile,
    NoMail,
    NoScheduledExport,
    ScheduledExport,
    ToMail,
    ToPlace,
)
from konnektu.transfers.place_model import HttpsPlace, SqlPlace
from konnektu.transfers.place_register import NameTaken, find_place
from konnektu.transfers.sending import file_path, may_export
from konnektu.transfers.troubles import solve_export

EXPORT_JOB = "transfers.export"
CHUNK = 1 << 18


def add_export(
    storage: Storage, caller: Caller, plan: ScheduledExport, config: Config, *, now: int
) -> ScheduledExport:
    """Keep a scheduled export under the caller's rights. Raises what is wrong with it."""
    plan = replace(plan, owner=caller.login, created_at=now)
    _check(storage, caller, plan, config, now)
    record_alone(storage.control, caller, "scheduled_export.created", plan.name, _told(plan), now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        number = export_store.add_export(db, plan)
    if number is None:
        raise NameTaken
    return _scheduled(storage, caller.workspace, replace(plan, id=number), now)


def change_export(
    storage: Storage, caller: Caller, plan: ScheduledExport, config: Config, *, now: int
) -> ScheduledExport:
    """Other rules; whoever changes it becomes its owner."""
    find_export(storage, caller.workspace, plan.id)
    plan = replace(plan, owner=caller.login)
    _check(storage, caller, plan, config, now)
    record_alone(storage.control, caller, "scheduled_export.changed", plan.name, _told(plan), now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        if any(one.name == plan.name and one.id != plan.id for one in export_store.all_exports(db)):
            raise NameTaken
        export_store.change_export(db, plan)
    return _scheduled(storage, caller.workspace, plan, now)


def delete_export(storage: Storage, caller: Caller, number: int, config: Config, *, now: int) -> None:
    """Take a scheduled export away, with the files that wait; what was put to places stays there."""
    plan = find_export(storage, caller.workspace, number)
    record_alone(storage.control, caller, "scheduled_export.deleted", plan.name, now=now)
    jobs.delete_schedule(storage, caller.workspace, EXPORT_JOB, str(number))
    jobs.withdraw(storage.control, caller.workspace, EXPORT_JOB, str(number), now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        files = export_store.delete_export(db, number)
    for file in files:
        file_path(config, caller.workspace, file).unlink(missing_ok=True)
    solve_export(storage, caller.workspace, number)


def find_export(storage: Storage, workspace: WorkspaceRecord, number: int) -> ScheduledExport:
    """One scheduled export; raises `NoScheduledExport`."""
    with storage.workspace(workspace).read() as db:
        found = export_store.find_export(db, number)
    if found is None:
        raise NoScheduledExport
    return found


def all_exports(storage: Storage, workspace: WorkspaceRecord) -> list[ScheduledExport]:
    """Scheduled exports by name."""
    with storage.workspace(workspace).read() as db:
        return export_store.all_exports(db)


def export_now(storage: Storage, caller: Caller, number: int, *, now: int) -> jobs.Job:
    """Let a file leave at once, with the owner's rights; the schedule's times stay."""
    plan = find_export(storage, caller.workspace, number)
    record_alone(storage.control, caller, "scheduled_export.run", plan.name, now=now)
    return jobs.run_now(storage, caller.workspace, EXPORT_JOB, str(number), now=now, by=caller.login)


def open_file(
    storage: Storage, caller: Caller, number: int, config: Config, *, now: int
) -> tuple[ExportFile, Iterator[bytes]]:
    """A file for the user it waits for, while its term lasts. Raises `NoExportFile`, `Forbidden`."""
    with storage.workspace(caller.workspace.whole).read() as db:
        file = export_store.find_file(db, number)
    path = file_path(config, caller.workspace, number)
    if (
        file is None
        or not caller.user
        or file.login != caller.login
        or file.expires_at <= now
        or not path.exists()
    ):
        raise NoExportFile
    wanted = exports.find_list(file.list, storage, caller.workspace)
    if not may_export(caller, wanted, is_open=file.is_open):
        raise Forbidden("You may not export this list any more. Ask an administrator of your workspace.")
    if caller.workspace.row_limit not in ("", file.row_limit):
        raise Forbidden("The file holds rows that you may not see. Ask who made it to make it anew for you.")
    detail = {"file": file.name, "size": file.size, "personal": file.is_open}
    record_alone(storage.control, caller, "file.downloaded", file.list, detail, now=now)
    return file, _pieces(path)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _scheduled(
    storage: Storage, workspace: WorkspaceRecord, plan: ScheduledExport, now: int
) -> ScheduledExport:
    jobs.put_schedule(
        storage, workspace, EXPORT_JOB, str(plan.id), cron=plan.cron, arguments={"export": plan.id}, is_on=plan.is_on,
        now=now,
    )  # fmt: skip
    return find_export(storage, workspace, plan.id)


def _check(storage: Storage, caller: Caller, plan: ScheduledExport, config: Config, now: int) -> None:
    if not caller.user:
        raise Unprocessable(
            "A scheduled export belongs to a named user, whose rights it has: sign in as one."
        )
    wanted = exports.find_list(plan.list, storage, caller.workspace)
    if not may_export(caller, wanted, is_open=bool(plan.reason)):
        raise Forbidden(
            f"This needs exports.run, {wanted.right} and, for whole personal columns, exports.personal."
        )
    if plan.reason:
        checked_reason(plan.reason)
    jobs.next_time(plan.cron, caller.workspace.timezone, now)
    if isinstance(plan.target, ToMail):
        _check_mail(storage, caller.workspace, plan.target, config)
    else:
        _check_place(storage, caller.workspace, plan.target)


def _check_mail(storage: Storage, workspace: WorkspaceRecord, target: ToMail, config: Config) -> None:
    if not mail.has_mail(config):
        raise NoMail
    if caller_of_owner(storage.control, workspace, target.login) is None:
        raise Unprocessable(f"There is no user {target.login} who can sign in.")
    try:
        validate_email(target.address, check_deliverability=False)
    except EmailNotValidError as error:
        raise Unprocessable(f"{target.address[:100]} is no address: {error}") from error


def _check_place(storage: Storage, workspace: WorkspaceRecord, target: ToPlace) -> None:
    if isinstance(find_place(storage, workspace, target.place).settings, HttpsPlace | SqlPlace):
        raise Unprocessable("Files cannot be put there. Choose SFTP or S3.")
    if not pattern(target.path).is_exact:
        raise Unprocessable("A file that is put has one name: date parts at most, no * and no ?.")


def _told(plan: ScheduledExport) -> dict[str, object]:
    return {"list": plan.list, "format": plan.form, "reason": plan.reason, "owner": plan.owner}
