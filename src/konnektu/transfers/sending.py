"""One run of a scheduled export. In: its record. Out: a file at a place, or one that waits for a user with a letter.

Invariant: the rights are those of the owner at the moment of the run, and the audit log hears of it before the first
row leaves. A run that dies is begun again under the same name and leaves one file and, but for the instant of sending
itself, one letter.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from konnektu.access.api import Caller, caller_of_owner, record_alone
from konnektu.core.clock import DAY
from konnektu.core.config import Config
from konnektu.core.errors import Refused, Retry
from konnektu.core.folders import private_folder
from konnektu.core.ids import public_id
from konnektu.exports import api as exports
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import export_store, mail
from konnektu.transfers.logic import pattern
from konnektu.transfers.model import ExportFile, OwnerLacksRights, ScheduledExport, ToMail, ToPlace
from konnektu.transfers.place_register import find_place, secret_of
from konnektu.transfers.places.opening import opened
from konnektu.transfers.taking import FOLDER
from konnektu.transfers.troubles import solve_export, tell_export

FILES = "exports"
"""Folder beside the staged files where files wait for users."""


class Sending(Struct, frozen=True):
    """What one run works with."""

    work: jobs.Work
    plan: ScheduledExport
    owner: Caller
    begun_at: int
    """When the job was added: the same at every try, so that names are too."""

    @property
    def name(self) -> str:
        """What the file is called."""
        if isinstance(self.plan.target, ToPlace):
            return self.path.rpartition("/")[2]
        return f"{self.work.workspace.slug}-{self.plan.list}.{self.plan.form}"

    @property
    def path(self) -> str:
        """Where the file is put, with the date parts of the day of the export."""
        assert isinstance(self.plan.target, ToPlace)  # noqa: S101 - asked of exports to places alone
        return pattern(self.plan.target.path).expanded(self.begun_at, ZoneInfo(self.work.workspace.timezone))[
            -1
        ]


def send_out(work: jobs.Work, plan: ScheduledExport) -> Mapping[str, Any]:
    """Make the file and hand it over. Problems stand in the list until a run goes well."""
    forget_old(work.storage, work.workspace, work.config, work.clock.now_ms())
    try:
        sending = Sending(work, plan, _owner(work, plan), _begun_at(work))
        rows = _handed_over(sending)
    except jobs.Stopped:
        raise
    except (Refused, Retry) as error:
        tell_export(
            work.storage, work.workspace, plan, error.message, is_problem=isinstance(error, Refused),
            now=work.clock.now_ms(),
        )  # fmt: skip
        raise
    with work.storage.workspace(work.workspace).transaction() as db:
        export_store.note_done(db, plan.id, work.clock.now_ms())
    solve_export(work.storage, work.workspace, plan.id)
    return {"rows": rows}


def _owner(work: jobs.Work, plan: ScheduledExport) -> Caller:
    owner = caller_of_owner(work.storage.control, work.workspace, plan.owner)
    wanted = exports.find_list(plan.list, work.storage, work.workspace)
    if owner is not None and owner.workspace.row_limit and not wanted.is_within_rows:
        raise OwnerLacksRights(
            "The owner of the scheduled export sees some rows alone, and this list has none of these. Let somebody who"
            " sees all save it."
        )
    if owner is None or not may_export(owner, wanted, is_open=bool(plan.reason)):
        raise OwnerLacksRights
    return owner


def may_export(caller: Caller, wanted: exports.List, *, is_open: bool) -> bool:
    """Whether somebody may have this list as a file, with personal columns whole where `is_open`."""
    return (
        caller.may("exports.run")
        and exports.may_see(caller, wanted)
        and (not is_open or caller.may("exports.personal"))
    )


def _begun_at(work: jobs.Work) -> int:
    return jobs.one(work.storage.control, work.workspace, work.job).created_at


def _handed_over(sending: Sending) -> int:
    work, plan = sending.work, sending.plan
    folder = private_folder(work.config.data / FOLDER / str(work.workspace.id) / f"export-{plan.id}")
    try:
        made, rows = _made(sending, folder / "file")
        if isinstance(plan.target, ToPlace):
            _put(sending, plan.target, made)
        else:
            _mailed(sending, plan.target, made)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows


def _made(sending: Sending, to: Path) -> tuple[Path, int]:
    """The list as a file on this machine, and how many rows it has."""
    work, plan = sending.work, sending.plan
    now, done = work.clock.now_ms(), [0]
    is_open = bool(plan.reason)
    detail = {
        "format": plan.form,
        "personal": is_open,
        "reason": plan.reason,
        "schedule": plan.name,
        "to": _to(plan),
    }
    record_alone(work.storage.control, sending.owner, "list.exported", plan.list, detail, now=now)
    # The owner's record of the workspace opens the doors that the owner has.
    asker = exports.Asker(
        work.storage,
        sending.owner.workspace,
        now,
        is_open,
        plan.language,
        rights=frozenset(sending.owner.rights),
    )

    def progress(rows: int) -> None:
        work.check()
        done[0] = rows
        work.progress(rows)

    wanted = exports.find_list(plan.list, work.storage, work.workspace)
    pieces = exports.export(asker, wanted, plan.form, to.parent, progress)
    with to.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return to, done[0]


def _put(sending: Sending, target: ToPlace, made: Path) -> None:
    work = sending.work
    place = find_place(work.storage, work.workspace, target.place)
    secret = secret_of(work.storage, work.workspace, place.id)
    zone, now = ZoneInfo(work.workspace.timezone), work.clock.now_ms()
    with opened(place, secret, work.config, now=now, zone=zone) as door:
        door.put(made, sending.path)


def _mailed(sending: Sending, target: ToMail, made: Path) -> None:
    """Keep the file for its user, then send the link; a run that is begun again sends none where one has left."""
    work = sending.work
    db = work.storage.workspace(work.workspace)
    with db.transaction() as conn:
        number = export_store.keep_file(conn, _waiting(sending, target, made))
        file = export_store.find_file(conn, number)
        assert file  # noqa: S101 - written a line above
        _kept(made, file_path(work.config, work.workspace, number))
    if file.mailed_at is None:
        mail.send(work.config, target.address, *_letter(sending, file))
        with db.transaction() as conn:
            export_store.note_mailed(conn, number, work.clock.now_ms())


def _waiting(sending: Sending, target: ToMail, made: Path) -> ExportFile:
    return ExportFile(
        id=0, scheduled=sending.plan.id, job=sending.work.job, name=sending.name, list=sending.plan.list,
        login=target.login, is_open=bool(sending.plan.reason), size=made.stat().st_size,
        created_at=sending.begun_at, expires_at=sending.begun_at + target.days * DAY, mailed_at=None,
        row_limit=sending.owner.workspace.row_limit,
    )  # fmt: skip


def _kept(made: Path, to: Path) -> None:
    private_folder(to.parent)
    made.replace(to)


def file_path(config: Config, workspace: WorkspaceRecord, number: int) -> Path:
    """Where a file waits for its user."""
    return config.data / FOLDER / str(workspace.id) / FILES / str(number)


def forget_old(storage: Storage, workspace: WorkspaceRecord, config: Config, now: int) -> None:
    """Remove files whose term is over."""
    with storage.workspace(workspace).transaction() as db:
        old = export_store.forget_files(db, now)
    for number in old:
        file_path(config, workspace, number).unlink(missing_ok=True)


def _letter(sending: Sending, file: ExportFile) -> tuple[str, str]:
    """Subject and text in the language of the export."""
    config, workspace = sending.work.config, sending.work.workspace
    home = config.public_url.rstrip("/") or f"http://{config.host}:{config.port}"
    link = f"{home}/api/{workspace.slug}/transfers/exports/files/{public_id(file.created_at, file.id)}"
    door, days = f"{home}/{workspace.slug}/", (file.expires_at - file.created_at) // DAY
    title = exports.find_list(file.list, sending.work.storage, workspace)
    if sending.plan.language == "ru":
        ready = f"Выгрузка «{title.ru}» готова ({file.name}, {file.size} байт)."
        whose = f"Ссылка откроется пользователю {file.login} после входа ({door}) и действует {days} дн."
        subject = f"Выгрузка «{title.ru}»: {workspace.name}"
    else:
        ready = f"The export «{title.en}» is ready ({file.name}, {file.size} bytes)."
        whose = f"The link opens to the user {file.login} after signing in ({door}), for {days} days."
        subject = f"Export «{title.en}»: {workspace.name}"
    return " ".join(subject.split()), f"{ready}\n\n{link}\n\n{whose}\n"


def _to(plan: ScheduledExport) -> str:
    return f"place {plan.target.place}" if isinstance(plan.target, ToPlace) else f"user {plan.target.login}"
